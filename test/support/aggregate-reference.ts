/** Aggregation over plain rows with maps and big integers: the answer that group tables and merges are held against. */
import type { AccumulatorCall, AccumulatorSpec } from '../../src/columnar/accumulator.js';
import { BIGINT, type DataType, DOUBLE, decimal, physicalOf } from '../../src/columnar/data-type.js';
import type { Value } from '../../src/columnar/value.js';
import { doubleUnits, nearestDouble, UNITS } from '../../src/kernels/exact-ratio.js';

export function accumulator(kind: AccumulatorSpec['kind'], input: DataType | null): AccumulatorSpec {
  if (kind === 'count') return { kind, input, result: BIGINT };
  if (input === null) throw new Error(`${kind} needs an input`);
  if (kind === 'avg' || kind === 'sum_rest') return { kind, input, result: DOUBLE };
  if (kind !== 'sum') return { kind, input, result: input };
  if (input.kind === 'double') return { kind, input, result: DOUBLE };
  return { kind, input, result: decimal(38, input.kind === 'decimal' ? input.scale : 0) };
}

/** Each accumulator over the column of its own number, or of `numbers`. */
export function callsOf(specs: readonly AccumulatorSpec[], numbers?: readonly number[]): AccumulatorCall[] {
  return specs.map((accumulator, i) => ({
    accumulator,
    input: accumulator.input === null ? null : (numbers?.[i] ?? i),
  }));
}

/** Negative, zero or positive in the order of the language; nulls last. */
export function compareValues(a: Value, b: Value): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b as string));
  if (typeof a === 'number' && Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
  if (typeof b === 'number' && Number.isNaN(b)) return -1;
  return a < b ? -1 : a > b ? 1 : 0;
}

function canonical(value: Value): Value {
  return typeof value === 'number' ? value + 0 : value;
}

/** Groups in key order, each as [...keys, ...results]. `inputs[i]` is null for count(*). */
export function aggregateReference(
  keyCount: number,
  specs: readonly AccumulatorSpec[],
  keys: readonly (readonly Value[])[],
  inputs: readonly (readonly Value[] | null)[],
  rows: readonly number[],
): Value[][] {
  const groups = new Map<string, { key: Value[]; rows: number[] }>();
  if (keyCount === 0) groups.set('', { key: [], rows: [] });
  for (const row of rows) {
    const key = keys.map((column) => canonical(column[row]));
    const name = key.map((value) => `${typeof value}:${String(value)}`).join('|');
    const group = groups.get(name);
    if (group) group.rows.push(row);
    else groups.set(name, { key, rows: [row] });
  }
  return [...groups.values()]
    .sort((a, b) => a.key.map((value, i) => compareValues(value, b.key[i])).find((order) => order !== 0) ?? 0)
    .map(({ key, rows: members }) => [
      ...key,
      ...specs.map((spec, i) => {
        const column = inputs[i];
        if (column === null) return BigInt(members.length);
        return result(
          spec,
          members.map((row) => column[row]).filter((value) => value !== null),
        );
      }),
    ]);
}

function result(spec: AccumulatorSpec, values: readonly Value[]): Value {
  if (spec.kind === 'count') return BigInt(values.length);
  if (values.length === 0) return null;
  if (spec.kind === 'min') return canonical(values.reduce((a, b) => (compareValues(b, a) < 0 ? b : a)));
  if (spec.kind === 'max') return canonical(values.reduce((a, b) => (compareValues(b, a) > 0 ? b : a)));
  const input = spec.input as DataType;
  if (physicalOf(input) === 'f64') return doubles(spec.kind, values as readonly number[]);
  const sum = values.reduce<bigint>((total, value) => total + BigInt(value as bigint | number), 0n);
  if (spec.kind === 'sum') return sum;
  const scale = input.kind === 'decimal' ? input.scale : 0;
  return nearestDouble(sum, BigInt(values.length) * 10n ** BigInt(scale));
}

function doubles(kind: AccumulatorSpec['kind'], values: readonly number[]): number {
  const special = values.filter((x) => !Number.isFinite(x));
  if (special.length > 0) return special.reduce((a, b) => a + b);
  const units = values.reduce((total, x) => total + doubleUnits(x), 0n);
  const sum = nearestDouble(units, UNITS);
  if (kind === 'sum_rest') return Number.isFinite(sum) ? nearestDouble(units - doubleUnits(sum), UNITS) : 0;
  if (kind === 'sum') return sum;
  return Number.isFinite(sum) ? sum / values.length : nearestDouble(units, UNITS * BigInt(values.length));
}
