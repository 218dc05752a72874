/**
 * Row groups as splits: where the chunks of the columns that are read lie. Plain data. Where a file tells where its pages
 * begin, a large row group is several splits, and pages of rows that nobody wants are none.
 */
import type { ChunkPlace } from './chunk-pages.js';
import { damaged, ParquetFault } from './fault.js';
import { MAGIC_BYTES, type ParquetFile, type ParquetFooter } from './footer.js';
import type { ColumnMetaData, RowGroup } from './metadata.js';
import { type PageIndex, PageIndexReader } from './page-index.js';
import { MOST_RANGE_ROWS, pageOf, type RowRange, wantedRanges } from './row-ranges.js';
import { isFlat, type ParquetColumn, type ParquetLeaf } from './schema.js';
import { type RangeOf, rangeOf } from './statistics.js';

export interface RowGroupSplit {
  /** Index among all splits of the source, and of its file. */
  readonly index: number;
  readonly file: number;
  /** Ordinal in the file, for messages. */
  readonly rowGroup: number;
  /** Ordinal of its first row in the file. */
  readonly firstRow: number;
  readonly rows: number;
  /** Of each column, of each leaf. */
  readonly chunks: readonly (readonly ChunkPlace[])[];
  /** Of those chunks. */
  readonly bytes: number;
}

/** The metadata of a leaf's chunk; throws ParquetFault. */
function chunkOf(group: RowGroup, leaf: ParquetLeaf): ColumnMetaData {
  const chunk = group.columns[leaf.chunk];
  if (chunk === undefined) throw new ParquetFault('a row group without the column');
  if (chunk.filePath !== undefined) {
    throw new ParquetFault('its pages lie in another file', 'FORMAT_PARQUET_UNSUPPORTED');
  }
  if (chunk.metaData === undefined) {
    throw new ParquetFault('it is encrypted', 'FORMAT_PARQUET_UNSUPPORTED', 'decrypt the file first');
  }
  if (chunk.metaData.type !== leaf.physical) throw new ParquetFault('its pages and the schema differ in type');
  return chunk.metaData;
}

/** What of a row group is wanted. */
export interface WantedRows {
  /** Whether any row between these ranges can be of use. */
  isWanted(rangeOf: RangeOf): boolean;
  /** The columns whose ranges decide that. */
  readonly slots: ReadonlySet<number>;
}

export const ALL_ROWS: WantedRows = { isWanted: () => true, slots: new Set() };

/** The splits of a file for these columns of it. */
export function rowGroupSplits(
  { file: input, metadata }: ParquetFooter,
  file: number,
  columns: readonly ParquetColumn[],
  wanted: WantedRows,
  firstIndex: number,
): readonly RowGroupSplit[] {
  const { path } = input;
  const told = metadata.rowGroups.reduce((sum, { numRows }) => sum + numRows, 0);
  if (told !== metadata.numRows) {
    throw new ParquetFault(`${metadata.numRows} rows in row groups of ${told}`).at(path);
  }
  const splits: RowGroupSplit[] = [];
  const indexes = new PageIndexReader(input);
  try {
    let firstRow = 0;
    metadata.rowGroups.forEach((group, rowGroup) => {
      const parts = telling(path, `row group ${rowGroup}`, () => partsOf(group, columns, wanted, input, indexes));
      for (const { range, chunks } of parts) {
        const bytes = chunks.flat().reduce((sum, { start, end }) => sum + end - start, 0);
        const place = { index: firstIndex + splits.length, file, rowGroup, firstRow: firstRow + range.from };
        splits.push({ ...place, rows: range.to - range.from, chunks, bytes });
      }
      firstRow += group.numRows;
    });
  } finally {
    indexes.close();
  }
  return splits;
}

interface GroupPart {
  readonly range: RowRange;
  readonly chunks: readonly (readonly ChunkPlace[])[];
}

