/** Where the pages of a chunk begin, and what their values are between: the indexes that some writers add to a file. */
import { closeSync } from 'node:fs';
import { damaged, ParquetFault } from './fault.js';
import { openInput, type ParquetFile, readBytes } from './footer.js';
import type { LeafType } from './leaf-form.js';
import { COLUMN_INDEX, type ColumnChunk, OFFSET_INDEX, readStruct } from './metadata.js';
import { type ColumnRange, rangeOf } from './statistics.js';
import type { ThriftType } from './thrift.js';
import { ThriftError } from './thrift-wire.js';

/** Of the pages of one chunk, in order; rows are counted from the beginning of the row group. */
export interface PageIndex {
  readonly firstRows: readonly number[];
  readonly offsets: readonly number[];
  /** Undefined: nothing is known of its values. */
  rangeOf(page: number): ColumnRange | undefined;
}

/** Reads indexes of one file; holds it open. */
export class PageIndexReader {
  readonly #file: ParquetFile;
  #descriptor = -1;

  constructor(file: ParquetFile) {
    this.#file = file;
  }

  /** Undefined when the chunk has no index. Throws ParquetFault. */
  read(chunk: ColumnChunk, rows: number, leafType: LeafType): PageIndex | undefined {
    const { offsetIndexOffset, offsetIndexLength, columnIndexOffset, columnIndexLength } = chunk;
    const pages = this.#read(OFFSET_INDEX, offsetIndexOffset, offsetIndexLength)?.pageLocations;
    if (pages === undefined) return undefined;
    const firstRows = pages.map(({ firstRowIndex }) => firstRowIndex);
    const offsets = pages.map(({ offset }) => offset);
    const isOrdered = (numbers: readonly number[]): boolean => numbers.every((n, i) => i === 0 || n > numbers[i - 1]);
    if (firstRows[0] !== 0 || !isOrdered([...firstRows, rows]) || !isOrdered(offsets))
      damaged('an index of pages in no order');
    const values = this.#read(COLUMN_INDEX, columnIndexOffset, columnIndexLength);
    const lists = values === undefined ? [] : [values.nullPages, values.minValues, values.maxValues];
    if (lists.some(({ length }) => length !== pages.length)) damaged('an index of other pages');
    return {
      firstRows,
      offsets,
      rangeOf(page) {
        if (values === undefined) return undefined;
        if (values.nullPages[page]) return { hasNulls: true, hasValues: false };
        const [minValue, maxValue] = [values.minValues[page], values.maxValues[page]];
        const statistics = { minValue, maxValue, nullCount: values.nullCounts?.[page] };
        // That there are values is known.
        return { ...rangeOf({ statistics, numValues: rows }, leafType), hasValues: true };
      },
    };
  }

  close(): void {
    if (this.#descriptor >= 0) closeSync(this.#descriptor);
    this.#descriptor = -1;
  }

  #read<T>(type: ThriftType<T>, offset: number | undefined, length: number | undefined): T | undefined {
    if (offset === undefined || length === undefined) return undefined;
    if (offset < 0 || length < 0 || offset + length > this.#file.size) damaged('an index behind the end of the file');
    if (this.#descriptor < 0) this.#descriptor = openInput(this.#file);
    try {
      return readStruct(type, new Uint8Array(readBytes(this.#descriptor, offset, length))).value;
    } catch (error) {
      if (error instanceof ThriftError) throw new ParquetFault(`an index is damaged: ${error.message}`);
      throw error;
    }
  }
}
