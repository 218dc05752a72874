/**
 * From the node at a key to the value that its definition asks for, and maps of such keys. Problems go to the
 * diagnostics, and the answer is then undefined.
 */
import { assertNever, type Diagnostic } from '../errors.js';
import { readChecks } from './check-reader.js';
import {
  readExpressions,
  readKeys,
  readOutputs,
  readPairs,
  readPartitionColumns,
  readValues,
} from './named-readers.js';
import { NodeReader, type OptionContext } from './node-reader.js';
import type { OptionDefinition, OptionSchema, OptionValues } from './option-schema.js';
import type { SourceText, SpecEntry, SpecMap } from './pipeline-spec.js';
import { plannedKey } from './planned.js';
import {
  readAmount,
  readBigint,
  readBoolean,
  readCharacter,
  readDuration,
  readInteger,
  readSize,
} from './scalar-values.js';
import { readSchema } from './schema-reader.js';
import { diagnosticAt } from './source.js';
import { didYouMean, listed } from './suggest.js';

/** Whose keys they are, and where to say that one is missing. */
export interface KeyOwner {
  readonly owner: string;
  readonly at: SourceText;
  /** The verb or section, for words that are planned; default: none has any. */
  readonly planned?: string;
  /** Keys that are known elsewhere, for "did you mean". */
  readonly alsoKnown?: readonly string[];
}

/** Reads a map of keys for the readers of what holds such maps. */
export type ReadMap = <const M extends OptionSchema>(schema: M, map: SpecMap, owner: KeyOwner) => OptionValues<M>;

/** Reads a map of keys by their schema: a step's options, `run:`, an entry of `schema:`. */
export function readEntries<const M extends OptionSchema>(
  schema: M,
  entries: ReadonlyMap<string, SpecEntry>,
  { owner, at, planned = '', alsoKnown = [] }: KeyOwner,
  diagnostics: Diagnostic[],
  context: OptionContext = {},
): OptionValues<M> {
  const reader = new NodeReader(at.file, diagnostics, context);
  const values: Record<string, unknown> = {};
  for (const [key, entry] of entries) {
    if (Object.hasOwn(schema, key)) continue;
    const hint = didYouMean(key, [...Object.keys(schema), ...alsoKnown], `keys of ${owner}`);
    diagnostics.push(
      plannedKey(planned, entry.key) ??
        diagnosticAt('SPEC_UNKNOWN_KEY', `${owner} has no key \`${key}\``, entry.key, undefined, { hint }),
    );
  }
  for (const [key, definition] of Object.entries(schema)) {
    const entry = entries.get(key);
    if (entry !== undefined) values[key] = readOption(reader, definition, entry);
    else {
      values[key] = definition.default;
      if (definition.required === true) reportMissing(key, definition, owner, at, diagnostics);
    }
  }
  return values as OptionValues<M>;
}

/** The entries of a map by key. */
export function entriesByKey(entries: readonly SpecEntry[]): ReadonlyMap<string, SpecEntry> {
  return new Map(entries.map((entry) => [entry.key.text, entry]));
}

function reportMissing(
  key: string,
  definition: OptionDefinition,
  owner: string,
  at: SourceText,
  diagnostics: Diagnostic[],
): void {
  diagnostics.push(
    diagnosticAt('SPEC_MISSING_KEY', `${owner} needs the key \`${key}\``, at, undefined, {
      hint: `${key}: ${definition.doc}`,
    }),
  );
}

export function readOption(reader: NodeReader, definition: OptionDefinition, entry: SpecEntry): unknown {
  const { key } = entry;
  const node = reader.nodeOf(entry, definition.doc);
  if (node === undefined) return undefined;
  switch (definition.kind) {
    case 'expression':
      return reader.expression(key, node);
    case 'name':
    case 'path':
      return reader.oneLine(key, node, definition.kind === 'path' ? 'a path' : 'a name');
    case 'string':
      return reader.text(key, node, 'text');
    case 'checks':
      return readChecks(reader, key, node, mapReader(reader.diagnostics, reader.context));
    case 'columns':
      if (definition.mayBeEmpty && node.kind === 'list' && node.items.length === 0) return [];
      return reader.list(key, node, (item) => reader.oneLine(key, item, 'a list of columns'));
    case 'steps':
      return reader.list(key, node, (item) => reader.oneLine(key, item, 'a step or a list of steps'));
    case 'paths':
      return reader.list(key, node, (item) => reader.oneLine(key, item, 'a path or a list of paths'));
    case 'strings':
      return reader.list(key, node, (item) => reader.text(key, item, 'text or a list of texts'));
    case 'outputs':
      return reader.list(key, node, (item) => readOutputs(reader, key, item))?.flat();
    case 'expressions':
      return readExpressions(reader, key, node);
    case 'keys':
      return readKeys(reader, key, node);
    case 'pairs':
      return readPairs(reader, key, node);
    case 'partitions':
      return readPartitionColumns(reader, key, node);
    case 'schema':
      return readSchema(reader, key, node, mapReader(reader.diagnostics));
    case 'values':
      return readValues(reader, key, node);
    case 'enum':
      return reader.choice(key, node, definition.values);
    case 'boolean':
      return reader.value(key, node, 'true or false', readBoolean);
    case 'character':
      return reader.value(key, node, 'one character', (text) => readCharacter(text, definition.orNone === true));
    case 'integer':
      return reader.number(
        key,
        node,
        'a whole number',
        (text) => readInteger(text, definition),
        definition.default ?? definition.min ?? 1,
      );
    case 'size':
      return reader.number(
        key,
        node,
        'a size',
        (text) => readSize(text, definition),
        definition.default ?? definition.min ?? 1,
      );
    case 'duration':
      return reader.number(
        key,
        node,
        'a duration',
        (text) => readDuration(text, definition),
        definition.default ?? definition.min ?? 1,
      );
    case 'bigint':
      return reader.number(key, node, 'a whole number', readBigint, definition.default ?? 1n);
    case 'amount':
      return reader.number(key, node, 'a share or a number of rows', readAmount, { kind: 'count', count: 1 });
    case 'group': {
      const map = reader.map(key, node, `a map with ${listed(Object.keys(definition.options))}`);
      const owner = { owner: `\`${key.text}\``, at: key };
      return map && mapReader(reader.diagnostics, reader.context)(definition.options, map, owner);
    }
    default:
      return assertNever(definition, 'option');
  }
}

function mapReader(diagnostics: Diagnostic[], context?: OptionContext): ReadMap {
  return (schema, map, owner) => readEntries(schema, entriesByKey(map.entries), owner, diagnostics, context);
}
