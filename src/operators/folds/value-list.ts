/**
 * Values of a group with how many there are up to each, in pages:
 *
 *     page     n values of 8 or 16 bytes | n counts as doubles: rows up to and with the value
 */
import { PHYSICAL_BYTES, type Physical } from '../../columnar/data-type.js';
import type { Vector } from '../../columnar/vector.js';
import { PAGE_BYTES } from '../../memory/heap.js';
import type { TaskMemory } from '../../memory/task-memory.js';

export class ValueList {
  readonly #memory: TaskMemory;
  readonly #purpose: string;
  readonly #width: number;
  readonly #perPage: number;
  readonly #pages: number[] = [];
  #length = 0;
  /** Rows so far. */
  total = 0;

  /** `physical` is not text. */
  constructor(memory: TaskMemory, physical: Physical, purpose: string) {
    this.#memory = memory;
    this.#purpose = purpose;
    this.#width = PHYSICAL_BYTES[physical];
    this.#perPage = Math.floor(PAGE_BYTES / (Math.max(8, this.#width) + 8));
  }

  /** The value of a row, `count` times. Throws MEMORY_EXHAUSTED. */
  push({ values, isConstant }: Vector, row: number, count: number): void {
    const at = this.#length++;
    const page = Math.floor(at / this.#perPage);
    if (page === this.#pages.length) this.#pages.push(this.#memory.allocate(1, this.#purpose) >>> 0);
    this.total += count;
    const { u8, f64 } = this.#memory.heap;
    const from = (values >>> 0) + this.#width * (isConstant ? 0 : row);
    u8.copyWithin(this.#valueAt(at), from, from + this.#width);
    f64[this.#countIndex(at)] = this.total;
  }

  /** Address of the value of row number `rank` (from 0), when all rows are listed one after another. */
  find(rank: number): number {
    const { f64 } = this.#memory.heap;
    let low = 0;
    let high = this.#length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (f64[this.#countIndex(middle)] > rank) high = middle;
      else low = middle + 1;
    }
    return this.#valueAt(low);
  }

  /** Forgets the values; one page stays for the next group. */
  clear(): void {
    this.#length = 0;
    this.total = 0;
    for (const page of this.#pages.splice(1)) this.#memory.free(page, 1);
  }

  close(): void {
    for (const page of this.#pages.splice(0)) this.#memory.free(page, 1);
  }

  #valueAt(at: number): number {
    return this.#pages[Math.floor(at / this.#perPage)] + this.#width * (at % this.#perPage);
  }

  /** Counts lie at the end of the page. */
  #countIndex(at: number): number {
    const end = this.#pages[Math.floor(at / this.#perPage)] + PAGE_BYTES;
    return (end >>> 3) - 1 - (at % this.#perPage);
  }
}
