/**
 * The aggregate's partial side: groups by hash, in managed pages, until memory is refused.
 *
 *     directory   hash -> row address, open addressing, at most half full (so that it can be sorted in place)
 *     rows        fixed width: key flags, key slots, accumulators; never moved
 *     arena       texts of more than 8 bytes, texts of min and max, superaccumulators
 *
 * 1. A find kernel writes the group row of every input row; new groups are made on the way.
 * 2. One kernel an accumulator folds its input column into those rows.
 * 3. A kernel that runs out of room stops at a row. The table then grows; when memory is refused it writes itself as a
 *    sorted run to the spill folder and goes on empty. Partial states of one group in several runs are merged later.
 * 4. `finish` sorts what is left into sealed pages, or into a file when there are none.
 */
import type { AccumulatorSpec } from '../columnar/accumulator.js';
import type { DataType } from '../columnar/data-type.js';
import { PHYSICAL_BYTES } from '../columnar/data-type.js';
import type { Vector } from '../columnar/vector.js';
import { leatError } from '../errors.js';
import {
  COLUMN_BYTES,
  COUNT,
  I32,
  I64,
  I128,
  MAX,
  MIN,
  SORT_SCRATCH_BYTES,
  STOP_DIRECTORY,
  STOP_ROWS,
  STOP_TAIL,
  SUM_DOUBLE,
  TABLE_BYTES,
  TABLE_DIRECTORY,
  TABLE_GROUPS,
  TABLE_HASH_MASK,
  TABLE_LAYOUT,
  TABLE_LIMIT,
  TABLE_NEEDED,
  TABLE_OUT,
  TABLE_ROW_END,
  TABLE_ROW_NEXT,
  TABLE_SLOTS,
  TABLE_STOP,
  TABLE_TAIL_END,
  TABLE_TAIL_NEXT,
  TABLE_TEXT_LIMIT,
  TEXT,
} from '../kernels/assembly/state-layout.js';
import { PAGE_BYTES } from '../memory/heap.js';
import type { Spillable } from '../memory/task-memory.js';
import { PageStock, pagesFor } from './page-stock.js';
import { layoutBytes, pad8, type RowLayout, recordBound, rowLayout, writeLayout } from './row-layout.js';
import { FileRunWriter, MemoryRunWriter, runBlockBytes } from './run-writer.js';
import type { SortedRun } from './sorted-run.js';
import type { StateEnv, StateSizes } from './state-env.js';

/** 8 KiB: a few hundred groups stay in the first-level cache. */
const FIRST_SLOTS = 1024;
/** Directories of up to 32 KiB are at most a quarter full: a probe that misses its slot costs a mispredicted branch. */
const SPARSE_SLOTS = 4096;
/** Texts up to this length are taken without growing the block buffer. */
const FIRST_TEXT_BYTES = 1024;

/** Bytes of the block buffer that a table starts with. */
function bufferBytes(layout: RowLayout, shareBytes: number): number {
  return Math.max(runBlockBytes(shareBytes), recordBound(layout, FIRST_TEXT_BYTES));
}

function controlBytes(layout: RowLayout, sizes: StateSizes): number {
  const columns = (layout.keys.length + layout.accumulators.length) * COLUMN_BYTES;
  const control = pad8(layoutBytes(layout)) + TABLE_BYTES + columns + SORT_SCRATCH_BYTES + 4 * sizes.batchRows;
  return pad8(control) + bufferBytes(layout, sizes.shareBytes);
}

/** Managed memory without which a GroupTable cannot work. */
export function groupTableMinimumBytes(
  keys: readonly DataType[],
  accumulators: readonly AccumulatorSpec[],
  sizes: StateSizes,
): number {
  const layout = rowLayout(keys, accumulators);
  // Control block, directory, a page of rows, two pages of arena.
  return (pagesFor(controlBytes(layout, sizes)) + 1 + pagesFor(layout.rowBytes) + 2) * PAGE_BYTES;
}

type FindKernel = 'findAny' | 'findText' | 'findFixed';

export class GroupTable implements Spillable {
  readonly name = 'group table';
  /** Rows of input so far. */
  rowsIn = 0;
  /** Runs written to the spill folder so far. */
  spilledRuns = 0;

