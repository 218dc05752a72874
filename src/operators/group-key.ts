/** Which rows belong to the group at hand: its key, kept beyond the batch that it came in. */
import type { RecordBatch } from '../columnar/record-batch.js';
import { textBytes } from '../columnar/text-bytes.js';
import type { Value } from '../columnar/value.js';
import type { Vector } from '../columnar/vector.js';
import { isNull, readValue } from '../expr/compiler/row-values.js';
import type { Heap } from '../memory/heap.js';

export class GroupKey {
  /** Of each key column; -0 is 0. */
  readonly values: Value[];
  readonly #heap: Heap;
  readonly #texts: (Uint8Array | undefined)[];

  constructor(heap: Heap, columns: number) {
    this.#heap = heap;
    this.values = Array<Value>(columns).fill(null);
    this.#texts = Array<undefined>(columns).fill(undefined);
  }

  /** The key columns come first in the batch. */
  keep(batch: RecordBatch, row: number): void {
    for (let k = 0; k < this.values.length; k++) {
      const vector = batch.vectors[k];
      const value = readValue(this.#heap, vector, row);
      this.values[k] = typeof value === 'number' ? value + 0 : value;
      if (vector.physical === 'text')
        this.#texts[k] = value === null ? undefined : textBytes(value as string, vector.type);
    }
  }

  matches(batch: RecordBatch, row: number): boolean {
    for (let k = 0; k < this.values.length; k++) if (!this.#isSame(k, batch.vectors[k], row)) return false;
    return true;
  }

  #isSame(k: number, vector: Vector, row: number): boolean {
    const value = this.values[k];
    if (isNull(this.#heap, vector, row)) return value === null;
    if (value === null) return false;
    if (vector.physical === 'text') return this.#isSameText(this.#texts[k]!, vector, row);
    const other = readValue(this.#heap, vector, row);
    return other === value || (Number.isNaN(other) && Number.isNaN(value));
  }

  #isSameText(text: Uint8Array, { values, isConstant }: Vector, row: number): boolean {
    const { u8, u32 } = this.#heap;
    const at = (values >>> 2) + 2 * (isConstant ? 0 : row);
    if (u32[at + 1] !== text.length) return false;
    const address = u32[at];
    for (let i = 0; i < text.length; i++) if (u8[address + i] !== text[i]) return false;
    return true;
  }
}
