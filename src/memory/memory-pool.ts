/**
 * Who may take how much of the managed memory. A reservation is pages claimed ahead: before an attempt starts, the
 * coordinator claims its guaranteed minimum as its home, in the attempt's name. So a guarantee needs no accounts that
 * a killed thread could leave wrong; the owner words are the accounts. What nobody reserved is the common rest.
 *
 *     | home of attempt 5 | home of attempt 6 | 5 | 6 | sealed by 3 | free ...
 *       minimums, claimed ahead                 growth
 *
 * When the common rest is used up, in this order: sealed partitions that nobody reads yet go to disk; the attempt with
 * the most to spill is asked to, and its task does so between two batches; then the request is refused.
 *
 * A seat is the place of a running attempt in the table below: words that others may read.
 */
import { PAGE_BYTES } from './heap.js';
import { ManagedMemory, type ManagedMemoryHandle } from './managed-memory.js';

/** Words of a seat. */
const ATTEMPT = 0;
const SPILLABLE_PAGES = 1;
const SPILL_REQUEST = 2;
const STARVED = 3;
const SEAT_WORDS = 4;

/** Words before the seats. */
const EVICTABLE_PAGES = 0;
const EVICTION_WANTED = 1;
const HEADER_WORDS = 4;

/** Pages that a sealed partition of an attempt holds belong to the attempt's id with this bit set. */
const SEALED_BIT = 0x40000000;

/** How long a refused request waits for another task's spill, and for an eviction. */
const SPILL_WAIT_MS = 25;
const EVICTION_WAIT_MS = 500;

/** So many times what a task holds itself another one must have for it to be asked. */
const SPILL_RATIO = 2;

export function sealedOwner(attempt: number): number {
  return attempt | SEALED_BIT;
}

/** A run of pages reserved for an attempt. Plain data. */
export interface HomeRun {
  readonly address: number;
  readonly pages: number;
}

export interface MemoryPoolHandle {
  readonly managed: ManagedMemoryHandle;
  readonly words: SharedArrayBuffer;
}

export class MemoryPool {
  readonly handle: MemoryPoolHandle;
  readonly managed: ManagedMemory;
  readonly #words: Int32Array;
  readonly #seats: number;
  /** Evicts on this thread, for so many pages; set where the coordinator runs tasks itself. */
  evictHere: ((pages: number) => void) | undefined;

  constructor(handle: MemoryPoolHandle, managed = new ManagedMemory(handle.managed)) {
    this.handle = handle;
    this.managed = managed;
    this.#words = new Int32Array(handle.words);
    this.#seats = (this.#words.length - HEADER_WORDS) / SEAT_WORDS;
  }

  static create(bytes: number, seats: number, fromTop = false): MemoryPool {
    return MemoryPool.over(ManagedMemory.create(bytes, fromTop), seats);
  }

  /** Of memory that is all free. */
  static over(managed: ManagedMemory, seats: number): MemoryPool {
    const words = new SharedArrayBuffer((HEADER_WORDS + seats * SEAT_WORDS) * 4);
    return new MemoryPool({ managed: managed.handle, words }, managed);
  }

  // The coordinator's side.

  /** Claims the minimum of an attempt in as few runs as there are; null, and nothing claimed, when it does not fit. */
  reserve(attempt: number, pages: number): HomeRun[] | null {
    const home: HomeRun[] = [];
    let missing = pages;
    for (let size = pages; missing > 0; size = Math.min(size, missing)) {
      const address = this.managed.claim(attempt, size);
      if (address !== 0) {
        home.push({ address, pages: size });
        missing -= size;
      } else if (size === 1) {
        this.managed.freeOwner(attempt);
        return null;
      } else {
        size = Math.ceil(size / 2);
      }
    }
    return home;
  }

  /** A dead attempt's home goes to the one that repeats it, its other pages, sealed ones too, to everybody. */
  inherit(home: readonly HomeRun[], dead: number, next: number): void {
    for (const run of home) {
      for (let i = 0; i < run.pages; i++) {
        const address = run.address + i * PAGE_BYTES;
        this.managed.transfer(this.managed.ownerOf(address), next, address, 1);
      }
    }
    this.managed.freeOwner(dead);
    this.managed.freeOwner(sealedOwner(dead));
  }

  /** After the attempt's thread has ended or reported; sealed partitions stay. */
  endAttempt(attempt: number): void {
    this.managed.freeOwner(attempt);
  }

  freeSealed(attempt: number): void {
    this.managed.freeOwner(sealedOwner(attempt));
  }

