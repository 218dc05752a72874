/**
 * An aggregate over frames. Frames only move forwards, so each row enters and leaves once; what does not change from one
 * row to the next is handed on.
 */

import type { Vector } from '../../columnar/vector.js';
import type { Chunk } from './chunk.js';
import type { RowStore } from './row-store.js';
import { copyValue } from './values.js';
import type { RowRange, WindowState } from './window-state.js';

/** What is known of the rows in a frame. */
export interface FrameAggregate {
  /** The row behind all others comes in. */
  add(row: number): void;
  /** The first row goes. */
  remove(row: number): void;
  clear(): void;
  /** Writes the result into a row of the chunk, which lasts as long as texts of the result. */
  write(chunk: Chunk, result: Vector, row: number): void;
  /** Rows that are in are looked at again, as `LookupRows` has them. */
  readonly looksUp: boolean;
  /** The row whose value is the result, if it is one; -1: none. */
  readonly chosen: number;
  close(): void;
}

export class FrameState implements WindowState {
  readonly usesFrame = true;
  readonly lookahead = 0;
  readonly #store: RowStore;
  readonly #aggregate: FrameAggregate;
  /** Frames begin where the partition begins: no row ever leaves. */
  readonly #grows: boolean;
  readonly #result: number;
  /** The rows that are in. */
  #low = 0;
  #high = 0;

  constructor(store: RowStore, aggregate: FrameAggregate, grows: boolean, result: number) {
    this.#store = store;
    this.#aggregate = aggregate;
    this.#grows = grows;
    this.#result = result;
  }

  begin(start: number): void {
    this.#aggregate.clear();
    this.#low = start;
    this.#high = start;
  }

  compute({ chunk, from, to, low, high }: RowRange): void {
    const { heap } = this.#store.memory;
    const result = chunk.vectors[this.#result];
    for (let row = from; row < to; row++) {
      const hasMoved = this.#moveTo(low[row - from], high[row - from]);
      const index = row - chunk.first;
      if (hasMoved || row === from) this.#aggregate.write(chunk, result, index);
      else copyValue(heap, result, index - 1, result, index);
    }
  }

  #moveTo(low: number, high: number): boolean {
    if (low === this.#low && high === this.#high) return false;
    if (low >= this.#high) {
      this.#aggregate.clear();
      this.#low = low;
      this.#high = low;
    }
    this.absorb(high);
    while (this.#low < low) this.#aggregate.remove(this.#low++);
    return true;
  }

  absorb(to: number): void {
    while (this.#high < to) this.#aggregate.add(this.#high++);
  }

  oldest(next: number): number {
    const leaves = !this.#grows || this.looksUp;
    return Math.min(next, leaves ? this.#low : this.#high);
  }

  get looksUp(): boolean {
    return this.#aggregate.looksUp;
  }

  get pinned(): number {
    return this.#aggregate.chosen;
  }

  close(): void {
    this.#aggregate.close();
  }
}
