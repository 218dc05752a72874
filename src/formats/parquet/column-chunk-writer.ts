/**
 * A column of a row group as a column chunk: a dictionary and places in it where that is shorter, else plain values. Which of
 * the two, and where pages end, follows from the values of the row group alone.
 *
 * A dictionary is tried first. It is given up when more than half of the values of the first page are different, or when it
 * is full; then the column is read again.
 */
import type { ParquetKernels } from '../../kernels/parquet-kernels.js';
import {
  BOUNDS_BYTES,
  DICTIONARY_BYTES,
  DICTIONARY_ENTRIES,
  DICTIONARY_FILLED,
  DICTIONARY_MASK,
  DICTIONARY_MAX_BYTES,
  DICTIONARY_MAX_ENTRIES,
  DICTIONARY_PLACES,
  DICTIONARY_TABLE,
  DICTIONARY_VALUES,
  PLAIN_BYTE,
  PLAIN_SLACK,
  PLAIN_TEXT,
  TAKEN_BYTES,
  TAKEN_RESULT_BYTES,
  TAKEN_VALUES,
} from '../../kernels/parquet-write-kernels.js';
import { Arena, arenaPages } from '../../memory/arena.js';
import type { Heap } from '../../memory/heap.js';
import { PAGE_BYTES } from '../../memory/heap.js';
import type { TaskMemory } from '../../memory/task-memory.js';
import type { ColumnRows } from './column-reader.js';
import type { PlainLayout } from './column-shape.js';
import { type Bounds, boundsAt } from './column-statistics.js';
import { ENCODING } from './metadata.js';
import { PageRun } from './page-run.js';
import { type ChunkSizes, LEVEL_ROOM, PAGE_ROWS, type PageWriter } from './page-writer.js';

const MAX_ENTRIES = 32_768;
const DICTIONARY_SLOTS = 65_536;
const MAX_DICTIONARY_BYTES = 256 << 10;
/** A page of texts ends with the one that makes so many bytes. */
const PAGE_TEXT_BYTES = 256 << 10;
const MAX_WIDTH = 16;

/** What a page takes that holds no text of unusual length. */
export const USUAL_PAGE_BYTES = LEVEL_ROOM + PAGE_ROWS * MAX_WIDTH + PLAIN_SLACK;

export interface WrittenPage {
  /** From the beginning of the chunk. */
  readonly offset: number;
  readonly bytes: number;
  readonly rows: number;
  readonly nulls: number;
  readonly bounds: Bounds | undefined;
}

export interface WrittenChunk {
  /** 0: there is no dictionary. */
  readonly dictionaryBytes: number;
  readonly sizes: ChunkSizes;
  readonly pages: readonly WrittenPage[];
  readonly rows: number;
  readonly nulls: number;
  readonly bounds: Bounds | undefined;
}

/** Rows of the column from the first on, each time it is called. */
export type ColumnRowsAgain = () => Iterable<ColumnRows>;

/** A page that has a place in the arrays of the dictionary. */
interface IndexedPage {
  readonly rows: number;
  readonly values: number;
  readonly bounds: Bounds | undefined;
}

export class ColumnChunkWriter {
  readonly #heap: Heap;
  readonly #kernels: ParquetKernels;
  readonly #pages: PageWriter;
  readonly #arena: Arena;
  /** Values of the page at work, behind room for its levels. */
  readonly #page: PageRun;
  readonly #dictionary: number;
  readonly #table: number;
  readonly #pageBounds: number;
  readonly #chunkBounds: number;
  readonly #taken: number;
  /** Of all rows of the group: their validity, and the places of the values. */
  readonly #validity: number;
  readonly #indices: number;

  constructor(memory: TaskMemory, kernels: ParquetKernels, pages: PageWriter, groupRows: number) {
    this.#heap = memory.heap;
    this.#kernels = kernels;
    this.#pages = pages;
    this.#page = new PageRun(memory, 'writing Parquet', USUAL_PAGE_BYTES);
    this.#arena = new Arena(memory, 'writing Parquet');
    const [validity, indices, table, values, places, dictionary, page, chunk, taken] = arenaSizes(groupRows).map(
      (bytes) => this.#arena.allocate(bytes),
    );
    this.#validity = validity;
    this.#indices = indices;
    this.#table = table;
    this.#dictionary = dictionary;
    this.#pageBounds = page;
    this.#chunkBounds = chunk;
    this.#taken = taken;
    const { u32 } = this.#heap;
    const word = dictionary >>> 2;
    u32[word + DICTIONARY_MAX_ENTRIES / 4] = MAX_ENTRIES;
    u32[word + DICTIONARY_MAX_BYTES / 4] = MAX_DICTIONARY_BYTES;
    u32[word + DICTIONARY_VALUES / 4] = values;
    u32[word + DICTIONARY_TABLE / 4] = table;
    u32[word + DICTIONARY_MASK / 4] = DICTIONARY_SLOTS - 1;
    u32[word + DICTIONARY_PLACES / 4] = places;
  }

