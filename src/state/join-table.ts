/**
 * The right side of a hash join: rows by key, built by one task, then read in place by all slots.
 *
 *     directory ──> group row: keys, first row, last row
 *                                  └──> row record ──> row record ──> 0
 *     row record    u32 next | met | validity, a byte a column | values, 8-byte aligned (text: address and bytes)
 *
 * Rows of one key are chained in the order in which they came. Rows with a null key meet nobody; they are kept only for
 * joins that give such rows too. `met` is set by whoever finds the row, and since all tasks set the same it does not
 * matter when, or how often. All of it stays in memory; when that is refused, the join fails and says so.
 */
import { type DataType, PHYSICAL_BYTES, physicalOf } from '../columnar/data-type.js';
import type { RecordBatch } from '../columnar/record-batch.js';
import type { Vector } from '../columnar/vector.js';
import { type LeatError, leatError } from '../errors.js';
import { COLUMN_BYTES } from '../kernels/assembly/state-layout.js';
import { Arena } from '../memory/arena.js';
import { PAGE_BYTES } from '../memory/heap.js';
import { pad8, rowLayout } from './row-layout.js';
import type { StateEnv, StateSizes } from './state-env.js';
import { TableMemory, tableMinimumBytes } from './table-memory.js';

/** A count's eight bytes hold the addresses of a group's first and last row. */
const ROW_CHAIN = [{ accumulator: { kind: 'count', input: null, result: { kind: 'bigint' } }, input: null }] as const;

/** A complete table, as the tasks that read it know it. Plain data; the memory is the job's. */
export interface JoinTable {
  readonly table: number;
  /** From a group row to the address of its first row record. */
  readonly firstRowOffset: number;
  /** No key has two rows. */
  readonly isUnique: boolean;
  readonly rows: number;
  /** The records in the order in which their rows came. */
  readonly chunks: readonly RecordChunk[];
}

/** Records that lie one behind another. */
export interface RecordChunk {
  readonly address: number;
  readonly records: number;
}

export interface RecordLayout {
  /** Of each column, from the record's start. */
  readonly offsets: readonly number[];
  readonly bytes: number;
}

/** A byte: 1 when a row of the left has met it. */
export const RECORD_MET = 4;
/** Where the validity bytes begin. */
export const RECORD_VALIDITY = 5;

export function recordLayout(types: readonly DataType[]): RecordLayout {
  let end = pad8(RECORD_VALIDITY + types.length);
  const offsets = types.map((type) => {
    const at = end;
    end += pad8(PHYSICAL_BYTES[physicalOf(type)]);
    return at;
  });
  return { offsets, bytes: end };
}

export function joinTableMinimumBytes(keys: readonly DataType[], sizes: StateSizes): number {
  // Rows and records of a batch, and first pages of records and texts.
  return tableMinimumBytes(rowLayout(keys, ROW_CHAIN), sizes) + 16 * sizes.batchRows + 3 * PAGE_BYTES;
}

export class JoinTableBuilder {
  readonly #env: StateEnv;
  readonly #memory: TableMemory;
  readonly #arena: Arena;
  readonly #firstRowOffset: number;
  readonly #record: RecordLayout;
  readonly #keepsNulls: boolean;
  /** Rows that are kept, and the record of each. */
  readonly #kept: number;
  readonly #records: number;
  /** Rows without null keys, and the record of each. */
  readonly #selection: number;
  readonly #keyed: number;
  readonly #chunks: { readonly address: number; records: number }[] = [];
  #next = 0;
  #end = 0;
  #textNext = 0;
  #textEnd = 0;
  #rows = 0;
  #isUnique = true;

  /** `keepsNulls`: rows with a null key too. */
  constructor(env: StateEnv, keys: readonly DataType[], payload: readonly DataType[], keepsNulls: boolean) {
    const layout = rowLayout(keys, ROW_CHAIN);
    this.#env = env;
    this.#record = recordLayout(payload);
    this.#firstRowOffset = layout.accumulators[0].offset;
    this.#memory = new TableMemory(env, layout);
    this.#arena = new Arena(env.memory, 'a join');
    this.#keepsNulls = keepsNulls;
    [this.#kept, this.#records, this.#selection, this.#keyed] = Array.from({ length: 4 }, () =>
      this.#arena.allocate(4 * env.batchRows, 4),
    );
  }

