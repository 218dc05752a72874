/** A text in the making, in managed memory. */
import { PAGE_BYTES } from '../../memory/heap.js';
import type { TaskMemory } from '../../memory/task-memory.js';
import type { TextView } from './fold.js';

export class TextBuilder {
  readonly #memory: TaskMemory;
  readonly #purpose: string;
  #address = 0;
  #pages = 0;
  #bytes = 0;

  constructor(memory: TaskMemory, purpose: string) {
    this.#memory = memory;
    this.#purpose = purpose;
  }

  /** Throws MEMORY_EXHAUSTED. */
  append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#memory.heap.u8.set(bytes, this.#address + this.#bytes);
    this.#bytes += bytes.length;
  }

  /** `bytes` from an address; they are not the builder's own. */
  appendFrom(address: number, bytes: number): void {
    this.#reserve(bytes);
    this.#memory.heap.u8.copyWithin(this.#address + this.#bytes, address, address + bytes);
    this.#bytes += bytes;
  }

  view(): TextView {
    return { address: this.#address, bytes: this.#bytes };
  }

  clear(): void {
    this.#bytes = 0;
  }

  close(): void {
    if (this.#pages > 0) this.#memory.free(this.#address, this.#pages);
    this.#pages = 0;
  }

  #reserve(more: number): void {
    const wanted = this.#bytes + more;
    if (wanted <= this.#pages * PAGE_BYTES) return;
    const pages = Math.max(Math.ceil(wanted / PAGE_BYTES), 2 * this.#pages);
    const address = this.#memory.allocate(pages, this.#purpose) >>> 0;
    this.#memory.heap.u8.copyWithin(address, this.#address, this.#address + this.#bytes);
    this.close();
    this.#address = address;
    this.#pages = pages;
  }
}