  write(layout: PlainLayout, rows: ColumnRowsAgain): WrittenChunk {
    this.#clear(this.#chunkBounds);
    const indexed = layout.kind === PLAIN_BYTE ? undefined : this.#index(layout, rows);
    if (indexed !== undefined) return this.#writeIndexed(layout, indexed);
    this.#clear(this.#chunkBounds);
    return this.#writePlain(layout, rows);
  }

  close(): void {
    this.#page.close();
    this.#arena.close();
  }

  /** Builds the dictionary; undefined when it is not worth it. */
  #index({ kind, width }: PlainLayout, again: ColumnRowsAgain): readonly IndexedPage[] | undefined {
    const { u8, u32 } = this.#heap;
    const word = this.#dictionary >>> 2;
    u8.fill(0, this.#table, this.#table + 4 * DICTIONARY_SLOTS);
    u32[word + DICTIONARY_ENTRIES / 4] = 0;
    u32[word + DICTIONARY_FILLED / 4] = 0;
    const pages: IndexedPage[] = [];
    let [rowsSeen, valuesSeen, plainBytes] = [0, 0, 0];
    let [pageRows, pageValues] = [0, 0];
    this.#clear(this.#pageBounds);
    const entries = (): number => u32[word + DICTIONARY_ENTRIES / 4];
    const endPage = (): boolean => {
      if (pages.length === 0 && 2 * entries() > pageValues && pageValues > 0) return false;
      pages.push({ rows: pageRows, values: pageValues, bounds: this.#endBounds(kind) });
      [pageRows, pageValues] = [0, 0];
      return true;
    };
    for (const part of again()) {
      let [at, done] = [part.values, 0];
      while (done < part.rows) {
        const count = Math.min(part.rows - done, PAGE_ROWS - pageRows);
        const { bytes, values } = this.#take(kind, width, at, part, done, count);
        if (part.validity === 0) u8.fill(1, this.#validity + rowsSeen, this.#validity + rowsSeen + count);
        else u8.copyWithin(this.#validity + rowsSeen, part.validity + done, part.validity + done + count);
        const places = this.#indices + 2 * valuesSeen;
        if (this.#kernels.addToDictionary(kind, this.#dictionary, at, values, places) < values) return undefined;
        this.#kernels.addBounds(kind, at, values, this.#pageBounds);
        done += count;
        at += bytes;
        rowsSeen += count;
        valuesSeen += values;
        plainBytes += bytes;
        pageRows += count;
        pageValues += values;
        if (pageRows === PAGE_ROWS && !endPage()) return undefined;
      }
    }
    if (pageRows > 0 && !endPage()) return undefined;
    const filled = u32[word + DICTIONARY_FILLED / 4];
    return filled + (valuesSeen * indexWidth(entries())) / 8 < plainBytes ? pages : undefined;
  }

  #writeIndexed({ kind }: PlainLayout, indexed: readonly IndexedPage[]): WrittenChunk {
    const { u8, u32 } = this.#heap;
    const word = this.#dictionary >>> 2;
    const entries = u32[word + DICTIONARY_ENTRIES / 4];
    const width = indexWidth(entries);
    const sizes = { compressed: 0, uncompressed: 0 };
    const filled = u32[word + DICTIONARY_FILLED / 4];
    const dictionaryBytes = this.#pages.dictionary(u32[word + DICTIONARY_VALUES / 4], filled, entries, sizes);
    const pages: WrittenPage[] = [];
    let [validity, indices] = [this.#validity, this.#indices];
    const values = this.#page.address + LEVEL_ROOM;
    for (const { rows, values: count, bounds } of indexed) {
      u8[values] = width;
      const bytes = 1 + this.#kernels.packIndices(indices, count, width, values + 1);
      const offset = sizes.compressed;
      const nulls = rows - count;
      const page = { values, bytes, rows, validity: nulls === 0 ? 0 : validity, encoding: ENCODING.RLE_DICTIONARY };
      pages.push({ offset, bytes: this.#pages.data(page, sizes), rows, nulls, bounds });
      validity += rows;
      indices += 2 * count;
    }
    return this.#chunk(kind, dictionaryBytes, sizes, pages);
  }

  #writePlain({ kind, width }: PlainLayout, again: ColumnRowsAgain): WrittenChunk {
    const { u8 } = this.#heap;
    const sizes = { compressed: 0, uncompressed: 0 };
    const pages: WrittenPage[] = [];
    let [rows, nulls, filled] = [0, 0, 0];
    this.#clear(this.#pageBounds);
    const endPage = (): void => {
      const values = this.#page.address + LEVEL_ROOM;
      const bytes = kind === PLAIN_BYTE ? this.#kernels.packBooleans(values, filled, values) : filled;
      const offset = sizes.compressed;
      const page = { values, bytes, rows, validity: nulls === 0 ? 0 : this.#validity, encoding: ENCODING.PLAIN };
      const bounds = this.#endBounds(kind);
      pages.push({ offset, bytes: this.#pages.data(page, sizes), rows, nulls, bounds });
      [rows, nulls, filled] = [0, 0, 0];
    };
    for (const part of again()) {
      let [at, done] = [part.values, 0];
      while (done < part.rows) {
        const wanted = Math.min(part.rows - done, PAGE_ROWS - rows);
        const limit = kind === PLAIN_TEXT ? PAGE_TEXT_BYTES - filled : undefined;
        const { count, bytes, values } = this.#take(kind, width, at, part, done, wanted, limit);
        this.#page.reserve(LEVEL_ROOM + filled + bytes + PLAIN_SLACK, LEVEL_ROOM + filled);
        const to = this.#page.address + LEVEL_ROOM + filled;
        u8.copyWithin(to, at, at + bytes);
        if (part.validity === 0) u8.fill(1, this.#validity + rows, this.#validity + rows + count);
        else u8.copyWithin(this.#validity + rows, part.validity + done, part.validity + done + count);
        this.#kernels.addBounds(kind, at, values, this.#pageBounds);
        done += count;
        at += bytes;
        rows += count;
        nulls += count - values;
        filled += bytes;
        if (rows === PAGE_ROWS || (kind === PLAIN_TEXT && filled >= PAGE_TEXT_BYTES)) endPage();
      }
    }
    if (rows > 0) endPage();
    this.#page.reset();
    this.#pages.reset();
    return this.#chunk(kind, 0, sizes, pages);
  }

  /** At most `rows` rows of the part from row `from` on, whose values begin at `at`; texts up to `limit` bytes. */
  #take(
    kind: number,
    width: number,
    at: number,
    { validity, rows: partRows, valueCount }: ColumnRows,
    from: number,
    rows: number,
    limit = 0xffff_ffff,
  ): { count: number; bytes: number; values: number } {
    const valid = validity === 0 ? 0 : validity + from;
    if (kind === PLAIN_TEXT) {
      const count = this.#kernels.takeTextRows(at, valid, rows, limit, this.#taken);
      const word = this.#taken >>> 2;
      const { u32 } = this.#heap;
      return { count, bytes: u32[word + TAKEN_BYTES / 4], values: u32[word + TAKEN_VALUES / 4] };
    }
    const isWhole = from === 0 && rows === partRows;
    const values = isWhole ? valueCount : validity === 0 ? rows : this.#kernels.countValid(valid, rows);
    return { count: rows, bytes: values * width, values };
  }

  #chunk(kind: number, dictionaryBytes: number, sizes: ChunkSizes, pages: readonly WrittenPage[]): WrittenChunk {
    const [rows, nulls] = pages.reduce(([r, n], page) => [r + page.rows, n + page.nulls], [0, 0]);
    return { dictionaryBytes, sizes, pages, rows, nulls, bounds: boundsAt(this.#heap, this.#chunkBounds, kind) };
  }

  #endBounds(kind: number): Bounds | undefined {
    this.#kernels.mergeBounds(kind, this.#pageBounds, this.#chunkBounds);
    const bounds = boundsAt(this.#heap, this.#pageBounds, kind);
    this.#clear(this.#pageBounds);
    return bounds;
  }

  #clear(bounds: number): void {
    this.#heap.u8.fill(0, bounds, bounds + BOUNDS_BYTES);
  }
}

/** Bits of a place among so many entries. */
function indexWidth(entries: number): number {
  return entries <= 1 ? 0 : 32 - Math.clz32(entries - 1);
}

function arenaSizes(groupRows: number): number[] {
  return [
    groupRows + PLAIN_SLACK,
    2 * groupRows,
    4 * DICTIONARY_SLOTS,
    MAX_DICTIONARY_BYTES + PLAIN_SLACK,
    4 * MAX_ENTRIES,
    DICTIONARY_BYTES,
    BOUNDS_BYTES,
    BOUNDS_BYTES,
    TAKEN_RESULT_BYTES,
  ];
}

/** Managed memory that it cannot do without. */
export function columnChunkWriterMinimumBytes(groupRows: number): number {
  return Math.ceil(USUAL_PAGE_BYTES / PAGE_BYTES) * PAGE_BYTES + arenaPages(arenaSizes(groupRows)) * PAGE_BYTES;
}
