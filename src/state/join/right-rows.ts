/**
 * The right side of a join by key: sorted rows that are walked along with the keys of the left. Where somebody finds a match,
 * rows become records, a page of them at a time; rows of one key are chained, also across pages and batches.
 *
 *     batches     [ 1 1 2 3 3 3 ][ 3 3 5 6 ...         found: 3
 *     window        records        records             until the left is through with 3
 *
 * Records live until `release`, so that the left can look a batch's keys up first and make rows of the matches then. When
 * the window grows too large in between, `settle` asks the left to do that with what it has found so far. When the rows of
 * one key are too many for the window, they are given part by part (`findMore`).
 */
import type { DataType } from '../../columnar/data-type.js';
import type { RecordBatch } from '../../columnar/record-batch.js';
import { LeatError, leatError } from '../../errors.js';
import type { Arena } from '../../memory/arena.js';
import { PAGE_BYTES } from '../../memory/heap.js';
import { PageStock, pagesFor } from '../runs/page-stock.js';
import type { SortFormat } from '../sort/sort-format.js';
import { compareKeys, keyBytesOf, keyOf } from '../sort/sorted-keys.js';
import type { SortedRows } from '../sort/sorted-rows.js';
import type { StateEnv, StateSizes } from '../state-env.js';
import type { RecordChunk } from './join-record.js';
import { RecordWriter, recordWriterBytes } from './record-writer.js';

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

/**
 * Records of some rows of a batch, from row `from` on, and the pages that hold them and their texts. A page that several
 * share is the last one's: pieces go in their order.
 */
interface Piece {
  readonly from: number;
  readonly address: number;
  readonly records: number;
  readonly pages: number[];
}

/** Pages for a key, and for records and texts of two pieces: rows of a key may lie at the end of one and in the next. */
const LEAST_PAGES = 6;
/** Of these a key, and records and texts of a piece that is to be made; texts may need a second page. */
const NEW_PAGES = 4;
const MOST_PAGES = 64;
const RESERVED_SHARE = 16;

/** Pages that are there whatever others take. Only texts that are longer than a page may need more. */
function reservedPages(shareBytes: number): number {
  return Math.min(MOST_PAGES, Math.max(LEAST_PAGES, Math.floor(shareBytes / RESERVED_SHARE / PAGE_BYTES)));
}

export function rightRowsMinimumBytes({ values }: SortFormat, { batchRows, shareBytes }: StateSizes): number {
  return recordWriterBytes([], values) + 4 * batchRows + reservedPages(shareBytes) * PAGE_BYTES;
}

export class RightRows {
  readonly #env: StateEnv;
  readonly #use: RightRowsUse;
  readonly #writer: RecordWriter;
  readonly #hashes: number;
  readonly #perPage: number;
  readonly #reserved: number;
  readonly #stock: PageStock;
  #rows: SortedRows | undefined;
  // The next row of the right, and the piece that it lies in, if that was made.
  #batch: RecordBatch | null = null;
  #row = 0;
  #piece: Piece | undefined;
  /** Pieces whose records somebody may look at, in their order. */
  #window: Piece[] = [];
  /** Pages of the piece that is being made. */
  #filling: number[] = [];
  // Room behind the last piece: the page of records that it ends in, what is free of that, and the page of texts.
  #recordPage = 0;
  #next = 0;
  #end = 0;
  #textPage = 0;
  // The key that was found last; its first record is 0 when the left is past it.
  #key = 0;
  #keyBytes = 0;
  #first = 0;
  #firstPiece: Piece | undefined;
  #hasMore = false;
  /** The key where its batch is gone. */
  #heldKey = 0;
  #heldKeyBytes = 0;

