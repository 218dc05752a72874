/**
 * Merges sorted runs record by record into one buffer, least key first, records with equal keys combined (or, without a
 * layout, all kept in the order of the runs). Bounded: a block a run, and the buffer.
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
  MERGE_DONE,
  MERGE_HEAP,
  MERGE_LAYOUT,
  MERGE_NEEDED,
  MERGE_OPEN_END,
  MERGE_OUT,
  MERGE_OUT_END,
  MERGE_ROW_LIMIT,
  MERGE_ROWS,
  MERGE_STALE,
  MERGE_TOO_SMALL,
  MERGE_WANTS_BLOCK,
} from '../../kernels/assembly/state-layout.js';
import { PAGE_BYTES } from '../../memory/heap.js';
import { memoryExhausted } from '../../memory/memory-exhausted.js';
import type { StateEnv } from '../state-env.js';
import { type PageStock, pagesFor } from './page-stock.js';
import type { RunReader } from './run-reader.js';

/** Bytes of control that merging `runs` runs takes. */
export function mergeControlBytes(runs: number): number {
  return MERGE_BYTES + runs * (CURSOR_BYTES + 4) + 8;
}

/** Where merged records are put; grows when one record needs more. Its last 8 bytes stay free: an end is never 4 GiB. */
export interface MergeBuffer {
  address: number;
  bytes: number;
}

export class RecordMerge {
  readonly #env: StateEnv;
  readonly #stock: PageStock;
  readonly #merge: number;
  readonly #buffer: MergeBuffer;
  readonly #readers: readonly RunReader[];
  #isDone = false;
  /** Records of the last `fill`: they begin at the buffer's address. */
  rows = 0;
  bytes = 0;

  /** `control` takes mergeControlBytes and is 8-byte aligned; `layout` 0: nothing is combined. */
  constructor(
    env: StateEnv,
    stock: PageStock,
    readers: readonly RunReader[],
    layout: number,
    control: number,
    buffer: MergeBuffer,
  ) {
    this.#env = env;
    this.#stock = stock;
    this.#readers = readers;
    this.#merge = control;
    this.#buffer = buffer;
    const cursors = control + MERGE_BYTES;
    const heap = cursors + readers.length * CURSOR_BYTES;
    env.heap.u8.fill(0, control, control + mergeControlBytes(readers.length));
    let count = 0;
    readers.forEach((reader, run) => {
      if (!reader.advance()) return;
      const cursor = cursors + run * CURSOR_BYTES;
      env.heap.u32[(cursor + CURSOR_NEXT) >>> 2] = reader.start;
      env.heap.u32[(cursor + CURSOR_END) >>> 2] = reader.end;
      env.heap.u32[(cursor + CURSOR_RUN) >>> 2] = run;
      env.heap.u32[(cursor + CURSOR_INDEXED) >>> 2] = reader.isIndexed ? 1 : 0;
      env.heap.u32[(heap >>> 2) + count++] = cursor;
    });
    this.#set(MERGE_HEAP, heap);
    this.#set(MERGE_CURSORS, count);
    this.#set(MERGE_LAYOUT, layout);
    this.#set(MERGE_OUT, buffer.address);
    env.kernels.openMerge(control);
  }

  /** Puts the next records, at most `rowLimit` and `byteLimit`, at the buffer's start; false when there are none. */
  fill(rowLimit: number, byteLimit: number): boolean {
    this.rows = 0;
    this.bytes = 0;
    if (this.#isDone) return false;
    this.#moveOpen(this.#buffer.address);
    this.#set(MERGE_ROWS, 0);
    this.#set(MERGE_ROW_LIMIT, rowLimit);
    this.#set(MERGE_OUT_END, this.#buffer.address + Math.min(byteLimit, this.#buffer.bytes - 8));
    for (;;) {
      const status = this.#env.kernels.mergeRecords(this.#merge) >>> 0;
      if (status === MERGE_WANTS_BLOCK) {
        this.#nextBlock();
      } else if (status === MERGE_TOO_SMALL) {
        this.#makeRoom(this.#get(MERGE_NEEDED));
      } else {
        this.#isDone = status === MERGE_DONE;
        break;
      }
    }
    this.rows = this.#get(MERGE_ROWS);
    this.bytes = this.#get(MERGE_OUT) - this.#buffer.address;
    return this.rows > 0;
  }

  #get(field: number): number {
    return this.#env.heap.u32[(this.#merge + field) >>> 2];
  }

  #set(field: number, value: number): void {
    this.#env.heap.u32[(this.#merge + field) >>> 2] = value;
  }

  /** The record that may still grow moves to `address`, behind which the next ones go. */
  #moveOpen(address: number): void {
    const open = this.#get(MERGE_OUT);
    const openEnd = this.#get(MERGE_OPEN_END);
    if (openEnd !== 0) {
      this.#env.heap.u8.copyWithin(address, open, openEnd);
      this.#set(MERGE_OPEN_END, address + (openEnd - open));
    }
    this.#set(MERGE_OUT, address);
  }

  #nextBlock(): void {
    const { u32 } = this.#env.heap;
    const cursor = u32[this.#get(MERGE_HEAP) >>> 2];
    const reader = this.#readers[u32[(cursor + CURSOR_RUN) >>> 2]];
    if (reader.advance()) {
      u32[(cursor + CURSOR_NEXT) >>> 2] = reader.start;
      u32[(cursor + CURSOR_END) >>> 2] = reader.end;
    } else {
      u32[(cursor + CURSOR_LAST) >>> 2] = 1;
    }
    this.#set(MERGE_STALE, 1);
  }

  /** Room for one record, which is alone in the buffer. */
  #makeRoom(needed: number): void {
    const bytes = pagesFor(8 + needed + (this.#get(MERGE_OPEN_END) || this.#get(MERGE_OUT)) - this.#get(MERGE_OUT));
    if (bytes * PAGE_BYTES > this.#buffer.bytes) {
      const address = this.#stock.take(bytes * PAGE_BYTES);
      if (address === 0) throw memoryExhausted('a row of a merge', bytes * PAGE_BYTES, this.#env.memory.shareBytes);
      this.#moveOpen(address);
      this.#stock.putBack(this.#buffer.address);
      this.#buffer.address = address;
      this.#buffer.bytes = bytes * PAGE_BYTES;
    }
    this.#set(MERGE_OUT_END, this.#buffer.address + this.#buffer.bytes - 8);
  }
}
