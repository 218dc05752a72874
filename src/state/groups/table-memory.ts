/**
 * The memory of a group table: the control block that the kernels work by, and the pages that grow with the groups.
 *
 *     control block   layout | table | key columns | input columns | sort scratch | groups and order of a batch | block buffer
 *     directory       8, 16 and 32 KiB in one page, each at the offset that equals its size; pages of its own from there
 *     chunks          a page of rows, a page of arena, one after another as they are asked for
 */
import { PHYSICAL_BYTES } from '../../columnar/data-type.js';
import type { Vector } from '../../columnar/vector.js';
import type { LeatError } from '../../errors.js';
import {
  COLUMN_BYTES,
  I128,
  LARGE_SLOTS,
  SORT_SCRATCH_BYTES,
  STOP_DIRECTORY,
  STOP_ROWS,
  STOP_TAIL,
  TABLE_BYTES,
  TABLE_DIRECTORY,
  TABLE_GROUPS,
  TABLE_HASH_MASK,
  TABLE_LAYOUT,
  TABLE_LIMIT,
  TABLE_NEEDED,
  TABLE_ROW_END,
  TABLE_ROW_NEXT,
  TABLE_SLOTS,
  TABLE_STOP,
  TABLE_TAIL_END,
  TABLE_TAIL_NEXT,
  TABLE_TEXT_LIMIT,
  TEXT,
} from '../../kernels/assembly/state-layout.js';
import { type Heap, PAGE_BYTES } from '../../memory/heap.js';
import { memoryExhausted } from '../../memory/memory-exhausted.js';
import { PageStock, pagesFor } from '../runs/page-stock.js';
import { runBlockBytes } from '../runs/run-writer.js';
import type { StateEnv, StateSizes } from '../state-env.js';
import { layoutBytes, pad8, type RowLayout, recordBound, writeLayout } from './row-layout.js';

/** 8 KiB: a few hundred groups stay in the first-level cache. */
const FIRST_SLOTS = 1024;
/**
 * Directories of up to 16 KiB are at most an eighth full, those of 32 KiB a quarter: a probe that misses its slot costs a
 * mispredicted branch.
 */
const SPARSE_SLOTS = 4096;
/** Texts up to this length are taken without growing the block buffer. */
const FIRST_TEXT_BYTES = 1024;

function controlBytes(layout: RowLayout, sizes: StateSizes, recordExtra: number): number {
  const columns = (layout.keys.length + layout.accumulators.length) * COLUMN_BYTES;
  const control = pad8(layoutBytes(layout)) + TABLE_BYTES + columns + SORT_SCRATCH_BYTES + 12 * sizes.batchRows;
  return pad8(control) + Math.max(runBlockBytes(sizes.shareBytes), recordBound(layout, FIRST_TEXT_BYTES) + recordExtra);
}

/** The control block, a directory, a page of rows, two pages of arena. `recordExtra`: bytes that records have beside their layout. */
export function tableMinimumBytes(layout: RowLayout, sizes: StateSizes, recordExtra = 0): number {
  return (pagesFor(controlBytes(layout, sizes, recordExtra)) + 1 + pagesFor(layout.rowBytes) + 2) * PAGE_BYTES;
}

type FindKernel = 'findAny' | 'findText' | 'findFixed';

/** The quickest one for a table of this layout while it fits into a core's cache; a larger one is read ahead by `findAny`. */
function findKernel({ keys }: RowLayout): FindKernel {
  const [key] = keys;
  return keys.length !== 1 || key.physical === I128 ? 'findAny' : key.physical === TEXT ? 'findText' : 'findFixed';
}

/** Tells the kernels where a column of a batch lies: COLUMN_BYTES at `column`. */
export function describeColumn({ u32 }: Heap, column: number, vector: Vector): void {
  const isFlat = vector.isConstant ? 0 : 1;
  u32[column >>> 2] = vector.values;
  u32[(column >>> 2) + 1] = isFlat * PHYSICAL_BYTES[vector.physical];
  u32[(column >>> 2) + 2] = vector.validity;
  u32[(column >>> 2) + 3] = isFlat;
}

