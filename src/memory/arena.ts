/**
 * Many small buffers with one end of life, carved out of runs of pages. Nothing is freed singly: `close` gives all
 * pages back. Memory is not zeroed: pages are reused and hold what their last owner left.
 */
import { PAGE_BYTES } from './heap.js';
import type { TaskMemory } from './task-memory.js';

interface PageRun {
  readonly address: number;
  readonly pages: number;
}

/** How many pages an arena takes at most for buffers of such sizes, allocated in this order. */
export function arenaPages(sizes: readonly number[], align = 16): number {
  let pages = 0;
  let left = 0;
  for (const bytes of sizes) {
    const room = Math.floor(left / align) * align;
    if (bytes > room) {
      const more = Math.max(1, Math.ceil(bytes / PAGE_BYTES));
      pages += more;
      left = more * PAGE_BYTES - bytes;
    } else {
      left = room - bytes;
    }
  }
  return pages;
}

export class Arena {
  readonly #memory: TaskMemory;
  readonly #purpose: string;
  readonly #runs: PageRun[] = [];
  /** First free byte, and the end, of the run at work; both 0 before the first. */
  #next = 0;
  #end = 0;

  constructor(memory: TaskMemory, purpose: string) {
    this.#memory = memory;
    this.#purpose = purpose;
  }

  /**
   * Address of `bytes` fresh bytes; `align` is a power of two, at most a page. Throws MEMORY_EXHAUSTED. What does not
   * fit into the run at work starts a new one, except that a neighbouring run prolongs it.
   */
  allocate(bytes: number, align = 16): number {
    let address = Math.ceil(this.#next / align) * align;
    if (address + bytes > this.#end || this.#end === 0) {
      const pages = Math.max(1, Math.ceil(bytes / PAGE_BYTES));
      const run = this.#memory.allocate(pages, this.#purpose);
      this.#runs.push({ address: run, pages });
      if (run !== this.#end || this.#end === 0) address = run;
      this.#end = run + pages * PAGE_BYTES;
    }
    this.#next = address + bytes;
    return address;
  }

  /** Bytes of pages held. */
  get heldBytes(): number {
    return this.#runs.reduce((sum, run) => sum + run.pages * PAGE_BYTES, 0);
  }

  close(): void {
    for (const run of this.#runs.splice(0)) this.#memory.free(run.address, run.pages);
    this.#next = 0;
    this.#end = 0;
  }
}
