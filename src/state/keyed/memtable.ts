/**
 * The rows of a keyed store that are in memory: records in chunks of a page or more, and a directory from identity to record. When
 * there is no memory for more, they become a run, and the memtable begins anew.
 */
import {
  KEYED_BYTES_USED,
  TABLE_DIRECTORY,
  TABLE_GROUPS,
  TABLE_NEEDED,
  TABLE_ROW_END,
  TABLE_ROW_NEXT,
  TABLE_SLOTS,
} from '../../kernels/assembly/state-layout.js';
import { PAGE_BYTES } from '../../memory/heap.js';
import { type PageRun, PageStock, pagesFor } from '../runs/page-stock.js';
import type { Segment } from '../sort/sort-segment.js';
import type { StateEnv } from '../state-env.js';
import type { KeyedControl } from './keyed-control.js';

const SLOT_BYTES = 8;
const FIRST_SLOTS = PAGE_BYTES / SLOT_BYTES;
/** Half full: probes are short, and the entries of all records, twice as long as slots, fit in its place. */
const SLOTS_PER_ROW = 2;

/** The least that a memtable holds: a directory, and a page of records. */
export const MEMTABLE_LEAST_BYTES = 2 * PAGE_BYTES;

/** Makes values of `count` rows of a batch. */
export type LoadRows = (selection: number, count: number) => void;

export class Memtable {
  readonly #env: StateEnv;
  readonly #control: KeyedControl;
  readonly #stock: PageStock;
  #chunks: number[] = [];
  #directory = 0;

  constructor(env: StateEnv, control: KeyedControl) {
    this.#env = env;
    this.#control = control;
    this.#stock = new PageStock(env.memory);
  }

  get rows(): number {
    return this.#get(TABLE_GROUPS);
  }

  get heldBytes(): number {
    return this.#stock.bytes;
  }

