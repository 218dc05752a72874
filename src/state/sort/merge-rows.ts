/**
 * The rows of sorted runs in the order of all of them, as addresses of records: nothing is copied. Records of a run in
 * memory stay where they are. A run in a file has two buffers that take turns, so that records of one block can still be
 * read while the next block is begun; a batch ends where a third block would overwrite the first.
 *
 *     run in a file    [ block 7: rows of this batch ][ block 8: rows of this batch ]   block 9: the next batch
 */
import {
  CURSOR_BYTES,
  CURSOR_END,
  CURSOR_INDEXED,
  CURSOR_LAST,
  CURSOR_NEXT,
  CURSOR_RUN,
  MERGE_BYTES,
  MERGE_CURSORS,
  MERGE_HEAP,
  MERGE_ROW_LIMIT,
  MERGE_ROWS,
  MERGE_STALE,
  MERGE_WANTS_BLOCK,
} from '../../kernels/assembly/state-layout.js';
import { type BlockBuffer, RecordBlocks } from '../runs/record-blocks.js';
import { mergeControlBytes } from '../runs/record-merge.js';
import type { RunReader } from '../runs/run-reader.js';
import { runBlockBytes } from '../runs/run-writer.js';
import type { SortedRun } from '../runs/sorted-run.js';
import type { StateEnv } from '../state-env.js';

export class RowMerge {
  /** Addresses of the records that `next` found, a u32 each. */
  readonly records: number;
  readonly #env: StateEnv;
  readonly #merge: number;
  readonly #readers: readonly RunReader[];
  /** Runs that have begun a block since the batch began. */
  readonly #hasTurned: boolean[];

  /** `control` takes mergeControlBytes and is 8-byte aligned; `records` takes 4 bytes for each row of a batch. */
  constructor(env: StateEnv, readers: readonly RunReader[], control: number, records: number) {
    const { u8, u32 } = env.heap;
    this.#env = env;
    this.#readers = readers;
    this.#merge = control;
    this.records = records;
    this.#hasTurned = readers.map(() => false);
    const cursors = control + MERGE_BYTES;
    const heap = cursors + readers.length * CURSOR_BYTES;
    u8.fill(0, control, control + mergeControlBytes(readers.length));
    let count = 0;
    readers.forEach((reader, run) => {
      if (!reader.advance()) return;
      const cursor = cursors + run * CURSOR_BYTES;
      u32[(cursor + CURSOR_NEXT) >>> 2] = reader.start;
      u32[(cursor + CURSOR_END) >>> 2] = reader.end;
      u32[(cursor + CURSOR_RUN) >>> 2] = run;
      u32[(cursor + CURSOR_INDEXED) >>> 2] = reader.isIndexed ? 1 : 0;
      u32[(heap >>> 2) + count++] = cursor;
    });
    this.#set(MERGE_HEAP, heap);
    this.#set(MERGE_CURSORS, count);
    env.kernels.openMerge(control);
  }

  /** Finds the next rows, at most `limit`; how many they are: 0 at the end. Their records stay until the next call. */
  next(limit: number): number {
    this.#hasTurned.fill(false);
    this.#set(MERGE_ROWS, 0);
    this.#set(MERGE_ROW_LIMIT, limit);
    while (this.#env.kernels.mergeRows(this.#merge, this.records) >>> 0 === MERGE_WANTS_BLOCK) {
      if (!this.#turn()) break;
    }
    return this.#get(MERGE_ROWS);
  }

  /** Finds all rows, at most `most` of them, and hands on how many are at `records`. The record of row `most`; 0: it is not there. */
  drain(limit: number, most: number, take: (count: number) => void): number {
    let last = 0;
    for (let left = most; left > 0; ) {
      const count = this.next(Math.min(limit, left));
      if (count === 0) return 0;
      take(count);
      last = this.#env.heap.u32[(this.records >>> 2) + count - 1];
      left -= count;
    }
    return last;
  }

  /** The least cursor goes on to its run's next block; false when that must wait for the next batch. */
  #turn(): boolean {
    const { u32 } = this.#env.heap;
    const cursor = u32[this.#get(MERGE_HEAP) >>> 2];
    const run = u32[(cursor + CURSOR_RUN) >>> 2];
    const reader = this.#readers[run];
    if (this.#hasTurned[run]) return false;
    this.#hasTurned[run] = true;
    if (reader.advance()) {
      u32[(cursor + CURSOR_NEXT) >>> 2] = reader.start;
      u32[(cursor + CURSOR_END) >>> 2] = reader.end;
    } else {
      u32[(cursor + CURSOR_LAST) >>> 2] = 1;
    }
    this.#set(MERGE_STALE, 1);
    return true;
  }

  #get(field: number): number {
    return this.#env.heap.u32[(this.#merge + field) >>> 2];
  }

  #set(field: number, value: number): void {
    this.#env.heap.u32[(this.#merge + field) >>> 2] = value;
  }
}

/** All rows of the merge as one run in the spill folder; `batchRows` rows are merged at a time. */
export function writeMergedRun(env: StateEnv, merge: RowMerge, buffer: BlockBuffer, batchRows: number): SortedRun {
  const blocks = runBlocks(env, buffer);
  merge.drain(batchRows, Number.POSITIVE_INFINITY, (count) => blocks.add(merge.records, count));
  return blocks.close();
}

/** What puts a run in the spill folder together, in as much of the buffer as a block may have. */
export function runBlocks(env: StateEnv, buffer: BlockBuffer): RecordBlocks {
  return new RecordBlocks(env, 'sort', {
    ...buffer,
    bytes: Math.min(buffer.bytes, runBlockBytes(env.memory.shareBytes)),
  });
}
