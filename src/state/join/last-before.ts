/**
 * The last row before a range of keys, of those in some sorted runs: what a walk of all rows has seen last when it comes to
 * the range. So a task that begins there need not read what lies before.
 */

import { SORT_ENTRY_BYTES, SORT_ENTRY_RECORD } from '../../kernels/assembly/state-layout.js';
import type { Heap } from '../../memory/heap.js';
import { blockAt } from '../runs/block-list.js';
import { PageStock } from '../runs/page-stock.js';
import { recordBytes } from '../runs/record-blocks.js';
import { blocksWithin, RunReader, writeBounds } from '../runs/run-reader.js';
import type { KeyRange, SortedRun } from '../runs/sorted-run.js';
import type { StateEnv } from '../state-env.js';
import type { KeptRecord } from './kept-record.js';

const PURPOSE = 'the row before a range';

/** Keeps the row with the greatest key below the range, if there is one. Reads at most a block of each run. */
export function keepLastBefore(env: StateEnv, runs: readonly SortedRun[], { low }: KeyRange, kept: KeptRecord): void {
  kept.drop();
  if (low === null) return;
  const stock = new PageStock(env.memory);
  try {
    const below = { low: null, high: low };
    const bounds = writeBounds(env, stock.require(low.length, PURPOSE), below);
    for (const run of runs) {
      const { end } = blocksWithin(run, bounds);
      if (end === 0) continue;
      const buffer = run.location.kind === 'file' ? stock.require(blockAt(run.blocks, end - 1).bytes, PURPOSE) : 0;
      const reader = new RunReader(env, run, bounds, [buffer]);
      reader.skipToLast();
      if (reader.advance()) kept.keepLater(lastRecord(env.heap, reader));
      stock.putBack(buffer);
    }
  } finally {
    stock.freeAll();
  }
}

/** Of the records, or entries, at which the reader stands. */
function lastRecord(heap: Heap, { isIndexed, start, end }: RunReader): number {
  if (isIndexed) return heap.u32[(end - SORT_ENTRY_BYTES + SORT_ENTRY_RECORD) >>> 2];
  let record = start;
  for (let next = start; next < end; next += recordBytes(heap, record)) record = next;
  return record;
}
