/**
 * Takes rows of a join's right side in: every task its splits, as records that lie one behind another. All of it stays in
 * memory; when that is refused, the join fails and says so.
 */
import { type DataType, physicalOf } from '../columnar/data-type.js';
import type { RecordBatch } from '../columnar/record-batch.js';
import type { Vector } from '../columnar/vector.js';
import { type LeatError, leatError } from '../errors.js';
import {
  COLUMN_BYTES,
  TABLE_BYTES,
  TABLE_HASH_MASK,
  TABLE_LAYOUT,
  TABLE_NEEDED,
  TABLE_TAIL_END,
  TABLE_TAIL_NEXT,
} from '../kernels/assembly/state-layout.js';
import { Arena } from '../memory/arena.js';
import { PAGE_BYTES } from '../memory/heap.js';
import { HASH_BITS, type JoinRows, type RecordLayout, recordLayout } from './join-record.js';
import { PageStock, pagesFor } from './page-stock.js';
import { layoutBytes, PHYSICAL_CODES, writeLayout } from './row-layout.js';
import type { StateEnv, StateSizes } from './state-env.js';
import { describeColumn } from './table-memory.js';

export function joinRowsMinimumBytes(
  keys: readonly DataType[],
  values: readonly DataType[],
  sizes: StateSizes,
): number {
  const { keys: layout } = recordLayout(keys, values);
  const columns = (keys.length + values.length + 2) * COLUMN_BYTES;
  // And a page of records, one of texts.
  return layoutBytes(layout) + TABLE_BYTES + columns + 4 * sizes.batchRows + 3 * PAGE_BYTES;
}

const HASH_BYTES = 4;

