/**
 * The rows of a frame in the order of some keys, equal ones in their own order: numbers of rows in pages, a page cut in
 * two when it is full. To find a place takes a comparison for each halving; to make room moves a page at most.
 */
import type { KeyOrder } from '../../columnar/window.js';
import { isNull } from '../../expr/compiler/row-values.js';
import { PAGE_BYTES } from '../../memory/heap.js';
import { fitting } from './fitting.js';
import { RowReader } from './row-reader.js';
import type { RowStore } from './row-store.js';
import { compareValues } from './values.js';

const ROWS_PER_PAGE = PAGE_BYTES / 8;

interface Page {
  /** In f64 units. */
  readonly start: number;
  length: number;
}

export class OrderedRows {
  readonly #store: RowStore;
  readonly #keys: readonly number[];
  readonly #orders: readonly KeyOrder[];
  readonly #pages: Page[] = [];
  readonly #sought: RowReader;
  readonly #met: RowReader;
  length = 0;

  constructor(store: RowStore, keys: readonly number[], orders: readonly KeyOrder[]) {
    this.#store = store;
    this.#keys = keys;
    this.#orders = orders;
    this.#sought = new RowReader(store);
    this.#met = new RowReader(store);
  }

  /** Throws MEMORY_EXHAUSTED. Answers whether a row with equal keys was there. */
  insert(row: number): boolean {
    if (this.#pages.length === 0) this.#pages.push(this.#newPage());
    let [page, at] = this.#find(row);
    const isKnown = this.#hasEqual(row, page, at);
    if (this.#pages[page].length === ROWS_PER_PAGE) {
      this.#cut(page);
      [page, at] = this.#find(row);
    }
    const { start, length } = this.#pages[page];
    const { f64 } = this.#store.memory.heap;
    f64.copyWithin(start + at + 1, start + at, start + length);
    f64[start + at] = row;
    this.#pages[page].length++;
    this.length++;
    return isKnown;
  }

  /** Takes a row out that is there; answers whether another one with equal keys is. */
  remove(row: number): boolean {
    const [number, at] = this.#find(row);
    const page = this.#pages[number];
    this.#store.memory.heap.f64.copyWithin(page.start + at, page.start + at + 1, page.start + page.length);
    page.length--;
    this.length--;
    if (page.length === 0 && this.#pages.length > 1) {
      this.#free(page);
      this.#pages.splice(number, 1);
    }
    const [next, place] = this.#find(row);
    return this.#hasEqual(row, next, place);
  }

  /** The row at a place, from 0. */
  at(place: number): number {
    let rest = place;
    for (const { start, length } of this.#pages) {
      if (rest < length) return this.#store.memory.heap.f64[start + rest];
      rest -= length;
    }
    return -1;
  }

  /** All rows in order; `isNew`: its keys are not those of the row before it. */
  forEach(visit: (row: number, isNew: boolean) => void): void {
    const { f64 } = this.#store.memory.heap;
    let before = -1;
    for (const { start, length } of this.#pages) {
      for (let i = 0; i < length; i++) {
        const row = f64[start + i];
        visit(row, before < 0 || this.#compareKeys(row, before) !== 0);
        before = row;
      }
    }
  }

  clear(): void {
    for (const page of this.#pages.splice(1)) this.#free(page);
    if (this.#pages.length > 0) this.#pages[0].length = 0;
    this.length = 0;
  }

  close(): void {
    for (const page of this.#pages.splice(0)) this.#free(page);
  }

  /** The place of the first row that does not come before this one. */
  #find(row: number): [page: number, at: number] {
    const { f64 } = this.#store.memory.heap;
    let [low, high] = [0, this.#pages.length - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const { start, length } = this.#pages[middle];
      if (this.#compare(f64[start + length - 1], row) < 0) low = middle + 1;
      else high = middle;
    }
    const { start, length } = this.#pages[low];
    let [from, to] = [0, length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.#compare(f64[start + middle], row) < 0) from = middle + 1;
      else to = middle;
    }
    return [low, from];
  }

  /** Whether a neighbour of a place has the keys of the row. */
  #hasEqual(row: number, page: number, at: number): boolean {
    const neighbours = [this.#rowAt(page, at - 1), this.#rowAt(page, at)];
    return neighbours.some((other) => other >= 0 && other !== row && this.#compareKeys(other, row) === 0);
  }

  /** -1: there is none. One before or behind a page is in the next one. */
  #rowAt(page: number, at: number): number {
    const { f64 } = this.#store.memory.heap;
    const own = this.#pages[page];
    if (at >= 0 && at < own.length) return f64[own.start + at];
    const other = this.#pages[at < 0 ? page - 1 : page + 1];
    if (other === undefined || other.length === 0) return -1;
    return f64[other.start + (at < 0 ? other.length - 1 : 0)];
  }

  #compare(a: number, b: number): number {
    return this.#compareKeys(a, b) || a - b;
  }

  #compareKeys(a: number, b: number): number {
    const { heap } = this.#store.memory;
    const ours = this.#sought.seek(a).vectors;
    const others = this.#met.seek(b).vectors;
    const [i, j] = [this.#sought.index, this.#met.index];
    for (let k = 0; k < this.#keys.length; k++) {
      const [x, y] = [ours[this.#keys[k]], others[this.#keys[k]]];
      const { descending, nullsFirst } = this.#orders[k];
      const [isNullX, isNullY] = [isNull(heap, x, i), isNull(heap, y, j)];
      if (isNullX !== isNullY) return isNullX === nullsFirst ? -1 : 1;
      const compared = isNullX ? 0 : compareValues(heap, x, i, y, j);
      if (compared !== 0) return descending ? -compared : compared;
    }
    return 0;
  }

  #cut(number: number): void {
    const page = this.#pages[number];
    const half = page.length >>> 1;
    const behind = this.#newPage();
    const { f64 } = this.#store.memory.heap;
    f64.copyWithin(behind.start, page.start + half, page.start + page.length);
    behind.length = page.length - half;
    page.length = half;
    this.#pages.splice(number + 1, 0, behind);
  }

  #newPage(): Page {
    const { memory, lookedUpBy } = this.#store;
    const address = fitting(() => memory.allocate(1, 'the rows of a window'), lookedUpBy) >>> 0;
    return { start: address >>> 3, length: 0 };
  }

  #free({ start }: Page): void {
    this.#store.memory.free(start * 8, 1);
  }
}
