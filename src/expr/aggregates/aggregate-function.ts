/**
 * What the registry knows of an aggregate function. `bind` says what a call means, in terms of what can be computed for
 * groups: `avg(x) FILTER (WHERE c)` is one accumulator, `corr(y, x)` a scalar expression over eight.
 */
import type { AccumulatorKind } from '../../columnar/accumulator.js';
import type { DataType } from '../../columnar/data-type.js';
import type { FoldSpec } from '../../columnar/fold.js';
import type { Span } from '../../errors.js';
import type { BoundExpr } from '../bound.js';
import type { Example } from '../functions/function.js';
import type { BoundOrder, PickSpec } from './bound-aggregate.js';

/** A call to be bound. Its expressions are over the rows of the input, its answers over the results of the group. */
export interface AggregateSite {
  /** Empty for f(*). */
  readonly args: readonly BoundExpr[];
  /** With ORDER BY; empty without. */
  readonly orderBy: readonly BoundOrder[];
  readonly span: Span;
  /** Over the rows of FILTER; with DISTINCT over different arguments. null: all rows are counted. */
  accumulate(kind: AccumulatorKind, arg: BoundExpr | null, result: DataType): BoundExpr;
  /** `value` of one row; FILTER is added. */
  pick(value: BoundExpr, pick: Omit<PickSpec, 'condition'>): BoundExpr;
  /** Over the different values of `value`, ascending, each with its count. */
  foldValues(value: BoundExpr, fold: FoldSpec, result: DataType): BoundExpr;
  /** Over the rows in the order of ORDER BY, else of the input; with DISTINCT over different values. */
  foldRows(value: BoundExpr, fold: FoldSpec, result: DataType): BoundExpr;
  /** Ends the binding of this expression. */
  refuse(message: string, hint?: string, span?: Span): never;
}

export interface AggregateFunction {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly usage: string;
  readonly summary: string;
  /** Over the rows of `EXAMPLE_ROWS`. */
  readonly examples: readonly Example[];
  /** How many arguments a call has at least and at most. */
  readonly arguments: readonly [least: number, most: number];
  /** count(*) */
  readonly takesStar?: true;
  /** DISTINCT means something, or at least changes nothing. */
  readonly takesDistinct?: true;
  /** The order of the rows matters, so a call may say it. */
  readonly takesOrder?: true;
  bind(site: AggregateSite): BoundExpr;
}

/** The rows of the examples: x int, y double, t string, b boolean. */
export const EXAMPLE_ROWS = `x,y,t,b
1,1.5,b,true
2,2.5,a,false
2,5.0,a,true
,,,
5,4.0,c,true
`;
