/** Writes values of rows as results of other rows. */
import type { Chunk } from './chunk.js';
import type { RowStore } from './row-store.js';
import { copyValue, writeNull } from './values.js';

export class ResultWriter {
  readonly #store: RowStore;
  readonly #column: number;
  readonly #result: number;
  /** The row whose text was copied last, for which results, and where that is. */
  #row = -1;
  #round = -1;
  #address = 0;

  /** Values of `column` become those of the column `result`. */
  constructor(store: RowStore, column: number, result: number) {
    this.#store = store;
    this.#column = column;
    this.#result = result;
  }

  /** The value of a row, which is number `index` of a chunk, as the result in row `at` of the chunk at work. */
  write(row: number, from: Chunk, index: number, work: Chunk, at: number): void {
    const { heap } = this.#store.memory;
    const source = from.vectors[this.#column];
    const result = work.vectors[this.#result];
    copyValue(heap, source, index, result, at);
    // The other chunk may leave before the results are handed on.
    if (source.physical === 'text' && from !== work) this.#keepText(row, (result.values >>> 2) + 2 * at);
  }

  writeNull(work: Chunk, at: number): void {
    writeNull(this.#store.memory.heap, work.vectors[this.#result], at);
  }

  #keepText(row: number, view: number): void {
    const { u8, u32 } = this.#store.memory.heap;
    const [start, bytes] = [u32[view], u32[view + 1]];
    if (row !== this.#row || this.#round !== this.#store.round) {
      this.#address = bytes === 0 ? 0 : this.#store.resultText(bytes);
      u8.copyWithin(this.#address, start, start + bytes);
      this.#row = row;
      this.#round = this.#store.round;
    }
    u32[view] = this.#address;
  }
}
