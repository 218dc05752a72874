/** Runs on disk and in memory: damage, ranges, eviction, limits; addresses beyond 2 GiB; what goes wrong and how. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { BIGINT, type DataType, decimal, INT, STRING } from '../../src/columnar/data-type.js';
import type { Value } from '../../src/columnar/value.js';
import { LeatError } from '../../src/errors.js';
import type { Spillable } from '../../src/memory/task-memory.js';
import { AggregateMerge } from '../../src/state/groups/aggregate-merge.js';
import { GroupTable } from '../../src/state/groups/group-table.js';
import { keyRanges } from '../../src/state/runs/key-ranges.js';
import { runToFile } from '../../src/state/runs/run-eviction.js';
import type { KeyRange, SortedRun } from '../../src/state/runs/sorted-run.js';
import type { StateEnv } from '../../src/state/state-env.js';
import { accumulator, callsOf } from '../support/aggregate-reference.js';
import { Region, rowsOf } from '../support/columns.js';
import { random } from '../support/random.js';
import { testSpillFolder } from '../support/spill-folder.js';
import { testMemory } from '../support/task-memory.js';

const COUNT = callsOf([accumulator('count', null)]);
const ALL: KeyRange = { low: null, high: null };

function setup(pages: number, batchRows = 1000) {
  const memory = testMemory(pages + 16);
  const region = new Region(memory.heap, memory.memory.allocate(16, 'the test'), 16 * 65536);
  const spill = testSpillFolder(memory.heap);
  const env: StateEnv = {
    memory: { ...memory.memory, shareBytes: pages * 65536 },
    heap: memory.heap,
    kernels: memory.kernels().state,
    spill,
    batchRows,
  };
  return { memory, region, spill, env };
}

function addKeys(table: GroupTable, region: Region, type: DataType, values: readonly Value[], batchRows = 1000): void {
  for (let i = 0; i < values.length; i += batchRows) {
    region.reset();
    const batch = values.slice(i, i + batchRows);
    table.add([region.vector(type, batch)], [], 0, batch.length);
  }
}

function mergeAll(env: StateEnv, type: DataType, runs: readonly SortedRun[], range = ALL): Value[][] {
  const merge = new AggregateMerge(env, [type], COUNT, runs, range);
  const rows: Value[][] = [];
  try {
    for (let batch = merge.next(); batch !== null; batch = merge.next()) rows.push(...rowsOf(env.heap, batch));
  } finally {
    merge.close();
  }
  return rows;
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof LeatError) return error.code;
    throw error;
  }
  return 'no error';
}

test('a damaged block of a spilled run is an error', () => {
  const { region, spill, env } = setup(40);
  const table = new GroupTable(env, [BIGINT], COUNT);
  addKeys(
    table,
    region,
    BIGINT,
    Array.from({ length: 3000 }, (_, i) => BigInt(i)),
  );
  table.spill();
  const [run] = table.finish(0);
  assert.equal(mergeAll(env, BIGINT, [run]).length, 3000);
  if (run.location.kind !== 'file') throw new Error('not spilled');
  const { path } = run.location.extent;
  const good = readFileSync(path);
  for (const at of [0, 9, good.length >> 1, good.length - 1]) {
    const bad = Buffer.from(good);
    bad[at] ^= 0x10;
    writeFileSync(path, bad);
    assert.equal(
      codeOf(() => mergeAll(env, BIGINT, [run])),
      'SPILL_IO',
      `byte ${at}`,
    );
  }
  writeFileSync(path, good.subarray(0, good.length - 8));
  assert.equal(
    codeOf(() => mergeAll(env, BIGINT, [run])),
    'SPILL_IO',
    'cut short',
  );
  spill.close();
});

test('ranges cut the keys without gap or overlap, keys longer than samples too', () => {
  const rng = random(5);
  const { region, spill, env } = setup(60);
  const runs: SortedRun[] = [];
  const beginning = 'longer than any sample '.repeat(7);
  const keys = Array.from({ length: 9000 }, () => (rng.chance(0.3) ? beginning : '') + rng.int(4000));
  for (let i = 0; i < 3; i++) {
    const table = new GroupTable(env, [STRING], COUNT);
    addKeys(table, region, STRING, keys.slice(3000 * i, 3000 * (i + 1)), 500);
    if (i === 1) table.spill();
    runs.push(...table.finish(i));
  }
  const whole = mergeAll(env, STRING, runs);
  assert.equal(whole.length, new Set(keys).size);
  for (const count of [1, 2, 3, 7, 50]) {
    const ranges = keyRanges(runs, count);
    assert.ok(ranges.length <= count);
    assert.deepEqual(keyRanges([...runs].reverse(), count), ranges, 'the order of runs does not matter');
    assert.deepEqual(
      ranges.flatMap((range) => mergeAll(env, STRING, runs, range)),
      whole,
      `${count} ranges`,
    );
  }
  assert.ok(keyRanges(runs, 4).length >= 2, 'ranges are really cut');
  // Any bytes are a bound, also keys that no run has.
  const cut = Buffer.concat([Buffer.from([1]), Buffer.from(`${beginning}2`)]).toString('base64');
  const parts = [
    { low: null, high: cut },
    { low: cut, high: null },
  ].map((range) => mergeAll(env, STRING, runs, range));
  assert.ok(parts.every((part) => part.length > 0));
  assert.deepEqual(parts.flat(), whole);
  spill.close();
});

test('an evicted run reads as before', () => {
  const { region, spill, env } = setup(40);
  const table = new GroupTable(env, [INT], COUNT);
  addKeys(
    table,
    region,
    INT,
    Array.from({ length: 5000 }, (_, i) => (i * 7919) % 3000),
  );
  const runs = table.finish(0);
  assert.deepEqual(
    runs.map((run) => run.location.kind),
    ['memory'],
  );
  const evicted = runs.map((run) => runToFile(run, env.spill, env.heap, () => env.kernels));
  assert.deepEqual(
    evicted.map((run) => run.location.kind),
    ['file'],
  );
  assert.deepEqual(mergeAll(env, INT, evicted), mergeAll(env, INT, runs));
  spill.close();
});

test('many runs and little memory: several passes, nothing left behind', () => {
  const { memory, region, spill, env } = setup(7, 400);
  const runs: SortedRun[] = [];
  for (let i = 0; i < 30; i++) {
    const table = new GroupTable(env, [INT], COUNT);
    addKeys(
      table,
      region,
      INT,
      Array.from({ length: 700 }, (_, k) => (k * 31 + i * 17) % 5000),
      350,
    );
    table.spill();
    runs.push(...table.finish(i));
  }
  const files = spill.files.size;
  const written = spill.bytesWritten;
  const rows = mergeAll(env, INT, runs);
  assert.equal(
    rows.reduce((sum, row) => sum + (row[1] as bigint), 0n),
    21000n,
  );
  assert.ok(rows.every((row, i) => i === 0 || (row[0] as number) > (rows[i - 1][0] as number)));
  assert.ok(spill.bytesWritten > written, 'one pass was enough: the test tests nothing');
  assert.equal(spill.files.size, files);
  assert.equal(memory.pagesInUse(), 16);
  spill.close();
});

test('a table gives its memory to others', () => {
  const { memory, region, spill, env } = setup(40);
  let registered: Spillable | undefined;
  let isAsked = false;
  const asked: StateEnv = {
    ...env,
    memory: {
      ...env.memory,
      registerSpillable: (consumer) => {
        registered = consumer;
      },
      unregisterSpillable: () => {
        registered = undefined;
      },
      spillRequested: () => isAsked,
    },
  };
  const table = new GroupTable(asked, [INT], COUNT);
  const keys = Array.from({ length: 9000 }, (_, i) => i % 6000);
  addKeys(table, region, INT, keys);
  const before = memory.pagesInUse();
  const bytes = registered?.spillableBytes() ?? 0;
  assert.ok(bytes > 0);
  assert.equal(registered?.spill(), bytes);
  assert.equal(memory.pagesInUse(), before - bytes / 65536);
  assert.equal(registered?.spillableBytes(), 0);
  addKeys(table, region, INT, keys);
  isAsked = true;
  addKeys(table, region, INT, keys.slice(0, 10));
  isAsked = false;
  assert.equal(table.spilledRuns, 2);
  const runs = table.finish(0);
  assert.equal(registered, undefined);
  const rows = mergeAll(env, INT, runs);
  assert.equal(rows.length, 6000);
  assert.deepEqual(rows[5], [5, 5n]);
  spill.close();
});

test('a sum outside decimal(38) is an error, a sum that comes back is none', () => {
  const { region, spill, env } = setup(20);
  const type = decimal(38, 0);
  const specs = callsOf([accumulator('sum', type)]);
  const most = 10n ** 38n - 1n;
  const total = (...tasks: bigint[][]): Value[][] => {
    const runs = tasks.flatMap((values) => {
      const table = new GroupTable(env, [], specs);
      region.reset();
      table.add([], [region.vector(type, values)], 0, values.length);
      return table.finish(0);
    });
    const merge = new AggregateMerge(env, [], specs, runs, ALL);
    try {
      const batch = merge.next();
      return batch === null ? [] : rowsOf(env.heap, batch);
    } finally {
      merge.close();
    }
  };
  assert.deepEqual(total([most]), [[most]]);
  assert.deepEqual(total([-most]), [[-most]]);
  assert.deepEqual(total([most, most, most, -most, -most]), [[most]]);
  // Partial sums of more than 128 bits, either way.
  const many = Array.from({ length: 40 }, () => most);
  const back = many.map((x) => -x);
  assert.deepEqual(total(many, [...back, 5n]), [[5n]]);
  assert.deepEqual(total([...back, -7n], many), [[-7n]]);
  assert.deepEqual(total(many, back, [...many, ...many], back, [-3n, ...back]), [[-3n]]);
  for (const values of [[most, 1n], [-most, -1n], Array.from({ length: 900 }, () => most)]) {
    assert.equal(
      codeOf(() => total(values)),
      'EXPR_OVERFLOW',
    );
  }
  spill.close();
});

test('a row that cannot fit is MEMORY_EXHAUSTED, and everything is given back', () => {
  const { memory, region, spill, env } = setup(6, 10);
  const table = new GroupTable(env, [STRING], COUNT);
  assert.equal(
    codeOf(() => addKeys(table, region, STRING, ['a', 'b', 'x'.repeat(400_000)], 10)),
    'MEMORY_EXHAUSTED',
  );
  table.close();
  assert.equal(memory.pagesInUse(), 16);
  spill.close();
});

test('addresses beyond 2 GiB, up to the very end', () => {
  const memory = testMemory(65535);
  const { heap } = memory;
  // Everything but 80 pages at the top.
  memory.memory.allocate(65535 - 80, 'the rest');
  const region = new Region(heap, memory.memory.allocate(16, 'the test'), 16 * 65536);
  const spill = testSpillFolder(heap);
  const rng = random(9);
  const keys = Array.from({ length: 12000 }, () => `${rng.int(2) ? 'somewhat longer ' : ''}${rng.int(6000)}`);
  for (const which of ['wasm', 'twins'] as const) {
    const env: StateEnv = {
      memory: { ...memory.memory, shareBytes: 64 * 65536 },
      heap,
      kernels: memory.kernels(which).state,
      spill,
      batchRows: 1000,
    };
    const some = which === 'wasm' ? keys : keys.slice(0, 3000);
    const specs = callsOf([accumulator('max', STRING), accumulator('count', null)]);
    const table = new GroupTable(env, [STRING], specs);
    for (let i = 0; i < some.length; i += 1000) {
      region.reset();
      const vector = region.vector(STRING, some.slice(i, i + 1000));
      table.add([vector], [vector], 0, 1000);
    }
    const runs = table.finish(0);
    // Files too, read into whatever is left.
    const all = [...runs, ...runs.map((run) => runToFile(run, env.spill, env.heap, () => env.kernels))];
    const merge = new AggregateMerge(env, [STRING], specs, all, ALL);
    const found: Value[][] = [];
    for (let batch = merge.next(); batch !== null; batch = merge.next()) found.push(...rowsOf(heap, batch));
    merge.close();
    const counts = new Map<string, bigint>();
    for (const key of some) counts.set(key, (counts.get(key) ?? 0n) + 2n);
    const wanted = [...counts].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    assert.deepEqual(
      found,
      wanted.map(([key, count]) => [key, key, count]),
    );
    for (const run of runs) {
      if (run.location.kind === 'memory')
        for (const part of run.location.pages) memory.memory.free(part.address, part.pages);
    }
  }
  spill.close();
});
