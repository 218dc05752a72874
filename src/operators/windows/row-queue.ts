/** Numbers of rows in managed memory that go at both ends: a ring that grows. */
import { PAGE_BYTES } from '../../memory/heap.js';
import type { TaskMemory } from '../../memory/task-memory.js';
import { fitting } from './fitting.js';

const ROWS_PER_PAGE = PAGE_BYTES / 8;

export class RowQueue {
  readonly #memory: TaskMemory;
  #address = 0;
  /** A power of two. */
  #pages = 0;
  #head = 0;
  length = 0;

  constructor(memory: TaskMemory) {
    this.#memory = memory;
  }

  get first(): number {
    return this.#memory.heap.f64[this.#index(0)];
  }

  get last(): number {
    return this.#memory.heap.f64[this.#index(this.length - 1)];
  }

  /** Throws MEMORY_EXHAUSTED. */
  push(row: number): void {
    if (this.length === this.#pages * ROWS_PER_PAGE) this.#grow();
    this.length++;
    this.#memory.heap.f64[this.#index(this.length - 1)] = row;
  }

  pop(): void {
    this.length--;
  }

  shift(): void {
    this.#head = (this.#head + 1) & (this.#pages * ROWS_PER_PAGE - 1);
    this.length--;
  }

  clear(): void {
    this.length = 0;
  }

  close(): void {
    if (this.#pages > 0) this.#memory.free(this.#address, this.#pages);
    this.#pages = 0;
    this.length = 0;
  }

  #index(place: number): number {
    return (this.#address >>> 3) + ((this.#head + place) & (this.#pages * ROWS_PER_PAGE - 1));
  }

  #grow(): void {
    const pages = Math.max(1, 2 * this.#pages);
    const address = fitting(() => this.#memory.allocate(pages, 'the rows of a window')) >>> 0;
    const { f64 } = this.#memory.heap;
    for (let place = 0; place < this.length; place++) f64[(address >>> 3) + place] = f64[this.#index(place)];
    if (this.#pages > 0) this.#memory.free(this.#address, this.#pages);
    this.#address = address;
    this.#pages = pages;
    this.#head = 0;
  }
}