export class JoinRowsBuilder {
  readonly #env: StateEnv;
  /** Records and texts, which the job gets in the end. */
  readonly #stock: PageStock;
  /** What is needed until then. */
  readonly #arena: Arena;
  /** The block in which kernels find layout and room for texts. */
  readonly #table: number;
  readonly #keyColumns: number;
  readonly #record: RecordLayout;
  readonly #keyCount: number;
  readonly #physicals: readonly number[];
  readonly #keepsNulls: boolean;
  /** Rows that are kept. */
  readonly #selection: number;
  readonly #valueColumns: number;
  readonly #splits: {
    readonly split: number;
    readonly chunks: { address: number; records: number; hashes: number }[];
  }[] = [];
  readonly #hashCounts = new Array<number>(1 << HASH_BITS).fill(0);
  /** Where the next record goes, where they end, and where its hash goes. */
  #next = 0;
  #end = 0;
  #nextHash = 0;
  #rows = 0;

  /** `keepsNulls`: rows with a null key too. */
  constructor(env: StateEnv, keys: readonly DataType[], values: readonly DataType[], keepsNulls: boolean) {
    this.#env = env;
    this.#record = recordLayout(keys, values);
    this.#keyCount = keys.length;
    this.#physicals = values.map((type) => PHYSICAL_CODES[physicalOf(type)]);
    this.#keepsNulls = keepsNulls;
    this.#stock = new PageStock(env.memory);
    this.#arena = new Arena(env.memory, 'a join');
    const layout = this.#arena.allocate(layoutBytes(this.#record.keys));
    writeLayout(env.heap, layout, this.#record.keys);
    this.#table = this.#arena.allocate(TABLE_BYTES);
    env.heap.u8.fill(0, this.#table, this.#table + TABLE_BYTES);
    this.#set(TABLE_LAYOUT, layout);
    this.#set(TABLE_HASH_MASK, env.hashMask ?? 0xffffffff);
    this.#keyColumns = this.#arena.allocate(Math.max(1, keys.length) * COLUMN_BYTES);
    this.#selection = this.#arena.allocate(4 * env.batchRows, 4);
    this.#valueColumns = this.#arena.allocate(Math.max(1, values.length) * COLUMN_BYTES);
  }

  beginSplit(split: number): void {
    this.#splits.push({ split, chunks: [] });
    // What is left of the page is a chunk of its own.
    if (this.#end > this.#next) this.#beginChunk();
  }

  /** The first columns are the keys, the others the values. */
  add({ vectors, selection, selectedCount }: RecordBatch): void {
    const { heap } = this.#env;
    const keys = vectors.slice(0, this.#keyCount);
    const values = vectors.slice(this.#keyCount);
    for (const [k, key] of keys.entries()) describeColumn(heap, this.#keyColumns + k * COLUMN_BYTES, key);
    for (const [i, value] of values.entries()) describeColumn(heap, this.#valueColumns + i * COLUMN_BYTES, value);
    const drops = !this.#keepsNulls && keys.some(({ validity }) => validity !== 0);
    const count = drops ? this.#selectKeyed(keys, selection, selectedCount) : selectedCount;
    const rows = drops ? this.#selection : selection;
    for (let from = 0; from < count; ) {
      const to = Math.min(count, from + this.#roomForRecords());
      this.#store(rows, from, to);
      from = to;
    }
    this.#rows += count;
  }

  /** Hands the memory over to the job as part of `partition`. Ends the builder. */
  finish(partition: number): JoinRows {
    this.#stock.sealAll(partition);
    this.#arena.close();
    return { splits: this.#splits, rows: this.#rows, hashes: this.#hashCounts };
  }

  /** Instead of `finish`. */
  close(): void {
    this.#stock.freeAll();
    this.#arena.close();
  }

  /** Writes the rows without null keys to the selection; how many they are. */
  #selectKeyed(keys: readonly Vector[], selection: number, count: number): number {
    const { u8, u32 } = this.#env.heap;
    let kept = 0;
    for (let i = 0; i < count; i++) {
      const row = selection === 0 ? i : u32[(selection >>> 2) + i];
      const hasKey = keys.every(
        ({ validity, isConstant }) => validity === 0 || u8[validity + (isConstant ? 0 : row)] !== 0,
      );
      if (hasKey) u32[(this.#selection >>> 2) + kept++] = row;
    }
    return kept;
  }

  /** Records that fit behind the last one. */
  #roomForRecords(): number {
    const { bytes } = this.#record;
    if (this.#end - this.#next < bytes) {
      const most = Math.max(1, Math.floor(PAGE_BYTES / (bytes + HASH_BYTES)));
      const address = this.#pages(most * (bytes + HASH_BYTES));
      this.#next = address;
      this.#end = address + most * bytes;
      this.#nextHash = this.#end;
      this.#beginChunk();
    }
    return Math.floor((this.#end - this.#next) / bytes);
  }

  #beginChunk(): void {
    const { chunks } = this.#splits[this.#splits.length - 1];
    chunks.push({ address: this.#next, records: 0, hashes: this.#nextHash });
  }

  #store(selection: number, from: number, to: number): void {
    const { kernels } = this.#env;
    const [table, keyColumns] = [this.#table, this.#keyColumns];
    const { bytes, keyPart, offsets } = this.#record;
    const first = this.#next;
    const { chunks } = this.#splits[this.#splits.length - 1];
    const chunk = chunks[chunks.length - 1];
    const hashes = this.#nextHash;
    kernels.beginRecords(table, keyColumns, selection, from, to, hashes - HASH_BYTES * from, first, bytes);
    this.#countHashes(hashes, to - from);
    for (let k = 0; k < this.#keyCount; k++) {
      this.#untilDone(from, to, first, (at, record) =>
        kernels.storeKeys(table, keyColumns, k, keyPart, selection, at, to, record, bytes),
      );
    }
    for (const [index, offset] of offsets.entries()) {
      const column = this.#valueColumns + index * COLUMN_BYTES;
      const physical = this.#physicals[index];
      this.#untilDone(from, to, first, (at, record) =>
        kernels.storeValues(table, column, index, offset, physical, selection, at, to, record, bytes),
      );
    }
    chunk.records += to - from;
    this.#next += (to - from) * bytes;
    this.#nextHash += (to - from) * HASH_BYTES;
  }

  #countHashes(address: number, count: number): void {
    const { u32 } = this.#env.heap;
    const first = address >>> 2;
    for (let i = first; i < first + count; i++) this.#hashCounts[u32[i] >>> (32 - HASH_BITS)]++;
  }

  /** Stores positions from..to-1, getting room for texts as often as a kernel stops for it. */
  #untilDone(from: number, to: number, first: number, store: (at: number, record: number) => number): void {
    for (let at = from; at < to; ) {
      const reached = store(at, first + (at - from) * this.#record.bytes) >>> 0;
      if (reached < to) this.#growTexts();
      at = reached;
    }
  }

  #growTexts(): void {
    const needed = this.#env.heap.u32[(this.#table + TABLE_NEEDED) >>> 2];
    const address = this.#pages(needed);
    this.#set(TABLE_TAIL_NEXT, address);
    this.#set(TABLE_TAIL_END, address + pagesFor(needed) * PAGE_BYTES);
  }

  #pages(bytes: number): number {
    const address = this.#stock.take(bytes);
    if (address === 0) throw this.#exhausted();
    return address;
  }

  #set(field: number, value: number): void {
    this.#env.heap.u32[(this.#table + field) >>> 2] = value;
  }

  #exhausted(): LeatError {
    return leatError('MEMORY_EXHAUSTED', 'the right side of a join does not fit into the memory of its tasks', {
      hint: 'give the run more memory, or let the smaller step be the right side',
      notes: [`${this.#rows} rows had been taken in by one of them`],
    });
  }
}
