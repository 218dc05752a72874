/**
 * What Parquet files say about themselves: the structs of parquet.thrift, under its names in camel case, to be read and
 * written. What each field means is said there; here only what leat makes of it. Encryption is known just so far that it
 * can be told.
 *
 *     PAR1  pages of column chunks ...  indexes  FileMetaData  u32 its length  PAR1
 */
import {
  BINARY,
  BOOL,
  I8,
  I16,
  I32,
  I64,
  list,
  optional,
  required,
  STRING,
  struct,
  type ThriftType,
  type TypeOf,
} from './thrift.js';
import { ThriftReader, ThriftWriter } from './thrift-wire.js';

/** How values lie in pages. */
export const PHYSICAL_TYPE = {
  BOOLEAN: 0,
  INT32: 1,
  INT64: 2,
  INT96: 3,
  FLOAT: 4,
  DOUBLE: 5,
  BYTE_ARRAY: 6,
  FIXED_LEN_BYTE_ARRAY: 7,
} as const;

export const REPETITION = { REQUIRED: 0, OPTIONAL: 1, REPEATED: 2 } as const;

/** The older way to say a logical type. */
export const CONVERTED_TYPE = {
  UTF8: 0,
  MAP: 1,
  MAP_KEY_VALUE: 2,
  LIST: 3,
  ENUM: 4,
  DECIMAL: 5,
  DATE: 6,
  TIME_MILLIS: 7,
  TIME_MICROS: 8,
  TIMESTAMP_MILLIS: 9,
  TIMESTAMP_MICROS: 10,
  UINT_8: 11,
  UINT_16: 12,
  UINT_32: 13,
  UINT_64: 14,
  INT_8: 15,
  INT_16: 16,
  INT_32: 17,
  INT_64: 18,
  JSON: 19,
  BSON: 20,
  INTERVAL: 21,
} as const;

export const ENCODING = {
  PLAIN: 0,
  PLAIN_DICTIONARY: 2,
  RLE: 3,
  BIT_PACKED: 4,
  DELTA_BINARY_PACKED: 5,
  DELTA_LENGTH_BYTE_ARRAY: 6,
  DELTA_BYTE_ARRAY: 7,
  RLE_DICTIONARY: 8,
  BYTE_STREAM_SPLIT: 9,
} as const;

/** LZ4 is that of Hadoop, in frames of its own; LZ4_RAW a plain block. */
export const CODEC = {
  UNCOMPRESSED: 0,
  SNAPPY: 1,
  GZIP: 2,
  LZO: 3,
  BROTLI: 4,
  LZ4: 5,
  ZSTD: 6,
  LZ4_RAW: 7,
} as const;

export const PAGE_TYPE = { DATA_PAGE: 0, INDEX_PAGE: 1, DICTIONARY_PAGE: 2, DATA_PAGE_V2: 3 } as const;

export const BOUNDARY_ORDER = { UNORDERED: 0, ASCENDING: 1, DESCENDING: 2 } as const;

/** Says something by being there. */
const MARK = struct('mark', {});

const TIME_UNIT = struct('TimeUnit', {
  millis: optional(1, MARK),
  micros: optional(2, MARK),
  nanos: optional(3, MARK),
});
const TIME_TYPE = struct('TimeType', { isAdjustedToUTC: required(1, BOOL), unit: required(2, TIME_UNIT) });
const DECIMAL_TYPE = struct('DecimalType', { scale: required(1, I32), precision: required(2, I32) });
const INTEGER_TYPE = struct('IntType', { bitWidth: required(1, I8), isSigned: required(2, BOOL) });

