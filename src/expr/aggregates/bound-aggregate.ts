/**
 * Bound aggregate calls: plain data. A call is computed over some rows of each group and in one of three ways:
 *
 *     over    rows       the rows of the input                        slots: the input's
 *             distinct   each different set of values once            slots: the columns, then how often (bigint)
 *             sorted     the rows of the input in some order          slots: the columns
 *
 *     how     accumulate  a few bytes a group, rows in any order      sum, count, min ...
 *             pick        the value of one row: the first of an order first, arg_max ...
 *             fold        the rows of a group one after another       quantiles, string_agg ...; not over `rows`
 */
import type { AccumulatorSpec } from '../../columnar/accumulator.js';
import type { DataType } from '../../columnar/data-type.js';
import type { FoldSpec } from '../../columnar/fold.js';
import type { BoundExpr } from '../bound.js';
import { isSameData } from '../same-expression.js';
import { collectSlots } from '../traverse.js';

export interface BoundOrder {
  readonly expr: BoundExpr;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

export type AggregatedRows =
  | { readonly kind: 'rows' }
  /** Ascending; one column alone may descend. */
  | { readonly kind: 'distinct'; readonly columns: readonly BoundExpr[]; readonly descending?: boolean }
  | { readonly kind: 'sorted'; readonly columns: readonly BoundExpr[]; readonly orderBy: readonly BoundOrder[] };

/** The value in the first row by an order; of equal rows the first or the last of the input. */
export interface PickSpec {
  readonly orderBy: readonly BoundOrder[];
  readonly takesLast: boolean;
  /** Only rows where this is true; null: all. */
  readonly condition: BoundExpr | null;
  readonly skipsNullValues: boolean;
  /** Rows with a null among the keys of the order do not count. */
  readonly skipsNullKeys: boolean;
}

export type AggregateComputation =
  | { readonly kind: 'accumulate'; readonly accumulator: AccumulatorSpec }
  | { readonly kind: 'pick'; readonly pick: PickSpec }
  /** `isWeighted`: a value counts as often as it is there. */
  | { readonly kind: 'fold'; readonly fold: FoldSpec; readonly isWeighted: boolean };

export interface BoundAggregateCall {
  readonly over: AggregatedRows;
  readonly how: AggregateComputation;
  /** Over the slots of `over`; null: count(*). */
  readonly arg: BoundExpr | null;
  readonly type: DataType;
  /** As written. */
  readonly text: string;
}

export function isSameCall(a: BoundAggregateCall, b: BoundAggregateCall): boolean {
  return isSameData([a.over, a.how, a.arg], [b.over, b.how, b.arg]);
}

/** Columns of the input that the call reads. */
export function inputSlots({ over, how, arg }: BoundAggregateCall): readonly number[] {
  const ordered = over.kind === 'sorted' ? over.orderBy : how.kind === 'pick' ? how.pick.orderBy : [];
  const exprs = [
    ...(over.kind === 'rows' ? [arg] : over.columns),
    ...ordered.map(({ expr }) => expr),
    how.kind === 'pick' ? how.pick.condition : null,
  ];
  const slots = new Set<number>();
  for (const expr of exprs) if (expr !== null) collectSlots(expr, slots);
  return [...slots];
}

/** It counts: of no rows it gives 0, where the others give null. */
export function isZeroOfNothing({ how }: BoundAggregateCall): boolean {
  if (how.kind === 'accumulate') return how.accumulator.kind === 'count';
  return how.kind === 'fold' && how.fold.kind === 'distinct_estimate';
}