function partsOf(
  group: RowGroup,
  columns: readonly ParquetColumn[],
  { isWanted, slots }: WantedRows,
  { size }: ParquetFile,
  reader: PageIndexReader,
): readonly GroupPart[] {
  const rows = group.numRows;
  const fewest = Math.min(...group.columns.map(({ metaData }) => metaData?.numValues ?? rows));
  // A column has a value or a null for each row, and nested ones may have more.
  if (rows < 0 || fewest < rows) damaged(`${rows} rows in columns of ${fewest} values`);
  const rangeOfChunk: RangeOf = (slot) => {
    const [leaf] = columns[slot].leaves;
    return isFlat(columns[slot]) ? rangeOf(chunkOf(group, leaf), leaf.leafType) : undefined;
  };
  if (rows === 0 || !isWanted(rangeOfChunk)) return [];
  const places = columns.map(({ leaves }) => leaves.map((leaf) => placeOf(chunkOf(group, leaf), size)));
  const whole = [{ range: { from: 0, to: rows }, chunks: places }];
  if (slots.size === 0 && rows <= MOST_RANGE_ROWS) return whole;
  const indexes = columns.map(({ leaves }) =>
    leaves.map((leaf) => reader.read(group.columns[leaf.chunk], rows, leaf.leafType)),
  );
  const all = indexes.flat();
  if (all.some((index) => index === undefined)) return whole;
  const deciding = new Map([...slots].filter((slot) => isFlat(columns[slot])).map((slot) => [slot, indexes[slot][0]!]));
  return wantedRanges(rows, deciding, isWanted).map((range) => ({
    range,
    chunks: places.map((leaves, i) => leaves.map((place, leaf) => partOf(place, indexes[i][leaf]!, range))),
  }));
}

/** The pages of a chunk in which the rows lie. */
function partOf(place: ChunkPlace, index: PageIndex, { from, to }: RowRange): ChunkPlace {
  const { offsets, firstRows } = index;
  const first = pageOf(index, from);
  const end = offsets[pageOf(index, to - 1) + 1] ?? place.end;
  if (offsets[0] < place.start || offsets[offsets.length - 1] >= place.end) damaged('an index of pages elsewhere');
  return {
    start: offsets[first],
    end,
    codec: place.codec,
    dictionary: offsets[0] > place.start ? { start: place.start, end: offsets[0] } : undefined,
    skippedRows: from - firstRows[first],
  };
}

function telling<T>(path: string, where: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof ParquetFault) throw error.at(path, where);
    throw error;
  }
}

/** Pages are rarely larger; who writes others has memory for it. */
const USUAL_PAGE_BYTES = 1 << 20;

/** What a page of each leaf of each column takes, as far as the sizes of its chunks tell. */
export function largestPages({ metadata, columns }: ParquetFooter): Readonly<Record<string, readonly number[]>> {
  const largest = (leaf: ParquetLeaf): number =>
    metadata.rowGroups.reduce((most, { columns: chunks }) => {
      const bytes = chunks[leaf.chunk]?.metaData?.totalUncompressedSize ?? 0;
      return Math.max(most, Math.min(bytes, USUAL_PAGE_BYTES));
    }, 0);
  return Object.fromEntries(columns.map(({ name, leaves }) => [name, leaves.map(largest)]));
}

/** Where something is, in words. */
export function whereText(column: string, rowGroup: number): string {
  return `column ${column}, row group ${rowGroup}`;
}

/** A chunk begins with its dictionary; some writers say 0 when there is none. */
function placeOf(
  { codec, dictionaryPageOffset = 0, dataPageOffset, totalCompressedSize }: ColumnMetaData,
  size: number,
): ChunkPlace {
  const hasDictionary = dictionaryPageOffset > 0 && dictionaryPageOffset < dataPageOffset;
  const start = hasDictionary ? dictionaryPageOffset : dataPageOffset;
  const end = start + totalCompressedSize;
  if (start < MAGIC_BYTES || totalCompressedSize < 0 || end > size) {
    throw new ParquetFault(`its pages are said to lie at ${start} to ${end} of ${size} bytes`);
  }
  return { start, end, codec };
}
