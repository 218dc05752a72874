/**
 * What an `over` step computes for each row from other rows of its partition. Plain data: the binder chooses it, the
 * operators room carries it out.
 *
 * | kind         | inputs                     | result                                                              |
 * |--------------|----------------------------|---------------------------------------------------------------------|
 * | row_number   |                            | the row's place in the partition, from 1                            |
 * | rank         |                            | rows before the first peer, and 1                                   |
 * | dense_rank   |                            | different keys up to the row's                                      |
 * | percent_rank |                            | (rank - 1) / (rows - 1)                                             |
 * | cume_dist    |                            | rows up to the last peer / rows                                     |
 * | ntile        |                            | the row's bucket of `buckets`, which are as even as can be          |
 * | shift        | value, perhaps a default   | the value `by` rows further on; outside of the partition the default |
 * | nth          | value                      | the value in row `n` of the frame, from 1, or from its end          |
 * | accumulate   | value; none of count(*)    | the accumulator over the frame                                      |
 * |              | value, keys                | with `isDistinct`: over one row of each different keys              |
 * | fold         | value, keys                | the fold over the frame in the order of the keys; with `isDistinct` over one row of each different keys, counted if `isWeighted` |
 * | pick         | value, keys, perhaps a condition | the value in the first row of the frame by the keys            |
 *
 * Peers are rows of a partition whose order keys are equal.
 */
import type { AccumulatorSpec } from './accumulator.js';
import type { FoldSpec } from './fold.js';

/** How a key is ordered. */
export interface KeyOrder {
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

export interface WindowPick {
  readonly kind: 'pick';
  /** Of each key. */
  readonly orders: readonly KeyOrder[];
  /** Of rows that are equal in the order the last one. */
  readonly takesLast: boolean;
  /** The last input says which rows count. */
  readonly isConditional: boolean;
  readonly skipsNullValues: boolean;
  readonly skipsNullKeys: boolean;
}

export interface WindowFold {
  readonly kind: 'fold';
  readonly fold: FoldSpec;
  readonly orders: readonly KeyOrder[];
  readonly isDistinct: boolean;
  readonly isWeighted: boolean;
}

export type WindowSpec =
  | { readonly kind: 'row_number' | 'rank' | 'dense_rank' | 'percent_rank' | 'cume_dist' }
  | { readonly kind: 'ntile'; readonly buckets: number }
  | { readonly kind: 'shift'; readonly by: number }
  | { readonly kind: 'nth'; readonly n: number; readonly fromEnd: boolean }
  | { readonly kind: 'accumulate'; readonly accumulator: AccumulatorSpec; readonly isDistinct: boolean }
  | WindowFold
  | WindowPick;

/**
 * An end of a frame.
 *
 *     unbounded   the partition's
 *     rows        so many rows further on, 0 the row itself
 *     groups      so many groups of peers further on, 0 the row's own
 *     value       the rows whose column `key` is not beyond what column `bound` is in the row; where that is null, its peers
 */
export type FrameBound<Column> =
  | { readonly kind: 'unbounded' }
  | { readonly kind: 'rows' | 'groups'; readonly by: number }
  | { readonly kind: 'value'; readonly key: Column; readonly bound: Column };

export interface WindowFrame<Column> {
  readonly start: FrameBound<Column>;
  readonly end: FrameBound<Column>;
}
