/** Values of groups through logs and runs, against a map: any types, memory, ranges, kernels or twins. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BIGINT, BOOLEAN, DATE, type DataType, DOUBLE, decimal, INT, STRING } from '../../src/columnar/data-type.js';
import type { Value } from '../../src/columnar/value.js';
import { F64, SORT_SCRATCH_BYTES } from '../../src/kernels/assembly/state-layout.js';
import { MOST_COUNT } from '../../src/kernels/assembly/state-values-layout.js';
import { PAGE_BYTES } from '../../src/memory/heap.js';
import { keyPrefixBytes } from '../../src/state/runs/key-prefix.js';
import { keyRanges } from '../../src/state/runs/key-ranges.js';
import { runToFile } from '../../src/state/runs/run-eviction.js';
import type { KeyRange, SortedRun } from '../../src/state/runs/sorted-run.js';
import type { StateEnv } from '../../src/state/state-env.js';
import { type GroupVisitor, ValueGroups, valueGroupsMinimumBytes } from '../../src/state/values/value-groups.js';
import { type ValueFormat, ValueLog, valueLogMinimumBytes } from '../../src/state/values/value-log.js';
import { compareValues } from '../support/aggregate-reference.js';
import { rowsOf, valueAt } from '../support/columns.js';
import { type Random, random } from '../support/random.js';
import { type StatePlace, statePlace } from '../support/state-place.js';
import { byTier } from '../support/tier.js';

const KEY_TYPES = [BOOLEAN, INT, BIGINT, DOUBLE, decimal(38, 0), STRING, DATE];
const VALUE_TYPES = [BOOLEAN, INT, BIGINT, DOUBLE, decimal(18, 2), DATE];
const ALL: KeyRange = { low: null, high: null };

function randomValue(rng: Random, type: DataType, distinct: number): Value {
  if (rng.chance(0.1)) return null;
  const n = rng.int(distinct) - 3;
  switch (type.kind) {
    case 'boolean':
      return n % 2 === 0;
    case 'double':
      return rng.chance(0.5) ? n / 3 : rng.pick([-0, 0, Number.NaN, 1 / 0, -1 / 0, 5e-324 * n, n * 1e300]);
    case 'string':
      return rng.pick(['', `${n}`, `\u0000${n}\u0001`, `a rather long beginning ${n}`, 'é'.repeat(Math.abs(n) % 60)]);
    case 'int':
    case 'date':
      return (n * 0x10001) | 0;
    default:
      return BigInt(n) ** 3n;
  }
}

/** Rows: the keys, then the value. */
interface Problem {
  readonly format: ValueFormat;
  readonly rows: readonly (readonly Value[])[];
}

function problem(rng: Random, count: number): Problem {
  const keys = Array.from({ length: rng.int(3) }, () => rng.pick(KEY_TYPES));
  const value = rng.pick(VALUE_TYPES);
  const [groups, values] = [rng.pick([1, 4, 60, 5000]), rng.pick([3, 50, 100_000])];
  const rows = Array.from({ length: count }, () => [
    ...keys.map((type) => randomValue(rng, type, groups)),
    randomValue(rng, value, values),
  ]);
  return { format: { keys, value }, rows };
}

function fill(log: ValueLog, { region, env }: StatePlace, { format, rows }: Problem): void {
  for (let at = 0; at < rows.length; at += env.batchRows) {
    region.reset();
    const batch = rows.slice(at, at + env.batchRows);
    const columns = [...format.keys, format.value].map((type, c) =>
      region.vector(
        type,
        batch.map((row) => row[c]),
      ),
    );
    const selection = (at / env.batchRows) % 2 === 0 ? 0 : region.selection([...batch.keys()]);
    log.add(columns.slice(0, -1), columns[columns.length - 1], selection, batch.length);
  }
}

/** A group as text: its key, its rows, each value with how often it is there. */
function shown(key: readonly Value[], rows: number, values: readonly string[]): string {
  return `${key.map((part) => String(part)).join('|')}: ${rows} of ${values.join(' ')}`;
}

