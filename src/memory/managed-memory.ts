/**
 * The job's one shared memory, cut into pages of 64 KiB, each with an owner word beside it.
 *
 *     memory   | page 0: kernel constants | page 1 | page 2 | ... |        initial = maximum, never grown
 *     owners   | KERNELS                  |   7    |   0    | ... |        0: free
 *
 * A page belongs to whoever swapped its own id into the word: one compare-and-swap, no lock. So a thread may die at any
 * instruction and `freeOwner` finds everything it held. Lowest free page first, because pages touched before are
 * cheap and fresh ones cost 0.5 s/GiB; `fromTop` turns that round for tests of addresses beyond 2 GiB.
 *
 * The words below the owners are hints: they make the search start where free pages are, and being stale costs time,
 * never pages. All but one: every page that was ever claimed lies below REACH. A thread raises it before it swaps the
 * owner in, so that it holds wherever the thread dies, and who looks through the owners need not look at all 65536.
 */

import { leatError } from '../errors.js';
import { formatSize } from '../spec/size-text.js';
import { type Heap, heapOf, PAGE_BYTES } from './heap.js';

const FREE = 0;
/** Owner of page 0. */
const KERNELS = -1;
const MAX_PAGES = 65536;

const HINT = 0;
const PEAK = 1;
const IN_USE = 2;
const FREED = 3;
/** Positions in search order. */
const REACH = 4;
const HEADER_WORDS = 5;

/** What crosses threads. */
export interface ManagedMemoryHandle {
  readonly memory: WebAssembly.Memory;
  readonly words: SharedArrayBuffer;
  readonly fromTop: boolean;
}

export class ManagedMemory {
  readonly handle: ManagedMemoryHandle;
  readonly heap: Heap;
  /** Pages that can be handed out: all but page 0. */
  readonly pages: number;
  readonly #words: Int32Array;
  readonly #owners: Int32Array;
  readonly #fromTop: boolean;

  constructor(handle: ManagedMemoryHandle) {
    this.handle = handle;
    this.heap = heapOf(handle.memory);
    this.#words = new Int32Array(handle.words, 0, HEADER_WORDS);
    this.#owners = new Int32Array(handle.words, HEADER_WORDS * 4);
    this.#fromTop = handle.fromTop;
    this.pages = this.#owners.length - 1;
  }

  /** At most 4 GiB, page 0 included; what is beyond that in `bytes` is not used. */
  static create(bytes: number, fromTop = false): ManagedMemory {
    const total = Math.min(MAX_PAGES, Math.floor(bytes / PAGE_BYTES) + 1);
    const words = new SharedArrayBuffer((HEADER_WORDS + total) * 4);
    new Int32Array(words)[HEADER_WORDS] = KERNELS;
    return new ManagedMemory({ memory: sharedMemory(total), words, fromTop });
  }

