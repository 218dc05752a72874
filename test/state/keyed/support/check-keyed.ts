/** Holds what a keyed store answers against a model; and what a job does around it. */
import assert from 'node:assert/strict';
import type { DataType } from '../../../../src/columnar/data-type.js';
import { PAGE_BYTES } from '../../../../src/memory/heap.js';
import type { KeyedFormat, KeyedRuns } from '../../../../src/state/keyed/keyed-format.js';
import { KeyedRows, keyedRowsMinimumBytes, rangesOfKeyed } from '../../../../src/state/keyed/keyed-rows.js';
import { type KeyedStore, keyedStoreMinimumBytes } from '../../../../src/state/keyed/keyed-store.js';
import { runToFile } from '../../../../src/state/runs/run-eviction.js';
import type { SortedRun } from '../../../../src/state/runs/sorted-run.js';
import { rowsOf, valueAt } from '../../../support/columns.js';
import type { StatePlace } from '../../../support/state-place.js';

import { compareRanks, identityOf, type Model, type Row, show } from './keyed-model.js';

export type Place = Omit<StatePlace, 'memory'>;

export function vectorsOf({ region }: Place, types: readonly DataType[], rows: readonly Row[]) {
  return types.map((type, c) =>
    region.vector(
      type,
      rows.map((row) => row[c]),
    ),
  );
}

/** Looks keys up and holds what is found against the model. */
export function checkLookups(
  where: Place,
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
export function checkScan(
  where: Place,
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
export function handedOver(
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
export function promising({ memory, env, ...place }: StatePlace, pages: number, promised: number): StatePlace {
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

export function pagesFor(format: KeyedFormat, pages: number, batchRows: number): number {
  const sizes = { shareBytes: pages * PAGE_BYTES, batchRows };
  return Math.max(keyedStoreMinimumBytes(format, sizes), keyedRowsMinimumBytes(format, sizes)) / PAGE_BYTES;
}
