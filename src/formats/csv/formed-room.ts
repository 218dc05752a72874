/** Room for fields that are written anew in the usual form; they stay until the next rows. */
import { INDEX_SLACK } from '../../kernels/csv-kernels.js';
import { PAGE_BYTES } from '../../memory/heap.js';
import type { TaskMemory } from '../../memory/task-memory.js';
import type { ColumnDecoder, IndexedRows } from './column-decoder.js';
import { FORMED_GROWTH } from './formed-fields.js';

export class FormedRoom {
  readonly #memory: TaskMemory;
  readonly #columns: readonly ColumnDecoder[];
  #address = 0;
  #pages = 0;

  constructor(memory: TaskMemory, columns: readonly ColumnDecoder[]) {
    this.#memory = memory;
    this.#columns = columns.filter(({ isFormed }) => isFormed);
  }

  /** Writes the fields of the rows, whose fields are so many bytes at most. */
  write(indexed: IndexedRows, bytes: number): void {
    if (this.#columns.length === 0) return;
    const growth = FORMED_GROWTH * indexed.rows * this.#columns.length;
    const pages = Math.ceil((bytes + growth + INDEX_SLACK) / PAGE_BYTES);
    if (pages > this.#pages) {
      this.close();
      this.#address = this.#memory.allocate(pages, 'fields of another form');
      this.#pages = pages;
    }
    let at = this.#address;
    for (const column of this.#columns) at = column.writeAnew(indexed, at);
  }

  close(): void {
    if (this.#pages > 0) this.#memory.free(this.#address, this.#pages);
    this.#pages = 0;
  }
}
