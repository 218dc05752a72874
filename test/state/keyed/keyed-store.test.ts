/** Writes, deletions and lookups of a keyed store against a map: any types, rules and memory, kernels or twins. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BIGINT, DOUBLE, STRING } from '../../../src/columnar/data-type.js';
import { loadKernels } from '../../../src/kernels/loader.js';
import { AttemptMemory } from '../../../src/memory/attempt-memory.js';
import { PAGE_BYTES } from '../../../src/memory/heap.js';
import { MemoryPool } from '../../../src/memory/memory-pool.js';
import type { KeyedRuns } from '../../../src/state/keyed/keyed-format.js';
import { KeyedStore } from '../../../src/state/keyed/keyed-store.js';
import type { StateEnv } from '../../../src/state/state-env.js';
import { Region } from '../../support/columns.js';
import { random } from '../../support/random.js';
import { testSpillFolder } from '../../support/spill-folder.js';
import { statePlace } from '../../support/state-place.js';
import { byTier } from '../../support/tier.js';

import { checkLookups, checkScan, handedOver, pagesFor, promising, vectorsOf } from './support/check-keyed.js';
import { formatFor, identityOf, Model, rowsFor, typesOf } from './support/keyed-model.js';

for (const which of ['wasm', 'twins'] as const) {
  test(`a store does what a map does, in any memory (${which})`, () => {
    const rng = random(21);
    let spilled = 0;
    for (let round = 0; round < (which === 'wasm' ? byTier(20, 600) : byTier(6, 60)); round++) {
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
          // What lies in memory must leave enough of it.
          const isWanted = (): boolean => where.memory.pagesInUse() - held > 100 || pages < 300;
          runs = handedOver(where, runs, store.seal(0), isWanted);
          store = new KeyedStore(where.env, format, { given: runs });
        } else checkLookups(where, store, model, format, keys, hint);
      }
      spilled += store.metrics.spilledRuns;
      runs = handedOver(where, runs, store.seal(0), () => true);
      store.close();
      assert.equal(where.memory.pagesInUse(), held, `${hint}: pages left`);
      checkScan(where, runs, model, format, rng.pick([1, 3]), hint);
      assert.equal(where.memory.pagesInUse(), held, `${hint}: pages left by the scan`);
      where.spill.close();
    }
    assert.ok(spilled > 0);
  });
}

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

test("a task's own memory, of which it has no more than its minimum, suffices", () => {
  const rng = random(27);
  for (const keeps of ['last', 'first', 'least'] as const) {
    const keys = [STRING, BIGINT];
    const rank = [{ type: DOUBLE, descending: true }];
    const format = { keys, values: [...keys, DOUBLE], keeps, ...(keeps === 'least' && { rank }) };
    const batchRows = 1000;
    const pages = pagesFor(format, 16, batchRows);
    const pool = MemoryPool.create((pages + 40) * PAGE_BYTES, 1);
    const home = pool.reserve(1, pages);
    assert.ok(home);
    pool.takeSeat(0, 1);
    const memory = new AttemptMemory(pool, { attempt: 1, seat: 0, home, shareBytes: 16 * PAGE_BYTES });
    const { heap } = memory;
    // The rest is the test's.
    const region = new Region(heap, memory.allocate(40, 'the test'), 40 * PAGE_BYTES);
    const spill = testSpillFolder(heap);
    const env: StateEnv = { memory, heap, kernels: loadKernels(heap).state, spill, batchRows };
    const where = { env, region, spill };
    const model = new Model(format);
    const store = new KeyedStore(env, format);
    for (let step = 0; step < 60; step++) {
      region.reset();
      const rows = rowsFor(rng, format, batchRows, 30_000);
      store.upsert(vectorsOf(where, typesOf(format), rows), 0, rows.length);
      for (const row of rows) model.upsert(row);
      const wanted = rows.map((row) => row.slice(0, format.keys.length));
      if (step % 5 === 4) checkLookups(where, store, model, format, wanted, `${keeps}, step ${step}`);
    }
    assert.ok(store.metrics.mergedRuns > 0);
    store.spill();
    checkScan(where, store.seal(0), model, format, 3, keeps);
    spill.close();
  }
});
