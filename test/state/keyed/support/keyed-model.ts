import {
  BIGINT,
  BOOLEAN,
  DATE,
  type DataType,
  DOUBLE,
  decimal,
  INT,
  STRING,
} from '../../../../src/columnar/data-type.js';
import type { Value } from '../../../../src/columnar/value.js';
import type { KeepRule, KeyedFormat } from '../../../../src/state/keyed/keyed-format.js';
import { compareValues } from '../../../support/aggregate-reference.js';
import type { Random } from '../../../support/random.js';

const WIDE = decimal(38, 0);
const TYPES = [BOOLEAN, INT, BIGINT, DOUBLE, decimal(18, 2), WIDE, STRING, DATE];

export type Row = readonly Value[];

function someValue(rng: Random, type: DataType, distinct: number): Value {
  if (rng.chance(0.05)) return null;
  const n = rng.int(distinct) - 3;
  switch (type.kind) {
    case 'boolean':
      return n % 2 === 0;
    case 'double':
      return rng.pick([n, n / 3, -0, Number.NaN, n * 1e300]);
    case 'string':
      return rng.pick([`${n}`, `\u0000${n}\u0001`, `a rather long beginning ${n}`, `${'é'.repeat(70)}${n}`, '']);
    case 'int':
    case 'date':
      return (n * 0x10001) | 0;
    default:
      return type === WIDE ? BigInt(n) ** 7n : BigInt(n) ** 3n;
  }
}

export function show(row: Row): string {
  return row.map((value) => (Object.is(value, -0) ? '-0' : String(value))).join('|');
}

/** Keys are equal where -0 is 0. */
export function identityOf(key: Row): string {
  return show(key.map((value) => (value === 0 ? 0 : value)));
}

export function compareRanks(format: KeyedFormat, a: Row, b: Row): number {
  for (const [i, { descending = false, nullsFirst = false }] of (format.rank ?? []).entries()) {
    const [x, y] = [a[i], b[i]];
    if (x === null || y === null) {
      if (x !== y) return (x === null) === nullsFirst ? -1 : 1;
      continue;
    }
    const order = compareValues(x, y);
    if (order !== 0) return descending ? -order : order;
  }
  return 0;
}

/** What a keyed store is to have. */
export class Model {
  readonly rows = new Map<string, { rank: Row; values: Row }>();
  readonly #format: KeyedFormat;

  constructor(format: KeyedFormat) {
    this.#format = format;
  }

  upsert(row: Row): void {
    const { keys, keeps, rank = [] } = this.#format;
    const id = identityOf(row.slice(0, keys.length));
    const written = {
      rank: row.slice(keys.length, keys.length + rank.length),
      values: row.slice(keys.length + rank.length),
    };
    const old = this.rows.get(id);
    const stays =
      old !== undefined &&
      (keeps === 'first' || (keeps === 'least' && compareRanks(this.#format, written.rank, old.rank) >= 0));
    if (!stays) this.rows.set(id, written);
  }
}

export function formatFor(rng: Random, keeps: KeepRule): KeyedFormat {
  const types = (least: number, most: number): DataType[] =>
    Array.from({ length: rng.between(least, most) }, () => rng.pick(TYPES));
  const keys = types(1, 3);
  const rank = types(1, 2).map((type) => ({ type, descending: rng.chance(0.5), nullsFirst: rng.chance(0.5) }));
  return { keys, values: rng.chance(0.1) ? [] : [...keys, ...types(0, 5)], keeps, ...(keeps === 'least' && { rank }) };
}

/** Rows whose values begin with their keys, if there are values. */
export function rowsFor(rng: Random, { keys, rank = [], values }: KeyedFormat, count: number, distinct: number): Row[] {
  return Array.from({ length: count }, () => {
    const key = keys.map((type) => someValue(rng, type, distinct));
    const own = values.slice(keys.length).map((type) => someValue(rng, type, 1000));
    return [
      ...key,
      ...rank.map(({ type }) => someValue(rng, type, 20)),
      ...(values.length === 0 ? [] : [...key.map((value) => (value === 0 ? 0 : value)), ...own]),
    ];
  });
}

export function typesOf({ keys, rank = [], values }: KeyedFormat): DataType[] {
  return [...keys, ...rank.map(({ type }) => type), ...values];
}
