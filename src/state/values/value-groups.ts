/**
 * Groups with their values, from the sorted runs of value logs within a key range: in the order of the keys, and the values of each
 * in their order, once, with how often they are there.
 *
 *     entries   [ group 3 ][ group 4 ][ group 5, so far          ]    sorted when the group is complete
 *     keys      [k3][k4][k5]
 *
 * Of a group that is larger than the room for entries, those below the first value of all records to come are handed on, and the
 * room is used again: each run has one record at most that reaches beyond.
 */
import { BIGINT, type DataType, PHYSICAL_BYTES, physicalOf } from '../../columnar/data-type.js';
import type { RecordBatch } from '../../columnar/record-batch.js';
import { createVector, type Vector } from '../../columnar/vector.js';
import { leatError } from '../../errors.js';
import { SORT_SCRATCH_BYTES } from '../../kernels/assembly/state-layout.js';
import {
  STOP_ENTRIES,
  STOP_KEYS,
  TAKE_BYTES,
  TAKE_END,
  TAKE_ENDS,
  TAKE_GROUPS,
  TAKE_IS_IDLE,
  TAKE_IS_OPEN,
  TAKE_KEY_END,
  TAKE_KEY_NEXT,
  TAKE_KEYS,
  TAKE_MOST,
  TAKE_NEEDED,
  TAKE_NEXT,
  TAKE_OPEN,
  TAKE_ROWS,
  TAKE_SCRATCH,
  TAKE_STOP,
  TAKE_TOTALS,
  VALUE_ENTRY_BYTES,
  VALUES_FIRST,
  VALUES_FLAGS,
  VALUES_HEAD,
} from '../../kernels/assembly/state-values-layout.js';
import { PAGE_BYTES } from '../../memory/heap.js';
import { layoutBytes, PHYSICAL_CODES, pad8, rowLayout, vectorRowBytes, writeLayout } from '../groups/row-layout.js';
import { MergedRecords, mergeBuffersMinimumBytes, mergedRecordsBytes } from '../runs/merged-records.js';
import { PageStock, pagesFor } from '../runs/page-stock.js';
import type { KeyRange, SortedRun } from '../runs/sorted-run.js';
import type { StateEnv, StateSizes } from '../state-env.js';
import type { ValueFormat } from './value-log.js';

const PURPOSE = 'the values of an aggregation';
/** Records merged, and values made columns, at a time. */
const BATCH_ROWS = 1024;
/** More do not stay in the core's cache while they are sorted. */
const MOST_ENTRY_BYTES = 512 << 10;

/** What looks at the groups. */
export interface GroupVisitor {
  /** A group begins; so many of its rows have a value. */
  begin(rows: number): void;
  /** Of so many of its next rows only the number matters; then `skip` is called for some of them, or for fewer. */
  spare(): number;
  skip(rows: number): void;
  /** Its next values, rows from..to-1 of the batch: values, and bigint counts. */
  values(batch: RecordBatch, from: number, to: number): void;
  /** The group's end; true: the keys of all groups that ended are wanted now. */
  end(): boolean;
  /** The keys of the groups that ended since the last call, as many rows; they live until this returns. False: no more are wanted. */
  keys(columns: readonly Vector[], rows: number): boolean;
}

interface Sizes {
  /** Groups whose keys are handed over together. */
  readonly groups: number;
  readonly fixedBytes: number;
  readonly entryBytes: number;
}

function sizesOf({ keys, value }: ValueFormat, range: KeyRange, { shareBytes, batchRows }: StateSizes): Sizes {
  const groups = Math.min(batchRows, BATCH_ROWS);
  const control = TAKE_BYTES + SORT_SCRATCH_BYTES + pad8(layoutBytes(rowLayout(keys, [])));
  const columns = groups * vectorRowBytes(keys) + BATCH_ROWS * (PHYSICAL_BYTES[physicalOf(value)] + 8);
  const merged = mergedRecordsBytes(BATCH_ROWS, range, shareBytes);
  const places = 2 * keys.length + 9;
  const fixedBytes = control + columns + merged + groups * 20 + places * 16;
  const entryPages = pagesFor(Math.min(MOST_ENTRY_BYTES, shareBytes / 8));
  return { groups, fixedBytes, entryBytes: entryPages * PAGE_BYTES };
}

