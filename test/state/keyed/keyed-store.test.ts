/** Writes, deletions and lookups of a keyed store against a map: any types, rules and memory, kernels or twins. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { BIGINT, BOOLEAN, DATE, type DataType, DOUBLE, decimal, INT, STRING } from '../../../src/columnar/data-type.js';
import type { Value } from '../../../src/columnar/value.js';
import { LeatError } from '../../../src/errors.js';
import { PAGE_BYTES } from '../../../src/memory/heap.js';
import type { KeepRule, KeyedFormat, KeyedRuns } from '../../../src/state/keyed/keyed-format.js';
import { KeyedRows, keyedRowsMinimumBytes, rangesOfKeyed } from '../../../src/state/keyed/keyed-rows.js';
import { KeyedStore, keyedStoreMinimumBytes } from '../../../src/state/keyed/keyed-store.js';
import { runToFile } from '../../../src/state/run-eviction.js';
import type { SortedRun } from '../../../src/state/sorted-run.js';
import { compareValues } from '../../support/aggregate-reference.js';
import { rowsOf, valueAt } from '../../support/columns.js';
import { type Random, random } from '../../support/random.js';
import { type StatePlace, statePlace } from '../../support/state-place.js';
import { byTier } from '../../support/tier.js';

const WIDE = decimal(38, 0);
const TYPES = [BOOLEAN, INT, BIGINT, DOUBLE, decimal(18, 2), WIDE, STRING, DATE];

type Row = readonly Value[];

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

function show(row: Row): string {
  return row.map((value) => (Object.is(value, -0) ? '-0' : String(value))).join('|');
}

/** Keys are equal where -0 is 0. */
function identityOf(key: Row): string {
  return show(key.map((value) => (value === 0 ? 0 : value)));
}