export class TableMemory {
  /** Addresses in the control block. */
  readonly table: number;
  readonly keyColumns: number;
  readonly inputColumns: number;
  readonly scratch: number;
  /** The group row of each position of a batch. */
  readonly groupOf: number;
  /** Rows of a batch in a better order, and their group rows. */
  readonly orderedRows: number;
  readonly orderedGroups: number;
  readonly stock: PageStock;
  /** Where records are put together on their way to a file. */
  buffer: number;
  bufferBytes: number;

  readonly #env: StateEnv;
  readonly #layout: RowLayout;
  readonly #find: FindKernel;
  readonly #recordExtra: number;
  readonly #control: { readonly address: number; readonly pages: number };
  readonly #firstBuffer: number;
  #chunks: number[] = [];
  #directory = 0;

  constructor(env: StateEnv, layout: RowLayout, recordExtra = 0) {
    this.#env = env;
    this.#layout = layout;
    this.#find = findKernel(layout);
    this.#recordExtra = recordExtra;
    const sizes = { shareBytes: env.memory.shareBytes, batchRows: env.batchRows };
    const pages = pagesFor(controlBytes(layout, sizes, recordExtra));
    const address = env.memory.allocate(pages, 'the group table');
    this.#control = { address, pages };
    this.stock = new PageStock(env.memory);
    this.table = address + pad8(layoutBytes(layout));
    this.keyColumns = this.table + TABLE_BYTES;
    this.inputColumns = this.keyColumns + layout.keys.length * COLUMN_BYTES;
    this.scratch = this.inputColumns + layout.accumulators.length * COLUMN_BYTES;
    this.groupOf = this.scratch + SORT_SCRATCH_BYTES;
    this.orderedRows = this.groupOf + 4 * env.batchRows;
    this.orderedGroups = this.orderedRows + 4 * env.batchRows;
    this.#firstBuffer = pad8(this.orderedGroups + 4 * env.batchRows) >>> 0;
    this.buffer = this.#firstBuffer;
    this.bufferBytes = address + pages * PAGE_BYTES - this.#firstBuffer;
    writeLayout(env.heap, address, layout);
    env.heap.u8.fill(0, this.table, this.table + TABLE_BYTES);
    this.set(TABLE_LAYOUT, address);
    this.set(TABLE_HASH_MASK, env.hashMask ?? 0xffffffff);
    this.set(TABLE_TEXT_LIMIT, FIRST_TEXT_BYTES);
  }

  get(field: number): number {
    return this.#env.heap.u32[(this.table + field) >>> 2];
  }

  set(field: number, value: number): void {
    this.#env.heap.u32[(this.table + field) >>> 2] = value;
  }

  /** Larger than what stays in a core's cache. */
  get isLarge(): boolean {
    return this.get(TABLE_SLOTS) > LARGE_SLOTS;
  }