  /** Bytes that were refused last. */
  get needed(): number {
    return Math.max(PAGE_BYTES, this.#get(TABLE_NEEDED));
  }

  /**
   * Writes the rows of `count` probes, of positions from `from` on. When memory is refused, it must become a run next: the rows that
   * it has not taken are at the control's `rows` then. How many these are. `load` makes the values of rows that are taken.
   */
  write(format: number, selection: number, from: number, count: number, load?: LoadRows): number {
    const { kernels, heap } = this.#env;
    const { table, columns, probes, slots, rows, records, ...control } = this.#control;
    if (!this.#reserve(count)) return this.#refuseAll(selection, from, count);
    const { identityBytes, hashes, keyBytes, payloadBytes, cursors, tails, entries } = control;
    const entered =
      kernels.enterProbes(table, probes, identityBytes, hashes, selection, from, count, slots, rows) >>> 0;
    load?.(rows, entered);
    kernels.measureRows(format, columns, rows, 0, entered, keyBytes, payloadBytes);
    for (let at = 0; at < entered; ) {
      const reached = kernels.placeEntered(table, at, entered, keyBytes, payloadBytes, probes, records) >>> 0;
      kernels.writeRows(format, columns, rows, at, reached, records, cursors, tails, entries);
      for (let i = at; i < reached; i++) heap.u32[this.#slotWord(i)] = heap.u32[(records >>> 2) + i];
      at = reached;
      if (at < entered && !this.#growChunk()) return this.#refuse(at, entered);
    }
    return 0;
  }

  /** Finds the records of `count` probes. */
  find(count: number): void {
    const { heap, kernels } = this.#env;
    const { table, probes, hashes, found } = this.#control;
    if (this.rows === 0) heap.u8.fill(0, found, found + 4 * count);
    else kernels.findProbes(table, probes, hashes, count, found);
  }

  /** The rows in order, as sort entries in place of the directory. It must be cleared, or released, next. */
  sort(): Segment {
    const { table, scratch } = this.#control;
    const { rows } = this;
    if (rows > 0) this.#env.kernels.sortGroups(table, scratch);
    return { entries: this.#directory, chunks: this.#chunks, rows, bytes: this.#get(KEYED_BYTES_USED) };
  }

  /** Gives the records up; where the entries were there can be something else until `clear`. */
  dropRecords(): void {
    for (const address of this.#chunks) this.#stock.putBack(address);
    this.#chunks = [];
    this.#stock.freeStock();
  }

  /** Empty again. */
  clear(): void {
    this.dropRecords();
    for (const field of [TABLE_ROW_NEXT, TABLE_ROW_END, TABLE_GROUPS, TABLE_SLOTS, KEYED_BYTES_USED])
      this.#set(field, 0);
    this.#stock.putBack(this.#directory);
    this.#directory = 0;
    this.#stock.freeStock();
  }

  /** Hands over the pages that what `sort` answered lies in. */
  release(): readonly PageRun[] {
    const pages = [this.#directory, ...this.#chunks].map((address) => this.#stock.release(address));
    this.#chunks = [];
    this.#directory = 0;
    return pages;
  }

  close(): void {
    this.#stock.freeAll();
  }

  /** Makes sure that `count` more rows have slots. */
  #reserve(count: number): boolean {
    while ((this.rows + count) * SLOTS_PER_ROW > this.#get(TABLE_SLOTS)) if (!this.#growDirectory()) return false;
    return true;
  }

  #growDirectory(): boolean {
    const { heap, kernels } = this.#env;
    const old = this.#directory;
    const slots = Math.max(FIRST_SLOTS, 2 * this.#get(TABLE_SLOTS));
    const address = this.#take(slots * SLOT_BYTES);
    if (address === 0) {
      this.#set(TABLE_NEEDED, slots * SLOT_BYTES);
      return false;
    }
    heap.u8.fill(0, address, address + slots * SLOT_BYTES);
    this.#set(TABLE_DIRECTORY, old);
    kernels.growDirectory(this.#control.table, address, slots);
    this.#directory = address;
    this.#stock.putBack(old);
    return true;
  }

  #growChunk(): boolean {
    const { needed } = this;
    const address = this.#take(needed);
    if (address === 0) return false;
    this.#chunks.push(address);
    this.#set(TABLE_ROW_NEXT, address);
    this.#set(TABLE_ROW_END, address + pagesFor(needed) * PAGE_BYTES);
    return true;
  }

  /** Larger ones of the same task go first: many small runs of this one would cost more than a large one of theirs. */
  #take(bytes: number): number {
    let address = this.#stock.take(bytes);
    while (address === 0 && this.#env.memory.spillOthers(this.#stock.bytes)) address = this.#stock.take(bytes);
    return address;
  }

  /** Those that were entered at from..to-1 are taken back, which leaves holes in the directory. */
  #refuse(from: number, to: number): number {
    const { u32 } = this.#env.heap;
    const { rows, probes } = this.#control;
    for (let i = from; i < to; i++) {
      const replaced = u32[(u32[(probes >>> 2) + i] + 4) >>> 2];
      u32[this.#slotWord(i)] = replaced;
      if (replaced === 0) this.#set(TABLE_GROUPS, this.rows - 1);
      u32[(rows >>> 2) + i - from] = u32[(rows >>> 2) + i];
    }
    return to - from;
  }

  #refuseAll(selection: number, from: number, count: number): number {
    const { u32 } = this.#env.heap;
    for (let i = 0; i < count; i++) {
      u32[(this.#control.rows >>> 2) + i] = selection === 0 ? from + i : u32[(selection >>> 2) + from + i];
    }
    return count;
  }

  /** The slot of the row that was entered at a position. */
  #slotWord(position: number): number {
    return (this.#directory + SLOT_BYTES * this.#env.heap.u32[(this.#control.slots >>> 2) + position]) >>> 2;
  }

  #get(field: number): number {
    return this.#env.heap.u32[(this.#control.table + field) >>> 2];
  }

  #set(field: number, value: number): void {
    this.#env.heap.u32[(this.#control.table + field) >>> 2] = value;
  }
}
