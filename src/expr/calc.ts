/**
 * A calc program: the row-wise steps of a chain (filter, derive, select, and what an aggregate needs computed) as one
 * list. Slots 0 .. input.length-1 are the input's columns; each `define` adds the next slot. Plain data.
 *
 *     input  a b            slots 0 1
 *     filter a > 0
 *     define a + b          slot 2
 *     filter #2 < 10
 *     output [b, total: #2]
 *
 * Meaning, row by row in input order: run the steps in order; a filter that is not true drops the row; an error is the
 * error of the lowest row, and within the row of the first step.
 */
import type { DataType } from '../columnar/data-type.js';
import type { Schema } from '../columnar/schema.js';
import type { RowPosition } from '../errors.js';
import type { BoundExpr } from './bound.js';

/** Where an expression was written, to report a row's error: already resolved to a place in the pipeline file. */
export interface ExprOrigin {
  readonly text: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly step: string;
}

export type CalcStep =
  | { readonly kind: 'filter'; readonly condition: BoundExpr; readonly origin: ExprOrigin }
  | { readonly kind: 'define'; readonly slot: number; readonly expr: BoundExpr; readonly origin: ExprOrigin };

export interface CalcOutput {
  readonly name: string;
  readonly type: DataType;
  readonly slot: number;
}

export interface CalcProgram {
  readonly input: Schema;
  readonly steps: readonly CalcStep[];
  readonly output: readonly CalcOutput[];
}

/** Constants of the run that expressions may read; injected, never read from the clock. */
export interface RunConstants {
  /** Microseconds since the epoch, UTC: now(). */
  readonly nowMicros: bigint;
  readonly seed: bigint | null;
}

/** What an expression may read beside columns. */
export interface RowContext extends RunConstants {
  /** The place of the row among all rows; undefined where rows have none. */
  readonly row?: RowPosition;
}
