/**
 * The right side of a join by key: sorted rows that are walked along with the keys of the left. Of a batch in which
 * somebody finds a match, all rows become records; rows of one key are chained, also across batches.
 *
 *     batches     [ 1 1 2 3 ][ 3 3 3 5 ][ 5 6 ...         found: 3
 *     window        records    records                    until the left is through with 3
 *
 * Records live until `release`, so that the left can look a batch's keys up first and make rows of the matches then. When
 * the window grows too large in between, `settle` asks the left to do that with what it has found so far.
 */
import type { DataType } from '../columnar/data-type.js';
import type { RecordBatch } from '../columnar/record-batch.js';
import type { Arena } from '../memory/arena.js';
import { PAGE_BYTES } from '../memory/heap.js';
import { type RecordChunk, recordLayout } from './join-record.js';
import { PageStock, pagesFor } from './page-stock.js';
import { RecordWriter, recordWriterBytes } from './record-writer.js';
import type { SortFormat } from './sort-format.js';
import { compareKeys, keyBytesOf, keyOf } from './sorted-keys.js';
import { type SortedRows, sortedBatchRows } from './sorted-rows.js';
import type { StateEnv, StateSizes } from './state-env.js';

const PURPOSE = "the rows of one key on a join's right side";
/** Part of a task's share that the window may have before the left settles what it has found. */
const WINDOW_SHARE = 8;
/** Found where only that matters. */
const SOME = 1;

export interface RightRowsUse {
  /** The left looks at records; otherwise only at whether there are some. */
  readonly wantsRecords: boolean;
  /** Every row becomes a record, and is shown to `passed` when nobody can meet it any more. */
  readonly passed?: (records: readonly RecordChunk[]) => void;
  /** The left is to be done with what it has found. */
  readonly settle: () => void;
}

interface Stored {
  readonly chunks: RecordChunk[];
  readonly pages: number[];
}

/** Room for the records of a batch, for texts, for a key. */
export function rightRowsMinimumBytes(format: SortFormat, sizes: StateSizes): number {
  const { bytes } = recordLayout([], format.values);
  const pages = Math.ceil(sortedBatchRows(format, sizes) / recordsPerPage(bytes)) * pagesFor(bytes) + 2;
  return recordWriterBytes([], format.values) + 4 * sizes.batchRows + pages * PAGE_BYTES;
}

function recordsPerPage(recordBytes: number): number {
  return Math.max(1, Math.floor(PAGE_BYTES / recordBytes));
}

export class RightRows {
  readonly #env: StateEnv;
  readonly #use: RightRowsUse;
  readonly #writer: RecordWriter;
  readonly #hashes: number;
  readonly #perPage: number;
  readonly #stock: PageStock;
  #rows: SortedRows | undefined;
  // The next row of the right, and the records of its batch, if they were made.
  #batch: RecordBatch | null = null;
  #row = 0;
  #stored: Stored | undefined;
  // Batches whose records somebody may look at, the current one among them if it has some.
  #window: Stored[] = [];
  #filling: Stored | undefined;
  // The key that was found last; its first record is 0 when the left is past it.
  #key = 0;
  #keyBytes = 0;
  #first = 0;
  #firstStored: Stored | undefined;
  /** The key where its batch is gone. */
  #heldKey = 0;
  #heldKeyBytes = 0;

  constructor(env: StateEnv, arena: Arena, values: readonly DataType[], use: RightRowsUse) {
    this.#env = env;
    this.#use = use;
    this.#stock = new PageStock(env.memory);
    this.#writer = new RecordWriter(env, arena, [], values, (bytes) => this.#takePages(bytes));
    this.#hashes = arena.allocate(4 * env.batchRows, 4);
    this.#perPage = recordsPerPage(this.#writer.record.bytes);
  }

  /** Walks other rows, from their beginning. */
  begin(rows: SortedRows): void {
    this.#rows = rows;
    this.#first = 0;
    this.#stored = undefined;
    this.#batch = rows.next();
    this.#row = 0;
  }