function expectedGroups({ format, rows }: Problem): string[] {
  const groups = new Map<string, { readonly key: readonly Value[]; readonly values: Value[] }>();
  for (const row of rows) {
    const key = row.slice(0, -1).map((part) => (typeof part === 'number' ? part + 0 : part));
    const group = groups.get(key.map(String).join('|')) ?? { key, values: [] };
    groups.set(key.map(String).join('|'), group);
    const value = row[format.keys.length];
    if (value !== null) group.values.push(typeof value === 'number' ? value + 0 : value);
  }
  const compareKeys = (a: readonly Value[], b: readonly Value[]): number => {
    for (const [k, x] of a.entries()) {
      const y = b[k];
      const order = x === null || y === null ? Number(x === null) - Number(y === null) : compareValues(x, y);
      if (order !== 0) return order;
    }
    return 0;
  };
  return [...groups.values()]
    .sort((a, b) => compareKeys(a.key, b.key))
    .map(({ key, values }) => {
      const counts = new Map<string, number>();
      for (const value of values.sort((a, b) => compareValues(a!, b!))) {
        counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
      }
      return shown(
        key,
        values.length,
        [...counts].map(([value, count]) => `${value}x${count}`),
      );
    });
}

function read(env: StateEnv, format: ValueFormat, runs: readonly SortedRun[], range = ALL): string[] {
  const groups: string[] = [];
  let ended: { readonly rows: number; readonly values: string[] }[] = [];
  const visitor: GroupVisitor = {
    begin: (rows) => void ended.push({ rows, values: [] }),
    spare: () => 0,
    skip: (rows) => assert.equal(rows, 0),
    values({ vectors: [values, counts] }, from, to) {
      for (let row = from; row < to; row++) {
        const count = valueAt(env.heap, counts, row);
        ended[ended.length - 1].values.push(`${valueAt(env.heap, values, row)}x${count}`);
      }
    },
    end: () => ended.length === 7,
    keys(columns, rows) {
      assert.equal(rows, ended.length);
      const batch = { numRows: rows, vectors: columns, selection: 0, selectedCount: rows };
      const keys = columns.length === 0 ? ended.map((): Value[] => []) : rowsOf(env.heap, batch);
      groups.push(...ended.map((group, i) => shown(keys[i], group.rows, group.values)));
      ended = [];
      return true;
    },
  };
  const merged = new ValueGroups(env, format, runs, range, visitor);
  try {
    merged.read();
  } finally {
    merged.close();
  }
  return groups;
}

/** How many rows stand before the value of each rank, told from what was skipped and what was shown. */
function rankOfFirst(env: StateEnv, format: ValueFormat, runs: readonly SortedRun[], rank: number): string[] {
  const found: string[] = [];
  let seen = 0;
  let isFound = false;
  const visitor: GroupVisitor = {
    begin() {
      [seen, isFound] = [0, false];
    },
    spare: () => (isFound ? Number.POSITIVE_INFINITY : rank - seen),
    skip(rows) {
      seen += rows;
    },
    values({ vectors: [values, counts] }, from, to) {
      for (let row = from; row < to && !isFound; row++) {
        seen += Number(valueAt(env.heap, counts, row));
        isFound = seen > rank;
        if (isFound) found.push(String(valueAt(env.heap, values, row)));
      }
    },
    end: () => false,
    keys: () => true,
  };
  const merged = new ValueGroups(env, format, runs, ALL, visitor);
  merged.read();
  merged.close();
  return found;
}