  /** At the end of a job: also what an attempt sealed whose answer nobody waited for any more. */
  freeAllSealed(): void {
    for (const owner of this.managed.owners().keys()) {
      if ((owner & SEALED_BIT) !== 0) this.managed.freeOwner(owner);
    }
  }

  takeSeat(seat: number, attempt: number): void {
    const at = HEADER_WORDS + seat * SEAT_WORDS;
    Atomics.store(this.#words, at + SPILLABLE_PAGES, 0);
    Atomics.store(this.#words, at + SPILL_REQUEST, 0);
    // When its thread has ended, it is asked why.
    if (attempt !== 0) Atomics.store(this.#words, at + STARVED, 0);
    Atomics.store(this.#words, at + ATTEMPT, attempt);
  }

  /** Whether the attempt that ended on the seat was starved; once. */
  takeStarved(seat: number): boolean {
    return Atomics.exchange(this.#words, HEADER_WORDS + seat * SEAT_WORDS + STARVED, 0) === 1;
  }

  /** Asks the attempt with the most to spill to do so; false when there is none. */
  requestSpill(exceptSeat = -1, moreThanPages = 0): boolean {
    let largest = -1;
    let most = moreThanPages;
    for (let seat = 0; seat < this.#seats; seat++) {
      const at = HEADER_WORDS + seat * SEAT_WORDS;
      const pages = Atomics.load(this.#words, at + SPILLABLE_PAGES);
      if (seat === exceptSeat || Atomics.load(this.#words, at + ATTEMPT) === 0 || pages <= most) continue;
      largest = at;
      most = pages;
    }
    if (largest < 0) return false;
    Atomics.store(this.#words, largest + SPILL_REQUEST, 1);
    return true;
  }

  /** Whether another attempt is at work. */
  hasOthers(seat: number): boolean {
    for (let other = 0; other < this.#seats; other++) {
      if (other !== seat && Atomics.load(this.#words, HEADER_WORDS + other * SEAT_WORDS + ATTEMPT) !== 0) return true;
    }
    return false;
  }

  /** Tells the tasks how many pages an eviction could bring. */
  setEvictable(pages: number): void {
    Atomics.store(this.#words, EVICTABLE_PAGES, pages);
  }

  /** Pages that a task waits for; 0: none. */
  get evictionWanted(): number {
    return Atomics.load(this.#words, EVICTION_WANTED);
  }

  /** The eviction that was wanted is done, or nothing is left to evict. */
  clearEvictionWanted(): void {
    Atomics.store(this.#words, EVICTION_WANTED, 0);
  }

  // The task's side.

  /** Common pages for `attempt`, after the refusal order if need be; 0 when refused. */
  claim(attempt: number, seat: number, pages: number, ownSpillablePages: number): number {
    let address = this.managed.claim(attempt, pages);
    if (address !== 0) return address;
    if (Atomics.load(this.#words, EVICTABLE_PAGES) > 0) {
      if (this.evictHere) this.evictHere(pages);
      else this.#awaitEviction(pages);
      address = this.managed.claim(attempt, pages);
      if (address !== 0) return address;
    }
    // Waiting for another task is worth it only for much more than what this one could spill itself.
    if (!this.requestSpill(seat, SPILL_RATIO * ownSpillablePages)) return 0;
    this.managed.waitForFree(SPILL_WAIT_MS);
    return this.managed.claim(attempt, pages);
  }

  #awaitEviction(pages: number): void {
    const until = performance.now() + EVICTION_WAIT_MS;
    Atomics.store(this.#words, EVICTION_WANTED, pages);
    while (performance.now() < until) {
      this.managed.waitForFree(SPILL_WAIT_MS);
      if (Atomics.load(this.#words, EVICTION_WANTED) === 0) return;
    }
  }

  publishSpillable(seat: number, pages: number): void {
    Atomics.store(this.#words, HEADER_WORDS + seat * SEAT_WORDS + SPILLABLE_PAGES, pages);
  }

  /** The attempt ends for want of memory that others hold; or, told by the coordinator, since it is one of those others. */
  noteStarved(seat: number): void {
    Atomics.store(this.#words, HEADER_WORDS + seat * SEAT_WORDS + STARVED, 1);
  }

  isStarved(seat: number): boolean {
    return Atomics.load(this.#words, HEADER_WORDS + seat * SEAT_WORDS + STARVED) === 1;
  }

  spillRequested(seat: number): boolean {
    return Atomics.load(this.#words, HEADER_WORDS + seat * SEAT_WORDS + SPILL_REQUEST) === 1;
  }

  clearSpillRequest(seat: number): void {
    Atomics.store(this.#words, HEADER_WORDS + seat * SEAT_WORDS + SPILL_REQUEST, 0);
  }
}
