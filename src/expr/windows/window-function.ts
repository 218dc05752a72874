/** What the registry knows of a window function; `bind` says what a call means in terms of what can be computed. */
import type { DataType } from '../../columnar/data-type.js';
import type { WindowSpec } from '../../columnar/window.js';
import type { Span } from '../../errors.js';
import type { BoundExpr } from '../bound.js';
import type { Example } from '../functions/function.js';

/** A call to be bound; its expressions are over the rows of the input. */
export interface WindowSite {
  readonly args: readonly BoundExpr[];
  readonly span: Span;
  compute(spec: WindowSpec, inputs: readonly BoundExpr[], result: DataType): BoundExpr;
  /** The whole number that an argument is, the same for all rows; `what` names it. */
  wholeNumber(arg: BoundExpr, what: string): number;
  /** Ends the binding of this expression. */
  refuse(message: string, hint?: string, span?: Span): never;
}

export interface WindowFunction {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly usage: string;
  readonly summary: string;
  /** The values in the rows of `EXAMPLE_ROWS`, in the order of x and without a frame. */
  readonly examples: readonly Example[];
  /** How many arguments a call has at least and at most. */
  readonly arguments: readonly [least: number, most: number];
  /** Without order_by all rows are peers, so it would say nothing. */
  readonly needsOrder?: true;
  bind(site: WindowSite): BoundExpr;
}

/** A call that is to be computed: plain data. */
export interface BoundWindowCall {
  readonly spec: WindowSpec;
  readonly inputs: readonly BoundExpr[];
  readonly type: DataType;
  /** As written. */
  readonly text: string;
}
