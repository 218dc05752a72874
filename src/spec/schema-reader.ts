/** The columns that `schema:` declares. */
import type { NodeReader } from './node-reader.js';
import type { ReadMap } from './option-reader.js';
import type { SchemaEntry } from './option-schema.js';
import type { SourceText, SpecNode } from './pipeline-spec.js';

/** What may stand beside `type` in an entry of `schema:`. */
export const SCHEMA_ENTRY = {
  type: { kind: 'name', required: true, doc: 'the type of the column' },
  from: { kind: 'name', doc: 'the column of the file, if it has another name there' },
  format: { kind: 'strings', doc: 'how dates and timestamps are written' },
  timezone: { kind: 'string', doc: 'the zone of timestamps that name none' },
  decimal: { kind: 'character', doc: 'the decimal point' },
  thousands: { kind: 'character', doc: 'what stands between thousands' },
  trim: { kind: 'boolean', doc: 'drop blanks around values' },
  nulls: { kind: 'strings', doc: 'texts that mean null' },
} as const;

export function readSchema(
  reader: NodeReader,
  key: SourceText,
  node: SpecNode,
  readMap: ReadMap,
): readonly SchemaEntry[] | undefined {
  const map = reader.map(key, node, '`column: type`, one a line');
  if (map === undefined) return undefined;
  const before = reader.diagnostics.length;
  const entries = map.entries.map((entry): SchemaEntry => {
    const name = entry.key;
    if (entry.value?.kind === 'map') {
      const owner = { owner: `the column \`${name.text}\``, at: name };
      return { name, ...readMap(SCHEMA_ENTRY, entry.value, owner) };
    }
    const node = reader.nodeOf(entry, 'a type, such as bigint or decimal(12,2)');
    return { name, type: (node && reader.oneLine(name, node, 'a name')) as SourceText };
  });
  return reader.diagnostics.length > before ? undefined : entries;
}
