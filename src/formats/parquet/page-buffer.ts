/** Managed memory for one thing of unknown size after the other: a page, a dictionary. It only grows. */
import { PAGE_SLACK } from '../../kernels/parquet-kernels.js';
import { PAGE_BYTES } from '../../memory/heap.js';
import type { TaskMemory } from '../../memory/task-memory.js';
import { formatSize } from '../../spec/size-text.js';
import { ParquetFault } from './fault.js';

export class PageBuffer {
  readonly #memory: TaskMemory;
  #address = 0;
  #pages = 0;

  constructor(memory: TaskMemory) {
    this.#memory = memory;
  }

  /** Room for `bytes`, and the slack that kernels read beyond; what was there is gone. Throws ParquetFault. */
  reserve(bytes: number): number {
    const pages = Math.ceil((bytes + PAGE_SLACK) / PAGE_BYTES);
    if (pages <= this.#pages) return this.#address;
    this.close();
    const address = pages * PAGE_BYTES > this.#memory.shareBytes ? 0 : this.#memory.tryAllocate(pages);
    if (address === 0) {
      throw new ParquetFault(
        `a page takes ${formatSize(bytes)}, and a slot has ${formatSize(this.#memory.shareBytes)} for all that it does`,
        'FORMAT_PARQUET_PAGE_SIZE',
      );
    }
    this.#address = address;
    this.#pages = pages;
    return address;
  }

  close(): void {
    if (this.#pages > 0) this.#memory.free(this.#address, this.#pages);
    this.#pages = 0;
  }
}
