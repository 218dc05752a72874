/**
 * Words that coordinator and slots share while a job runs: one cancel word that tasks poll, and for each seat what its
 * attempt has done so far. Each word has one writer; a reader may see it a moment late.
 */
const CANCEL = 0;
/** Before the words of the seats, each of which holds the thread at work. */
const HEADER_WORDS = 2;

/** Float64 words of a seat. */
const SPLITS = 0;
const BYTES = 1;
const RECORDS = 2;
const BATCHES = 3;
const COUNTERS = 4;

export interface SeatProgress {
  readonly splits: number;
  readonly bytes: number;
  readonly records: number;
}

export class JobControl {
  readonly handle: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #counters: Float64Array;

  constructor(handle: SharedArrayBuffer, seats: number) {
    this.handle = handle;
    this.#counters = new Float64Array(handle, 0, seats * COUNTERS);
    this.#words = new Int32Array(handle, seats * COUNTERS * 8);
  }

  static create(seats: number): JobControl {
    return new JobControl(new SharedArrayBuffer(seats * COUNTERS * 8 + (HEADER_WORDS + seats) * 4), seats);
  }

  get isCancelled(): boolean {
    return Atomics.load(this.#words, CANCEL) !== 0;
  }

  cancel(): void {
    Atomics.store(this.#words, CANCEL, 1);
  }

  /** Before an attempt is sent to a slot. */
  resetSeat(seat: number): void {
    this.#counters.fill(0, seat * COUNTERS, (seat + 1) * COUNTERS);
    Atomics.store(this.#words, HEADER_WORDS + seat, 0);
  }

  /** The thread that runs the seat's attempt; 0 before it has begun. */
  threadOf(seat: number): number {
    return Atomics.load(this.#words, HEADER_WORDS + seat);
  }

  enterThread(seat: number, thread: number): void {
    Atomics.store(this.#words, HEADER_WORDS + seat, thread);
  }

  countBatch(seat: number, records: number): void {
    this.#counters[seat * COUNTERS + BATCHES]++;
    this.#counters[seat * COUNTERS + RECORDS] += records;
  }

  countSplit(seat: number, bytes: number): void {
    this.#counters[seat * COUNTERS + SPLITS]++;
    this.#counters[seat * COUNTERS + BYTES] += bytes;
  }

  batches(seat: number): number {
    return this.#counters[seat * COUNTERS + BATCHES];
  }

  progress(seat: number): SeatProgress {
    const at = seat * COUNTERS;
    return {
      splits: this.#counters[at + SPLITS],
      bytes: this.#counters[at + BYTES],
      records: this.#counters[at + RECORDS],
    };
  }
}
