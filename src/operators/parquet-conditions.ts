/**
 * Whether any row of a row group can meet a condition, as far as the ranges of its columns tell. It looks at comparisons
 * of a column with a constant, IN, IS NULL, and AND and OR of them; of everything else it says that some row can.
 */
import { type DataType, typesEqual } from '../columnar/data-type.js';
import type { Value } from '../columnar/value.js';
import type { BoundExpr } from '../expr/bound.js';
import { castValue } from '../expr/cast.js';
import { isLossFree } from '../expr/coercion.js';
import { compareValues } from '../expr/functions/comparison.js';
import type { ColumnRange } from '../formats/parquet/statistics.js';

/** Of a column of the scan, by its place. */
export type RangeOf = (slot: number) => ColumnRange | undefined;

/** False only when no row can. */
export function mayHold(condition: BoundExpr, rangeOf: RangeOf): boolean {
  switch (condition.op) {
    case 'literal':
      return condition.value === true;
    case 'and':
      return condition.args.every((arg) => mayHold(arg, rangeOf));
    case 'or':
      return condition.args.some((arg) => mayHold(arg, rangeOf));
    case 'is_null': {
      const range = rangeOfColumn(condition.arg, rangeOf);
      return range === undefined || (condition.negated ? range.hasValues : range.hasNulls);
    }
    case 'in': {
      if (condition.negated) return true;
      const { arg, values } = condition;
      return values.some((value) => mayCompare('equal', arg, value, rangeOf));
    }
    case 'call': {
      const [left, right] = condition.args;
      if (right?.op === 'literal') return mayCompare(condition.fn, left, right.value, rangeOf);
      if (left?.op !== 'literal') return true;
      return mayCompare(MIRRORED[condition.fn] ?? '', right, left.value, rangeOf);
    }
    default:
      return true;
  }
}

const MIRRORED: Readonly<Record<string, string>> = {
  equal: 'equal',
  less: 'greater',
  less_equal: 'greater_equal',
  greater: 'less',
  greater_equal: 'less_equal',
};

/** A column, also as a type that holds all its values in their order. */
function columnOf(expr: BoundExpr): { readonly slot: number; readonly type: DataType } | undefined {
  if (expr.op === 'column') return expr;
  if (expr.op !== 'cast' || expr.arg.op !== 'column' || expr.type.kind === 'string') return undefined;
  return isLossFree(expr.arg.type, expr.type) ? expr.arg : undefined;
}

function rangeOfColumn(expr: BoundExpr, rangeOf: RangeOf): ColumnRange | undefined {
  const column = columnOf(expr);
  return column && rangeOf(column.slot);
}

function mayCompare(comparison: string, expr: BoundExpr, value: Value, rangeOf: RangeOf): boolean {
  const range = rangeOfColumn(expr, rangeOf);
  if (range === undefined || !(comparison in MIRRORED)) return true;
  // A comparison with null is not true.
  if (!range.hasValues || value === null) return false;
  const from = columnOf(expr)!.type;
  const { least, greatest } = range;
  const isBelow = (bound: ColumnRange['least']): number | undefined => order(bound, from, expr.type, value);
  const [low, high] = [isBelow(least), isBelow(greatest)];
  // NaN is greater than all others, and no range has it.
  const canExceed = from.kind === 'double' || high === undefined;
  switch (comparison) {
    case 'less':
      return low === undefined || low < 0;
    case 'less_equal':
      return low === undefined || low <= 0;
    case 'greater':
      return canExceed || high > 0;
    case 'greater_equal':
      return canExceed || high >= 0;
    default:
      return Number.isNaN(value) || ((low ?? 0) <= 0 && (high ?? 0) >= 0);
  }
}

/** How a bound compares to a value of type `to`; undefined: there is none. */
function order(bound: ColumnRange['least'], from: DataType, to: DataType, value: Value): number | undefined {
  if (bound === undefined) return undefined;
  if (bound instanceof Uint8Array) return Buffer.compare(bound, Buffer.from(value as string));
  return compareValues(typesEqual(from, to) ? bound : castValue(bound, from, to), value);
}