/** Managed memory without which ValueGroups cannot work: everything fixed, entries, keys, and what merging takes. */
export function valueGroupsMinimumBytes(format: ValueFormat, sizes: StateSizes): number {
  const { fixedBytes, entryBytes } = sizesOf(format, { low: null, high: null }, sizes);
  return (pagesFor(fixedBytes) + 1) * PAGE_BYTES + entryBytes + mergeBuffersMinimumBytes(sizes.shareBytes);
}

export class ValueGroups {
  // configuration
  readonly #env: StateEnv;
  readonly #physical: number;
  readonly #layout: number;
  readonly #take: number;
  readonly #columns: readonly Vector[];
  readonly #validity: readonly number[];
  readonly #values: RecordBatch;
  readonly #rowEnds: number;
  // state
  readonly #visitor: GroupVisitor;
  readonly #merged: MergedRecords;
  /** Address: the room for entries. */
  #entries: number;
  #entryBytes: number;
  #keys: number;
  #keyBytes = PAGE_BYTES;
  /** The visitor has begun the group at hand. */
  #hasBegun = false;
  #isWanted = true;
  // resources
  readonly #fixed: { readonly address: number; readonly pages: number };
  readonly #stock: PageStock;

  constructor(env: StateEnv, format: ValueFormat, runs: readonly SortedRun[], range: KeyRange, visitor: GroupVisitor) {
    this.#env = env;
    this.#visitor = visitor;
    this.#physical = PHYSICAL_CODES[physicalOf(format.value)];
    const sizes = sizesOf(format, range, { shareBytes: env.memory.shareBytes, batchRows: env.batchRows });
    const pages = pagesFor(sizes.fixedBytes);
    const address = env.memory.allocate(pages, PURPOSE);
    this.#fixed = { address, pages };
    this.#stock = new PageStock(env.memory);
    let next = address;
    const place = (bytes: number): number => {
      const at = Math.ceil(next / 16) * 16;
      next = at + bytes;
      return at;
    };
    this.#take = place(TAKE_BYTES);
    const layout = rowLayout(format.keys, []);
    this.#layout = place(layoutBytes(layout));
    writeLayout(env.heap, this.#layout, layout);
    const vector = (type: DataType, rows: number): Vector => {
      const values = place(rows * PHYSICAL_BYTES[physicalOf(type)]);
      return createVector(type, values, 0);
    };
    this.#columns = format.keys.map((type) => vector(type, sizes.groups));
    this.#validity = format.keys.map(() => place(sizes.groups));
    const vectors = [vector(format.value, BATCH_ROWS), vector(BIGINT, BATCH_ROWS)];
    this.#values = { numRows: BATCH_ROWS, vectors, selection: 0, selectedCount: BATCH_ROWS };
    this.#rowEnds = place(4 * sizes.groups);
    env.heap.u8.fill(0, this.#take, this.#take + TAKE_BYTES);
    this.#set(TAKE_SCRATCH, place(SORT_SCRATCH_BYTES));
    this.#set(TAKE_KEYS, place(4 * sizes.groups));
    this.#set(TAKE_ENDS, place(4 * sizes.groups));
    this.#set(TAKE_TOTALS, place(8 * sizes.groups));
    this.#set(TAKE_MOST, sizes.groups);
    const control = place(mergedRecordsBytes(BATCH_ROWS, range, env.memory.shareBytes));
    try {
      // First of all: buffers to read with take what there is.
      this.#entryBytes = sizes.entryBytes;
      this.#entries = this.#stock.require(this.#entryBytes, PURPOSE);
      this.#keys = this.#stock.require(this.#keyBytes, PURPOSE);
      this.#set(TAKE_NEXT, this.#entries);
      this.#set(TAKE_KEY_NEXT, this.#keys);
      this.#setEnds();
      this.#merged = new MergedRecords(env, runs, range, control, BATCH_ROWS, PURPOSE);
    } catch (error) {
      this.#free();
      throw error;
    }
  }

  /** Shows all groups to the visitor. */
  read(): void {
    const { kernels } = this.#env;
    for (let count = this.#merged.next(); count > 0 && this.#isWanted; count = this.#merged.next()) {
      for (let at = 0; at < count && this.#isWanted; ) {
        at = kernels.takeValues(this.#take, this.#merged.records, at, count) >>> 0;
        if (at < count) this.#makeRoom(at);
      }
    }
    if (!this.#isWanted) return;
    if (this.#get(TAKE_IS_OPEN) === 1) kernels.closeGroup(this.#take);
    this.#handOn();
  }

  close(): void {
    this.#merged.close();
    this.#free();
  }

  #free(): void {
    this.#stock.freeAll();
    this.#env.memory.free(this.#fixed.address, this.#fixed.pages);
  }

  /** For the record number `at`, which was not taken. */
  #makeRoom(at: number): void {
    const stop = this.#get(TAKE_STOP);
    const needed = this.#get(TAKE_NEEDED);
    if (this.#get(TAKE_GROUPS) > 0) this.#handOn();
    else if (stop === STOP_KEYS) this.#growKeys(needed);
    else if (stop === STOP_ENTRIES && !this.#handPartOn(at, needed)) this.#growEntries(needed);
  }

  /** The complete groups; the one at hand, if any, is moved to their place. */
  #handOn(): void {
    const { heap } = this.#env;
    const groups = this.#get(TAKE_GROUPS);
    if (groups === 0) return;
    const keyAt = this.#get(TAKE_KEYS);
    const totals = this.#get(TAKE_TOTALS) >>> 3;
    let read = 0;
    let row = 0;
    let first = 0;
    for (let group = 0; group < groups && this.#isWanted; group++) {
      this.#begin(heap.f64[totals + group]);
      if (group === read) {
        read = this.#readGroups(group, groups);
        row = 0;
      }
      if (read > group) {
        const end = heap.u32[(this.#rowEnds >>> 2) + group];
        this.#visitor.values(this.#values, row, end);
        row = end;
      } else {
        // It has more values than are read at a time.
        this.#show(this.#startOf(group), this.#startOf(group + 1));
        read++;
      }
      this.#hasBegun = false;
      if (!this.#visitor.end() && group + 1 < groups) continue;
      this.#showKeys(keyAt + 4 * first, group + 1 - first);
      first = group + 1;
    }
    const openKey = heap.u32[(keyAt >>> 2) + groups];
    this.#set(TAKE_GROUPS, 0);
    if (this.#get(TAKE_IS_OPEN) === 0) {
      this.#set(TAKE_NEXT, this.#entries);
      this.#set(TAKE_KEY_NEXT, this.#keys);
      return;
    }
    heap.u8.copyWithin(this.#keys, openKey, this.#get(TAKE_KEY_NEXT));
    heap.u32[keyAt >>> 2] = this.#keys;
    this.#set(TAKE_KEY_NEXT, this.#keys + this.#get(TAKE_KEY_NEXT) - openKey);
    this.#moveOpen();
  }

  /** Where the entries of a complete group begin. */
  #startOf(group: number): number {
    return group === 0 ? this.#entries : this.#env.heap.u32[(this.#get(TAKE_ENDS) >>> 2) + group - 1];
  }

  /** The values of complete groups, of as many as are read at a time; the first that is left. */
  #readGroups(first: number, groups: number): number {
    const [values, counts] = this.#values.vectors;
    const at = [this.#startOf(first), this.#get(TAKE_ENDS)] as const;
    const into = [this.#physical, values.values, counts.values, this.#rowEnds] as const;
    return this.#env.kernels.readGroups(...at, first, groups, BATCH_ROWS, ...into) >>> 0;
  }

  #showKeys(keyAt: number, groups: number): void {
    const { kernels } = this.#env;
    for (const [k, column] of this.#columns.entries()) {
      const nulls = kernels.decodeKeys(this.#layout, k, keyAt, groups, column.values, this.#validity[k]);
      column.validity = nulls === 0 ? 0 : this.#validity[k];
    }
    this.#isWanted = this.#visitor.keys(this.#columns, groups);
  }

  /** Of the group at hand what is below all that is to come; false when that makes no room for `needed` bytes. */
  #handPartOn(at: number, needed: number): boolean {
    const { heap, kernels } = this.#env;
    const record = heap.u32[(this.#merged.records >>> 2) + at];
    const payload = record + 8 + pad8(heap.u32[record >>> 2]);
    // First records come before all others, whatever their values are; so only behind them it is known how many rows there are.
    if ((heap.u32[(payload + VALUES_FLAGS) >>> 2] & VALUES_FIRST) !== 0) {
      kernels.settleGroup(this.#take);
    } else {
      const end = this.#get(TAKE_NEXT);
      const rows = kernels.splitGroup(this.#take, payload + VALUES_HEAD);
      this.#begin(heap.f64[(this.#take + TAKE_ROWS) >>> 3]);
      if (rows <= this.#visitor.spare()) this.#visitor.skip(rows);
      else this.#sortAndShow(this.#get(TAKE_NEXT), end);
      if (this.#visitor.spare() === Number.POSITIVE_INFINITY) {
        this.#set(TAKE_IS_IDLE, 1);
        this.#set(TAKE_NEXT, this.#get(TAKE_OPEN));
        return true;
      }
    }
    return (this.#get(TAKE_END) - this.#get(TAKE_NEXT)) >>> 0 >= needed;
  }

  #sortAndShow(from: number, to: number): void {
    const { kernels } = this.#env;
    const entries = ((to - from) >>> 0) / VALUE_ENTRY_BYTES;
    kernels.sortValues(from, entries, this.#get(TAKE_SCRATCH));
    this.#show(from, from + kernels.countEqual(from, entries) * VALUE_ENTRY_BYTES);
  }

  #begin(rows: number): void {
    if (!this.#hasBegun) this.#visitor.begin(rows);
    this.#hasBegun = true;
  }

  #show(from: number, to: number): void {
    const { kernels } = this.#env;
    for (let at = from; at < to; ) {
      let entries = Math.min(BATCH_ROWS, (to - at) / VALUE_ENTRY_BYTES);
      while (at + entries * VALUE_ENTRY_BYTES < to && this.#isDivided(at + entries * VALUE_ENTRY_BYTES)) entries--;
      const [values, counts] = this.#values.vectors;
      const rows = kernels.readValues(at, entries, this.#physical, values.values, counts.values, 0) >>> 0;
      this.#visitor.values(this.#values, 0, rows);
      at += entries * VALUE_ENTRY_BYTES;
    }
  }

  /** Whether the entry has the value of the one before it: there are more of them than an entry can count. */
  #isDivided(entry: number): boolean {
    const { u32 } = this.#env.heap;
    const [word, before] = [entry >>> 2, (entry - VALUE_ENTRY_BYTES) >>> 2];
    return u32[word + 2] === u32[before + 2] && u32[word] === u32[before];
  }

  /** The entries of the group at hand go to the start of the room. */
  #moveOpen(): void {
    const [open, next] = [this.#get(TAKE_OPEN), this.#get(TAKE_NEXT)];
    this.#env.heap.u8.copyWithin(this.#entries, open, next);
    this.#set(TAKE_OPEN, this.#entries);
    this.#set(TAKE_NEXT, this.#entries + next - open);
  }

  #growEntries(needed: number): void {
    const held = this.#get(TAKE_NEXT) - this.#entries;
    const least = pagesFor(held + needed) * PAGE_BYTES;
    const twice = Math.max(least, 2 * this.#entryBytes);
    const wide = this.#stock.take(twice);
    const bytes = wide === 0 ? least : twice;
    const address = wide === 0 ? this.#grown(least) : wide;
    this.#env.heap.u8.copyWithin(address, this.#entries, this.#get(TAKE_NEXT));
    this.#stock.putBack(this.#entries);
    this.#entries = address;
    this.#entryBytes = bytes;
    this.#set(TAKE_OPEN, address);
    this.#set(TAKE_NEXT, address + held);
    this.#setEnds();
  }

  /** There is no group at hand, and none complete. */
  #growKeys(needed: number): void {
    this.#keyBytes = pagesFor(needed) * PAGE_BYTES;
    const address = this.#grown(this.#keyBytes);
    this.#stock.putBack(this.#keys);
    this.#keys = address;
    this.#set(TAKE_KEY_NEXT, address);
    this.#setEnds();
  }

  #grown(bytes: number): number {
    const { memory } = this.#env;
    let address = this.#stock.take(bytes);
    while (address === 0 && (memory.spillOthers() || memory.awaitOthers())) address = this.#stock.take(bytes);
    if (address !== 0) return address;
    throw leatError('MEMORY_EXHAUSTED', `no ${bytes} bytes for ${PURPOSE}`, {
      hint: 'give the run more memory, or fewer slots',
    });
  }

  #setEnds(): void {
    this.#set(TAKE_END, this.#entries + this.#entryBytes);
    this.#set(TAKE_KEY_END, this.#keys + this.#keyBytes);
  }

  #get(field: number): number {
    return this.#env.heap.u32[(this.#take + field) >>> 2];
  }

  #set(field: number, value: number): void {
    this.#env.heap.u32[(this.#take + field) >>> 2] = value;
  }
}