/** A union: one of them is there, or none that this version knows. */
const LOGICAL_TYPE = struct('LogicalType', {
  string: optional(1, MARK),
  map: optional(2, MARK),
  list: optional(3, MARK),
  enum: optional(4, MARK),
  decimal: optional(5, DECIMAL_TYPE),
  date: optional(6, MARK),
  time: optional(7, TIME_TYPE),
  timestamp: optional(8, TIME_TYPE),
  integer: optional(10, INTEGER_TYPE),
  unknown: optional(11, MARK),
  json: optional(12, MARK),
  bson: optional(13, MARK),
  uuid: optional(14, MARK),
  float16: optional(15, MARK),
  variant: optional(16, MARK),
  geometry: optional(17, MARK),
  geography: optional(18, MARK),
});
export type LogicalType = TypeOf<typeof LOGICAL_TYPE>;

const SCHEMA_ELEMENT = struct('SchemaElement', {
  type: optional(1, I32),
  typeLength: optional(2, I32),
  repetitionType: optional(3, I32),
  name: required(4, STRING),
  numChildren: optional(5, I32),
  convertedType: optional(6, I32),
  scale: optional(7, I32),
  precision: optional(8, I32),
  fieldId: optional(9, I32),
  logicalType: optional(10, LOGICAL_TYPE),
});
export type SchemaElement = TypeOf<typeof SCHEMA_ELEMENT>;

/** `min` and `max` were compared as signed bytes, whatever the type: only those of signed numbers are of use. */
const STATISTICS = struct('Statistics', {
  max: optional(1, BINARY),
  min: optional(2, BINARY),
  nullCount: optional(3, I64),
  distinctCount: optional(4, I64),
  maxValue: optional(5, BINARY),
  minValue: optional(6, BINARY),
  isMaxValueExact: optional(7, BOOL),
  isMinValueExact: optional(8, BOOL),
});

const SIZE_STATISTICS = struct('SizeStatistics', {
  unencodedByteArrayDataBytes: optional(1, I64),
  repetitionLevelHistogram: optional(2, list(I64)),
  definitionLevelHistogram: optional(3, list(I64)),
});

const KEY_VALUE = struct('KeyValue', { key: required(1, STRING), value: optional(2, STRING) });

const PAGE_ENCODING_STATS = struct('PageEncodingStats', {
  pageType: required(1, I32),
  encoding: required(2, I32),
  count: required(3, I32),
});

const COLUMN_META_DATA = struct('ColumnMetaData', {
  type: required(1, I32),
  encodings: required(2, list(I32)),
  pathInSchema: required(3, list(STRING)),
  codec: required(4, I32),
  numValues: required(5, I64),
  totalUncompressedSize: required(6, I64),
  totalCompressedSize: required(7, I64),
  keyValueMetadata: optional(8, list(KEY_VALUE)),
  dataPageOffset: required(9, I64),
  indexPageOffset: optional(10, I64),
  dictionaryPageOffset: optional(11, I64),
  statistics: optional(12, STATISTICS),
  encodingStats: optional(13, list(PAGE_ENCODING_STATS)),
  bloomFilterOffset: optional(14, I64),
  bloomFilterLength: optional(15, I32),
  sizeStatistics: optional(16, SIZE_STATISTICS),
});
export type ColumnMetaData = TypeOf<typeof COLUMN_META_DATA>;

const COLUMN_CHUNK = struct('ColumnChunk', {
  filePath: optional(1, STRING),
  fileOffset: required(2, I64),
  metaData: optional(3, COLUMN_META_DATA),
  offsetIndexOffset: optional(4, I64),
  offsetIndexLength: optional(5, I32),
  columnIndexOffset: optional(6, I64),
  columnIndexLength: optional(7, I32),
  cryptoMetadata: optional(8, MARK),
  encryptedColumnMetadata: optional(9, BINARY),
});

const SORTING_COLUMN = struct('SortingColumn', {
  columnIdx: required(1, I32),
  descending: required(2, BOOL),
  nullsFirst: required(3, BOOL),
});

const ROW_GROUP = struct('RowGroup', {
  columns: required(1, list(COLUMN_CHUNK)),
  totalByteSize: required(2, I64),
  numRows: required(3, I64),
  sortingColumns: optional(4, list(SORTING_COLUMN)),
  fileOffset: optional(5, I64),
  totalCompressedSize: optional(6, I64),
  ordinal: optional(7, I16),
});
export type RowGroup = TypeOf<typeof ROW_GROUP>;

