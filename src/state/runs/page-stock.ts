/**
 * The pages one structure holds: taken one by one, put back into stock when the structure starts anew, given up together.
 * A stocked page is used before the task's memory is asked.
 */
import { PAGE_BYTES } from '../../memory/heap.js';
import type { TaskMemory } from '../../memory/task-memory.js';

export interface PageRun {
  readonly address: number;
  readonly pages: number;
}

export class PageStock {
  readonly #memory: TaskMemory;
  readonly #held = new Map<number, number>();
  #stock: PageRun[] = [];
  #pages = 0;

  constructor(memory: TaskMemory) {
    this.#memory = memory;
  }

  /** Bytes held, stocked ones included. */
  get bytes(): number {
    return this.#pages * PAGE_BYTES;
  }

  /** The address of contiguous pages for `bytes`, or 0 when there are none. */
  take(bytes: number): number {
    return this.#take(pagesFor(bytes), (pages) => this.#memory.tryAllocate(pages));
  }

  /** Like `take`, but leaves what the task was promised to whoever needs it. */
  takeExtra(bytes: number): number {
    return this.#take(pagesFor(bytes), (pages) => this.#memory.tryExtra(pages));
  }

  #take(pages: number, allocate: (pages: number) => number): number {
    const index = this.#stock.findLastIndex((run) => run.pages === pages);
    if (index >= 0) return this.#hold(this.#stock.splice(index, 1)[0].address, pages);
    const address = allocate(pages);
    if (address === 0) return 0;
    this.#pages += pages;
    return this.#hold(address, pages);
  }

  /** Like `take`; throws MEMORY_EXHAUSTED. */
  require(bytes: number, purpose: string): number {
    const address = this.take(bytes);
    if (address !== 0) return address;
    const pages = pagesFor(bytes);
    const required = this.#memory.allocate(pages, purpose);
    this.#pages += pages;
    return this.#hold(required, pages);
  }

  #hold(address: number, pages: number): number {
    this.#held.set(address, pages);
    return address;
  }

  /** Puts what `take` gave into stock; larger runs are freed. */
  putBack(address: number): void {
    const pages = this.#held.get(address);
    if (pages === undefined) return;
    this.#held.delete(address);
    if (pages === 1) {
      this.#stock.push({ address, pages });
    } else {
      this.#memory.free(address, pages);
      this.#pages -= pages;
    }
  }

  /** Hands the pages over to whoever seals them: they are no longer this stock's. */
  release(address: number): PageRun {
    const pages = this.#held.get(address) ?? 0;
    this.#held.delete(address);
    this.#pages -= pages;
    return { address, pages };
  }

  /** Hands all pages that are in use over to the job. */
  sealAll(partition: number): void {
    this.freeStock();
    for (const [address, pages] of this.#held) this.#memory.seal(address, pages, partition);
    this.#held.clear();
    this.#pages = 0;
  }

  freeStock(): void {
    for (const run of this.#stock) {
      this.#memory.free(run.address, run.pages);
      this.#pages -= run.pages;
    }
    this.#stock = [];
  }

  freeAll(): void {
    this.freeStock();
    for (const [address, pages] of this.#held) this.#memory.free(address, pages);
    this.#held.clear();
    this.#pages = 0;
  }
}

export function pagesFor(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / PAGE_BYTES));
}
