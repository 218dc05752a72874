/**
 * The pages of one column chunk, one after the other, decompressed in managed memory. What headers say is held against
 * the bytes that the chunk has.
 *
 *     v1   levels and values compressed together; levels begin with their length
 *     v2   levels as they are, their lengths in the header, then the values
 */
import { readSync } from 'node:fs';
import type { Heap } from '../../memory/heap.js';
import type { TaskMemory } from '../../memory/task-memory.js';
import type { BlockCodecs } from '../compression/block-codecs.js';
import { damaged, ParquetFault } from './fault.js';
import { ENCODING, PAGE_HEADER, PAGE_TYPE, type PageHeader, readStruct } from './metadata.js';
import { PageBuffer } from './page-buffer.js';
import { decompressPage } from './page-codecs.js';
import { ThriftError } from './thrift-wire.js';

/** Where a chunk's pages lie in the file; plain data. */
export interface ChunkPlace {
  readonly start: number;
  readonly end: number;
  readonly codec: number;
  /** Nulls included; of nested columns more than rows. */
  readonly values: number;
}

/** Addresses of its parts; empty where from and to are equal. */
export interface Page {
  readonly isDictionary: boolean;
  readonly encoding: number;
  /** Nulls included. */
  readonly count: number;
  readonly repetition: Region;
  readonly definition: Region;
  readonly values: Region;
}

export interface Region {
  readonly from: number;
  readonly to: number;
}

/** Most headers take less than a hundred bytes; statistics of long texts can make them longer. */
const HEADER_BYTES = 1024;
const MOST_HEADER_BYTES = 1 << 24;
const LEVELS_LENGTH_BYTES = 4;

/** What the pages of all columns of a reader share. */
export interface PageReading {
  readonly memory: TaskMemory;
  readonly codecs: BlockCodecs;
  /** Compressed bytes of the page at work. */
  readonly compressed: PageBuffer;
}

export class ChunkPages {
  readonly #reading: PageReading;
  readonly #heap: Heap;
  readonly #page: PageBuffer;
  readonly #dictionary: PageBuffer;
  #header = Buffer.alloc(HEADER_BYTES);
  #descriptor = -1;
  #chunk: ChunkPlace = { start: 0, end: 0, codec: 0, values: 0 };
  /** File offset of the next page, and of the one before it. */
  #next = 0;
  #at = 0;

  constructor(reading: PageReading) {
    this.#reading = reading;
    this.#heap = reading.memory.heap;
    this.#page = new PageBuffer(reading.memory);
    this.#dictionary = new PageBuffer(reading.memory);
  }

  /** File offset of the page at work. */
  get offset(): number {
    return this.#at;
  }

  start(descriptor: number, chunk: ChunkPlace): void {
    this.#descriptor = descriptor;
    this.#chunk = chunk;
    this.#next = chunk.start;
    this.#at = chunk.start;
  }

  /**
   * The next page of data or of a dictionary; undefined at the end. A page of data lives until the next one is read, a
   * dictionary until the next dictionary. `hasLevels`: whether the column has levels of the two kinds.
   */
  next(hasLevels: { readonly repetition: boolean; readonly definition: boolean }): Page | undefined {
    for (;;) {
      this.#at = this.#next;
      if (this.#at >= this.#chunk.end) return undefined;
      const { header, bytes } = this.#readHeader();
      const { compressedPageSize, uncompressedPageSize, type } = header;
      const from = this.#at + bytes;
      if (compressedPageSize < 0 || uncompressedPageSize < 0 || compressedPageSize > this.#chunk.end - from) {
        damaged(`a page of ${compressedPageSize} bytes where ${this.#chunk.end - from} are left`);
      }
      this.#next = from + compressedPageSize;
      if (type === PAGE_TYPE.DICTIONARY_PAGE) return this.#dictionaryPage(header, from);
      if (type === PAGE_TYPE.DATA_PAGE) return this.#dataPage(header, from, hasLevels);
      if (type === PAGE_TYPE.DATA_PAGE_V2) return this.#dataPageV2(header, from);
    }
  }

  close(): void {
    this.#page.close();
    this.#dictionary.close();
  }

  #readHeader(): { readonly header: PageHeader; readonly bytes: number } {
    for (;;) {
      const length = Math.min(this.#header.length, this.#chunk.end - this.#at);
      this.#read(this.#header, 0, this.#at, length);
      try {
        const { value, end } = readStruct(PAGE_HEADER, this.#header.subarray(0, length));
        return { header: value, bytes: end };
      } catch (error) {
        if (!(error instanceof ThriftError)) throw error;
        const mayGrow = error.isTruncated && length < this.#chunk.end - this.#at && length < MOST_HEADER_BYTES;
        if (!mayGrow) damaged(`the head of a page is damaged: ${error.message}`);
        this.#header = Buffer.alloc(4 * this.#header.length);
      }
    }
  }

  #dictionaryPage({ dictionaryPageHeader, ...header }: PageHeader, from: number): Page {
    const { numValues, encoding } = dictionaryPageHeader ?? damaged('a dictionary without a head of its own');
    if (encoding !== ENCODING.PLAIN && encoding !== ENCODING.PLAIN_DICTIONARY)
      damaged(`a dictionary in encoding ${encoding}`);
    const values = this.#load(this.#dictionary, header, from);
    return { isDictionary: true, encoding, count: counted(numValues), repetition: values, definition: values, values };
  }

  #dataPage(
    { dataPageHeader, ...header }: PageHeader,
    from: number,
    has: { readonly repetition: boolean; readonly definition: boolean },
  ): Page {
    const { numValues, encoding, ...levels } = dataPageHeader ?? damaged('a page without a head of its own');
    const all = this.#load(this.#page, header, from);
    const repetition = has.repetition ? this.#levels(all, levels.repetitionLevelEncoding) : empty(all.from);
    const definition = has.definition
      ? this.#levels({ from: repetition.to, to: all.to }, levels.definitionLevelEncoding)
      : empty(repetition.to);
    const values = { from: definition.to, to: all.to };
    return { isDictionary: false, encoding, count: counted(numValues), repetition, definition, values };
  }

