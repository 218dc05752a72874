/**
 * Room for the bytes of text results: a list of chunks that are kept from batch to batch. A text lies in one chunk; a
 * kernel that runs out of room stops at that row, a chunk is added, and it goes on there, so nothing is copied or moved.
 * The bytes of one batch are bounded by the program and the batch's input; beyond the budget the arena refuses.
 */
import type { Heap } from '../../memory/heap.js';
import type { TextArea } from './emit.js';

const STATE_BYTES = 16;

interface Chunk {
  readonly address: number;
  readonly bytes: number;
}

export class ChunkedTextArea implements TextArea {
  readonly state: number;
  readonly #heap: Heap;
  readonly #allocate: (bytes: number) => number;
  readonly #chunkBytes: number;
  readonly #chunks: Chunk[] = [];
  #current = -1;

  constructor(heap: Heap, allocate: (bytes: number) => number, chunkBytes: number) {
    this.#heap = heap;
    this.#allocate = allocate;
    this.#chunkBytes = chunkBytes;
    this.state = allocate(STATE_BYTES);
    this.reset();
  }

  /** Bytes taken before the first text is made. */
  static minimumBytes(chunkBytes: number): number {
    return STATE_BYTES + chunkBytes;
  }

  /** Forgets the texts of the batch before. */
  reset(): void {
    this.#current = -1;
    this.#setWindow(0, 0);
  }

  reserve(bytes: number): void {
    if (this.#current >= 0 && this.#heap.u32[(this.state >>> 2) + 1] >= bytes) return;
    let next = this.#current + 1;
    while (next < this.#chunks.length && this.#chunks[next].bytes < bytes) next++;
    if (next === this.#chunks.length) {
      const size = Math.max(bytes, this.#chunkBytes);
      this.#chunks.push({ address: this.#allocate(size) >>> 0, bytes: size });
    }
    this.#current = next;
    const chunk = this.#chunks[next];
    this.#setWindow(chunk.address, chunk.bytes);
  }

  /** Takes `bytes` bytes for one text. */
  take(bytes: number): number {
    this.reserve(bytes);
    const state = this.state >>> 2;
    const address = this.#heap.u32[state];
    this.#setWindow(address + bytes, this.#heap.u32[state + 1] - bytes);
    return address;
  }

  #setWindow(cursor: number, left: number): void {
    this.#heap.u32[this.state >>> 2] = cursor;
    this.#heap.u32[(this.state >>> 2) + 1] = left;
  }
}
