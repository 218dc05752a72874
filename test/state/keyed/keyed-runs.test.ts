/** The runs of a keyed store: how many of their blocks are read, what is damaged, what is long, what is merged. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { BIGINT, INT, STRING } from '../../../src/columnar/data-type.js';
import { LeatError } from '../../../src/errors.js';
import type { KeyedFormat } from '../../../src/state/keyed/keyed-format.js';
import { KeyedStore } from '../../../src/state/keyed/keyed-store.js';
import { type StatePlace, statePlace } from '../../support/state-place.js';

import { checkLookups, checkScan, handedOver, vectorsOf } from './support/check-keyed.js';
import { Model, typesOf } from './support/keyed-model.js';

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