  // configuration
  readonly #env: StateEnv;
  readonly #layout: RowLayout;
  readonly #find: FindKernel;
  // addresses in the control block
  readonly #table: number;
  readonly #columns: number;
  readonly #inputs: number;
  readonly #scratch: number;
  readonly #groups: number;
  readonly #firstBuffer: number;
  // state
  readonly #inputColumns: number[];
  readonly #runs: SortedRun[] = [];
  #selection = 0;
  #buffer: number;
  #bufferBytes: number;
  #isBusy = false;
  #isClosed = false;
  // resources
  readonly #control: { readonly address: number; readonly pages: number };
  readonly #stock: PageStock;
  #chunks: number[] = [];
  #directory = 0;

  constructor(env: StateEnv, keys: readonly DataType[], accumulators: readonly AccumulatorSpec[]) {
    this.#env = env;
    this.#layout = rowLayout(keys, accumulators);
    const [key] = this.#layout.keys;
    this.#find =
      keys.length !== 1 || key.physical === I128 ? 'findAny' : key.physical === TEXT ? 'findText' : 'findFixed';
    const sizes = { shareBytes: env.memory.shareBytes, batchRows: env.batchRows };
    const pages = pagesFor(controlBytes(this.#layout, sizes));
    const address = env.memory.allocate(pages, 'the group table');
    this.#control = { address, pages };
    this.#stock = new PageStock(env.memory);
    this.#table = address + pad8(layoutBytes(this.#layout));
    this.#columns = this.#table + TABLE_BYTES;
    this.#inputs = this.#columns + this.#layout.keys.length * COLUMN_BYTES;
    this.#scratch = this.#inputs + this.#layout.accumulators.length * COLUMN_BYTES;
    this.#groups = this.#scratch + SORT_SCRATCH_BYTES;
    this.#firstBuffer = pad8(this.#groups + 4 * env.batchRows) >>> 0;
    this.#buffer = this.#firstBuffer;
    this.#bufferBytes = address + pages * PAGE_BYTES - this.#firstBuffer;
    this.#inputColumns = accumulators.map(() => 0);
    writeLayout(env.heap, address, this.#layout);
    env.heap.u8.fill(0, this.#table, this.#table + TABLE_BYTES);
    this.#set(TABLE_LAYOUT, address);
    this.#set(TABLE_HASH_MASK, env.hashMask ?? 0xffffffff);
    this.#set(TABLE_TEXT_LIMIT, FIRST_TEXT_BYTES);
    env.memory.registerSpillable(this);
  }

  get groups(): number {
    return this.#get(TABLE_GROUPS);
  }

  /** Folds `count` rows in: row indices from `selection` (0: rows 0 .. count-1). `inputs[i]` is null for count(*). */
  add(keys: readonly Vector[], inputs: readonly (Vector | null)[], selection: number, count: number): void {
    if (this.#env.memory.spillRequested()) this.spill();
    this.#isBusy = true;
    keys.forEach((key, i) => {
      this.#describe(this.#columns + i * COLUMN_BYTES, key);
    });
    inputs.forEach((input, i) => {
      this.#inputColumns[i] = input === null ? 0 : this.#inputs + i * COLUMN_BYTES;
      if (input !== null) this.#describe(this.#inputColumns[i], input);
    });
    this.#selection = selection;
    this.#fold(0, count, 0, this.#layout.accumulators.length);
    this.rowsIn += count;
    this.#isBusy = false;
  }

  /** Writes what is left as sorted runs, sealed for `partition` or spilled, and returns all runs. Ends the table. */
  finish(partition: number): SortedRun[] {
    this.#isBusy = true;
    if (this.groups > 0) this.#finishGroups(partition);
    const runs = [...this.#runs];
    this.close();
    return runs;
  }

  /** Frees everything that was not sealed; always called, also after finish or a failure. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#env.memory.unregisterSpillable(this);
    this.#stock.freeAll();
    this.#env.memory.free(this.#control.address, this.#control.pages);
  }

  spillableBytes(): number {
    return this.#isBusy || this.#isClosed || this.groups === 0 ? 0 : this.#stock.bytes;
  }

  spill(): number {
    const bytes = this.spillableBytes();
    if (bytes === 0) return 0;
    this.#isBusy = true;
    this.#spillGroups();
    this.#set(TABLE_SLOTS, 0);
    this.#set(TABLE_LIMIT, 0);
    this.#directory = 0;
    this.#buffer = this.#firstBuffer;
    this.#bufferBytes = this.#control.address + this.#control.pages * PAGE_BYTES - this.#firstBuffer;
    this.#set(TABLE_TEXT_LIMIT, FIRST_TEXT_BYTES);
    this.#stock.freeAll();
    this.#isBusy = false;
    return bytes;
  }

  #get(field: number): number {
    return this.#env.heap.u32[(this.#table + field) >>> 2];
  }

  #set(field: number, value: number): void {
    this.#env.heap.u32[(this.#table + field) >>> 2] = value;
  }

  #describe(column: number, vector: Vector): void {
    const { u32 } = this.#env.heap;
    const isFlat = vector.isConstant ? 0 : 1;
    u32[column >>> 2] = vector.values;
    u32[(column >>> 2) + 1] = isFlat * PHYSICAL_BYTES[vector.physical];
    u32[(column >>> 2) + 2] = vector.validity;
    u32[(column >>> 2) + 3] = isFlat;
  }

  /** Folds the positions from..to-1 into the accumulators first..last-1. */
  #fold(from: number, to: number, first: number, last: number): void {
    const { kernels } = this.#env;
    while (from < to) {
      // An empty directory has no slot to look into.
      const reached =
        this.#get(TABLE_SLOTS) === 0
          ? from
          : kernels[this.#find](this.#table, this.#columns, this.#selection, from, to, this.#groups) >>> 0;
      if (reached === from) {
        if (this.#get(TABLE_SLOTS) === 0) this.#set(TABLE_STOP, STOP_DIRECTORY);
        if (!this.#makeRoom()) this.#spillGroups();
        continue;
      }
      this.#accumulate(from, reached, first, last);
      from = reached;
    }
  }

  /**
   * Folds found positions. When an accumulator's arena is refused, the table is spilled in the middle: partial states
   * add up, so the rows that an accumulator has not seen yet are simply looked up again for it, and for those behind
   * it all of them.
   */
  #accumulate(from: number, to: number, first: number, last: number): void {
    for (let a = first; a < last; a++) {
      let done = this.#accumulateOne(a, from, to);
      while (done < to && this.#makeRoom()) done = this.#accumulateOne(a, done, to);
      if (done < to) {
        this.#spillGroups();
        this.#fold(done, to, a, a + 1);
        this.#fold(from, to, a + 1, last);
        return;
      }
    }
  }

  #accumulateOne(index: number, from: number, to: number): number {
    const { kernels } = this.#env;
    const { operation, physical, offset } = this.#layout.accumulators[index];
    const column = this.#inputColumns[index];
    const groups = this.#groups;
    const selection = this.#selection;
    if (operation === COUNT) {
      kernels.countRows(groups, offset, column, selection, from, to);
    } else if (operation === SUM_DOUBLE) {
      return kernels.sumDouble(this.#table, groups, offset, column, selection, from, to) >>> 0;
    } else if (operation === MIN || operation === MAX) {
      const isMax = operation === MAX ? 1 : 0;
      if (physical === TEXT) {
        return kernels.extremeText(this.#table, groups, offset, column, selection, from, to, isMax) >>> 0;
      }
      kernels.extreme(groups, offset, column, selection, from, to, isMax, physical);
    } else if (physical === I64) {
      kernels.sumI64(groups, offset, column, selection, from, to);
    } else if (physical === I32) {
      kernels.sumI32(groups, offset, column, selection, from, to);
    } else {
      kernels.sumI128(groups, offset, column, selection, from, to);
    }
    return to;
  }

  /** Gets what the kernel that stopped was missing; false when memory is refused and spilling will help. */
  #makeRoom(): boolean {
    const reason = this.#get(TABLE_STOP);
    const needed = this.#get(TABLE_NEEDED);
    const attempt = (): boolean => {
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
    };
    if (attempt()) return true;
    if (this.groups > 0) return false;
    // Nothing to spill: what is stocked in pieces may be had in one piece.
    this.#stock.freeStock();
    if (attempt()) return true;
    throw leatError('MEMORY_EXHAUSTED', `no ${Math.max(needed, PAGE_BYTES)} bytes for one row of an aggregate`, {
      hint: 'give the run more memory, or fewer slots',
    });
  }

  #growChunk(nextField: number, endField: number, needed: number): boolean {
    const address = this.#stock.take(needed);
    if (address === 0) return false;
    this.#chunks.push(address);
    this.#set(nextField, address);
    this.#set(endField, address + pagesFor(needed) * PAGE_BYTES);
    return true;
  }

  /**
   * Directories of 8, 16 and 32 KiB share one page, each at the offset that equals its size; the entries move from one
   * to the next without further memory.
   */
  #growDirectory(): boolean {
    const { heap, kernels } = this.#env;
    const oldSlots = this.#get(TABLE_SLOTS);
    const slots = oldSlots === 0 ? FIRST_SLOTS : oldSlots * 2;
    const bytes = slots * 8;
    const fitsPage = oldSlots !== 0 && bytes < PAGE_BYTES;
    const base = fitsPage ? this.#directory : this.#stock.take(bytes);
    if (base === 0) return false;
    const address = bytes < PAGE_BYTES ? base + bytes : base;
    heap.u8.fill(0, address, address + bytes);
    if (oldSlots === 0) {
      this.#set(TABLE_DIRECTORY, address);
      this.#set(TABLE_SLOTS, slots);
    } else {
      kernels.growDirectory(this.#table, address, slots);
    }
    this.#set(TABLE_LIMIT, slots <= SPARSE_SLOTS ? slots / 4 : slots / 2);
    if (base !== this.#directory) {
      this.#stock.putBack(this.#directory);
      this.#directory = base;
    }
    return true;
  }

  /** A block buffer that takes records with texts of `textBytes`. */
  #growBuffer(textBytes: number): boolean {
    const bytes = recordBound(this.#layout, textBytes);
    if (bytes > this.#bufferBytes) {
      const address = this.#stock.take(bytes);
      if (address === 0) return false;
      this.#stock.putBack(this.#buffer);
      this.#buffer = address;
      this.#bufferBytes = pagesFor(bytes) * PAGE_BYTES;
    }
    this.#set(TABLE_TEXT_LIMIT, textBytes);
    return true;
  }

  /** Writes all groups as one run into the spill folder and empties the table; its pages stay in stock. */
  #spillGroups(): void {
    this.#env.kernels.sortGroups(this.#table, this.#scratch);
    this.#writeFile(0);
    this.#clear();
  }

  /** Writes the sorted groups from `first` on to a file. */
  #writeFile(first: number): void {
    const { kernels } = this.#env;
    const writer = new FileRunWriter(this.#env, 'aggregate');
    const groups = this.groups;
    const blockBytes = Math.min(this.#bufferBytes, runBlockBytes(this.#env.memory.shareBytes));
    let from = first;
    while (from < groups) {
      let next = kernels.writeGroups(this.#table, from, groups, this.#buffer, this.#buffer + blockBytes) >>> 0;
      if (next === from) {
        next = kernels.writeGroups(this.#table, from, from + 1, this.#buffer, this.#buffer + this.#bufferBytes) >>> 0;
      }
      writer.addBlock(this.#buffer, this.#written(this.#buffer), next - from);
      from = next;
    }
    this.#runs.push(writer.close());
    this.spilledRuns++;
  }

  /** Bytes of the records written last; an end at 4 GiB reads as 0. */
  #written(out: number): number {
    return (this.#get(TABLE_OUT) - out) >>> 0;
  }

  #clear(): void {
    for (const address of this.#chunks) this.#stock.putBack(address);
    this.#chunks = [];
    for (const field of [TABLE_ROW_NEXT, TABLE_ROW_END, TABLE_TAIL_NEXT, TABLE_TAIL_END, TABLE_GROUPS]) {
      this.#set(field, 0);
    }
    const directory = this.#get(TABLE_DIRECTORY);
    this.#env.heap.u8.fill(0, directory, directory + this.#get(TABLE_SLOTS) * 8);
  }

  #finishGroups(partition: number): void {
    const { kernels } = this.#env;
    kernels.sortGroups(this.#table, this.#scratch);
    const writer = new MemoryRunWriter(this.#env, this.#stock);
    const blockBytes = runBlockBytes(0);
    const groups = this.groups;
    let from = 0;
    while (from < groups) {
      const { next: out, free } = writer;
      const next = kernels.writeGroups(this.#table, from, groups, out, out + Math.min(free, blockBytes)) >>> 0;
      if (next > from) {
        writer.addBlock(this.#written(out), next - from);
        from = next;
        continue;
      }
      const needed = this.#get(TABLE_NEEDED);
      if (needed <= free) {
        kernels.writeGroups(this.#table, from, from + 1, out, out + free);
        writer.addBlock(this.#written(out), 1);
        from++;
      } else if (!writer.grow(needed)) {
        break;
      }
    }
    if (writer.rows > 0) this.#runs.push(writer.close(partition));
    if (from < groups) this.#writeFile(from);
  }
}
