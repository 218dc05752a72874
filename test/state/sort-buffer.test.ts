/** Rows through a sort buffer and back, against an ordinary sort: any types and orders, memory, ranges, kernels or twins. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { BIGINT, BOOLEAN, DATE, type DataType, DOUBLE, decimal, INT, STRING } from '../../src/columnar/data-type.js';
import type { Value } from '../../src/columnar/value.js';
import { LeatError } from '../../src/errors.js';
import { COLUMN_BYTES } from '../../src/kernels/assembly/state-layout.js';
import { PAGE_BYTES } from '../../src/memory/heap.js';
import { describeColumn } from '../../src/state/groups/table-memory.js';
import { keyRanges } from '../../src/state/runs/key-ranges.js';
import { runToFile } from '../../src/state/runs/run-eviction.js';
import { blocksWithin, writeBounds } from '../../src/state/runs/run-reader.js';
import type { KeyRange, SortedRun } from '../../src/state/runs/sorted-run.js';
import { SortBuffer, sortBufferMinimumBytes } from '../../src/state/sort/sort-buffer.js';
import { type SortFormat, writeSortFormat } from '../../src/state/sort/sort-format.js';
import { SortedRows, sortedRowsMinimumBytes } from '../../src/state/sort/sorted-rows.js';
import type { StateEnv } from '../../src/state/state-env.js';
import { compareValues } from '../support/aggregate-reference.js';
import { rowsOf } from '../support/columns.js';
import { type Random, random } from '../support/random.js';
import { type StatePlace, statePlace } from '../support/state-place.js';
import { byTier } from '../support/tier.js';

const TYPES = [BOOLEAN, INT, BIGINT, DOUBLE, decimal(18, 2), decimal(38, 0), STRING, DATE];
const ALL: KeyRange = { low: null, high: null };
/** Of a buffer that has 300 pages. */
const SEGMENT_ROWS = 8192;

function randomValue(rng: Random, type: DataType, distinct: number): Value {
  if (rng.chance(0.1)) return null;
  const n = rng.int(distinct) - 3;
  switch (type.kind) {
    case 'boolean':
      return n % 2 === 0;
    case 'double':
      return rng.pick([n, n / 3, -0, 0, Number.NaN, 1 / 0, -1 / 0, 5e-324 * n, n * 1e300]);
    case 'string':
      return rng.pick([
        '',
        `${n}`,
        `\u0000${n}\u0001`,
        `a rather long beginning ${n}`,
        'é'.repeat(rng.int(60)),
        '\u0001',
      ]);
    case 'int':
    case 'date':
      return (n * 0x10001) | 0;
    default:
      return type === TYPES[5] ? BigInt(n) ** 7n : BigInt(n) ** 3n;
  }
}

/** Keys are the first columns; the last of them is the row's number. */
interface Problem {
  readonly format: SortFormat;
  readonly rows: readonly (readonly Value[])[];
}

function problem(rng: Random, count: number): Problem {
  const own = Array.from({ length: rng.int(4) }, () => rng.pick(TYPES));
  const others = Array.from({ length: rng.int(12) }, () => rng.pick(TYPES));
  const orders = own.map(() => ({ descending: rng.chance(0.5), nullsFirst: rng.chance(0.5) }));
  const distinct = rng.pick([3, 50, 100000]);
  const rows = Array.from({ length: count }, (_, i) => [
    ...own.map((type) => randomValue(rng, type, distinct)),
    BigInt(i),
    ...others.map((type) => randomValue(rng, type, distinct)),
  ]);
  return { format: { keys: [...own, BIGINT], orders, values: [...own, BIGINT, ...others] }, rows };
}

function compareRows({ keys, orders }: SortFormat, a: readonly Value[], b: readonly Value[]): number {
  for (const k of keys.keys()) {
    const { descending, nullsFirst } = { descending: false, nullsFirst: false, ...orders[k] };
    const [x, y] = [a[k], b[k]];
    if (x === null || y === null) {
      if (x !== y) return (x === null) === nullsFirst ? -1 : 1;
      continue;
    }
    const order = compareValues(x, y);
    if (order !== 0) return descending ? -order : order;
  }
  return 0;
}

