/** Sums of doubles: exact, rounded once, the same for every order and every way of merging partial sums. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DOUBLE, INT } from '../../src/columnar/data-type.js';
import { doubleUnits, nearestDouble, UNITS } from '../../src/kernels/exact-ratio.js';
import { AggregateMerge } from '../../src/state/groups/aggregate-merge.js';
import { GroupTable } from '../../src/state/groups/group-table.js';
import type { SortedRun } from '../../src/state/runs/sorted-run.js';
import { accumulator, aggregateReference, callsOf } from '../support/aggregate-reference.js';
import { Region, rowsOf } from '../support/columns.js';
import { type Random, random } from '../support/random.js';
import { testSpillFolder } from '../support/spill-folder.js';
import { testMemory } from '../support/task-memory.js';

/** Doubles of all magnitudes; many cancel, tie or lose bits. */
function hardDouble(rng: Random): number {
  const sign = rng.chance(0.5) ? 1 : -1;
  switch (rng.int(7)) {
    case 0:
      return sign * rng.next() * 2 ** rng.between(-1070, 1023);
    case 1:
      return sign * 2 ** rng.between(-1074, 1023);
    case 2:
      return sign * Number.MAX_VALUE;
    case 3:
      return sign * Number.MIN_VALUE * rng.int(5);
    case 4:
      return sign * rng.int(1000);
    case 5:
      return (sign * rng.int(1_000_000)) / 100;
    default:
      return sign * (1 + 2 ** -52 * rng.int(3)) * 2 ** rng.between(-60, 60);
  }
}

test('nearestDouble agrees with how JavaScript reads decimals', () => {
  const rng = random(1);
  for (let i = 0; i < 4000; i++) {
    let digits = String(rng.between(1, 9));
    for (let n = rng.int(40); n > 0; n--) digits += rng.int(10);
    const exponent = rng.between(-345, 310 - digits.length);
    const [numerator, denominator] =
      exponent >= 0 ? [BigInt(digits) * 10n ** BigInt(exponent), 1n] : [BigInt(digits), 10n ** BigInt(-exponent)];
    const text = `${digits}e${exponent}`;
    assert.equal(nearestDouble(numerator, denominator), Number(text), `${text}, seed ${rng.seed}`);
    assert.equal(nearestDouble(-numerator, denominator), -Number(text));
  }
  assert.equal(nearestDouble(2n ** 1024n - 2n ** 970n, 1n), Number.POSITIVE_INFINITY);
  assert.equal(nearestDouble(2n ** 1024n - 2n ** 970n - 1n, 1n), Number.MAX_VALUE);
  for (let i = 0; i < 2000; i++) {
    const x = hardDouble(rng);
    assert.equal(nearestDouble(doubleUnits(x), UNITS), x + 0, `${x}`);
  }
});

test('superaccumulator: adds, merges, rounds', () => {
  const rng = random(2);
  const { heap, memory, kernels } = testMemory(2);
  const page = memory.allocate(1, 'the test');
  const { state } = kernels();
  const [a, b, scratch] = [page, page + 272, page + 544];
  for (let round = 0; round < 300; round++) {
    heap.u8.fill(0, page, page + 1024);
    let units = 0n;
    for (let i = rng.int(30); i >= 0; i--) {
      const x = hardDouble(rng);
      state.superAdd(rng.chance(0.5) ? a : b, x);
      units += doubleUnits(x);
      if (rng.chance(0.2)) {
        state.superAdd(a, -x);
        units -= doubleUnits(x);
      }
    }
    state.superAddSuper(a, b);
    const wanted = nearestDouble(units, UNITS);
    assert.equal(state.roundSuper(a, scratch), wanted, `round ${round}, seed ${rng.seed}`);
  }
});

/** sum and avg of values dealt out to tasks in some order, runs merged in some order. */
function sums(values: readonly number[], groups: readonly number[], tasks: number, rng: Random): unknown[][] {
  const { heap, memory, kernels } = testMemory(100);
  const spill = testSpillFolder(heap);
  const region = new Region(heap, memory.allocate(8, 'the test'), 8 * 65536);
  const env = { memory, heap, kernels: kernels().state, spill, batchRows: 64 };
  const specs = [accumulator('sum', DOUBLE), accumulator('avg', DOUBLE), accumulator('sum_rest', DOUBLE)];
  const dealt: number[][] = Array.from({ length: tasks }, () => []);
  values.forEach((_, i) => {
    rng.pick(dealt).push(i);
  });
  const runs: SortedRun[] = [];
  for (const rows of dealt) {
    const table = new GroupTable(env, [INT], callsOf(specs));
    const order = rows.map((row) => ({ row, at: rng.next() })).sort((p, q) => p.at - q.at);
    for (let i = 0; i < order.length; i += 64) {
      region.reset();
      const batch = order.slice(i, i + 64).map(({ row }) => row);
      const key = region.vector(
        INT,
        batch.map((row) => groups[row]),
      ); // prettier-ignore
      const input = region.vector(
        DOUBLE,
        batch.map((row) => values[row]),
      );
      table.add([key], [input, input, input], 0, batch.length);
    }
    runs.splice(rng.int(runs.length + 1), 0, ...table.finish(0));
  }
  const merge = new AggregateMerge(env, [INT], callsOf(specs), runs, { low: null, high: null });
  const found: unknown[][] = [];
  for (let batch = merge.next(); batch !== null; batch = merge.next()) found.push(...rowsOf(heap, batch));
  merge.close();
  spill.close();
  return found;
}

function agree(name: string, seed: number, make: (rng: Random) => number): void {
  test(name, () => {
    const rng = random(seed);
    for (let round = 0; round < 20; round++) {
      const values = Array.from({ length: rng.between(1, 300) }, () => make(rng));
      const groups = values.map(() => rng.int(4));
      const rows = values.map((_, i) => i);
      const specs = [accumulator('sum', DOUBLE), accumulator('avg', DOUBLE), accumulator('sum_rest', DOUBLE)];
      const wanted = aggregateReference(1, specs, [groups], [values, values, values], rows);
      for (let order = 0; order < 3; order++) {
        const found = sums(values, groups, rng.between(1, 5), rng);
        assert.deepEqual(found, wanted, `round ${round}, seed ${rng.seed}`);
      }
    }
  });
}

agree('sums of ordinary numbers', 3, (rng) => rng.int(1_000_000) / 100 - 3000);
agree('sums of doubles of all magnitudes', 4, hardDouble);
agree('sums of a few magnitudes: ties', 5, (rng) => rng.pick([1, -1, 2 ** 53, -(2 ** 53), 2 ** -60, 2 ** 106, 0.5]));
agree(
  'sums beyond the doubles',
  6,
  (rng) => rng.pick([1, 1, 1, -1]) * rng.pick([Number.MAX_VALUE, 2 ** 1000, 2 ** 969]),
);
agree('sums with infinities', 7, (rng) => (rng.chance(0.01) ? rng.pick([1 / 0, -1 / 0, 0 / 0]) : hardDouble(rng)));
