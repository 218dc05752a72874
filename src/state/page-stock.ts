/**
 * The pages one structure holds: taken one by one, put back into stock when the structure starts anew, given up together.
 * A stocked page is used before the task's memory is asked.
 */
import { PAGE_BYTES } from '../memory/heap.js';
import type { TaskMemory } from '../memory/task-memory.js';

export interface PageRun {
  readonly address: number;
  readonly pages: number;
}

export class PageStock {
  readonly #memory: TaskMemory;
  readonly #held = new Map<number, number>();
  #stock: PageRun[] = [];

  constructor(memory: TaskMemory) {
    this.#memory = memory;
  }

  /** Bytes held, stocked ones included. */
  get bytes(): number {
    let pages = 0;
    for (const count of this.#held.values()) pages += count;
    for (const run of this.#stock) pages += run.pages;
    return pages * PAGE_BYTES;
  }

  /** The address of contiguous pages for `bytes`, or 0 when there are none. */
  take(bytes: number): number {
    const pages = pagesFor(bytes);
    const index = this.#stock.findLastIndex((run) => run.pages === pages);
    const address = index >= 0 ? this.#stock.splice(index, 1)[0].address : this.#memory.tryAllocate(pages);
    if (address !== 0) this.#held.set(address, pages);
    return address;
  }

  /** Like `take`; throws MEMORY_EXHAUSTED. */
  require(bytes: number, purpose: string): number {
    let address = this.take(bytes);
    if (address === 0) {
      address = this.#memory.allocate(pagesFor(bytes), purpose);
      this.#held.set(address, pagesFor(bytes));
    }
    return address;
  }

  /** Puts what `take` gave into stock; larger runs are freed. */
  putBack(address: number): void {
    const pages = this.#held.get(address);
    if (pages === undefined) return;
    this.#held.delete(address);
    if (pages === 1) this.#stock.push({ address, pages });
    else this.#memory.free(address, pages);
  }

  /** Hands the pages over to whoever seals them: they are no longer this stock's. */
  release(address: number): PageRun {
    const pages = this.#held.get(address) ?? 0;
    this.#held.delete(address);
    return { address, pages };
  }

  /** Hands all pages that are in use over to the job. */
  sealAll(partition: number): void {
    this.freeStock();
    for (const [address, pages] of this.#held) this.#memory.seal(address, pages, partition);
    this.#held.clear();
  }

  freeStock(): void {
    for (const run of this.#stock) this.#memory.free(run.address, run.pages);
    this.#stock = [];
  }

  freeAll(): void {
    this.freeStock();
    for (const [address, pages] of this.#held) this.#memory.free(address, pages);
    this.#held.clear();
  }
}

export function pagesFor(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / PAGE_BYTES));
}
