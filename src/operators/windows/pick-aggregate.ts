/**
 * The value of the row that is first by some keys: min, max, first, last, arg_max. While rows leave, those are kept that
 * will be first when others have gone, each behind the one before it in both senses.
 */
import type { Vector } from '../../columnar/vector.js';
import type { WindowPick } from '../../columnar/window.js';
import { isNull } from '../../expr/compiler/row-values.js';
import type { FrameAggregate } from './frame-state.js';
import { RowReader } from './partition-rows.js';
import { RowQueue } from './row-queue.js';
import type { Chunk, RowStore } from './row-store.js';
import { compareValues, copyValue, writeNull } from './values.js';

export class PickAggregate implements FrameAggregate {
  readonly looksBack = false;
  readonly #store: RowStore;
  readonly #pick: WindowPick;
  readonly #value: number;
  readonly #keys: readonly number[];
  readonly #condition: number | undefined;
  readonly #grows: boolean;
  /** The first row, and those that may follow it; no more than the first when no row leaves. */
  readonly #rows: RowQueue;
  readonly #newer: RowReader;
  readonly #older: RowReader;

  /** `inputs`: the value, the keys, perhaps a condition. */
  constructor(store: RowStore, pick: WindowPick, inputs: readonly number[], grows: boolean) {
    this.#store = store;
    this.#pick = pick;
    this.#value = inputs[0];
    this.#keys = inputs.slice(1, 1 + pick.orders.length);
    this.#condition = pick.isConditional ? inputs[inputs.length - 1] : undefined;
    this.#grows = grows;
    this.#rows = new RowQueue(store.memory);
    this.#newer = new RowReader(store);
    this.#older = new RowReader(store);
  }

  get chosen(): number {
    return this.#rows.length === 0 ? -1 : this.#rows.first;
  }

  add(row: number): void {
    const { vectors } = this.#newer.seek(row);
    if (!this.#counts(vectors, this.#newer.index)) return;
    while (this.#rows.length > 0 && this.#isBetter(vectors, this.#rows.last)) this.#rows.pop();
    if (this.#rows.length === 0 || !this.#grows) this.#rows.push(row);
  }

  remove(row: number): void {
    if (this.#rows.length > 0 && this.#rows.first === row) this.#rows.shift();
  }

  clear(): void {
    this.#rows.clear();
  }

  write(_chunk: Chunk, result: Vector, row: number): void {
    const { heap } = this.#store.memory;
    if (this.#rows.length === 0) {
      writeNull(heap, result, row);
      return;
    }
    const { vectors } = this.#older.seek(this.#rows.first);
    copyValue(heap, vectors[this.#value], this.#older.index, result, row);
  }

  close(): void {
    this.#rows.close();
  }

  #counts(vectors: readonly Vector[], row: number): boolean {
    const { heap } = this.#store.memory;
    const { skipsNullValues, skipsNullKeys } = this.#pick;
    if (skipsNullValues && isNull(heap, vectors[this.#value], row)) return false;
    if (skipsNullKeys && this.#keys.some((key) => isNull(heap, vectors[key], row))) return false;
    if (this.#condition === undefined) return true;
    const condition = vectors[this.#condition];
    return !isNull(heap, condition, row) && heap.u8[(condition.values >>> 0) + row] !== 0;
  }

  /** Whether the newer row comes before an older one. */
  #isBetter(vectors: readonly Vector[], older: number): boolean {
    const { heap } = this.#store.memory;
    const others = this.#older.seek(older).vectors;
    const [row, other] = [this.#newer.index, this.#older.index];
    for (let k = 0; k < this.#keys.length; k++) {
      const [a, b] = [vectors[this.#keys[k]], others[this.#keys[k]]];
      const { descending, nullsFirst } = this.#pick.orders[k];
      const [isNullA, isNullB] = [isNull(heap, a, row), isNull(heap, b, other)];
      if (isNullA !== isNullB) return isNullA === nullsFirst;
      const compared = isNullA ? 0 : compareValues(heap, a, row, b, other);
      if (compared !== 0) return compared < 0 !== descending;
    }
    return this.#pick.takesLast;
  }
}