  /** The first of the rows with the key: its record, or something, or 0 when there is none. Keys ascend from call to call. */
  find(key: number, keyBytes: number): number {
    const { heap } = this.#env;
    if (this.#first !== 0) {
      if (compareKeys(heap, this.#key, this.#keyBytes, key, keyBytes) === 0) return this.#first;
      this.#first = 0;
    }
    while (this.#batch !== null) {
      const record = this.#sortRecord();
      const order = compareKeys(heap, keyOf(record), keyBytesOf(heap, record), key, keyBytes);
      if (order > 0) return 0;
      if (order === 0) return this.#take(record);
      this.#advance();
    }
    return 0;
  }

  /** The left is done with all that it has found, but for the key that it found last. */
  release(): void {
    const kept = this.#first === 0 ? this.#stored : (this.#firstStored ?? this.#stored);
    const end = kept === undefined ? this.#window.length : this.#window.indexOf(kept);
    for (const { chunks, pages } of this.#window.splice(0, end)) {
      this.#use.passed?.(chunks);
      for (const address of pages) this.#stock.putBack(address);
    }
  }

  /** The left has ended: nobody meets the rows that are left. */
  end(): void {
    this.#first = 0;
    this.#firstStored = undefined;
    if (this.#use.passed !== undefined) {
      while (this.#batch !== null) {
        this.#nextBatch();
        this.release();
      }
    }
    this.#stored = undefined;
    this.release();
    this.#stock.freeStock();
    this.#batch = null;
  }

  close(): void {
    this.#stock.freeAll();
  }

  #sortRecord(): number {
    return this.#env.heap.u32[(this.#rows!.records >>> 2) + this.#row];
  }

  #advance(): void {
    this.#row++;
    if (this.#batch !== null && this.#row === this.#batch.numRows) this.#nextBatch();
  }

  #nextBatch(): void {
    if (this.#use.passed !== undefined) this.#store();
    this.#batch = this.#rows!.next();
    this.#row = 0;
    this.#stored = undefined;
  }

  /** Takes all rows with the key of the current one. */
  #take(sortRecord: number): number {
    const { heap } = this.#env;
    this.#key = keyOf(sortRecord);
    this.#keyBytes = keyBytesOf(heap, sortRecord);
    this.#firstStored = undefined;
    if (!this.#use.wantsRecords) {
      this.#first = SOME;
      return SOME;
    }
    let last = 0;
    for (;;) {
      this.#store();
      const record = this.#recordAt(this.#row);
      if (last === 0) {
        this.#first = record;
        this.#firstStored = this.#stored;
      } else heap.u32[last >>> 2] = record;
      last = record;
      if (this.#row + 1 === this.#batch?.numRows) this.#holdKey();
      this.#advance();
      if (this.#batch === null) break;
      const next = this.#sortRecord();
      if (compareKeys(heap, keyOf(next), keyBytesOf(heap, next), this.#key, this.#keyBytes) !== 0) break;
    }
    return this.#first;
  }

  /** Keeps the key that is found when its batch goes. */
  #holdKey(): void {
    if (this.#key === this.#heldKey) return;
    if (this.#keyBytes > this.#heldKeyBytes) {
      this.#stock.putBack(this.#heldKey);
      this.#heldKey = this.#takePages(this.#keyBytes);
      this.#heldKeyBytes = pagesFor(this.#keyBytes) * PAGE_BYTES;
    }
    this.#env.heap.u8.copyWithin(this.#heldKey, this.#key, this.#key + this.#keyBytes);
    this.#key = this.#heldKey;
  }

  #recordAt(row: number): number {
    const { address } = this.#stored!.chunks[Math.floor(row / this.#perPage)];
    return address + (row % this.#perPage) * this.#writer.record.bytes;
  }

  /** Makes records of the current batch. */
  #store(): void {
    if (this.#stored !== undefined || this.#batch === null) return;
    if (this.#windowBytes() > this.#env.memory.shareBytes / WINDOW_SHARE) this.#makeRoom();
    const stored: Stored = { chunks: [], pages: [] };
    this.#filling = stored;
    const { bytes } = this.#writer.record;
    const { vectors, numRows } = this.#batch;
    this.#writer.describe([], vectors);
    this.#writer.endTexts();
    for (let from = 0; from < numRows; from += this.#perPage) {
      const to = Math.min(numRows, from + this.#perPage);
      const address = this.#takePages(this.#perPage * bytes);
      this.#writer.write(0, from, to, address, this.#hashes);
      stored.chunks.push({ address, records: to - from, hashes: 0 });
    }
    this.#filling = undefined;
    this.#stored = stored;
    this.#window.push(stored);
  }

  #windowBytes(): number {
    return this.#window.reduce((sum, { pages }) => sum + pages.length * PAGE_BYTES, 0);
  }

  #makeRoom(): void {
    this.#use.settle();
    this.release();
  }

  #takePages(bytes: number): number {
    let address = this.#stock.take(bytes);
    if (address === 0) {
      this.#makeRoom();
      address = this.#stock.take(bytes) || this.#stock.require(bytes, PURPOSE);
    }
    this.#filling?.pages.push(address);
    return address;
  }
}
