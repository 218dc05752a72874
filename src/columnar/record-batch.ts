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
}

export interface RecordBatch {
  numRows: number;
  readonly vectors: readonly Vector[];
  /** Byte address of `selectedCount` ascending u32 row indices; 0: every row is selected. */
  selection: number;
  selectedCount: number;
  /** Where the rows came from; undefined behind an aggregate. */
  origin?: RowOrigin;
}