function fill(
  buffer: SortBuffer,
  { region, env }: StatePlace,
  { format, rows }: Problem,
  from: number,
  to: number,
): void {
  for (let at = from; at < to; at += env.batchRows) {
    region.reset();
    const batch = rows.slice(at, Math.min(to, at + env.batchRows));
    const columns = format.values.map((type, c) =>
      region.vector(
        type,
        batch.map((row) => row[c]),
      ),
    );
    const all = [...columns.slice(0, format.keys.length), ...columns];
    // Every second batch by a selection.
    if ((at / env.batchRows) % 2 === 0) buffer.add(all, 0, batch.length);
    else buffer.add(all, region.selection([...batch.keys()]), batch.length);
  }
}

function read(env: StateEnv, format: SortFormat, runs: readonly SortedRun[], range = ALL): Value[][] {
  const sorted = new SortedRows(env, format, runs, range);
  const rows: Value[][] = [];
  try {
    for (let batch = sorted.next(); batch !== null; batch = sorted.next()) rows.push(...rowsOf(env.heap, batch));
  } finally {
    sorted.close();
  }
  return rows;
}

/** Object.is for values within rows: -0 is not 0. */
function show(rows: readonly (readonly Value[])[]): string[] {
  return rows.map((row) => row.map((value) => (Object.is(value, -0) ? '-0' : String(value))).join('|'));
}

function minimumPages(format: SortFormat, pages: number, batchRows: number): number {
  const sizes = { shareBytes: pages * PAGE_BYTES, batchRows };
  return Math.max(sortBufferMinimumBytes(format, sizes), sortedRowsMinimumBytes(format, sizes)) / PAGE_BYTES;
}

function inFiles({ env, spill }: StatePlace, runs: readonly SortedRun[]): SortedRun[] {
  return runs.map((run) => {
    if (run.location.kind === 'file') return run;
    const moved = runToFile(run, spill, env.heap, () => env.kernels);
    for (const { address, pages } of run.location.pages) env.memory.free(address, pages);
    return moved;
  });
}

for (const which of ['wasm', 'twins'] as const) {
  test(`sorted as by an ordinary sort, in any memory (${which})`, () => {
    const rng = random(11);
    for (let round = 0; round < (which === 'wasm' ? byTier(12, 200) : byTier(4, 60)); round++) {
      const count = rng.pick(which === 'wasm' ? [0, 1, 30, 3000, 9000] : [0, 1, 200, 700]);
      const given = problem(rng, count);
      const { format, rows } = given;
      const batchRows = rng.pick([1, 37, 500]);
      const pages = Math.max(rng.pick([16, 24, 300]), minimumPages(format, 16, batchRows) + 4);
      const where = statePlace(pages, batchRows, which);
      const { env, spill } = where;
      const tasks = rng.between(1, 3);
      const runs: SortedRun[] = [];
      const step = Math.ceil(rows.length / tasks);
      for (let task = 0; task < tasks; task++) {
        const buffer = new SortBuffer(env, format);
        fill(buffer, where, given, task * step, Math.min(rows.length, (task + 1) * step));
        if (rng.chance(0.3)) buffer.spill();
        // Memory for the others: what is left in pages is moved to a file.
        runs.push(...(pages === 300 ? buffer.finish(task) : inFiles(where, buffer.finish(task))));
      }
      const expected = show([...rows].sort((a, b) => compareRows(format, a, b)));
      const hint = `seed ${rng.seed}, round ${round}`;
      assert.deepEqual(show(read(env, format, runs)), expected, hint);
      for (const ranges of runs.length > 0 ? [2, 7] : []) {
        const parts = keyRanges(runs, ranges).flatMap((range) => read(env, format, runs, range));
        assert.deepEqual(show(parts), expected, `${hint}, ${ranges} ranges`);
      }
      spill.close();
    }
  });
}

