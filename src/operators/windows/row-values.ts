/** Values of other rows: so many rows further on, or of a place in the frame. */
import { ResultWriter } from './result-writer.js';
import { RowReader } from './row-reader.js';
import type { RowStore } from './row-store.js';
import type { RowRange, WindowState } from './window-state.js';

/** lag and lead: `inputs` are the value and perhaps a default, which is that of the row itself. */
export class ShiftState implements WindowState {
  readonly usesFrame = false;
  readonly looksUp = false;
  readonly pinned = -1;
  readonly lookahead: number;
  readonly #by: number;
  readonly #values: ResultWriter;
  readonly #defaults: ResultWriter | undefined;
  readonly #reader: RowReader;
  #start = 0;

  constructor(store: RowStore, by: number, [value, fallback]: readonly number[], result: number) {
    this.#by = by;
    this.#values = new ResultWriter(store, value, result);
    this.#defaults = fallback === undefined ? undefined : new ResultWriter(store, fallback, result);
    this.#reader = new RowReader(store);
    this.lookahead = Math.max(0, by);
  }

  begin(start: number): void {
    this.#start = start;
  }

  compute({ chunk, from, to, rows: { start, have } }: RowRange): void {
    for (let row = from; row < to; row++) {
      const other = row + this.#by;
      const index = row - chunk.first;
      if (other >= start && other < have) {
        const found = this.#reader.seek(other);
        this.#values.write(other, found, this.#reader.index, chunk, index);
      } else if (this.#defaults === undefined) this.#values.writeNull(chunk, index);
      else this.#defaults.write(row, chunk, index, chunk, index);
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
  readonly looksUp = false;
  pinned = -1;
  readonly #place: NthPlace;
  readonly #values: ResultWriter;
  readonly #reader: RowReader;
  /** The row whose value was given last; those behind it come next. */
  #other = 0;

  constructor(store: RowStore, place: NthPlace, value: number, result: number) {
    this.#place = place;
    this.#values = new ResultWriter(store, value, result);
    this.#reader = new RowReader(store);
  }

  begin(start: number): void {
    this.#other = start;
    this.pinned = this.#place.isFixed ? start + this.#place.n - 1 : -1;
  }

  compute({ chunk, from, to, low, high }: RowRange): void {
    const { n, fromEnd } = this.#place;
    for (let row = from; row < to; row++) {
      const first = low[row - from];
      const behind = high[row - from];
      const other = fromEnd ? behind - n : first + n - 1;
      const index = row - chunk.first;
      if (other < first || other >= behind) this.#values.writeNull(chunk, index);
      else {
        const found = this.#reader.seek(other);
        this.#values.write(other, found, this.#reader.index, chunk, index);
      }
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
