/** Which rows a pick takes, and which of two is first by its keys. */
import type { Vector } from '../../columnar/vector.js';
import type { WindowPick } from '../../columnar/window.js';
import { isNull } from '../../expr/compiler/row-values.js';
import { RowReader } from './row-reader.js';
import type { RowStore } from './row-store.js';
import { compareValues } from './values.js';

export class PickOrder {
  readonly #store: RowStore;
  readonly #pick: WindowPick;
  readonly #value: number;
  readonly #keys: readonly number[];
  readonly #condition: number | undefined;
  readonly #newer: RowReader;
  readonly #older: RowReader;

  /** `inputs`: the value, the keys, perhaps a condition. */
  constructor(store: RowStore, pick: WindowPick, inputs: readonly number[]) {
    this.#store = store;
    this.#pick = pick;
    this.#value = inputs[0];
    this.#keys = inputs.slice(1, 1 + pick.orders.length);
    this.#condition = pick.isConditional ? inputs[inputs.length - 1] : undefined;
    this.#newer = new RowReader(store);
    this.#older = new RowReader(store);
  }

  counts(row: number): boolean {
    const { heap } = this.#store.memory;
    const { vectors } = this.#newer.seek(row);
    const { index } = this.#newer;
    const { skipsNullValues, skipsNullKeys } = this.#pick;
    if (skipsNullValues && isNull(heap, vectors[this.#value], index)) return false;
    if (skipsNullKeys && this.#hasNullKey(vectors, index)) return false;
    if (this.#condition === undefined) return true;
    const condition = vectors[this.#condition];
    return !isNull(heap, condition, index) && heap.u8[(condition.values >>> 0) + index] !== 0;
  }

  /** Whether a row comes before an older one. */
  isBetter(newer: number, older: number): boolean {
    const { heap } = this.#store.memory;
    const { vectors } = this.#newer.seek(newer);
    const others = this.#older.seek(older).vectors;
    const row = this.#newer.index;
    const other = this.#older.index;
    for (let k = 0; k < this.#keys.length; k++) {
      const a = vectors[this.#keys[k]];
      const b = others[this.#keys[k]];
      const { descending, nullsFirst } = this.#pick.orders[k];
      const isNullA = isNull(heap, a, row);
      if (isNullA !== isNull(heap, b, other)) return isNullA === nullsFirst;
      const compared = isNullA ? 0 : compareValues(heap, a, row, b, other);
      if (compared !== 0) return compared < 0 !== descending;
    }
    return this.#pick.takesLast;
  }

  #hasNullKey(vectors: readonly Vector[], row: number): boolean {
    return this.#keys.some((key) => isNull(this.#store.memory.heap, vectors[key], row));
  }
}