for (const which of ['wasm', 'twins'] as const) {
  test(`the first rows only, from a buffer that keeps few more (${which})`, () => {
    const rng = random(12);
    for (let round = 0; round < (which === 'wasm' ? byTier(8, 120) : byTier(2, 20)); round++) {
      const count = which === 'wasm' ? rng.pick([5000, 20000]) : 9000;
      const given = problem(rng, count);
      const keep = rng.pick([1, 10, 1000, 3000, 30000]);
      const format = { ...given.format, keep };
      const batchRows = rng.pick([100, 1500]);
      const pages = Math.max(rng.pick([16, 40, 300]), minimumPages(format, 16, batchRows) + 4);
      const where = statePlace(pages, batchRows, which);
      const { env, spill } = where;
      const buffer = new SortBuffer(env, format);
      fill(buffer, where, given, 0, count >> 1);
      if (rng.chance(0.3)) buffer.spill();
      fill(buffer, where, given, count >> 1, count);
      const runs = inFiles(where, buffer.finish(0));
      const hint = `seed ${rng.seed}, round ${round}`;
      // Runs that were spilled for want of memory may hold the first of their own rows each.
      const held = runs.reduce((sum, run) => sum + run.rows, 0);
      if (pages === 300) assert.ok(held <= Math.max(2 * keep, SEGMENT_ROWS) + SEGMENT_ROWS, `${hint}: ${held} rows`);
      const expected = show([...given.rows].sort((a, b) => compareRows(format, a, b)).slice(0, keep));
      assert.deepEqual(show(read(env, format, runs).slice(0, keep)), expected, hint);
      spill.close();
    }
  });
}

for (const which of ['wasm', 'twins'] as const) {
  test(`which rows are below a bound (${which})`, () => {
    const rng = random(13);
    const count = 300;
    for (let round = 0; round < byTier(10, 150); round++) {
      const { format: all, rows } = problem(rng, count);
      const format = { ...all, values: [] };
      const { env, region } = statePlace(20, count, which);
      const { heap, kernels, memory } = env;
      const pages = memory.allocate(10, 'the test');
      const [columns, sizes, payloads, records, entries] = [2, 3, 4, 5, 6].map((page) => pages + page * PAGE_BYTES);
      writeSortFormat(heap, pages, format);
      for (const [k, type] of format.keys.entries()) {
        const values = rows.map((row) => row[k]);
        describeColumn(heap, columns + k * COLUMN_BYTES, region.vector(type, values));
      }
      kernels.measureRows(pages, columns, 0, 0, count, sizes, payloads);
      const end = pages + 10 * PAGE_BYTES;
      assert.equal(kernels.placeRows(0, count, sizes, payloads, pages + 7 * PAGE_BYTES, end, records), count);
      kernels.writeRows(pages, columns, 0, 0, count, records, sizes, payloads, entries);
      const half = region.selection(rows.flatMap((_, row) => (row % 2 === 0 ? [row] : [])));
      for (let bound = 0; bound < count; bound += 23) {
        const address = heap.u32[(records >>> 2) + bound];
        const found = kernels.rowsBelow(pages, columns, half, 0, count / 2, address, sizes);
        assert.deepEqual(
          [...heap.u32.subarray(sizes >>> 2, (sizes >>> 2) + found)],
          rows.flatMap((row, r) => (r % 2 === 0 && compareRows(format, row, rows[bound]) < 0 ? [r] : [])),
          `round ${round}, bound ${show([rows[bound]])}`,
        );
      }
    }
  });
}