function compareRanks(format: KeyedFormat, a: Row, b: Row): number {
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
class Model {
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

function formatFor(rng: Random, keeps: KeepRule): KeyedFormat {
  const types = (least: number, most: number): DataType[] =>
    Array.from({ length: rng.between(least, most) }, () => rng.pick(TYPES));
  const keys = types(1, 3);
  const rank = types(1, 2).map((type) => ({ type, descending: rng.chance(0.5), nullsFirst: rng.chance(0.5) }));
  return { keys, values: rng.chance(0.1) ? [] : [...keys, ...types(0, 5)], keeps, ...(keeps === 'least' && { rank }) };
}

/** Rows whose values begin with their keys, if there are values. */
function rowsFor(rng: Random, { keys, rank = [], values }: KeyedFormat, count: number, distinct: number): Row[] {
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

function vectorsOf({ region }: StatePlace, types: readonly DataType[], rows: readonly Row[]) {
  return types.map((type, c) =>
    region.vector(
      type,
      rows.map((row) => row[c]),
    ),
  );
}

function typesOf({ keys, rank = [], values }: KeyedFormat): DataType[] {
  return [...keys, ...rank.map(({ type }) => type), ...values];
}

/** Looks keys up and holds what is found against the model. */
function checkLookups(
  where: StatePlace,
  store: KeyedStore,
  model: Model,
  format: KeyedFormat,
  keys: readonly Row[],
  hint: string,
): void {
  where.region.reset();
  const { heap } = where.env;
  const vectors = vectorsOf(where, format.keys, keys);
  const seen = new Set<number>();
  const selection = where.region.selection([...keys.keys()].reverse());
  store.lookUp(vectors, selection, keys.length, (found) => {
    for (let i = 0; i < found.count; i++) {
      const row = heap.u32[(found.selection >>> 2) + i];
      seen.add(row);
      const values = found.vectors.map((vector) => valueAt(heap, vector, i));
      const expected = model.rows.get(identityOf(keys[row]));
      assert.ok(expected !== undefined, `${hint}: ${show(keys[row])} is there`);
      assert.equal(show(values), show(expected.values), hint);
    }
    for (let i = 0; i < found.missingCount; i++) {
      const row = heap.u32[(found.missing >>> 2) + i];
      seen.add(row);
      assert.ok(!model.rows.has(identityOf(keys[row])), `${hint}: ${show(keys[row])} is not there`);
    }
  });
  assert.equal(seen.size, keys.length, hint);
}

/** All rows, range after range, by their identities. */
function checkScan(
  where: StatePlace,
  runs: KeyedRuns,
  model: Model,
  format: KeyedFormat,
  ranges: number,
  hint: string,
): void {
  const rows: Row[] = [];
  for (const range of rangesOfKeyed(format, runs, ranges)) {
    const scan = new KeyedRows(where.env, format, runs, range);
    for (let batch = scan.next(); batch !== null; batch = scan.next()) rows.push(...rowsOf(where.env.heap, batch));
    scan.close();
  }
  assert.equal(rows.length, model.rows.size, hint);
  if (format.values.length === 0) return;
  const expected = [...model.rows.values()].map(({ values }) => values);
  assert.deepEqual(rows.map(show).sort(), expected.map(show).sort(), hint);
  const ascending = rows.map((row) => row.slice(0, format.keys.length));
  const inOrder = { ...format, rank: format.keys.map((type) => ({ type })) };
  for (let i = 1; i < rows.length; i++) assert.ok(compareRanks(inOrder, ascending[i - 1], ascending[i]) < 0, hint);
}

/** What the job does when a task has ended: it frees what is not read any more, and moves the rest to files, if memory is wanted. */
function handedOver(
  { env, spill }: StatePlace,
  before: KeyedRuns,
  sealed: KeyedRuns,
  inFiles: (sealed: KeyedRuns) => boolean,
): KeyedRuns {
  const free = ({ location }: SortedRun): void => {
    if (location.kind === 'file') return;
    for (const { address, pages } of location.pages) env.memory.free(address, pages);
    if (location.indexed) env.memory.free(location.indexed.within.address, location.indexed.within.pages);
  };
  for (const { run } of before.runs) if (!sealed.runs.some((other) => other.run === run)) free(run);
  if (!inFiles(sealed)) return sealed;
  const runs = sealed.runs.map(({ run, filter }) => {
    if (run.location.kind === 'file') return { run, filter };
    const moved = runToFile(run, spill, env.heap, () => env.kernels);
    free(run);
    return { run: moved };
  });
  return { ...sealed, runs };
}

/** As a task's memory: what it was promised is not given away for what would only be faster. */
function promising({ memory, env, ...place }: StatePlace, pages: number, promised: number): StatePlace {
  const before = memory.pagesInUse();
  const extras = new Map<number, number>();
  const tryExtra = (count: number): number => {
    const extra = [...extras.values()].reduce((sum, each) => sum + each, 0);
    const held = memory.pagesInUse() - before;
    if (pages - held - count < Math.max(0, promised - (held - extra))) return 0;
    const address = env.memory.tryAllocate(count);
    if (address !== 0) extras.set(address, count);
    return address;
  };
  const free = (address: number, count: number): void => {
    extras.delete(address);
    env.memory.free(address, count);
  };
  return { ...place, memory, env: { ...env, memory: { ...env.memory, tryExtra, free } } };
}

function pagesFor(format: KeyedFormat, pages: number, batchRows: number): number {
  const sizes = { shareBytes: pages * PAGE_BYTES, batchRows };
  return Math.max(keyedStoreMinimumBytes(format, sizes), keyedRowsMinimumBytes(format, sizes)) / PAGE_BYTES;
}

for (const which of ['wasm', 'twins'] as const) {
  test(`a store does what a map does, in any memory (${which})`, () => {
    const rng = random(21);
    let spilled = 0;
    let merged = 0;
    for (let round = 0; round < (which === 'wasm' ? byTier(40, 600) : byTier(10, 60)); round++) {
      const format = formatFor(rng, rng.pick(['last', 'last', 'first', 'least']));
      const distinct = rng.pick(which === 'wasm' ? [5, 300, 30_000] : [5, 300]);
      const steps = which === 'wasm' ? rng.pick([5, 60]) : 12;
      const batchRows = which === 'wasm' ? rng.pick([1, 100, 1500]) : rng.pick([1, 60]);
      const least = pagesFor(format, 16, batchRows);
      const pages = Math.max(rng.pick([least, 24, 300]), least);
      const place = statePlace(pages, batchRows, which, rng.chance(0.1) ? 3 : undefined);
      const where = promising(place, pages, least);
      const held = where.memory.pagesInUse();
      const hint = `seed ${rng.seed}, round ${round}`;
      const model = new Model(format);
      let store = new KeyedStore(where.env, format);
      let runs: KeyedRuns = { runs: [], epoch: 0 };
      for (let step = 0; step < steps; step++) {
        where.region.reset();
        const rows = rowsFor(rng, format, rng.between(1, batchRows), distinct);
        const keys = rows.map((row) => row.slice(0, format.keys.length));
        const kind = rng.int(10);
        if (kind < 5) {
          store.upsert(vectorsOf(where, typesOf(format), rows), 0, rows.length);
          for (const row of rows) model.upsert(row);
        } else if (kind < 7 && format.keeps === 'last') {
          store.delete(vectorsOf(where, format.keys, keys), 0, rows.length);
          for (const key of keys) model.rows.delete(identityOf(key));
        } else if (kind === 8 && rng.chance(0.5)) store.spill();
        else if (kind === 9 && rng.chance(0.3)) {
          spilled += store.metrics.spilledRuns;
          merged += store.metrics.mergedRuns;
          // What lies in memory must leave enough of it.
          const isWanted = (): boolean => where.memory.pagesInUse() - held > 100 || pages < 300;
          runs = handedOver(where, runs, store.seal(0), isWanted);
          store = new KeyedStore(where.env, format, { given: runs });
        } else checkLookups(where, store, model, format, keys, hint);
      }
      spilled += store.metrics.spilledRuns;
      merged += store.metrics.mergedRuns;
      runs = handedOver(where, runs, store.seal(0), () => true);
      store.close();
      assert.equal(where.memory.pagesInUse(), held, `${hint}: pages left`);
      checkScan(where, runs, model, format, rng.pick([1, 3]), hint);
      assert.equal(where.memory.pagesInUse(), held, `${hint}: pages left by the scan`);
      where.spill.close();
    }
    assert.ok(spilled > (which === 'wasm' ? 20 : 2), `${spilled} runs`);
    if (which === 'wasm') assert.ok(merged > 8, `${merged} runs merged`);
  });
}

const COUNTED: KeyedFormat = { keys: [BIGINT], values: [BIGINT, STRING], keeps: 'last' };

/** Keys from 0 on, each with a text that names it, in so many runs and in memory. */
function countedStore(where: StatePlace, rows: number, runs: number): KeyedStore {
  const store = new KeyedStore(where.env, COUNTED);
  for (let run = 0; run < runs; run++) {
    for (let at = run; at < rows; at += 100 * runs) {
      where.region.reset();
      const keys = Array.from({ length: 100 }, (_, i) => BigInt(at + i * runs)).filter((key) => key < rows);
      const batch = keys.map((key) => [key, key, `the row of key ${key}`]);
      store.upsert(vectorsOf(where, typesOf(COUNTED), batch), 0, batch.length);
    }
    if (run < runs - 1) store.spill();
  }
  return store;
}

function lookUpAll(where: StatePlace, store: KeyedStore, keys: readonly bigint[]): number {
  where.region.reset();
  let count = 0;
  store.lookUp([where.region.vector(BIGINT, keys)], 0, keys.length, (found) => {
    count += found.count;
  });
  return count;
}

test('a block is read once for all that is looked up in it, and hardly one for what is not there', () => {
  const where = statePlace(200, 1000);
  const store = countedStore(where, 20_000, 4);
  store.spill();
  const keys = (from: number, step: number): bigint[] =>
    Array.from({ length: 1000 }, (_, i) => BigInt(from + i * step));
  assert.equal(lookUpAll(where, store, keys(0, 1)), 1000);
  // Of each of the four runs the blocks at its beginning.
  const { blocksRead } = store.metrics;
  assert.ok(blocksRead >= 4 && blocksRead <= 12, `${blocksRead} blocks`);
  assert.equal(lookUpAll(where, store, keys(20_000, 3)), 0);
  assert.equal(lookUpAll(where, store, keys(-1_000_000, 7)), 0);
  assert.ok(store.metrics.blocksRead - blocksRead < 200, `${store.metrics.blocksRead} blocks`);
  store.close();
  where.spill.close();
});

test('a damaged block, or filter, is an error', () => {
  const where = statePlace(200, 1000);
  const store = countedStore(where, 20_000, 1);
  store.spill();
  const runs = store.seal(0);
  const [{ run, filter }] = runs.runs;
  if (run.location.kind !== 'file' || filter === undefined) throw new Error('not spilled, or without a filter');
  const { path } = run.location.extent;
  const good = readFileSync(path);
  const isDamage = (error: unknown): boolean => error instanceof LeatError && error.code === 'SPILL_IO';
  for (const at of [3, filter.at >> 1, filter.at - 1, filter.at, good.length - 1]) {
    const bad = Buffer.from(good);
    bad[at] ^= 0x10;
    writeFileSync(path, bad);
    const reopen = (): void => {
      const again = new KeyedStore(where.env, COUNTED, { given: runs });
      try {
        lookUpAll(where, again, [
          0n,
          1n,
          5000n,
          10_000n,
          15_000n,
          19_999n,
          ...Array.from({ length: 900 }, (_, i) => BigInt(i * 22)),
        ]);
      } finally {
        again.close();
      }
    };
    assert.throws(reopen, isDamage, `byte ${at}`);
  }
  writeFileSync(path, good);
  const again = new KeyedStore(where.env, COUNTED, { given: runs });
  assert.equal(lookUpAll(where, again, [0n, 5000n, 20_000n]), 2);
  again.close();
  where.spill.close();
});

test('keys and rows of hundreds of kilobytes, in memory for a few of them', () => {
  const format: KeyedFormat = { keys: [STRING, INT], values: [STRING, INT, STRING], keeps: 'last' };
  const where = statePlace(110, 3);
  const store = new KeyedStore(where.env, format);
  const model = new Model(format);
  for (let at = 0; at < 60; at += 2) {
    const batch = [at, at + 1].map((i) => {
      const key = ['k'.repeat(((i * 7) % 11) * 9000), i % 9];
      return [...key, ...key, `${i}`.repeat(((i * 5) % 13) * 10000)];
    });
    where.region.reset();
    store.upsert(vectorsOf(where, typesOf(format), batch), 0, batch.length);
    for (const row of batch) model.upsert(row);
    checkLookups(
      where,
      store,
      model,
      format,
      batch.map((row) => row.slice(0, 2)),
      `row ${at}`,
    );
  }
  assert.ok(store.metrics.spilledRuns > 1);
  checkScan(
    where,
    handedOver(where, { runs: [], epoch: 0 }, store.seal(0), () => true),
    model,
    format,
    1,
    'scan',
  );
  where.spill.close();
});

test('kernels and their twins write the same runs and filters', () => {
  const rng = random(23);
  for (const keeps of ['last', 'first', 'least'] as const) {
    const format = formatFor(rng, keeps);
    const batches = Array.from({ length: 8 }, () => rowsFor(rng, format, 200, 400));
    const [wasm, twins] = (['wasm', 'twins'] as const).map((which) => {
      const where = statePlace(60, 200, which);
      const store = new KeyedStore(where.env, format);
      for (const [i, rows] of batches.entries()) {
        where.region.reset();
        store.upsert(vectorsOf(where, typesOf(format), rows), 0, rows.length);
        if (keeps === 'last' && i % 3 === 1) store.delete(vectorsOf(where, format.keys, rows), 0, 50);
        store.spill();
      }
      // A ninth run: they are merged.
      where.region.reset();
      for (const rows of batches.slice(0, 2)) {
        store.upsert(vectorsOf(where, typesOf(format), rows), 0, 10);
        store.spill();
      }
      store.upsert(vectorsOf(where, typesOf(format), batches[0]), 0, 1);
      const { runs } = handedOver(where, { runs: [], epoch: 0 }, store.seal(0), () => true);
      where.spill.close();
      return runs.map(({ run, filter }) => ({ blocks: run.blocks, filter }));
    });
    assert.deepEqual(twins, wasm, keeps);
    assert.ok(wasm.length < 10, 'some are merged');
  }
});

test('what was deleted stays so when only newer runs are merged', () => {
  const where = statePlace(200, 1000);
  const store = countedStore(where, 20_000, 1);
  store.spill();
  for (let run = 0; run < 10; run++) {
    where.region.reset();
    const keys = Array.from({ length: 50 }, (_, i) => BigInt(run * 1000 + i));
    store.delete([where.region.vector(BIGINT, keys)], 0, keys.length);
    store.spill();
  }
  const keys = Array.from({ length: 1000 }, (_, i) => BigInt((i % 10) * 1000 + Math.floor(i / 10)));
  assert.equal(lookUpAll(where, store, keys), 500);
  const { mergedRuns } = store.metrics;
  assert.ok(mergedRuns > 0);
  const { runs } = store.seal(0);
  assert.equal(runs[0].run.rows, 20_000, 'the oldest run was not merged');
  where.spill.close();
});
