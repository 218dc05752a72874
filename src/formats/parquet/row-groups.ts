/** Row groups as splits: where the chunks of the columns that are read lie. Plain data. */
import type { ChunkPlace } from './chunk-pages.js';
import { ParquetFault } from './fault.js';
import { MAGIC_BYTES, type ParquetFooter } from './footer.js';
import type { ColumnMetaData, RowGroup } from './metadata.js';
import type { ParquetColumn, ParquetLeaf } from './schema.js';

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
export function chunkOf(group: RowGroup, leaf: ParquetLeaf): ColumnMetaData {
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

/** The splits of a file for these columns of it; `isWanted`: whether any row of a group can be of use. */
export function rowGroupSplits(
  { file: { path, size }, metadata }: ParquetFooter,
  file: number,
  columns: readonly ParquetColumn[],
  isWanted: (group: RowGroup) => boolean,
  firstIndex: number,
): readonly RowGroupSplit[] {
  const splits: RowGroupSplit[] = [];
  let firstRow = 0;
  const told = metadata.rowGroups.reduce((sum, { numRows }) => sum + numRows, 0);
  if (told !== metadata.numRows) {
    throw new ParquetFault(`${metadata.numRows} rows in row groups of ${told}`).at(path);
  }
  metadata.rowGroups.forEach((group, rowGroup) => {
    const rows = group.numRows;
    const before = firstRow;
    firstRow += rows;
    const fewest = Math.min(...group.columns.map(({ metaData }) => metaData?.numValues ?? rows));
    // A column has a value or a null for each row, and nested ones may have more.
    if (rows < 0 || fewest < rows)
      throw new ParquetFault(`${rows} rows in columns of ${fewest} values`).at(path, `row group ${rowGroup}`);
    if (rows === 0 || !isWanted(group)) return;
    const chunks = columns.map(({ leaves }) =>
      leaves.map((leaf) => {
        try {
          return placeOf(chunkOf(group, leaf), size);
        } catch (error) {
          if (error instanceof ParquetFault) throw error.at(path, whereText(leaf.path, rowGroup));
          throw error;
        }
      }),
    );
    const bytes = chunks.flat().reduce((sum, { start, end }) => sum + end - start, 0);
    splits.push({ index: firstIndex + splits.length, file, rowGroup, firstRow: before, rows, chunks, bytes });
  });
  return splits;
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
  { codec, numValues, dictionaryPageOffset = 0, dataPageOffset, totalCompressedSize }: ColumnMetaData,
  size: number,
): ChunkPlace {
  const hasDictionary = dictionaryPageOffset > 0 && dictionaryPageOffset < dataPageOffset;
  const start = hasDictionary ? dictionaryPageOffset : dataPageOffset;
  const end = start + totalCompressedSize;
  if (start < MAGIC_BYTES || totalCompressedSize < 0 || end > size) {
    throw new ParquetFault(`its pages are said to lie at ${start} to ${end} of ${size} bytes`);
  }
  return { start, end, codec, values: numValues };
}
