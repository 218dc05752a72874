/** Values of json as the functions take and make them: texts that are JSON already. */
import { BYTES, type DataType, JSON_TEXT, STRING } from '../../columnar/data-type.js';
import { formatValue } from '../../columnar/text.js';
import type { Value } from '../../columnar/value.js';
import { type JsonStep, jsonItems } from '../../kernels/json-text.js';
import { castValue } from '../cast.js';
import { EvaluationError } from '../evaluation-error.js';
import { parsePath } from '../json-path.js';

/** Any value as JSON: texts in quotes. */
export function jsonOf(value: Value, type: DataType): string {
  if (value === null) return 'null';
  if (type.kind === JSON_TEXT.kind) return value as string;
  if (type.kind === STRING.kind || type.kind === BYTES.kind) return JSON.stringify(formatValue(value, type));
  return castValue(value, type, JSON_TEXT) as string;
}

/** A key as it stands in an object, with its colon. */
export function keyOf(value: Value, name: string): string {
  if (value === null) throw new EvaluationError('EXPR_DOMAIN', `a key of ${name} is null`, 'coalesce it to a text');
  return `${JSON.stringify(value)}:`;
}

/** The steps of a path as functions take it: a path, a key, or the place of an item. */
export function stepsOf(path: Value): readonly JsonStep[] {
  if (typeof path !== 'string') return [Number(path)];
  const steps = parsePath(path);
  if (steps === undefined) throw new EvaluationError('EXPR_DOMAIN', `'${path}' is not a path into json`, PATH_HINT);
  return steps;
}

export const PATH_HINT = 'a path looks like this: \'$.user.items[0]."unit price"\'';

/** The entries of an object, keys and values as written, by what the keys say; none of anything else. */
function byName(json: string): Map<string, readonly [key: string, value: string]> {
  const entries = json.startsWith('{') ? Array.from(jsonItems(json)) : [];
  return new Map(entries.map(({ key, start, end }) => [JSON.parse(key) as string, [key, json.slice(start, end)]]));
}

/** RFC 7396: what the patch has is set, behind the rest as DuckDB does it; what is null there goes. */
export function mergePatch(target: string, patch: string): string {
  if (!patch.startsWith('{')) return patch;
  const before = byName(target);
  const patches = byName(patch);
  const kept = [...before].filter(([name]) => !patches.has(name)).map(([, entry]) => entry);
  const set = [...patches].filter(([, [, value]]) => value !== 'null');
  const patched = set.map(([name, [key, value]]) => [key, mergePatch(before.get(name)?.[1] ?? 'null', value)]);
  return `{${[...kept, ...patched].map(([key, value]) => `${key}:${value}`).join(',')}}`;
}

const STRING_OR_BLANKS = /"[^"\\]*(?:\\.[^"\\]*)*"|[ \t\n\r]+/g;

/** Without blanks between what is in it. */
export function withoutBlanks(json: string): string {
  return json.replace(STRING_OR_BLANKS, (part) => (part.startsWith('"') ? part : ''));
}

const KINDS: Readonly<Record<string, string>> = {
  '{': 'OBJECT',
  '[': 'ARRAY',
  '"': 'VARCHAR',
  t: 'BOOLEAN',
  f: 'BOOLEAN',
  n: 'NULL',
};

/** What DuckDB calls it; a number is UBIGINT, below zero BIGINT, and DOUBLE where it is no integer of 64 bits. */
export function kindOf(json: string): string {
  const kind = KINDS[json[0]];
  if (kind !== undefined) return kind;
  if (!/^-?[0-9]+$/.test(json)) return 'DOUBLE';
  const value = BigInt(json);
  if (json.startsWith('-')) return value >= -(1n << 63n) ? 'BIGINT' : 'DOUBLE';
  return value < 1n << 64n ? 'UBIGINT' : 'DOUBLE';
}
