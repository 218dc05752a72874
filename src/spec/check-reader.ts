/** The value of a `check`. */
import { isOneCheck } from './named-steps.js';
import type { NodeReader } from './node-reader.js';
import type { ReadMap } from './option-reader.js';
import { CHECK_OPTIONS, type CheckEntry } from './option-schema.js';
import type { SourceText, SpecMap, SpecNode } from './pipeline-spec.js';

const NO_CHECK = {
  unique: undefined,
  not_null: undefined,
  references: undefined,
  rows: undefined,
  severity: 'error',
  max_failures: 0,
} as const;

/** A condition; a map of options; or names, each with a condition or a map of options. */
export function readChecks(
  reader: NodeReader,
  key: SourceText,
  node: SpecNode,
  readMap: ReadMap,
): readonly CheckEntry[] | undefined {
  if (node.kind === 'scalar') return conditions([condition(reader, '', key, node)]);
  const map = reader.map(key, node, 'a condition, `name: condition`, or options such as `unique: id`');
  if (map === undefined) return undefined;
  if (isOneCheck(map)) return conditions([checkOptions(reader, '', key, map, readMap)]);
  return conditions(
    map.entries.map((entry) =>
      entry.value?.kind === 'map'
        ? checkOptions(reader, entry.key.text, entry.key, entry.value, readMap)
        : entry.value === null
          ? (reader.nodeOf(entry, 'a condition') as undefined)
          : condition(reader, entry.key.text, entry.key, entry.value),
    ),
  );
}

function conditions(checks: readonly (CheckEntry | undefined)[]): readonly CheckEntry[] | undefined {
  return checks.some((check) => check === undefined) ? undefined : (checks as readonly CheckEntry[]);
}

function condition(reader: NodeReader, name: string, key: SourceText, node: SpecNode): CheckEntry | undefined {
  const that = reader.expression(key, node);
  return that && { ...NO_CHECK, name, at: that, that };
}

function checkOptions(
  reader: NodeReader,
  name: string,
  at: SourceText,
  map: SpecMap,
  readMap: ReadMap,
): CheckEntry | undefined {
  const before = reader.diagnostics.length;
  const owner = name === '' ? '`check`' : `the check \`${name}\``;
  const values = readMap(CHECK_OPTIONS, map, { owner, at });
  const { that, unique, not_null, references, rows } = values;
  const parts = [that, unique, not_null, references, rows];
  if (reader.diagnostics.length === before && parts.every((part) => part === undefined)) {
    reader.report('SPEC_MISSING_KEY', `${owner} says nothing that must hold`, at.span, {
      hint: 'give it `that`, `unique`, `not_null`, `references` or `rows`',
    });
  }
  if (rows?.min !== undefined && rows.max !== undefined && rows.min > rows.max) {
    reader.report('SPEC_BAD_VALUE', `${owner} wants at least ${rows.min} and at most ${rows.max} rows`, at.span);
  }
  return reader.diagnostics.length > before ? undefined : { ...values, name, at };
}