  /** Takes `count` neighbouring pages; the address of the first, or 0 when there is no such run. */
  claim(owner: number, count: number): number {
    const hint = Atomics.load(this.#words, HINT);
    let position = this.#claimBetween(owner, count, hint, this.pages);
    // Pages below a stale hint, and runs that begin below it.
    if (position < 0 && hint > 0)
      position = this.#claimBetween(owner, count, 0, Math.min(this.pages, hint + count - 1));
    if (position < 0) return 0;
    // A single page was searched for everywhere from the hint on, so nothing below it was free.
    if (count === 1 || position === hint) Atomics.compareExchange(this.#words, HINT, hint, position + count);
    this.#countUse(count);
    return this.#firstPage(position, count) * PAGE_BYTES;
  }

  #claimBetween(owner: number, count: number, from: number, to: number): number {
    const owners = this.#owners;
    let start = from;
    while (start + count <= to) {
      // From the far end backwards: an occupied page found there skips the most.
      let busy = start + count - 1;
      while (busy >= start && owners[this.#firstPage(busy, 1)] === FREE) busy--;
      if (busy >= start) {
        start = busy + 1;
        continue;
      }
      this.#raise(REACH, start + count);
      let taken = 0;
      while (taken < count && this.#swap(start + taken, FREE, owner)) taken++;
      if (taken === count) return start;
      for (let i = 0; i < taken; i++) this.#swap(start + i, owner, FREE);
      start += taken + 1;
    }
    return -1;
  }

  /** Gives back pages of `owner`; pages of others in the run are left alone. */
  release(owner: number, address: number, count: number): void {
    this.#freeWhere(address / PAGE_BYTES, count, owner);
  }

  /** Gives back everything `owner` holds; the number of pages. The owner must not run any more. */
  freeOwner(owner: number): number {
    const [first, count] = this.#reached();
    return this.#freeWhere(first, count, owner);
  }

  #freeWhere(first: number, count: number, owner: number): number {
    let freed = 0;
    let lowest = this.pages;
    for (let page = first; page < first + count; page++) {
      if (Atomics.compareExchange(this.#owners, page, owner, FREE) !== owner) continue;
      freed++;
      lowest = Math.min(lowest, this.#fromTop ? this.pages - page : page - 1);
    }
    if (freed === 0) return 0;
    let hint = Atomics.load(this.#words, HINT);
    while (lowest < hint) {
      const seen = Atomics.compareExchange(this.#words, HINT, hint, lowest);
      if (seen === hint) break;
      hint = seen;
    }
    Atomics.sub(this.#words, IN_USE, freed);
    Atomics.add(this.#words, FREED, 1);
    Atomics.notify(this.#words, FREED);
    return freed;
  }

  /** Hands pages from one owner to another: to a partition that outlives the attempt, to the next attempt. */
  transfer(from: number, to: number, address: number, count: number): void {
    const first = address / PAGE_BYTES;
    for (let page = first; page < first + count; page++) {
      if (Atomics.compareExchange(this.#owners, page, from, to) !== from) {
        throw leatError('INTERNAL', `page ${page} is not owned by ${from}`);
      }
    }
  }

  ownerOf(address: number): number {
    return Atomics.load(this.#owners, address / PAGE_BYTES);
  }

  /** Pages by owner, free ones left out. For tests and for messages. */
  owners(): Map<number, number> {
    const found = new Map<number, number>();
    const [first, count] = this.#reached();
    for (let page = first; page < first + count; page++) {
      const owner = Atomics.load(this.#owners, page);
      if (owner !== FREE) found.set(owner, (found.get(owner) ?? 0) + 1);
    }
    return found;
  }

  get freePages(): number {
    return [...this.owners().values()].reduce((free, held) => free - held, this.pages);
  }

  pagesOf(owner: number): number {
    return this.owners().get(owner) ?? 0;
  }

  /** Highest number of pages in use so far. A thread killed while it claims may leave it a few pages off. */
  get peakPages(): number {
    return Math.min(this.pages, Atomics.load(this.#words, PEAK));
  }

  /** Blocks this thread until some pages are freed, at most `ms`. */
  waitForFree(ms: number): void {
    Atomics.wait(this.#words, FREED, Atomics.load(this.#words, FREED), ms);
  }

  /** Search order to page: position 0 is the page handed out first. Of a run, the page with the lowest address. */
  #firstPage(position: number, count: number): number {
    return this.#fromTop ? this.pages - position - (count - 1) : position + 1;
  }

  #swap(position: number, from: number, to: number): boolean {
    return Atomics.compareExchange(this.#owners, this.#firstPage(position, 1), from, to) === from;
  }

  #countUse(pages: number): void {
    this.#raise(PEAK, Atomics.add(this.#words, IN_USE, pages) + pages);
  }

  /** The word is at least `value` from here on. */
  #raise(word: number, value: number): void {
    let current = Atomics.load(this.#words, word);
    while (value > current) {
      const seen = Atomics.compareExchange(this.#words, word, current, value);
      if (seen === current) break;
      current = seen;
    }
  }

  /** The first page, and how many, that were ever handed out; nobody holds any other. */
  #reached(): readonly [first: number, count: number] {
    const reach = Atomics.load(this.#words, REACH);
    return [this.#firstPage(0, reach), reach];
  }
}

function sharedMemory(pages: number): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  } catch (cause) {
    throw leatError('MEMORY_BUDGET', `cannot set up ${formatSize(pages * PAGE_BYTES)} of managed memory`, {
      hint: 'ask for less with --memory; the address space of this process may be limited (ulimit -v)',
      cause,
    });
  }
}
