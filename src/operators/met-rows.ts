/**
 * The left rows of one key in passes over them, each with other records of the right: which of them have met somebody in an
 * earlier pass. A bit a row, in pages that are taken as rows come.
 */
import { PAGE_BYTES } from '../memory/heap.js';
import type { TaskMemory } from '../memory/task-memory.js';
import { PageStock } from '../state/runs/page-stock.js';
import type { JoinPass } from './join-matches.js';

const PAGE_ROWS = 8 * PAGE_BYTES;

export class MetRows implements JoinPass {
  isLast = false;
  readonly #memory: TaskMemory;
  readonly #stock: PageStock;
  readonly #pages: number[] = [];
  /** Rows of the pass before those of the batch at work. */
  #before = 0;
  #rows = 0;

  constructor(memory: TaskMemory) {
    this.#memory = memory;
    this.#stock = new PageStock(memory);
  }

  beginPass(isLast: boolean): void {
    this.isLast = isLast;
    this.#before = 0;
    this.#rows = 0;
  }

  beginBatch(rows: number): void {
    this.#before += this.#rows;
    this.#rows = rows;
  }

  has(row: number): boolean {
    const at = this.#before + row;
    const page = this.#pages[Math.floor(at / PAGE_ROWS)];
    return page !== undefined && (this.#memory.heap.u8[page + ((at % PAGE_ROWS) >>> 3)] & (1 << (at & 7))) !== 0;
  }

  add(row: number): void {
    const { u8 } = this.#memory.heap;
    const at = this.#before + row;
    while (this.#pages.length * PAGE_ROWS <= at) {
      const page = this.#stock.require(PAGE_BYTES, 'a join');
      u8.fill(0, page, page + PAGE_BYTES);
      this.#pages.push(page);
    }
    u8[this.#pages[Math.floor(at / PAGE_ROWS)] + ((at % PAGE_ROWS) >>> 3)] |= 1 << (at & 7);
  }

  close(): void {
    this.#stock.freeAll();
  }
}