/** Without an order of its own, the minima and maxima of a column mean nothing. */
const COLUMN_ORDER = struct('ColumnOrder', { typeOrder: optional(1, MARK) });

export const FILE_META_DATA = struct('FileMetaData', {
  version: required(1, I32),
  schema: required(2, list(SCHEMA_ELEMENT)),
  numRows: required(3, I64),
  rowGroups: required(4, list(ROW_GROUP)),
  keyValueMetadata: optional(5, list(KEY_VALUE)),
  createdBy: optional(6, STRING),
  columnOrders: optional(7, list(COLUMN_ORDER)),
  encryptionAlgorithm: optional(8, MARK),
  footerSigningKeyMetadata: optional(9, BINARY),
});

export type FileMetaData = TypeOf<typeof FILE_META_DATA>;

const DATA_PAGE_HEADER = struct('DataPageHeader', {
  numValues: required(1, I32),
  encoding: required(2, I32),
  definitionLevelEncoding: required(3, I32),
  repetitionLevelEncoding: required(4, I32),
  statistics: optional(5, STATISTICS),
});

const DICTIONARY_PAGE_HEADER = struct('DictionaryPageHeader', {
  numValues: required(1, I32),
  encoding: required(2, I32),
  isSorted: optional(3, BOOL),
});

/** Levels lie before the values and are never compressed; values are, unless `isCompressed` is false. */
const DATA_PAGE_HEADER_V2 = struct('DataPageHeaderV2', {
  numValues: required(1, I32),
  numNulls: required(2, I32),
  numRows: required(3, I32),
  encoding: required(4, I32),
  definitionLevelsByteLength: required(5, I32),
  repetitionLevelsByteLength: required(6, I32),
  isCompressed: optional(7, BOOL),
  statistics: optional(8, STATISTICS),
});

export const PAGE_HEADER = struct('PageHeader', {
  type: required(1, I32),
  uncompressedPageSize: required(2, I32),
  compressedPageSize: required(3, I32),
  crc: optional(4, I32),
  dataPageHeader: optional(5, DATA_PAGE_HEADER),
  indexPageHeader: optional(6, MARK),
  dictionaryPageHeader: optional(7, DICTIONARY_PAGE_HEADER),
  dataPageHeaderV2: optional(8, DATA_PAGE_HEADER_V2),
});
export type PageHeader = TypeOf<typeof PAGE_HEADER>;

const PAGE_LOCATION = struct('PageLocation', {
  offset: required(1, I64),
  compressedPageSize: required(2, I32),
  firstRowIndex: required(3, I64),
});

export const OFFSET_INDEX = struct('OffsetIndex', {
  pageLocations: required(1, list(PAGE_LOCATION)),
  unencodedByteArrayDataBytes: optional(2, list(I64)),
});

export const COLUMN_INDEX = struct('ColumnIndex', {
  nullPages: required(1, list(BOOL)),
  minValues: required(2, list(BINARY)),
  maxValues: required(3, list(BINARY)),
  boundaryOrder: required(4, I32),
  nullCounts: optional(5, list(I64)),
  repetitionLevelHistograms: optional(6, list(I64)),
  definitionLevelHistograms: optional(7, list(I64)),
});

/** A struct out of the bytes from `offset` on, and where it ends. Throws ThriftError. */
export function readStruct<T>(
  type: ThriftType<T>,
  bytes: Uint8Array,
  offset = 0,
): { readonly value: T; readonly end: number } {
  const reader = new ThriftReader(bytes, offset);
  const value = type.read(reader);
  return { value, end: reader.offset };
}

export function writeStruct<T>(type: ThriftType<T>, value: T): Uint8Array {
  const writer = new ThriftWriter();
  type.write(writer, value);
  return writer.finish();
}
