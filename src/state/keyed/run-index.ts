/** In which block of a run a key may lie, by the first keys of the blocks. */
import { type BlockList, keyEnds } from '../runs/block-list.js';
import { SAMPLE_KEY_BYTES } from '../runs/sorted-run.js';

export class RunIndex {
  readonly #keys: Buffer;
  /** Where the key of each block begins, and where the last one ends. */
  readonly #starts: Uint32Array;

  constructor(blocks: BlockList) {
    this.#keys = Buffer.from(blocks.keys);
    this.#starts = new Uint32Array(blocks.length + 1);
    this.#starts.set(keyEnds(blocks), 1);
  }

  get blocks(): number {
    return this.#starts.length - 1;
  }

  /** The first block that may have the key: not before `from`, which is such a block for a key that is not greater. */
  firstFor(key: Uint8Array, from: number): number {
    const cut = key.subarray(0, SAMPLE_KEY_BYTES);
    // Keys of a batch ascend, and their blocks are near one another.
    let step = 1;
    let low = from;
    while (low + step < this.blocks && this.#compare(low + step, cut) < 0) {
      low += step;
      step *= 2;
    }
    let high = Math.min(this.blocks, low + step);
    while (low + 1 < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(middle, cut) < 0) low = middle;
      else high = middle;
    }
    return low;
  }

  /** Whether a block may have the key although others before it do not: its first key begins like it. */
  mayBegin(block: number, key: Uint8Array): boolean {
    if (block >= this.blocks) return false;
    const cut = key.subarray(0, SAMPLE_KEY_BYTES);
    const start = this.#starts[block];
    const bytes = Math.min(cut.length, this.#starts[block + 1] - start);
    return bytes === cut.length && this.#keys.compare(cut, 0, bytes, start, start + bytes) === 0;
  }

  #compare(block: number, key: Uint8Array): number {
    return this.#keys.compare(key, 0, key.length, this.#starts[block], this.#starts[block + 1]);
  }
}