test('rows of hundreds of kilobytes, in memory for a few of them', () => {
  const format: SortFormat = {
    keys: [STRING, BIGINT],
    orders: [{ descending: true }],
    values: [STRING, BIGINT, STRING],
  };
  const where = statePlace(60, 3);
  const { env, spill } = where;
  const rows = Array.from({ length: 40 }, (_, i) => [
    'k'.repeat(((i * 7) % 11) * 9000),
    BigInt(i),
    `${i}`.repeat(((i * 5) % 13) * 10000),
  ]);
  const buffer = new SortBuffer(env, format);
  fill(buffer, where, { format, rows }, 0, rows.length);
  buffer.spill();
  const runs = buffer.finish(0);
  assert.ok(runs.length > 1);
  assert.deepEqual(show(read(env, format, runs)), show([...rows].sort((a, b) => compareRows(format, a, b))));
  spill.close();
});

test('rows are read in memory of which no two pages lie together', () => {
  const format: SortFormat = { keys: [BIGINT], orders: [], values: [BIGINT, DOUBLE, STRING, STRING, INT] };
  const where = statePlace(128, 1500);
  const { env, spill } = where;
  const rows = Array.from({ length: 20_000 }, (_, i) => [BigInt((i * 7919) % 20_000), i / 4, `row ${i}`, null, i - 7]);
  const buffer = new SortBuffer(env, format);
  fill(buffer, where, { format, rows }, 0, rows.length);
  buffer.spill();
  const runs = buffer.finish(0);
  const others: number[] = [];
  for (let page = env.memory.tryAllocate(1); page !== 0; page = env.memory.tryAllocate(1)) others.push(page);
  for (const page of others.filter((at) => (at / PAGE_BYTES) % 2 === 0)) env.memory.free(page, 1);
  assert.deepEqual(show(read(env, format, runs)), show([...rows].sort((a, b) => compareRows(format, a, b))));
  spill.close();
});

test('a damaged block of spilled rows is an error', () => {
  const format: SortFormat = { keys: [BIGINT], orders: [], values: [BIGINT, STRING] };
  const where = statePlace(60, 100);
  const { env, spill } = where;
  const rows = Array.from({ length: 5000 }, (_, i) => [BigInt((i * 7919) % 5000), `row ${i}`]);
  const buffer = new SortBuffer(env, format);
  fill(buffer, where, { format, rows }, 0, rows.length);
  buffer.spill();
  const [run] = buffer.finish(0);
  if (run.location.kind !== 'file') throw new Error('not spilled');
  const { path } = run.location.extent;
  const good = readFileSync(path);
  for (const at of [3, good.length >> 1, good.length - 1]) {
    const bad = Buffer.from(good);
    bad[at] ^= 0x10;
    writeFileSync(path, bad);
    assert.throws(
      () => read(env, format, [run]),
      (error) => error instanceof LeatError && error.code === 'SPILL_IO',
    );
  }
  spill.close();
});

test('a run is opened only for ranges that it may have rows of', () => {
  const format: SortFormat = { keys: [BIGINT], orders: [], values: [BIGINT, STRING] };
  const where = statePlace(24, 500);
  const { env, spill } = where;
  const rows = Array.from({ length: 90_000 }, (_, i) => [BigInt(i), `row ${i} of a table that is in order`]);
  const buffer = new SortBuffer(env, format);
  fill(buffer, where, { format, rows }, 0, rows.length);
  buffer.spill();
  const runs = buffer.finish(0);
  assert.ok(runs.length >= 4);
  const ranges = keyRanges(runs, 8);
  const opened = ranges.map((range) => {
    const bounds = writeBounds(env, where.region.place(2 * 128), range);
    return runs.filter((run) => blocksWithin(run, bounds).first < blocksWithin(run, bounds).end).length;
  });
  // A range begins inside at most one run of these, and ends inside another one.
  assert.ok(Math.max(...opened) <= Math.ceil(runs.length / 8) + 2, `${opened} of ${runs.length}`);
  assert.deepEqual(show(ranges.flatMap((range) => read(env, format, runs, range))), show(rows));
  spill.close();
});
