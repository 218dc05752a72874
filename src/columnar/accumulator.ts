/**
 * What an aggregate function keeps per group, by name: the binder chooses one for each aggregate call, the state room
 * implements it. Plain data.
 *
 * | kind   | input physical                | result                                                          |
 * |--------|-------------------------------|-----------------------------------------------------------------|
 * | count  | any (rows where it is valid), or none: all rows | bigint                                        |
 * | sum    | i32, i64, i128                | decimal(38, scale): exact, range tested on the result only       |
 * | sum    | f64                           | double: exact sum, rounded once                                 |
 * | sum_rest | f64                         | double: what the exact sum has beyond `sum`, rounded once       |
 * | avg    | i32, i64, i128, f64           | double: exact sum / count / 10^scale                            |
 * | min max| u8 i32 i64 i128 f64 text      | the input's type; NaN is greatest, -0 equals 0, text by bytes    |
 *
 * All ignore null inputs; a group without a valid input has null (count: 0).
 */
import type { DataType } from './data-type.js';

export type AccumulatorKind = 'count' | 'sum' | 'sum_rest' | 'avg' | 'min' | 'max';

export interface AccumulatorSpec {
  readonly kind: AccumulatorKind;
  /** null: count(*). */
  readonly input: DataType | null;
  readonly result: DataType;
}

/** An accumulator at work on a column of the rows. */
export interface AccumulatorCall {
  readonly accumulator: AccumulatorSpec;
  /** The column's number; null: count(*). */
  readonly input: number | null;
}
