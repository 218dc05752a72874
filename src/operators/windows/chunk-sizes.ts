/** How many rows a chunk has, and how many bytes they take. */
import { type DataType, PHYSICAL_BYTES, physicalOf } from '../../columnar/data-type.js';
import { PAGE_BYTES } from '../../memory/heap.js';

export interface ChunkSizes {
  /** What stays in a core's cache. */
  readonly chunkBytes: number;
  readonly batchRows: number;
}

/** As many rows as a core's cache holds, and a page at least, of which texts take half. Not many more than came at once. */
export function chunkRowsOf(types: readonly DataType[], sizes: ChunkSizes): number {
  const hasTexts = types.some((type) => physicalOf(type) === 'text');
  const bytes = Math.max(sizes.chunkBytes, hasTexts ? PAGE_BYTES / 2 : PAGE_BYTES);
  const most = Math.min(MOST_ROWS, MOST_BATCHES * sizes.batchRows);
  return Math.max(1, Math.min(most, Math.floor((bytes / chunkBytes(types, SAMPLE_ROWS)) * SAMPLE_ROWS)));
}

/** Texts of a chunk take no more than a 64th of the share, so that those at hand leave room, however wide the rows are. */
const TEXT_SHARE = 1 / 64;
/** Pages are not shared by chunks. */
const LEAST_TEXT_BYTES = 4 * PAGE_BYTES;

/** As many rows as that allows, if rows have so many bytes of text; at least one. */
export function rowsOfTexts(rowTextBytes: number, shareBytes: number): number {
  return Math.max(1, Math.floor(Math.max(shareBytes * TEXT_SHARE, LEAST_TEXT_BYTES) / Math.max(1, rowTextBytes)));
}

const MOST_ROWS = 4096;
const MOST_BATCHES = 16;
const SAMPLE_ROWS = 256;

/** Bytes of a chunk, its texts left out. */
export function chunkBytes(types: readonly DataType[], rows: number): number {
  const flags = aligned(rows);
  return types.reduce((sum, type) => sum + aligned(rows * PHYSICAL_BYTES[physicalOf(type)]) + aligned(rows), flags);
}

export function aligned(bytes: number): number {
  return Math.ceil(bytes / 16) * 16;
}
