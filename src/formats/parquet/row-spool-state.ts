/**
 * Which splits of an output lie in the spool whole, and how much is in each: what all slots see. Every slot adds it up for
 * itself, in the order of the splits.
 *
 *     words   splits that are whole | one each: 1 when it is whole
 *     sizes   rows and bytes of each
 *
 * A word of a split is set last, when its files are closed. An attempt that dies before writes them anew.
 */
const WHOLE = 0;
const HEADER_WORDS = 2;

/** Waiting slots look at the cancel word this often. */
const WAIT_MS = 50;

export class RowSpoolState {
  readonly splits: number;
  readonly #words: Int32Array;
  readonly #sizes: Float64Array;

  constructor(shared: SharedArrayBuffer, splits: number) {
    this.splits = splits;
    const sizesAt = sizesOffset(splits);
    this.#words = new Int32Array(shared, 0, HEADER_WORDS + splits);
    this.#sizes = new Float64Array(shared, sizesAt, 2 * splits);
  }

  static sharedBytes(splits: number): number {
    return sizesOffset(splits) + 16 * splits;
  }

  /** Changes whenever a split is whole. */
  get version(): number {
    return Atomics.load(this.#words, WHOLE);
  }

  isWhole(split: number): boolean {
    return Atomics.load(this.#words, HEADER_WORDS + split) === 1;
  }

  rows(split: number): number {
    return this.#sizes[2 * split];
  }

  bytes(split: number): number {
    return this.#sizes[2 * split + 1];
  }

  complete(split: number, rows: number, bytes: number): void {
    this.#sizes[2 * split] = rows;
    this.#sizes[2 * split + 1] = bytes;
    Atomics.store(this.#words, HEADER_WORDS + split, 1);
    Atomics.add(this.#words, WHOLE, 1);
    Atomics.notify(this.#words, WHOLE);
  }

  /** Until a split more is whole than when the version was `seen`, or somewhat longer. */
  wait(seen: number): void {
    Atomics.wait(this.#words, WHOLE, seen, WAIT_MS);
  }
}

function sizesOffset(splits: number): number {
  return Math.ceil(((HEADER_WORDS + splits) * 4) / 8) * 8;
}
