/**
 * Numbers of rows that come at the end and go at both: pages, of which only the first and the last are looked at. Those between
 * them go to a file when memory is refused.
 */
import { PAGE_BYTES } from '../../memory/heap.js';
import type { ChunkCopy, Fileable } from './chunk-files.js';
import { fitting } from './fitting.js';
import type { RowStore } from './row-store.js';

const ROWS_PER_PAGE = PAGE_BYTES / 8;

class QueuePage implements Fileable {
  readonly runs: readonly [{ address: number; readonly pages: number; readonly usedBytes: number }];
  copy: ChunkCopy | undefined;

  constructor(address: number) {
    this.runs = [{ address, pages: 1, usedBytes: PAGE_BYTES }];
  }
}

export class RowQueue {
  length = 0;
  readonly #store: Pick<RowStore, 'memory' | 'files'>;
  readonly #pages: QueuePage[] = [];
  /** Of the first page the first row that is in, of the last one the first place that is free. */
  #head = 0;
  #tail = 0;

  constructor(store: Pick<RowStore, 'memory' | 'files'>) {
    this.#store = store;
  }

  get first(): number {
    return this.#store.memory.heap.f64[(this.#pages[0].runs[0].address >>> 3) + this.#head];
  }

  get last(): number {
    const { address } = this.#pages[this.#pages.length - 1].runs[0];
    return this.#store.memory.heap.f64[(address >>> 3) + this.#tail - 1];
  }

  /** Throws MEMORY_EXHAUSTED. */
  push(row: number): void {
    if (this.#pages.length === 0 || this.#tail === ROWS_PER_PAGE) {
      this.#pages.push(new QueuePage(this.#take()));
      this.#tail = 0;
    }
    const { address } = this.#pages[this.#pages.length - 1].runs[0];
    this.#store.memory.heap.f64[(address >>> 3) + this.#tail++] = row;
    this.length++;
  }

  pop(): void {
    this.length--;
    this.#tail--;
    if (this.length === 0) this.clear();
    else if (this.#tail === 0) {
      this.#free(this.#pages.pop());
      this.#load(this.#pages[this.#pages.length - 1]);
      this.#tail = ROWS_PER_PAGE;
    }
  }

  shift(): void {
    this.length--;
    this.#head++;
    if (this.length === 0) this.clear();
    else if (this.#head === ROWS_PER_PAGE) {
      this.#free(this.#pages.shift());
      this.#load(this.#pages[0]);
      this.#head = 0;
    }
  }

  clear(): void {
    for (const page of this.#pages.splice(1)) this.#free(page);
    this.length = 0;
    this.#head = 0;
    this.#tail = 0;
  }

  close(): void {
    for (const { runs } of this.#pages.splice(0))
      if (runs[0].address !== 0) this.#store.memory.free(runs[0].address, 1);
    this.length = 0;
  }

  #take(): number {
    const { memory } = this.#store;
    return (
      (memory.tryAllocate(1) || this.#between() || fitting(() => memory.allocate(1, 'the rows of a window'))) >>> 0
    );
  }

  /** Puts the pages between the first and the last into a file; the address of one that became free, or 0. */
  #between(): number {
    const pages = this.#pages.slice(1, -1).filter(({ runs }) => runs[0].address !== 0);
    if (pages.length === 0) return 0;
    this.#store.files.write(pages);
    const [kept, ...others] = pages.map(({ runs }) => runs[0].address);
    for (const address of others) this.#store.memory.free(address, 1);
    for (const { runs } of pages) runs[0].address = 0;
    return kept;
  }

  /** The first or the last page must be in memory. */
  #load(page: QueuePage): void {
    if (page.runs[0].address !== 0) return;
    page.runs[0].address = this.#take();
    this.#store.files.read(page);
    this.#store.files.forget(page);
    page.copy = undefined;
  }

  #free(page: QueuePage | undefined): void {
    if (page === undefined) return;
    if (page.runs[0].address !== 0) this.#store.memory.free(page.runs[0].address, 1);
    this.#store.files.forget(page);
  }
}
