/**
 * Managed memory of one attempt: its home of reserved pages, and beyond that the common rest.
 *
 * `allocate` takes from the home first: it is what minimums are declared for. `tryAllocate` is growth: it takes common
 * pages and leaves the home to buffers still to come; only a task with nothing to spill grows into its home.
 */

import { type Heap, PAGE_BYTES } from './heap.js';
import { memoryExhausted } from './memory-exhausted.js';
import { type HomeRun, type MemoryPool, sealedOwner } from './memory-pool.js';
import type { Spillable, TaskMemory } from './task-memory.js';

/** States of a page of the home. */
const FREE = 0;
const TAKEN = 1;
const SEALED = 2;

/** How long a task waits for pages that it cannot do without, and how often it asks again. */
const LONGEST_WAIT_MS = 2000;
const WAIT_MS = 10;

interface Home extends HomeRun {
  readonly states: Uint8Array;
}

export interface AttemptMemoryOptions {
  readonly attempt: number;
  readonly seat: number;
  readonly home: readonly HomeRun[];
  readonly shareBytes: number;
}

export class AttemptMemory implements TaskMemory {
  readonly heap: Heap;
  readonly shareBytes: number;
  readonly #pool: MemoryPool;
  readonly #attempt: number;
  readonly #seat: number;
  readonly #home: readonly Home[];
  readonly #spillables = new Set<Spillable>();
  /** When the request that is not granted yet was made; 0: there is none. */
  #waitsSince = 0;

  constructor(pool: MemoryPool, options: AttemptMemoryOptions) {
    this.#pool = pool;
    this.heap = pool.managed.heap;
    this.shareBytes = options.shareBytes;
    this.#attempt = options.attempt;
    this.#seat = options.seat;
    this.#home = options.home.map((run) => ({ ...run, states: new Uint8Array(run.pages) }));
  }

  allocate(pages: number, purpose: string): number {
    let address = this.#fromHome(pages) || this.#fromCommon(pages);
    // A table that grew while it was at work may hold what another part of the task was promised.
    while (address === 0 && this.spillOthers()) address = this.#fromHome(pages) || this.#fromCommon(pages);
    while (address === 0 && this.awaitOthers()) address = this.#fromHome(pages) || this.#fromCommon(pages);
    if (address !== 0) return this.#granted(address);
    throw memoryExhausted(purpose, pages * PAGE_BYTES, this.shareBytes);
  }

  awaitOthers(): boolean {
    if (!this.#pool.hasOthers(this.#seat) || this.#pool.isStarved(this.#seat)) return false;
    const now = performance.now();
    if (this.#waitsSince === 0) this.#waitsSince = now;
    if (now - this.#waitsSince > LONGEST_WAIT_MS) return false;
    this.#pool.requestSpill(this.#seat);
    this.#pool.managed.waitForFree(WAIT_MS);
    return true;
  }

  tryAllocate(pages: number): number {
    let address = this.tryExtra(pages);
    // What is its own comes before what others would have to give up.
    if (address === 0 && this.#spillablePages() === 0) address = this.#fromHome(pages);
    return this.#granted(address || this.#fromCommon(pages));
  }

  tryExtra(pages: number): number {
    return this.#pool.managed.claim(this.#attempt, pages);
  }

  spillOthers(moreThanBytes = 0): boolean {
    const largest = this.#largest();
    return largest !== undefined && largest.spillableBytes() > moreThanBytes && largest.spill() > 0;
  }

  #granted(address: number): number {
    if (address !== 0) this.#waitsSince = 0;
    return address;
  }

  #fromCommon(pages: number): number {
    return this.#pool.claim(this.#attempt, this.#seat, pages, this.#heldPages());
  }

  /**
   * The beginning of the smallest gap that is large enough: single pages, which are most, must not lie where several together were
   * promised to somebody who gave them back for a moment.
   */
  #fromHome(pages: number): number {
    let best: { readonly run: Home; readonly first: number; readonly length: number } | undefined;
    for (const run of this.#home) {
      let length = 0;
      for (let page = 0; page <= run.pages; page++) {
        if (page < run.pages && run.states[page] === FREE) {
          length++;
          continue;
        }
        if (length >= pages && length < (best?.length ?? Number.POSITIVE_INFINITY))
          best = { run, first: page - length, length };
        length = 0;
      }
    }
    if (best === undefined) return 0;
    best.run.states.fill(TAKEN, best.first, best.first + pages);
    return best.run.address + best.first * PAGE_BYTES;
  }

  free(address: number, pages: number): void {
    this.#divide(address, pages, FREE, (from, count) => this.#pool.managed.release(this.#attempt, from, count));
  }

  seal(address: number, pages: number, _partition: number): void {
    this.#divide(address, pages, SEALED, () => {});
    this.#pool.managed.transfer(this.#attempt, sealedOwner(this.#attempt), address, pages);
  }

  /** Sets the state of the pages that lie in the home and hands the others on, run by run. */
  #divide(address: number, pages: number, state: number, others: (address: number, pages: number) => void): void {
    let from = address;
    const end = address + pages * PAGE_BYTES;
    while (from < end) {
      const home = this.#home.find((run) => from >= run.address && from < run.address + run.pages * PAGE_BYTES);
      let to: number;
      if (home) {
        to = Math.min(end, home.address + home.pages * PAGE_BYTES);
        home.states.fill(state, (from - home.address) / PAGE_BYTES, (to - home.address) / PAGE_BYTES);
      } else {
        to = this.#home.reduce((least, run) => (run.address > from ? Math.min(least, run.address) : least), end);
        others(from, (to - from) / PAGE_BYTES);
      }
      from = to;
    }
  }

  registerSpillable(consumer: Spillable): void {
    this.#spillables.add(consumer);
  }

  unregisterSpillable(consumer: Spillable): void {
    this.#spillables.delete(consumer);
  }

  spillRequested(): boolean {
    return this.#pool.spillRequested(this.#seat);
  }

  /** Called by the task loop between batches: lets the others see what could be spilled, and spills when asked to. */
  betweenBatches(): void {
    if (this.#spillables.size === 0) return;
    if (this.#pool.spillRequested(this.#seat)) {
      this.#pool.clearSpillRequest(this.#seat);
      this.#largest()?.spill();
    }
    this.#pool.publishSpillable(this.#seat, this.#spillablePages());
  }

  #largest(): Spillable | undefined {
    let largest: Spillable | undefined;
    for (const consumer of this.#spillables) {
      if (consumer.spillableBytes() > (largest?.spillableBytes() ?? 0)) largest = consumer;
    }
    return largest;
  }

  /** What this task holds beside other tasks: one that holds more is asked to spill, not one that holds less. */
  #heldPages(): number {
    let bytes = 0;
    for (const consumer of this.#spillables) bytes += consumer.heldBytes();
    return Math.floor(bytes / PAGE_BYTES);
  }

  #spillablePages(): number {
    let bytes = 0;
    for (const consumer of this.#spillables) bytes += consumer.spillableBytes();
    return Math.floor(bytes / PAGE_BYTES);
  }
}