  describe(column: number, vector: Vector): void {
    describeColumn(this.#env.heap, column, vector);
  }

  /** All pages go to the job, which keeps them after this task; nothing may be added any more. */
  seal(partition: number): void {
    this.stock.sealAll(partition);
    this.#env.memory.seal(this.#control.address, this.#control.pages, partition);
  }

  /** Group rows of the positions from..to-1, to `groupOf`; answers the position that there is no room for, or `to`. */
  find(selection: number, from: number, to: number): number {
    if (this.get(TABLE_SLOTS) === 0) {
      this.set(TABLE_STOP, STOP_DIRECTORY);
      return from;
    }
    const kernel = this.isLarge ? 'findAny' : this.#find;
    return this.#env.kernels[kernel](this.table, this.keyColumns, selection, from, to, this.groupOf) >>> 0;
  }

  /** Gets what the kernel that stopped was missing; false when memory is refused and spilling will help. */
  makeRoom(): boolean {
    const reason = this.get(TABLE_STOP);
    const needed = reason === STOP_DIRECTORY ? 0 : this.get(TABLE_NEEDED);
    if (this.#grow(reason, needed)) return true;
    const groups = this.get(TABLE_GROUPS);
    // Larger tables of the same task go first: many small runs of this one would cost more than a large one of theirs.
    const least = groups > 1 ? this.stock.bytes : 0;
    while (groups > 0 && this.#env.memory.spillOthers(least)) if (this.#grow(reason, needed)) return true;
    if (groups > 0) return false;
    // Nothing to spill: what is stocked in pieces may be had in one piece, and the empty directory is made anew.
    this.#dropDirectory();
    this.stock.freeStock();
    if (this.#grow(reason, needed)) return true;
    const { memory } = this.#env;
    while (memory.spillOthers() || memory.awaitOthers()) if (this.#grow(reason, needed)) return true;
    throw this.exhausted();
  }

  exhausted(): LeatError {
    const needed = Math.max(1, pagesFor(this.get(TABLE_NEEDED))) * PAGE_BYTES;
    return memoryExhausted('a row of an aggregate', needed, this.#env.memory.shareBytes);
  }

  /** Forgets all groups; the pages stay in stock, the directory stays as large as it is. */
  clear(): void {
    for (const address of this.#chunks) this.stock.putBack(address);
    this.#chunks = [];
    for (const field of [TABLE_ROW_NEXT, TABLE_ROW_END, TABLE_TAIL_NEXT, TABLE_TAIL_END, TABLE_GROUPS]) {
      this.set(field, 0);
    }
    const directory = this.get(TABLE_DIRECTORY);
    this.#env.heap.u8.fill(0, directory, directory + this.get(TABLE_SLOTS) * 8);
  }

  /** Gives up everything but the control block. The table must have been cleared. */
  shrink(): void {
    this.#dropDirectory();
    this.buffer = this.#firstBuffer;
    this.bufferBytes = this.#control.address + this.#control.pages * PAGE_BYTES - this.#firstBuffer;
    this.set(TABLE_TEXT_LIMIT, FIRST_TEXT_BYTES);
    this.stock.freeAll();
  }

  close(): void {
    this.stock.freeAll();
    this.#env.memory.free(this.#control.address, this.#control.pages);
  }

  #dropDirectory(): void {
    this.set(TABLE_SLOTS, 0);
    this.set(TABLE_LIMIT, 0);
    this.stock.putBack(this.#directory);
    this.#directory = 0;
  }

  #grow(reason: number, needed: number): boolean {
    switch (reason) {
      case STOP_DIRECTORY:
        return this.#growDirectory();
      case STOP_ROWS:
        return this.#growChunk(TABLE_ROW_NEXT, TABLE_ROW_END, needed);
      case STOP_TAIL:
        return this.#growChunk(TABLE_TAIL_NEXT, TABLE_TAIL_END, needed);
      default:
        return this.#growBuffer(needed);
    }
  }

  #growChunk(nextField: number, endField: number, needed: number): boolean {
    const address = this.stock.take(needed);
    if (address === 0) return false;
    this.#chunks.push(address);
    this.set(nextField, address);
    this.set(endField, address + pagesFor(needed) * PAGE_BYTES);
    return true;
  }

  #growDirectory(): boolean {
    const { heap, kernels } = this.#env;
    const oldSlots = this.get(TABLE_SLOTS);
    const slots = oldSlots === 0 ? FIRST_SLOTS : oldSlots * 2;
    const bytes = slots * 8;
    const staysInPage = oldSlots !== 0 && bytes < PAGE_BYTES;
    const base = staysInPage ? this.#directory : this.stock.take(bytes);
    if (base === 0) return false;
    const address = bytes < PAGE_BYTES ? base + bytes : base;
    heap.u8.fill(0, address, address + bytes);
    if (oldSlots === 0) {
      this.set(TABLE_DIRECTORY, address);
      this.set(TABLE_SLOTS, slots);
    } else {
      kernels.growDirectory(this.table, address, slots);
    }
    this.set(TABLE_LIMIT, slots < SPARSE_SLOTS ? slots / 8 : slots === SPARSE_SLOTS ? slots / 4 : slots / 2);
    if (base !== this.#directory) {
      this.stock.putBack(this.#directory);
      this.#directory = base;
    }
    return true;
  }

  /** A block buffer that takes records with texts of `textBytes`. */
  #growBuffer(textBytes: number): boolean {
    const bytes = recordBound(this.#layout, textBytes) + this.#recordExtra;
    if (bytes > this.bufferBytes) {
      const address = this.stock.take(bytes);
      if (address === 0) return false;
      this.stock.putBack(this.buffer);
      this.buffer = address;
      this.bufferBytes = pagesFor(bytes) * PAGE_BYTES;
    }
    this.set(TABLE_TEXT_LIMIT, textBytes);
    return true;
  }
}
