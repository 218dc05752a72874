/**
 * The quick ways of folding against the plain reference: rows ordered by group and summed in two lanes, large tables read
 * ahead. No value here forces them back to the row by row path, unless a test says so.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccumulatorSpec } from '../../src/columnar/accumulator.js';
import { BIGINT, type DataType, DOUBLE, INT, STRING } from '../../src/columnar/data-type.js';
import type { Value } from '../../src/columnar/value.js';
import type { Vector } from '../../src/columnar/vector.js';
import { LARGE_SLOTS } from '../../src/kernels/assembly/state-layout.js';
import { AggregateMerge } from '../../src/state/groups/aggregate-merge.js';
import { GroupTable } from '../../src/state/groups/group-table.js';
import { accumulator, aggregateReference, callsOf } from '../support/aggregate-reference.js';
import { Region, rowsOf } from '../support/columns.js';
import { type Random, random } from '../support/random.js';
import { testSpillFolder } from '../support/spill-folder.js';
import { testMemory } from '../support/task-memory.js';
import { byTier } from '../support/tier.js';

const REGION_PAGES = 120;

interface Shape {
  readonly key: DataType;
  readonly keyOf: (rng: Random) => Value;
  readonly inputOf: (rng: Random, type: DataType) => Value;
  readonly specs: readonly AccumulatorSpec[];
  readonly rows: number;
  readonly batchRows: number;
  readonly hashMask?: number;
  /** So many groups that the table is read ahead; the twins, which are given fewer rows, have no such thing. */
  readonly isLarge?: boolean;
  /** One column for each type of input, however many accumulators read it. */
  readonly sharesInputs?: boolean;
  /** What the state room has; with few it must spill. */
  readonly pages?: number;
}

function check(name: string, seed: number, shape: Shape): void {
  for (const which of ['wasm', 'twins'] as const) {
    test(`${name}, ${which}`, () => {
      const rng = random(seed);
      const { key, specs, batchRows } = shape;
      const rows = which === 'twins' ? Math.min(shape.rows, 4 * batchRows) : shape.rows;
      const keys = Array.from({ length: rows }, () => shape.keyOf(rng));
      const inputs = specs.map(({ input }) => input && keys.map(() => shape.inputOf(rng, input)));
      const numbers = specs.map(({ input }, i) =>
        shape.sharesInputs ? specs.findIndex((spec) => spec.input === input) : i,
      );
      for (let i = 0; i < inputs.length; i++) inputs[i] = inputs[numbers[i]];
      const pages = shape.pages ?? 600;
      const memory = testMemory(pages + REGION_PAGES);
      const spill = testSpillFolder(memory.heap);
      const region = new Region(memory.heap, memory.memory.allocate(REGION_PAGES, 'the test'), REGION_PAGES * 65536);
      const kernels = memory.kernels(which).state;
      const env = {
        memory: { ...memory.memory, shareBytes: pages * 65536 },
        heap: memory.heap,
        kernels,
        batchRows,
        spill,
        hashMask: shape.hashMask,
      };
      try {
        const table = new GroupTable(env, [key], callsOf(specs, numbers));
        for (let from = 0; from < rows; from += batchRows) {
          region.reset();
          const columns = [keys, ...inputs].map((values, i) => {
            const type = i === 0 ? key : specs[i - 1].input;
            return values && type && region.vector(type, values.slice(from, from + batchRows));
          });
          table.add([columns[0]!], columns.slice(1) as Vector[], 0, Math.min(batchRows, rows - from));
        }
        const runs = table.finish(0);
        assert.equal(table.spilledRuns > 0, shape.pages !== undefined);
        if (shape.isLarge && which === 'wasm') assert.ok(runs[0].rows > LARGE_SLOTS / 2, 'the table is large');
        const merge = new AggregateMerge(env, [key], callsOf(specs, numbers), runs, { low: null, high: null });
        const found: Value[][] = [];
        for (let batch = merge.next(); batch !== null; batch = merge.next()) found.push(...rowsOf(memory.heap, batch));
        merge.close();
        const all = keys.map((_, row) => row);
        assert.deepEqual(found, aggregateReference(1, specs, [keys], inputs, all), `seed ${seed}`);
      } finally {
        spill.close();
      }
    });
  }
}

const SUMS = [
  accumulator('sum', DOUBLE),
  accumulator('avg', DOUBLE),
  accumulator('sum_rest', DOUBLE),
  accumulator('sum', INT),
  accumulator('sum', BIGINT),
  accumulator('count', DOUBLE),
  accumulator('count', null),
];

function integer(rng: Random, type: DataType): Value {
  if (type === INT) return rng.between(-(2 ** 31), 2 ** 31 - 1);
  return BigInt.asIntN(64, BigInt(rng.int(2 ** 32)) * 0x1_0000_0001n * BigInt(rng.int(2 ** 31)));
}