  constructor(env: StateEnv, arena: Arena, values: readonly DataType[], use: RightRowsUse) {
    this.#env = env;
    this.#use = use;
    this.#stock = new PageStock(env.memory);
    this.#writer = new RecordWriter(env, arena, [], values, (bytes) => {
      this.#textPage = this.#takePages(bytes);
      return this.#textPage;
    });
    this.#hashes = arena.allocate(4 * env.batchRows, 4);
    this.#perPage = Math.max(1, Math.floor(PAGE_BYTES / this.#writer.record.bytes));
    this.#reserved = reservedPages(env.memory.shareBytes);
    this.#reserve();
  }

  /** Walks other rows, from their beginning. */
  begin(rows: SortedRows): void {
    this.#rows = rows;
    this.#first = 0;
    this.#piece = undefined;
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

  /** The first record of the key that was found last. */
  get found(): number {
    return this.#first;
  }

  /** That key has more rows than those that were found. */
  get hasMore(): boolean {
    return this.#hasMore;
  }

  /** Takes the next rows of that key in place of those before, with which the left is done: the first one, 0 behind the last. */
  findMore(): number {
    this.#first = 0;
    this.release();
    return this.#hasMore ? this.#takeRows() : 0;
  }

  /** The left is done with all that it has found, but for the key that it found last. */
  release(): void {
    const kept = this.#first === 0 ? this.#piece : (this.#firstPiece ?? this.#piece);
    const end = kept === undefined ? this.#window.length : this.#window.indexOf(kept);
    for (const { address, records, pages } of this.#window.splice(0, end)) {
      this.#use.passed?.([{ address, records, hashes: 0 }]);
      this.#giveBack(pages);
    }
  }

  /** The left has ended: nobody meets the rows that are left. */
  end(): void {
    this.#first = 0;
    if (this.#use.passed !== undefined) while (this.#batch !== null) this.#advance();
    this.#piece = undefined;
    this.#batch = null;
    this.release();
    this.#stock.putBack(this.#heldKey);
    this.#heldKey = 0;
    this.#heldKeyBytes = 0;
  }

  close(): void {
    this.#stock.freeAll();
  }

  #sortRecord(): number {
    return this.#env.heap.u32[(this.#rows!.records >>> 2) + this.#row];
  }

  #advance(): void {
    if (this.#batch === null) return;
    if (this.#use.passed !== undefined) this.#store(this.#batch);
    this.#row++;
    if (this.#row === this.#batch.numRows) {
      this.#batch = this.#rows!.next();
      this.#row = 0;
      this.#piece = undefined;
    } else if (this.#piece !== undefined && this.#row === this.#piece.from + this.#piece.records) {
      this.#piece = undefined;
    }
  }

  /** Takes rows with the key of the current one. */
  #take(sortRecord: number): number {
    const { heap } = this.#env;
    this.#key = keyOf(sortRecord);
    this.#keyBytes = keyBytesOf(heap, sortRecord);
    if (this.#use.wantsRecords) return this.#takeRows();
    this.#first = SOME;
    return SOME;
  }

  /** Rows with the key from the current one on, as many as there is room for. */
  #takeRows(): number {
    const { heap } = this.#env;
    this.#firstPiece = undefined;
    this.#hasMore = false;
    let last = 0;
    while (this.#batch !== null) {
      if (last !== 0 && this.#piece === undefined && !this.#hasRoom()) {
        this.#makeRoom();
        this.#hasMore = !this.#hasRoom();
        if (this.#hasMore) break;
      }
      const piece = this.#store(this.#batch);
      const record = piece.address + (this.#row - piece.from) * this.#writer.record.bytes;
      if (last === 0) {
        this.#first = record;
        this.#firstPiece = piece;
      } else heap.u32[last >>> 2] = record;
      last = record;
      if (this.#row + 1 === this.#batch.numRows) this.#holdKey();
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

  /** The piece in which the current row lies. */
  #store(batch: RecordBatch): Piece {
    if (this.#piece !== undefined) return this.#piece;
    if (!this.#hasRoom()) this.#makeRoom();
    for (let most = this.#perPage; ; most >>>= 1) {
      const to = Math.min(batch.numRows, this.#row + most);
      try {
        this.#piece = this.#write(batch, this.#row, to);
        this.#window.push(this.#piece);
        return this.#piece;
      } catch (error) {
        // Texts of fewer rows may find room.
        if (!(error instanceof LeatError) || error.code !== 'MEMORY_EXHAUSTED' || to - this.#row === 1) throw error;
        most = Math.min(most, to - this.#row);
      }
    }
  }

  #write(batch: RecordBatch, from: number, to: number): Piece {
    const { bytes } = this.#writer.record;
    const last = this.#window.at(-1);
    const shared = (last?.pages ?? []).filter((page) => page === this.#recordPage || page === this.#textPage);
    const pages = [...shared];
    this.#filling = pages;
    // Whatever is released meanwhile, these stay.
    last?.pages.splice(0, last.pages.length, ...last.pages.filter((page) => !shared.includes(page)));
    try {
      if (this.#end - this.#next < bytes) {
        this.#recordPage = this.#takePages(this.#perPage * bytes);
        this.#next = this.#recordPage;
        this.#end = this.#recordPage + this.#perPage * bytes;
      }
      const address = this.#next;
      const records = Math.min(to - from, Math.floor((this.#end - address) / bytes));
      this.#writer.describe([], batch.vectors);
      this.#writer.write(0, from, from + records, address, this.#hashes);
      this.#next += records * bytes;
      return { from, address, records, pages };
    } catch (error) {
      const isThere = last !== undefined && this.#window.at(-1) === last;
      if (isThere) last.pages.push(...shared);
      this.#giveBack(isThere ? pages.filter((page) => !shared.includes(page)) : pages);
      throw error;
    } finally {
      this.#filling = [];
    }
  }

  #giveBack(pages: readonly number[]): void {
    for (const page of pages) {
      this.#stock.putBack(page);
      if (page === this.#recordPage) {
        this.#recordPage = 0;
        this.#next = 0;
        this.#end = 0;
      }
      if (page === this.#textPage) {
        this.#textPage = 0;
        this.#writer.endTexts();
      }
    }
  }

  /** For one more piece. */
  #hasRoom(): boolean {
    return this.#window.reduce((sum, { pages }) => sum + pages.length, 0) <= this.#reserved - NEW_PAGES;
  }

  #makeRoom(): void {
    this.#use.settle();
    this.release();
  }

  #reserve(): void {
    const pages = Array.from({ length: this.#reserved }, () => this.#stock.require(PAGE_BYTES, 'a join'));
    for (const page of pages) this.#stock.putBack(page);
  }

  #takePages(bytes: number): number {
    const { memory } = this.#env;
    let address = this.#stock.takeExtra(bytes);
    if (address === 0) {
      this.#makeRoom();
      address = this.#stock.takeExtra(bytes);
    }
    address ||= this.#stock.take(bytes);
    while (address === 0 && memory.spillOthers()) address = this.#stock.take(bytes);
    if (address === 0) {
      throw leatError('MEMORY_EXHAUSTED', `no ${bytes} bytes for a row on a join's right side`, {
        hint: 'give the run more memory, or fewer slots',
      });
    }
    this.#filling.push(address);
    return address;
  }
}
