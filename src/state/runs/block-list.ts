/**
 * The blocks of a run as its descriptor notes them. A spilled run of some gigabytes has as many blocks as a small file has rows, and every
 * task that reads of it has the descriptor: so the notes are bytes that threads share, some 50 a block, and no objects.
 *
 *     numbers   per block: f64 at | u32 bytes, rows, checksum, where its first key ends
 *     keys      first keys, each cut to SAMPLE_KEY_BYTES, one behind another
 */
import type { RunBlock } from './sorted-run.js';

const BLOCK_BYTES = 24;
const BYTES = 2;
const ROWS = 3;
const CHECKSUM = 4;
const KEY_END = 5;
const WORDS = BLOCK_BYTES / 4;

/** Plain data. */
export interface BlockList {
  readonly length: number;
  readonly numbers: SharedArrayBuffer;
  readonly keys: SharedArrayBuffer;
}

export function blockAt({ numbers }: BlockList, index: number): RunBlock {
  const words = new Uint32Array(numbers, index * BLOCK_BYTES, WORDS);
  const [at] = new Float64Array(numbers, index * BLOCK_BYTES, 1);
  return { at, bytes: words[BYTES], rows: words[ROWS], checksum: words[CHECKSUM] };
}

export function* blocksIn(list: BlockList): Generator<RunBlock> {
  for (let index = 0; index < list.length; index++) yield blockAt(list, index);
}

/** The first record's key, cut; a view. */
export function firstKeyAt({ numbers, keys }: BlockList, index: number): Buffer {
  const words = new Uint32Array(numbers);
  const start = index === 0 ? 0 : words[(index - 1) * WORDS + KEY_END];
  return Buffer.from(keys, start, words[index * WORDS + KEY_END] - start);
}

/** Where the first keys end within `keys`. */
export function keyEnds({ numbers, length }: BlockList): Uint32Array {
  const words = new Uint32Array(numbers);
  return Uint32Array.from({ length }, (_, index) => words[index * WORDS + KEY_END]);
}

/** Takes blocks in, in order. */
export class BlockListBuilder {
  #numbers = new ArrayBuffer(16 * BLOCK_BYTES);
  #keys = new Uint8Array(512);
  #length = 0;
  #keyBytes = 0;

  add({ at, bytes, rows, checksum }: RunBlock, firstKey: Uint8Array): void {
    if ((this.#length + 1) * BLOCK_BYTES > this.#numbers.byteLength) this.#growNumbers();
    if (this.#keyBytes + firstKey.length > this.#keys.length) this.#growKeys();
    this.#keys.set(firstKey, this.#keyBytes);
    this.#keyBytes += firstKey.length;
    new Float64Array(this.#numbers, this.#length * BLOCK_BYTES, 1)[0] = at;
    new Uint32Array(this.#numbers, this.#length * BLOCK_BYTES).set([bytes, rows, checksum, this.#keyBytes], BYTES);
    this.#length++;
  }

  toList(): BlockList {
    const numbers = new SharedArrayBuffer(this.#length * BLOCK_BYTES);
    const keys = new SharedArrayBuffer(this.#keyBytes);
    new Uint8Array(numbers).set(new Uint8Array(this.#numbers, 0, numbers.byteLength));
    new Uint8Array(keys).set(this.#keys.subarray(0, this.#keyBytes));
    return { length: this.#length, numbers, keys };
  }

  #growNumbers(): void {
    const grown = new ArrayBuffer(2 * this.#numbers.byteLength);
    new Uint8Array(grown).set(new Uint8Array(this.#numbers));
    this.#numbers = grown;
  }

  /** A key is at most 128 bytes, which twice 512 bytes always take. */
  #growKeys(): void {
    const grown = new Uint8Array(2 * this.#keys.length);
    grown.set(this.#keys);
    this.#keys = grown;
  }
}