  #dataPageV2({ dataPageHeaderV2, ...header }: PageHeader, from: number): Page {
    const head = dataPageHeaderV2 ?? damaged('a page without a head of its own');
    const { numValues, encoding, repetitionLevelsByteLength: first, definitionLevelsByteLength: second } = head;
    const levels = first + second;
    if (first < 0 || second < 0 || levels > header.compressedPageSize || levels > header.uncompressedPageSize) {
      damaged(`${levels} bytes of levels in a page of ${header.compressedPageSize}`);
    }
    const { from: start, to } = this.#load(this.#page, header, from, levels, head.isCompressed !== false);
    const repetition = { from: start, to: start + first };
    const definition = { from: repetition.to, to: repetition.to + second };
    const values = { from: definition.to, to };
    return { isDictionary: false, encoding, count: counted(numValues), repetition, definition, values };
  }

  /** Levels in front of the rest, behind their length. */
  #levels({ from, to }: Region, encoding: number): Region {
    if (encoding !== ENCODING.RLE) {
      throw new ParquetFault(`levels in the old encoding ${encoding}`, 'FORMAT_PARQUET_UNSUPPORTED');
    }
    if (to - from < LEVELS_LENGTH_BYTES) damaged('a page that ends before its levels');
    const { u8 } = this.#heap;
    const length = (u8[from] | (u8[from + 1] << 8) | (u8[from + 2] << 16) | (u8[from + 3] << 24)) >>> 0;
    const start = from + LEVELS_LENGTH_BYTES;
    if (length > to - start) damaged(`levels of ${length} bytes in a page of ${to - start}`);
    return { from: start, to: start + length };
  }

  /** The bytes of the page, decompressed but for the first `plain`. */
  #load(
    buffer: PageBuffer,
    { compressedPageSize, uncompressedPageSize }: Pick<PageHeader, 'compressedPageSize' | 'uncompressedPageSize'>,
    from: number,
    plain = 0,
    isCompressed = true,
  ): Region {
    const { codec } = this.#chunk;
    const address = buffer.reserve(uncompressedPageSize);
    const to = address + uncompressedPageSize;
    const { u8 } = this.#heap;
    if (codec === 0 || !isCompressed) {
      if (compressedPageSize !== uncompressedPageSize) damaged('an uncompressed page with two sizes');
      this.#read(u8, address, from, uncompressedPageSize);
      return { from: address, to };
    }
    this.#read(u8, address, from, plain);
    const source = this.#reading.compressed.reserve(compressedPageSize);
    this.#read(u8, source, from + plain, compressedPageSize - plain);
    const capacity = uncompressedPageSize - plain;
    // Of no bytes, some writers make no block at all.
    if (capacity === 0) return { from: address, to };
    const { codecs } = this.#reading;
    decompressPage(codecs, this.#heap, codec, source, compressedPageSize - plain, address + plain, capacity);
    return { from: address, to };
  }

  #read(target: Uint8Array, at: number, from: number, length: number): void {
    for (let done = 0; done < length; ) {
      const count = readSync(this.#descriptor, target, at + done, length - done, from + done);
      if (count === 0) damaged('the file became shorter while it was read');
      done += count;
    }
  }
}

function counted(values: number): number {
  return values < 0 ? damaged(`a page of ${values} values`) : values;
}

function empty(at: number): Region {
  return { from: at, to: at };
}
