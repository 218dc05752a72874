/**
 * A call of an aggregate function on its way to what is computed: the functions say what they need of their arguments,
 * the site adds FILTER, DISTINCT and ORDER BY.
 *
 *     sum(x) FILTER (WHERE c)     rows: sum of CASE WHEN c THEN x END
 *     sum(DISTINCT x)             distinct (x): sum of the column
 *     median(x)                   distinct (x), counted: fold
 *     string_agg(t ORDER BY d)    sorted by d: fold of t
 */
import type { AccumulatorKind } from '../../columnar/accumulator.js';
import { BOOLEAN, type DataType } from '../../columnar/data-type.js';
import type { FoldSpec } from '../../columnar/fold.js';
import type { Span } from '../../errors.js';
import type { BoundExpr } from '../bound.js';
import { literal } from '../literals.js';
import { condition } from '../operands.js';
import { printBound } from '../print.js';
import { fail } from '../problem.js';
import { isSameExpression } from '../same-expression.js';
import { withOperands } from '../traverse.js';
import type { AggregateSite } from './aggregate-function.js';
import type {
  AggregateComputation,
  AggregatedRows,
  BoundAggregateCall,
  BoundOrder,
  PickSpec,
} from './bound-aggregate.js';

export interface CallParts {
  readonly name: string;
  readonly args: readonly BoundExpr[];
  readonly filter: BoundExpr | null;
  readonly orderBy: readonly BoundOrder[];
  readonly isDistinct: boolean;
  readonly span: Span;
  /** As written. */
  readonly text: string;
}

export class CallSite implements AggregateSite {
  readonly args: readonly BoundExpr[];
  readonly orderBy: readonly BoundOrder[];
  readonly span: Span;
  readonly #parts: CallParts;
  readonly #filter: BoundExpr | null;
  readonly #resultOf: (call: BoundAggregateCall) => BoundExpr;

  /** `resultOf` answers the result of a call that is to be computed. */
  constructor(parts: CallParts, resultOf: (call: BoundAggregateCall) => BoundExpr) {
    this.args = parts.args;
    this.orderBy = parts.orderBy;
    this.span = parts.span;
    this.#parts = parts;
    this.#filter = parts.filter && condition(parts.filter, 'the condition of FILTER');
    this.#resultOf = resultOf;
  }

  readonly accumulate = (kind: AccumulatorKind, arg: BoundExpr | null, result: DataType): BoundExpr => {
    if (!this.#parts.isDistinct || arg === null) {
      const counted = arg ?? (this.#filter && literal(true, BOOLEAN, this.span));
      const filtered = counted && this.#filtered(counted);
      return this.#compute({ kind: 'rows' }, accumulation(kind, filtered, result), filtered, result);
    }
    const over: AggregatedRows = { kind: 'distinct', columns: this.args.map((column) => this.#filtered(column)) };
    const value = overColumns(arg, this.args);
    return this.#compute(over, accumulation(kind, value, result), value, result);
  };

  readonly pick = (value: BoundExpr, pick: Omit<PickSpec, 'condition'>): BoundExpr => {
    const how: AggregateComputation = { kind: 'pick', pick: { ...pick, condition: this.#filter } };
    return this.#compute({ kind: 'rows' }, how, value, value.type);
  };

  readonly foldValues = (value: BoundExpr, fold: FoldSpec, result: DataType): BoundExpr => {
    const column = this.#filtered(value);
    const how: AggregateComputation = { kind: 'fold', fold, isWeighted: !this.#parts.isDistinct };
    return this.#compute({ kind: 'distinct', columns: [column] }, how, slot(column, 0), result);
  };

  readonly foldRows = (value: BoundExpr, fold: FoldSpec, result: DataType): BoundExpr => {
    const { isDistinct, orderBy, name } = this.#parts;
    const column = this.#filtered(value);
    if (isDistinct && orderBy.some(({ expr }) => !isSameExpression(expr, this.args[0]))) {
      const message = `with DISTINCT, ${name} can be ordered by its argument only`;
      return this.refuse(message, 'leave DISTINCT or ORDER BY out', orderBy[0].expr.span);
    }
    const how: AggregateComputation = { kind: 'fold', fold, isWeighted: false };
    if (!isDistinct) return this.#compute({ kind: 'sorted', columns: [column], orderBy }, how, slot(column, 0), result);
    // In the order of the argument itself, not of what it is folded as.
    const own = this.#filtered(this.args[0]);
    const columns = isSameExpression(own, column) ? [own] : [own, column];
    const over: AggregatedRows = { kind: 'distinct', columns, descending: orderBy[0]?.descending };
    return this.#compute(over, how, slot(column, columns.length - 1), result);
  };

  readonly refuse = (message: string, hint?: string, span = this.span): never =>
    fail('EXPR_ARGUMENTS', message, span, hint);

  /** The value where the condition holds, else null. */
  #filtered(value: BoundExpr): BoundExpr {
    if (this.#filter === null) return value;
    const whens = [{ when: this.#filter, then: value }];
    return { op: 'case', whens, otherwise: null, type: value.type, span: value.span };
  }

  #compute(over: AggregatedRows, how: AggregateComputation, arg: BoundExpr | null, type: DataType): BoundExpr {
    return this.#resultOf({ over, how, arg, type, text: this.#parts.text });
  }
}

function accumulation(kind: AccumulatorKind, arg: BoundExpr | null, result: DataType): AggregateComputation {
  return { kind: 'accumulate', accumulator: { kind, input: arg?.type ?? null, result } };
}

function slot(column: BoundExpr, index: number): BoundExpr {
  const { type, span } = column;
  return { op: 'column', slot: index, name: printBound(column), type, span };
}

/** The expression over slots that hold the `columns`, of which it is made. */
function overColumns(expr: BoundExpr, columns: readonly BoundExpr[]): BoundExpr {
  const index = columns.findIndex((column) => isSameExpression(column, expr));
  return index === -1 ? withOperands(expr, (operand) => overColumns(operand, columns)) : slot(expr, index);
}
