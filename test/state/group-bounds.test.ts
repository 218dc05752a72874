/**
 * Rows that bounds of groups let pass, against the first ones of each group by an ordinary sort: none of these is missing, others
 * are, and the twins let the same rows pass.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BIGINT, BOOLEAN, DATE, type DataType, DOUBLE, decimal, INT, STRING } from '../../src/columnar/data-type.js';
import type { Value } from '../../src/columnar/value.js';
import { GroupBounds } from '../../src/state/groups/group-bounds.js';
import type { KeyOrder, SortFormat } from '../../src/state/sort/sort-format.js';
import { compareValues } from '../support/aggregate-reference.js';
import { type Random, random } from '../support/random.js';
import { statePlace } from '../support/state-place.js';
import { byTier } from '../support/tier.js';

const TYPES = [BOOLEAN, INT, BIGINT, DOUBLE, decimal(18, 2), decimal(38, 0), STRING, DATE];
const BATCH_ROWS = 100;

function randomValue(rng: Random, type: DataType, distinct: number): Value {
  if (rng.chance(0.05)) return null;
  const n = rng.int(distinct) - distinct / 2;
  switch (type.kind) {
    case 'boolean':
      return n % 2 === 0;
    case 'double':
      return rng.pick([n, n / 3, -0, 0, Number.NaN, 1 / 0, -1 / 0, 5e-324 * n]);
    case 'string':
      return rng.pick(['', `${n}`, `\u0000${n}`, `a long beginning ${n}`, 'é'.repeat(rng.int(9)), 'a', 'a\u0000']);
    case 'int':
    case 'date':
      return (n * 0x10001) | 0;
    default:
      return type === TYPES[5] ? BigInt(n) ** 9n : BigInt(n) ** 5n;
  }
}

interface Problem {
  readonly format: SortFormat;
  readonly keep: number;
  /** Keys of the group, then that of the order. */
  readonly rows: readonly (readonly Value[])[];
}

function problem(rng: Random): Problem {
  const keys = [...Array.from({ length: rng.between(1, 3) }, () => rng.pick(TYPES)), rng.pick(TYPES)];
  const order = { descending: rng.chance(0.5), nullsFirst: rng.chance(0.5) };
  const groups = rng.pick([2, 6, 30]);
  const rows = Array.from({ length: 1500 }, () =>
    keys.map((type, k) => randomValue(rng, type, k === keys.length - 1 ? 1000 : groups)),
  );
  return {
    format: { keys, orders: [...keys.slice(1).map(() => ({})), order], values: [] },
    keep: rng.between(1, 5),
    rows,
  };
}

function compareIn({ descending, nullsFirst }: KeyOrder, x: Value, y: Value): number {
  if (x === null || y === null) return x === y ? 0 : (x === null) === nullsFirst ? -1 : 1;
  return descending ? compareValues(y, x) : compareValues(x, y);
}

/** Numbers of the rows that are the first ones of their groups; of equal rows those that come first. */
function firstOnes({ format, keep, rows }: Problem): readonly number[] {
  const last = format.keys.length - 1;
  const name = (value: Value): string => `${typeof value}${Object.is(value, -0) ? 0 : value}`;
  const groups = new Map<string, number[]>();
  for (const [number, row] of rows.entries()) {
    const group = row.slice(0, last).map(name).join('|');
    groups.set(group, [...(groups.get(group) ?? []), number]);
  }
  return [...groups.values()].flatMap((numbers) =>
    numbers.sort((a, b) => compareIn(format.orders[last], rows[a][last], rows[b][last]) || a - b).slice(0, keep),
  );
}

/** Numbers of the rows that pass. */
function passing({ format, keep, rows }: Problem, which: 'wasm' | 'twins', pages: number, forgets: boolean) {
  const { env, region, memory } = statePlace(pages, BATCH_ROWS, which);
  const before = memory.pagesInUse();
  const bounds = new GroupBounds(env, format, { keys: format.keys.length - 1, rows: keep, withTies: true });
  const passed: number[] = [];
  for (let at = 0; at < rows.length && !bounds.isGivenUp; at += BATCH_ROWS) {
    region.reset();
    const batch = rows.slice(at, at + BATCH_ROWS);
    const columns = format.keys.map((type, c) =>
      region.vector(
        type,
        batch.map((row) => row[c]),
      ),
    );
    const all = [...batch.keys()];
    const isSelected = (at / BATCH_ROWS) % 2 === 1;
    const kept = bounds.select(columns, isSelected ? region.selection(all) : 0, batch.length);
    for (const row of env.heap.u32.subarray(bounds.rows >>> 2, (bounds.rows >>> 2) + kept)) passed.push(at + row);
    if (forgets && at === 500) bounds.spill();
  }
  const { isGivenUp } = bounds;
  bounds.close();
  assert.equal(memory.pagesInUse(), before, 'pages that nobody gave back');
  return { passed, isGivenUp };
}

test('no row that is wanted is dropped, and the twins drop the same', () => {
  for (let seed = 1; seed <= byTier(25, 300); seed++) {
    const given = problem(random(seed));
    const forgets = seed % 3 === 0;
    const { passed, isGivenUp } = passing(given, 'wasm', 60, forgets);
    const { keep, format, rows } = given;
    const hint = `seed ${seed}: the first ${keep} by ${format.keys.map(({ kind }) => kind).join(', ')}`;
    assert.ok(!isGivenUp, hint);
    const found = new Set(passed);
    const missing = firstOnes(given).filter((number) => !found.has(number));
    assert.deepEqual(
      missing.map((number) => rows[number]),
      [],
      hint,
    );
    assert.deepEqual(passing(given, 'twins', 60, forgets).passed, passed, hint);
  }
});

test('of rows in any order few are left, and of equal ones all', () => {
  const rng = random(7);
  const format: SortFormat = { keys: [INT, INT], orders: [], values: [] };
  const rows = Array.from({ length: 5000 }, () => [rng.int(10), rng.int(1e9)]);
  const { passed } = passing({ format, keep: 2, rows }, 'wasm', 60, false);
  assert.ok(passed.length < 300, `${passed.length} rows pass`);
  const equal = rows.map(([group]) => [group, 5]);
  assert.equal(passing({ format, keep: 2, rows: equal }, 'wasm', 60, false).passed.length, rows.length);
});

test('with more groups than there is memory for, all rows pass and it is given up', () => {
  const format: SortFormat = { keys: [INT, INT], orders: [], values: [] };
  const rows = Array.from({ length: 100 * BATCH_ROWS }, (_, i) => [i, 0]);
  const { passed, isGivenUp } = passing({ format, keep: 60, rows }, 'wasm', 30, false);
  assert.ok(isGivenUp);
  assert.ok(passed.length < rows.length);
  assert.deepEqual(passed, [...passed.keys()]);
});