function minimumPages(format: ValueFormat, pages: number, batchRows: number): number {
  const sizes = { shareBytes: pages * PAGE_BYTES, batchRows };
  return Math.max(valueLogMinimumBytes(format, sizes), valueGroupsMinimumBytes(format, sizes)) / PAGE_BYTES;
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
  test(`groups with their values, in any memory (${which})`, () => {
    const rng = random(21);
    for (let round = 0; round < (which === 'wasm' ? byTier(40, 300) : byTier(8, 30)); round++) {
      const parts = Array.from({ length: rng.between(1, 3) }, () =>
        rng.pick(which === 'wasm' ? [0, 1, 40, 9000] : [0, 30, 700]),
      );
      const given = problem(
        rng,
        parts.reduce((sum, rows) => sum + rows, 0),
      );
      const { format, rows } = given;
      const batchRows = rng.pick([1, 37, 500]);
      const least = minimumPages(format, 16, batchRows) + 4;
      const pages = Math.max(rng.pick([16, 24, 300]), least);
      const where = statePlace(pages, batchRows, which, rng.chance(0.1) ? 7 : undefined);
      const { env, spill } = where;
      const runs: SortedRun[] = [];
      let from = 0;
      for (const [task, count] of parts.entries()) {
        const log = new ValueLog(env, format);
        fill(log, where, { format, rows: rows.slice(from, from + (count >> 1)) });
        if (rng.chance(0.3)) log.spill();
        fill(log, where, { format, rows: rows.slice(from + (count >> 1), from + count) });
        // Memory for the others: what is left in pages is moved to a file.
        runs.push(...(pages === 300 ? log.finish(task) : inFiles(where, log.finish(task))));
        from += count;
      }
      const hint = `seed ${rng.seed}, round ${round}`;
      const expected = expectedGroups(given);
      assert.deepEqual(read(env, format, runs), expected, hint);
      const prefix = (key: Buffer): number => keyPrefixBytes(key, format.keys, [], format.keys.length);
      for (const count of format.keys.length > 0 && runs.length > 0 ? [2, 7] : []) {
        const ranges = keyRanges(runs, count, prefix);
        assert.deepEqual(
          ranges.flatMap((range) => read(env, format, runs, range)),
          expected,
          `${hint}, ${count} ranges`,
        );
      }
      spill.close();
    }
  });
}

for (const which of ['wasm', 'twins'] as const) {
  test(`one group larger than all memory, and the value at a rank (${which})`, () => {
    const rng = random(22);
    const format: ValueFormat = { keys: [], value: DOUBLE };
    const count = which === 'wasm' ? 150_000 : 12_000;
    const where = statePlace(which === 'wasm' ? 24 : 16, 500, which);
    const { env, spill } = where;
    const values = Array.from({ length: count }, (_, i) => (i % 3 === 0 ? rng.int(1000) : rng.int(100_000) / 100));
    const log = new ValueLog(env, format);
    fill(log, where, { format, rows: values.slice(0, count / 2).map((value) => [value]) });
    log.spill();
    fill(log, where, { format, rows: values.slice(count / 2).map((value) => [value]) });
    const runs = inFiles(where, log.finish(0));
    assert.ok(runs.length > 1);
    assert.deepEqual(read(env, format, runs), expectedGroups({ format, rows: values.map((value) => [value]) }));
    const sorted = values.sort((a, b) => a - b);
    for (const rank of [0, 1, count >> 2, count >> 1, count - 1]) {
      assert.deepEqual(rankOfFirst(env, format, runs, rank), [String(sorted[rank])], `rank ${rank}`);
    }
    spill.close();
  });
}

test('nothing is kept of a log that is closed', () => {
  const where = statePlace(40, 100, 'wasm');
  const format: ValueFormat = { keys: [INT], value: BIGINT };
  const before = where.memory.pagesInUse();
  const log = new ValueLog(where.env, format);
  fill(log, where, { format, rows: Array.from({ length: 5000 }, (_, i) => [i % 7, BigInt(i)]) });
  assert.ok(where.memory.pagesInUse() > before);
  log.close();
  log.close();
  assert.equal(where.memory.pagesInUse(), before);
  where.spill.close();
});

for (const which of ['wasm', 'twins'] as const) {
  test(`a value that is there more often than an entry can count (${which})`, () => {
    const { env, region, spill } = statePlace(20, 10, which);
    const { heap, kernels } = env;
    const [entries, scratch] = [region.place(3 * 16), region.place(SORT_SCRATCH_BYTES)];
    const [values, counts] = [region.place(8 * 3), region.place(8 * 3)];
    heap.u32.set([7, 0, 9, MOST_COUNT - 1, 7, 0, 9, 1, 7, 0, 9, 5], entries >>> 2);
    kernels.sortValues(entries, 3, scratch);
    assert.equal(kernels.countEqual(entries, 3) >>> 0, 2);
    assert.equal(kernels.readValues(entries, 2, F64, values, counts, 0) >>> 0, 1);
    assert.equal(heap.u64[counts >>> 3], BigInt(MOST_COUNT) + 5n);
    spill.close();
  });
}
