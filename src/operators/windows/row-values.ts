/** Values of other rows: so many rows further on, or of a place in the frame. */
import { RowReader } from './partition-rows.js';
import type { RowStore } from './row-store.js';
import { copyValue, writeNull } from './values.js';
import type { RowRange, WindowState } from './window-state.js';

/** lag and lead: `inputs` are the value and perhaps a default, which is that of the row itself. */
export class ShiftState implements WindowState {
  readonly usesFrame = false;
  readonly pinned = -1;
  readonly lookahead: number;
  readonly #store: RowStore;
  readonly #by: number;
  readonly #inputs: readonly number[];
  readonly #result: number;
  readonly #reader: RowReader;
  #start = 0;

  constructor(store: RowStore, by: number, inputs: readonly number[], result: number) {
    this.#store = store;
    this.#by = by;
    this.#inputs = inputs;
    this.#result = result;
    this.#reader = new RowReader(store);
    this.lookahead = Math.max(0, by);
  }

  begin(start: number): void {
    this.#start = start;
  }

  compute({ chunk, from, to, rows: { start, have } }: RowRange): void {
    const { heap } = this.#store.memory;
    const [value, fallback] = this.#inputs;
    const result = chunk.vectors[this.#result];
    for (let row = from; row < to; row++) {
      const other = row + this.#by;
      const index = row - chunk.first;
      if (other >= start && other < have) {
        const { vectors } = this.#reader.seek(other);
        copyValue(heap, vectors[value], this.#reader.index, result, index);
      } else if (fallback === undefined) writeNull(heap, result, index);
      else copyValue(heap, chunk.vectors[fallback], index, result, index);
    }
  }

  oldest(next: number): number {
    return Math.max(this.#start, next + Math.min(0, this.#by));
  }

  close(): void {}
}

/** first_value, last_value, nth_value: row `n` of the frame, from 1, or counted from its end. */
export class NthState implements WindowState {
  readonly usesFrame = true;
  readonly lookahead = 0;
  pinned = -1;
  readonly #store: RowStore;
  readonly #place: NthPlace;
  readonly #value: number;
  readonly #result: number;
  readonly #reader: RowReader;
  /** The row whose value was given last; those behind it come next. */
  #other = 0;

  constructor(store: RowStore, place: NthPlace, value: number, result: number) {
    this.#store = store;
    this.#place = place;
    this.#value = value;
    this.#result = result;
    this.#reader = new RowReader(store);
  }

  begin(start: number): void {
    this.#other = start;
    this.pinned = this.#place.isFixed ? start + this.#place.n - 1 : -1;
  }

  compute({ chunk, from, to, low, high }: RowRange): void {
    const { heap } = this.#store.memory;
    const { n, fromEnd } = this.#place;
    const result = chunk.vectors[this.#result];
    for (let row = from; row < to; row++) {
      const [first, behind] = [low[row - from], high[row - from]];
      const other = fromEnd ? behind - n : first + n - 1;
      const index = row - chunk.first;
      if (other < first || other >= behind) writeNull(heap, result, index);
      else copyValue(heap, this.#reader.seek(other).vectors[this.#value], this.#reader.index, result, index);
      this.#other = other;
    }
  }

  oldest(next: number): number {
    return this.#place.isFixed ? next : Math.min(next, this.#other);
  }

  close(): void {}
}

export interface NthPlace {
  readonly n: number;
  readonly fromEnd: boolean;
  /** It is the same row for all rows of a partition. */
  readonly isFixed: boolean;
}
