/**
 * What the footer will say of a row group, kept beside the spool when its bytes are written: the thread that wrote them may die
 * before the job ends. Offsets count from the beginning of the row group.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Schema } from '../../columnar/schema.js';
import { spillError } from '../../memory/spill-error.js';
import { CODEC_NUMBERS, type WriteCodec } from './codecs.js';
import type { WrittenChunk, WrittenPage } from './column-chunk-writer.js';
import { physicalTypeOf } from './column-shape.js';
import { statisticsOf } from './column-statistics.js';
import {
  BOUNDARY_ORDER,
  COLUMN_INDEX,
  type ColumnChunk,
  type ColumnIndex,
  ENCODING,
  OFFSET_INDEX,
  PAGE_TYPE,
  ROW_GROUP,
  readStruct,
  writeStruct,
} from './metadata.js';
import { BINARY, list, required, struct, type TypeOf } from './thrift.js';

const ROW_GROUP_RECORD = struct('row group record', {
  rowGroup: required(1, ROW_GROUP),
  offsetIndexes: required(2, list(OFFSET_INDEX)),
  /** Empty for a column without one. */
  columnIndexes: required(3, list(BINARY)),
});

export type RowGroupRecord = TypeOf<typeof ROW_GROUP_RECORD>;

const NO_BYTES = new Uint8Array(0);

export function recordOf(
  schema: Schema,
  codec: WriteCodec,
  chunks: readonly WrittenChunk[],
  rows: number,
): RowGroupRecord {
  let start = 0;
  const starts = chunks.map(({ sizes }) => {
    start += sizes.compressed;
    return start - sizes.compressed;
  });
  return {
    rowGroup: {
      columns: chunks.map((chunk, i) => columnChunk(schema, codec, chunk, i, starts[i])),
      totalByteSize: chunks.reduce((sum, { sizes }) => sum + sizes.uncompressed, 0),
      totalCompressedSize: start,
      fileOffset: 0,
      numRows: rows,
    },
    offsetIndexes: chunks.map(({ pages }, i) => {
      let firstRowIndex = 0;
      return {
        pageLocations: pages.map((page) => {
          firstRowIndex += page.rows;
          return {
            offset: starts[i] + page.offset,
            compressedPageSize: page.bytes,
            firstRowIndex: firstRowIndex - page.rows,
          };
        }),
      };
    }),
    columnIndexes: chunks.map(({ pages }) => {
      const index = columnIndex(pages);
      return index === undefined ? NO_BYTES : writeStruct(COLUMN_INDEX, index);
    }),
  };
}

function columnChunk(
  schema: Schema,
  codec: WriteCodec,
  { sizes, pages, dictionaryBytes, rows, nulls, bounds }: WrittenChunk,
  column: number,
  start: number,
): ColumnChunk {
  const { name, type } = schema[column];
  const hasDictionary = dictionaryBytes > 0;
  const encoding = hasDictionary ? ENCODING.RLE_DICTIONARY : ENCODING.PLAIN;
  const dataPages = { pageType: PAGE_TYPE.DATA_PAGE, encoding, count: pages.length };
  return {
    fileOffset: 0,
    metaData: {
      type: physicalTypeOf(type),
      encodings: hasDictionary ? [ENCODING.PLAIN, ENCODING.RLE, encoding] : [ENCODING.PLAIN, ENCODING.RLE],
      pathInSchema: [name],
      codec: CODEC_NUMBERS[codec],
      numValues: rows,
      totalUncompressedSize: sizes.uncompressed,
      totalCompressedSize: sizes.compressed,
      dataPageOffset: start + dictionaryBytes,
      ...(hasDictionary ? { dictionaryPageOffset: start } : {}),
      statistics: statisticsOf(bounds, nulls),
      encodingStats: hasDictionary
        ? [{ pageType: PAGE_TYPE.DICTIONARY_PAGE, encoding: ENCODING.PLAIN, count: 1 }, dataPages]
        : [dataPages],
    },
  };
}

/** undefined when the values of some page have no bounds. */
function columnIndex(pages: readonly WrittenPage[]): ColumnIndex | undefined {
  if (pages.some(({ rows, nulls, bounds }) => bounds === undefined && nulls < rows)) return undefined;
  return {
    nullPages: pages.map(({ bounds }) => bounds === undefined),
    minValues: pages.map(({ bounds }) => bounds?.min ?? NO_BYTES),
    maxValues: pages.map(({ bounds }) => bounds?.max ?? NO_BYTES),
    boundaryOrder: BOUNDARY_ORDER.UNORDERED,
    nullCounts: pages.map(({ nulls }) => nulls),
  };
}

export function keepRecord(name: string, group: number, record: RowGroupRecord): void {
  const path = recordPath(name, group);
  guard(path, 'written', () => writeFileSync(path, writeStruct(ROW_GROUP_RECORD, record), { mode: 0o600 }));
}

export function keptRecord(name: string, group: number): RowGroupRecord {
  const path = recordPath(name, group);
  return guard(path, 'read', () => readStruct(ROW_GROUP_RECORD, readFileSync(path)).value);
}

function recordPath(name: string, group: number): string {
  return `${name}-group-${group}`;
}

function guard<T>(path: string, verb: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw spillError(path, verb, cause);
  }
}
