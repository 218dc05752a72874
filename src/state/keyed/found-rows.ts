/** What a lookup found: which rows of the batch, and columns of their values. */
import type { Vector } from '../../columnar/vector.js';
import { PAGE_BYTES } from '../../memory/heap.js';
import { pad8 } from '../groups/row-layout.js';
import { PageStock, pagesFor } from '../runs/page-stock.js';
import { recordBytes } from '../runs/record-blocks.js';
import { RecordColumns, recordColumnsFixedBytes, recordColumnsRowBytes } from '../sort/record-columns.js';
import { PIECE_ROWS } from '../sort/sort-control.js';
import type { StateEnv } from '../state-env.js';
import type { KeyedControl } from './keyed-control.js';
import { type KeyedFormat, rowFormat } from './keyed-format.js';

/** Lives until the callback that it is given to returns. */
export interface Found {
  /** Rows of the batch that were found and those that were not, as selections of it. */
  readonly selection: number;
  readonly count: number;
  readonly missing: number;
  readonly missingCount: number;
  /** The values of the i-th row that was found, in row i. */
  readonly vectors: readonly Vector[];
}

const PURPOSE = 'lookups in a keyed store';
const RESERVED_SHARE = 128;
const MOST_RESERVED = 8;

/** Rows that are looked up at a time. */
function rowsAtATime(format: KeyedFormat, shareBytes: number): number {
  const target = Math.min(Math.max(shareBytes / 16, PAGE_BYTES / 2), 4 * PAGE_BYTES);
  return Math.max(1, Math.min(PIECE_ROWS, Math.floor(target / rowBytes(format))));
}

/** Of a row: its columns, two selections, its record. */
function rowBytes(format: KeyedFormat): number {
  return recordColumnsRowBytes(rowFormat(format)) + 12;
}

function columnPages(format: KeyedFormat, shareBytes: number): number {
  const rows = rowsAtATime(format, shareBytes);
  return pagesFor(recordColumnsFixedBytes(rowFormat(format)) + rows * rowBytes(format) + 3 * 16);
}

/** Pages for records that are found in files, which are there whatever the memtable takes. */
function reservedPages(shareBytes: number): number {
  return Math.max(1, Math.min(MOST_RESERVED, Math.floor(shareBytes / RESERVED_SHARE / PAGE_BYTES)));
}

export function foundRowsPages(format: KeyedFormat, shareBytes: number): number {
  return columnPages(format, shareBytes) + reservedPages(shareBytes);
}

export class FoundRows {
  /** So many are looked up at a time. */
  readonly most: number;
  readonly #env: StateEnv;
  readonly #control: KeyedControl;
  /** Pages that stay in stock, as many as `#reserve` says, and others. */
  readonly #reserved: PageStock;
  readonly #more: PageStock;
  readonly #reserve: number;
  readonly #address: number;
  readonly #pages: number;
  readonly #columns: RecordColumns;
  readonly #selection: number;
  readonly #missing: number;
  readonly #records: number;
  /** Copies of records of runs in files: reserved pages, and where the next one goes. */
  readonly #kept: number[] = [];
  #next = 0;
  #end = 0;

  constructor(env: StateEnv, control: KeyedControl, format: KeyedFormat) {
    const { memory } = env;
    this.#env = env;
    this.#control = control;
    this.#reserved = new PageStock(memory);
    this.#more = new PageStock(memory);
    this.#reserve = reservedPages(memory.shareBytes);
    const pages = Array.from({ length: this.#reserve }, () => this.#reserved.require(PAGE_BYTES, PURPOSE));
    for (const page of pages) this.#reserved.putBack(page);
    this.most = rowsAtATime(format, memory.shareBytes);
    this.#pages = columnPages(format, memory.shareBytes);
    this.#address = memory.allocate(this.#pages, PURPOSE);
    let next = this.#address;
    const place = (bytes: number): number => {
      const at = Math.ceil(next / 16) * 16;
      next = at + bytes;
      return at;
    };
    this.#columns = new RecordColumns(env, rowFormat(format), this.most, place);
    this.#selection = place(4 * this.most);
    this.#missing = place(4 * this.most);
    this.#records = place(4 * this.most);
  }

  /** Copies what was found for the control's hits; false: there is no memory for it. */
  keepHits(): boolean {
    const { heap, kernels } = this.#env;
    const { found, hits, cursors } = this.#control;
    const count = heap.u32[hits >>> 2];
    for (let from = 0; from < count; ) {
      from = kernels.copyHits(found, hits, from, this.#next, this.#end, cursors) >>> 0;
      this.#next = heap.u32[cursors >>> 2];
      if (from === count) break;
      const record = heap.u32[(found >>> 2) + heap.u32[(hits >>> 2) + 1 + from]];
      if (!this.#grow(pad8(recordBytes(heap, record)))) return false;
    }
    return true;
  }

  #grow(bytes: number): boolean {
    const isReserved = bytes <= PAGE_BYTES && this.#kept.length < this.#reserve;
    const address = isReserved ? this.#reserved.take(PAGE_BYTES) : this.#more.take(bytes);
    if (address === 0) return false;
    if (isReserved) this.#kept.push(address);
    this.#next = address;
    this.#end = address + pagesFor(bytes) * PAGE_BYTES;
    return true;
  }

  /** What was found for `count` probes, of positions from `from` on. */
  take(selection: number, from: number, count: number): Found {
    const { u32 } = this.#env.heap;
    let [taken, missed] = [0, 0];
    for (let i = 0; i < count; i++) {
      const record = u32[(this.#control.found >>> 2) + i];
      const row = selection === 0 ? from + i : u32[(selection >>> 2) + from + i];
      // Without a payload it is a tombstone.
      if (record === 0 || u32[(record >>> 2) + 1] === 0) {
        u32[(this.#missing >>> 2) + missed++] = row;
        continue;
      }
      u32[(this.#selection >>> 2) + taken] = row;
      u32[(this.#records >>> 2) + taken++] = record;
    }
    this.#columns.read(this.#records, taken);
    const [found, missing] = [this.#selection, this.#missing];
    return { selection: found, count: taken, missing, missingCount: missed, vectors: this.#columns.vectors };
  }

  /** Forgets what was found. */
  release(): void {
    for (const address of this.#kept.splice(0)) this.#reserved.putBack(address);
    this.#more.freeAll();
    this.#next = 0;
    this.#end = 0;
  }

  close(): void {
    this.#reserved.freeAll();
    this.#more.freeAll();
    this.#env.memory.free(this.#address, this.#pages);
  }
}