  /** Takes the batch's rows in; the first columns are the keys, the others the payload. */
  add({ vectors, selection, selectedCount }: RecordBatch, keyCount: number): void {
    const { keyColumns } = this.#memory;
    const keys = vectors.slice(0, keyCount);
    const { kept, keyed: count } = this.#takeRows(keys, selection, selectedCount);
    for (const [i, key] of keys.entries()) this.#memory.describe(keyColumns + i * COLUMN_BYTES, key);
    for (let at = 0; at < count; ) {
      const reached = this.#memory.find('findAny', this.#selection, at, count);
      if (reached === at && !this.#memory.makeRoom()) throw this.#exhausted();
      for (; at < reached; at++) this.#chain(at);
    }
    for (let column = keyCount; column < vectors.length; column++) {
      this.#fill(vectors[column], column - keyCount, kept);
    }
    this.#rows += kept;
  }

  /** Hands the memory over to the job as part of `partition`. Ends the builder. */
  finish(partition: number): JoinTable {
    this.#memory.seal(partition);
    this.#arena.close();
    return {
      table: this.#memory.table,
      firstRowOffset: this.#firstRowOffset,
      isUnique: this.#isUnique,
      rows: this.#rows,
      chunks: this.#chunks,
    };
  }

  /** Instead of `finish`. */
  close(): void {
    this.#memory.close();
    this.#arena.close();
  }

  /** Records for the rows to keep, in their order, and which of those have keys. */
  #takeRows(keys: readonly Vector[], selection: number, count: number): { kept: number; keyed: number } {
    const { u8, u32 } = this.#env.heap;
    let kept = 0;
    let keyed = 0;
    for (let i = 0; i < count; i++) {
      const row = selection === 0 ? i : u32[(selection >>> 2) + i];
      const hasKey = keys.every(
        ({ validity, isConstant }) => validity === 0 || u8[validity + (isConstant ? 0 : row)] !== 0,
      );
      if (!hasKey && !this.#keepsNulls) continue;
      const record = this.#take();
      u32[(this.#kept >>> 2) + kept] = row;
      u32[(this.#records >>> 2) + kept++] = record;
      if (!hasKey) continue;
      u32[(this.#selection >>> 2) + keyed] = row;
      u32[(this.#keyed >>> 2) + keyed++] = record;
    }
    return { kept, keyed };
  }

  /** Puts the record of a row with keys behind the others of its group. */
  #chain(position: number): void {
    const { u32 } = this.#env.heap;
    const record = u32[(this.#keyed >>> 2) + position];
    const first = (u32[(this.#memory.groupOf >>> 2) + position] + this.#firstRowOffset) >>> 2;
    if (u32[first] === 0) u32[first] = record;
    else {
      u32[u32[first + 1] >>> 2] = record;
      this.#isUnique = false;
    }
    u32[first + 1] = record;
  }

  #take(): number {
    const { bytes } = this.#record;
    if (this.#end - this.#next < bytes) {
      this.#next = this.#pages(Math.max(bytes, PAGE_BYTES));
      this.#end = this.#next + Math.max(PAGE_BYTES, bytes);
      this.#chunks.push({ address: this.#next, records: 0 });
    }
    this.#chunks[this.#chunks.length - 1].records++;
    const record = this.#next;
    this.#next += bytes;
    const { u8, u32 } = this.#env.heap;
    u32[record >>> 2] = 0;
    u8[record + RECORD_MET] = 0;
    return record;
  }

  #takeText(bytes: number): number {
    if (this.#textEnd - this.#textNext < bytes) {
      const wanted = Math.max(bytes, PAGE_BYTES);
      this.#textNext = this.#pages(wanted);
      this.#textEnd = this.#textNext + wanted;
    }
    this.#textNext += bytes;
    return this.#textNext - bytes;
  }

  #pages(bytes: number): number {
    const address = this.#memory.stock.take(bytes);
    if (address === 0) throw this.#exhausted();
    return address;
  }

  /** Writes one column of the rows at hand into their records. */
  #fill(vector: Vector, column: number, count: number): void {
    const { u8, u32 } = this.#env.heap;
    const offset = this.#record.offsets[column];
    const width = PHYSICAL_BYTES[vector.physical];
    const { values, validity, isConstant } = vector;
    for (let i = 0; i < count; i++) {
      const row = isConstant ? 0 : u32[(this.#kept >>> 2) + i];
      const record = u32[(this.#records >>> 2) + i];
      const isValid = validity === 0 ? 1 : u8[validity + row];
      u8[record + RECORD_VALIDITY + column] = isValid;
      if (isValid === 0) continue;
      const to = (record + offset) >>> 2;
      if (width === 1) u8[record + offset] = u8[values + row];
      else {
        const from = (values + row * width) >>> 2;
        for (let word = 0; word < width >>> 2; word++) u32[to + word] = u32[from + word];
      }
      if (vector.physical === 'text') u32[to] = this.#copyText(u32[to], u32[to + 1]);
    }
  }

  #copyText(address: number, bytes: number): number {
    const copy = this.#takeText(bytes);
    this.#env.heap.u8.copyWithin(copy, address, address + bytes);
    return copy;
  }

  #exhausted(): LeatError {
    return leatError('MEMORY_EXHAUSTED', 'the right side of a join does not fit into the memory of its task', {
      hint: 'give the run more memory or fewer slots, or let the smaller step be the right side',
      notes: [`${this.#rows} rows had been taken in`],
    });
  }
}
