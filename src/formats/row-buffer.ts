/** Where a writer puts rows together: a buffer of bounded size in managed memory, which is flushed when the next row does not fit. */
import { type Heap, PAGE_BYTES } from '../memory/heap.js';
import type { TaskMemory } from '../memory/task-memory.js';

/** Takes the bytes of a buffer of so many pages; answers the one to be overwritten afterwards, this one or another in exchange. */
export type FlushBuffer = (address: number, bytes: number, pages: number) => number;

/** Managed memory of a buffer for chunks of so many bytes. */
export function rowBufferBytes(chunkBytes: number): number {
  return Math.max(1, Math.ceil(chunkBytes / PAGE_BYTES)) * PAGE_BYTES;
}

export class RowBuffer {
  readonly #memory: TaskMemory;
  readonly #heap: Heap;
  readonly #purpose: string;
  readonly #flush: FlushBuffer;
  #buffer = 0;
  #pages = 0;
  #filled = 0;

  /** `purpose`: of the memory, in errors. */
  constructor(memory: TaskMemory, chunkBytes: number, purpose: string, flush: FlushBuffer) {
    this.#memory = memory;
    this.#heap = memory.heap;
    this.#purpose = purpose;
    this.#flush = flush;
    this.#grow(rowBufferBytes(chunkBytes) / PAGE_BYTES);
  }

  /**
   * Puts `count` rows together. `assemble` writes rows from `row` on to `out`, as many as have room there, puts how many bytes they took
   * at `result`, and answers the first row that it did not write.
   */
  write(count: number, result: number, assemble: (row: number, out: number, room: number) => number): void {
    for (let row = 0; row < count; ) {
      const next = assemble(row, this.#buffer + this.#filled, this.#pages * PAGE_BYTES - this.#filled);
      this.#filled += this.#heap.u32[result >>> 2];
      if (next < count) {
        // The next row does not fit: make room, or more room when there is nothing to flush.
        if (this.#filled === 0) this.#grow(2 * this.#pages);
        else this.finish();
      }
      row = next;
    }
  }

  /** Flushes what is in the buffer. */
  finish(): void {
    const bytes = this.#filled;
    this.#filled = 0;
    if (bytes > 0) this.#buffer = this.#flush(this.#buffer, bytes, this.#pages);
  }

  close(): void {
    if (this.#pages > 0) this.#memory.free(this.#buffer, this.#pages);
    this.#pages = 0;
  }

  #grow(pages: number): void {
    const buffer = this.#memory.allocate(pages, this.#purpose);
    if (this.#pages > 0) this.#memory.free(this.#buffer, this.#pages);
    this.#buffer = buffer;
    this.#pages = pages;
  }
}
