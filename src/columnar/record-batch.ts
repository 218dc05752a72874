/**
 * Some rows as vectors. Rows are addressed 0 .. numRows-1 in every vector; the rows that are still alive are those of
 * the selection. Row indices never change inside a chain: a filter shortens the selection and moves nothing.
 *
 *     numRows 6      vector a   10 20 30 40 50 60
 *     selection      1 4 5      selectedCount 3        (selection 0: all rows, selectedCount = numRows)
 *
 * A batch lives until the call that got it returns; who keeps rows, copies them.
 */
import type { Place, RowPosition } from '../errors.js';
import type { Vector } from './vector.js';

/** Finds the place of a row in its file again. Only asked when something went wrong. */
export interface RowOrigin {
  /** Position of row `row` of the batch last handed out. */
  position(row: number): RowPosition;
  /** File, and line if the origin can tell it, of row `row`. */
  place(row: number): Place | undefined;
  /** The line that row `row` begins in, if it was asked for when the file was opened; rows are asked about in their order. */
  line?(row: number): number;
}

/** Of rows that stand for others: word i from the address `rows` on is the row that row i comes from. */
export function originOfRows(origin: RowOrigin, u32: Uint32Array, rows: number): RowOrigin {
  const from = rows >>> 2;
  return { position: (row) => origin.position(u32[from + row]), place: (row) => origin.place(u32[from + row]) };
}

/**
 * Columns that whoever made the batch only makes where they are wanted: all that cannot fail (text). Until then their
 * vectors must not be looked at. Who loads rows may read those rows, until it or somebody else loads others.
 */
export interface PendingColumns {
  /** Makes the `count` selected rows (selection 0: the first ones) of a column; one that is there already stays. */
  load(column: number, selection: number, count: number): void;
}

export interface RecordBatch {
  numRows: number;
  readonly vectors: readonly Vector[];
  /** Byte address of `selectedCount` ascending u32 row indices; 0: every row is selected. */
  selection: number;
  selectedCount: number;
  /** Where the rows came from; undefined behind an aggregate. */
  origin?: RowOrigin;
  /** Undefined when all columns are there. */
  pending?: PendingColumns;
}

/** Loads all rows of all pending columns, for readers that know of none. */
export function loadPending(batch: RecordBatch): void {
  const { pending } = batch;
  if (pending === undefined) return;
  for (let column = 0; column < batch.vectors.length; column++) pending.load(column, 0, batch.numRows);
  batch.pending = undefined;
}
