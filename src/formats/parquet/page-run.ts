/** A buffer of managed memory that grows when something needs more than usual, and shrinks again. */
import { PAGE_BYTES } from '../../memory/heap.js';
import type { TaskMemory } from '../../memory/task-memory.js';

export class PageRun {
  readonly #memory: TaskMemory;
  readonly #purpose: string;
  readonly #usual: number;
  #pages = 0;
  address = 0;

  constructor(memory: TaskMemory, purpose: string, bytes: number) {
    this.#memory = memory;
    this.#purpose = purpose;
    this.#usual = pagesOf(bytes);
    this.#allocate(this.#usual);
  }

  get bytes(): number {
    return this.#pages * PAGE_BYTES;
  }

  /** Room for `bytes`; the first `kept` of those that are there stay. */
  reserve(bytes: number, kept = 0): void {
    if (bytes <= this.bytes) return;
    const [address, pages] = [this.address, this.#pages];
    if (kept === 0) this.close();
    this.#allocate(pagesOf(bytes));
    if (kept === 0) return;
    this.#memory.heap.u8.copyWithin(this.address, address, address + kept);
    this.#memory.free(address, pages);
  }

  /** As large as usual again; what is in it is lost if it was larger. */
  reset(): void {
    if (this.#pages === this.#usual) return;
    this.close();
    this.#allocate(this.#usual);
  }

  close(): void {
    if (this.#pages > 0) this.#memory.free(this.address, this.#pages);
    this.#pages = 0;
  }

  #allocate(pages: number): void {
    this.address = this.#memory.allocate(pages, this.#purpose);
    this.#pages = pages;
  }
}

function pagesOf(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / PAGE_BYTES));
}