const money = (rng: Random): number => rng.between(-1e7, 1e7) / 100;
const fewKeys = (rng: Random): Value => rng.pick(['', 'a', 'bb', 'a longer key', 'another longer key', null]);
const ordered = { key: STRING, keyOf: fewKeys, specs: SUMS, rows: 6000, batchRows: 500 };

check('ordered, prices', 1, {
  ...ordered,
  inputOf: (rng, type) => (type === DOUBLE ? money(rng) : integer(rng, type)),
});
check('ordered, with nulls', 2, {
  ...ordered,
  inputOf: (rng, type) => (rng.chance(0.3) ? null : type === DOUBLE ? money(rng) : integer(rng, type)),
});
check('ordered, magnitudes that need a third part', 3, {
  ...ordered,
  inputOf: (rng, type) => (type === DOUBLE ? (rng.next() - 0.5) * 2 ** rng.between(-80, 80) : integer(rng, type)),
});
check('ordered, magnitudes beyond three parts, now and then', 4, {
  ...ordered,
  inputOf: (rng, type) =>
    type !== DOUBLE
      ? integer(rng, type)
      : rng.chance(0.002)
        ? rng.pick([1e300, -1e-300, 5e-324, Number.NaN, Number.POSITIVE_INFINITY])
        : money(rng),
});
check('ordered, one value a group', 5, {
  ...ordered,
  inputOf: (rng, type) => (rng.chance(0.995) ? null : type === DOUBLE ? money(rng) : integer(rng, type)),
});
const SPREAD = [
  accumulator('max', DOUBLE),
  accumulator('sum', INT),
  accumulator('avg', DOUBLE),
  accumulator('min', DOUBLE),
  accumulator('max', DOUBLE),
  accumulator('max', INT),
];
const anyDouble = (rng: Random): Value =>
  rng.pick([null, 0, -0, Number.NaN, 1e300, -1e-300, Number.NEGATIVE_INFINITY, ...Array(20).fill(money(rng))]);
check('sum, minimum and maximum of one column at once', 9, {
  ...ordered,
  specs: SPREAD,
  sharesInputs: true,
  inputOf: (rng, type) => (type === DOUBLE ? anyDouble(rng) : integer(rng, type)),
});
check('minimum and maximum of one column at once, without its sum', 10, {
  ...ordered,
  specs: SPREAD.slice(3),
  sharesInputs: true,
  inputOf: (rng, type) => (type === DOUBLE ? anyDouble(rng) : integer(rng, type)),
});
check('sum and maximum at once, starved where a sum needs more memory', 11, {
  ...ordered,
  keyOf: (rng) => `key ${rng.int(3000)}`,
  rows: 20_000,
  batchRows: 2000,
  specs: SPREAD,
  sharesInputs: true,
  inputOf: (rng, type) => (type === DOUBLE ? money(rng) * 10 ** rng.pick([0, 0, 0, 250]) : integer(rng, type)),
  pages: 9,
});
check('a large table, and hashes that other keys have too', 6, {
  hashMask: 0xffff,
  key: BIGINT,
  keyOf: (rng) => BigInt(rng.int(50_000)) * 0x9e37_79b9_7f4an,
  inputOf: (rng, type) => (type === DOUBLE ? money(rng) : integer(rng, type)),
  specs: [accumulator('sum', DOUBLE), accumulator('count', null)],
  rows: byTier(90_000, 150_000),
  isLarge: true,
  batchRows: 5000,
});
check('a large table, doubles of either sign of zero', 7, {
  key: DOUBLE,
  keyOf: (rng) => (rng.chance(0.1) ? rng.pick([0, -0, Number.NaN]) : rng.int(60_000) / 8),
  inputOf: money,
  specs: [accumulator('sum', DOUBLE)],
  rows: byTier(90_000, 150_000),
  isLarge: true,
  batchRows: 5000,
});
/** An int with the hash of null, which is in the table before it. Rows of batches without nulls are not compared with keys. */
const LIKE_NULL = 1_342_073_622;
check('a large table of ints, one with the hash of null', 12, {
  key: INT,
  keyOf: (rng) => (rng.chance(0.002) ? null : rng.chance(0.0004) ? LIKE_NULL : rng.between(-30_000, 30_000) * 65_537),
  inputOf: money,
  specs: [accumulator('sum', DOUBLE), accumulator('count', null)],
  rows: byTier(90_000, 200_000),
  isLarge: true,
  batchRows: 500,
});
check('starved in the middle of ordered rows, again and again', 8, {
  ...ordered,
  keyOf: (rng) => `key ${rng.int(100)}`,
  inputOf: (rng, type) =>
    type === STRING
      ? String.fromCharCode(97 + rng.int(26)).repeat(rng.between(1, 3000))
      : type === DOUBLE
        ? money(rng) * 10 ** rng.pick([0, 0, 0, 250])
        : integer(rng, type),
  specs: [accumulator('max', STRING), accumulator('sum', DOUBLE), accumulator('min', STRING), accumulator('sum', INT)],
  pages: 9,
});
