/**
 * Which attempt reads which split of a vertex. One word a split holds the attempt's id, taken by compare-and-swap;
 * an attempt walks the table upwards once, so it leases in ascending order. What a dead attempt had leased can be read
 * from the table and goes, as it is, to the attempt that repeats it.
 *
 *     | stop | 3 | 4 | 3 | 0 | 0 |        attempts 3 and 4 at work, two splits left
 *
 * `stop` is the end of what may be read: it falls to behind a split that failed, because no later split can hold the
 * error to report.
 */
const STOP = 0;
const HEADER_WORDS = 1;
const UNLEASED = 0;

export class LeaseTable {
  readonly handle: SharedArrayBuffer;
  readonly splits: number;
  readonly #words: Int32Array;

  constructor(handle: SharedArrayBuffer) {
    this.handle = handle;
    this.#words = new Int32Array(handle);
    this.splits = this.#words.length - HEADER_WORDS;
  }

  static create(splits: number): LeaseTable {
    const table = new LeaseTable(new SharedArrayBuffer((HEADER_WORDS + splits) * 4));
    table.#words[STOP] = splits;
    return table;
  }

  /** The next split at or above `from` that `attempt` holds already or can take; -1 when there is none. */
  lease(attempt: number, from: number): number {
    for (let split = from; split < this.stop; split++) {
      const holder = Atomics.compareExchange(this.#words, HEADER_WORDS + split, UNLEASED, attempt);
      if (holder === UNLEASED || holder === attempt) return split;
    }
    return -1;
  }

  /** `split` failed: those above it need not be read. */
  stopBehind(split: number): void {
    let stop = this.stop;
    while (split + 1 < stop) {
      const seen = Atomics.compareExchange(this.#words, STOP, stop, split + 1);
      if (seen === stop) return;
      stop = seen;
    }
  }

  get stop(): number {
    return Atomics.load(this.#words, STOP);
  }

  leasedBy(attempt: number): number[] {
    const found: number[] = [];
    for (let split = 0; split < this.splits; split++) {
      if (Atomics.load(this.#words, HEADER_WORDS + split) === attempt) found.push(split);
    }
    return found;
  }

  /** What `dead` had leased belongs to `next`. `dead` must not run any more. */
  reassign(dead: number, next: number): void {
    for (let split = 0; split < this.splits; split++) {
      Atomics.compareExchange(this.#words, HEADER_WORDS + split, dead, next);
    }
  }

  /** What `dead` had leased may be leased by those who begin from here on. */
  release(dead: number): void {
    this.reassign(dead, UNLEASED);
  }

  /** Splits that nobody has leased. */
  get unleased(): number {
    let count = 0;
    for (let split = 0; split < this.stop; split++) {
      if (Atomics.load(this.#words, HEADER_WORDS + split) === UNLEASED) count++;
    }
    return count;
  }
}
