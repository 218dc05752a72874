/**
 * The meaning of bound expressions, one row at a time. Slow and plain: the compiler is held against it, constants are
 * folded with it, and it finds the row and the message when compiled code only knows that something failed.
 */
import type { Value } from '../columnar/value.js';
import { assertNever } from '../errors.js';
import type { BoundCase, BoundExpr, BoundIn, BoundIsDistinct, BoundLogic } from './bound.js';
import type { RowContext } from './calc.js';
import { castValue } from './cast.js';
import { EvaluationError } from './evaluation-error.js';
import { compareValues } from './functions/comparison.js';
import { signatureOf } from './functions/function.js';
import { functionById } from './functions/registry.js';

/** The value over a row's slots. Throws `EvaluationError` when there is none. */
export function evaluate(expr: BoundExpr, slots: readonly Value[], context: RowContext): Value {
  const value = (operand: BoundExpr): Value => evaluate(operand, slots, context);
  switch (expr.op) {
    case 'literal':
      return expr.value;
    case 'column':
      return slots[expr.slot];
    case 'call': {
      const fn = functionById(expr.fn);
      const args = expr.args.map(value);
      if (fn.nullRule === 'propagate' && args.includes(null)) return null;
      return fn.evaluate(args, signatureOf(expr), context);
    }
    case 'and':
      return logic(expr, false, value);
    case 'or':
      return logic(expr, true, value);
    case 'not': {
      const operand = value(expr.arg);
      return operand === null ? null : !operand;
    }
    case 'is_null':
      return (value(expr.arg) === null) !== expr.negated;
    case 'is_distinct':
      return isDistinct(expr, value);
    case 'case':
      return choose(expr, value);
    case 'coalesce':
      for (const arg of expr.args) {
        const candidate = value(arg);
        if (candidate !== null) return candidate;
      }
      return null;
    case 'in':
      return isIn(expr, value(expr.arg));
    case 'cast': {
      const operand = value(expr.arg);
      if (operand === null) return null;
      return expr.try ? tryCast(expr, operand) : castValue(operand, expr.arg.type, expr.type);
    }
    default:
      return assertNever(expr, 'expression');
  }
}

type Evaluate = (operand: BoundExpr) => Value;

/** AND stops at the first false, OR at the first true; what comes behind is not evaluated. */
function logic(expr: BoundLogic, decisive: boolean, value: Evaluate): Value {
  let result: Value = !decisive;
  for (const arg of expr.args) {
    const operand = value(arg);
    if (operand === decisive) return decisive;
    if (operand === null) result = null;
  }
  return result;
}

function isDistinct(expr: BoundIsDistinct, value: Evaluate): boolean {
  const left = value(expr.left);
  const right = value(expr.right);
  const distinct = left === null || right === null ? left !== right : compareValues(left, right) !== 0;
  return distinct !== expr.negated;
}

function choose(expr: BoundCase, value: Evaluate): Value {
  for (const { when, then } of expr.whens) {
    if (value(when) === true) return value(then);
  }
  return expr.otherwise === null ? null : value(expr.otherwise);
}

function isIn(expr: BoundIn, operand: Value): Value {
  if (operand === null) return null;
  if (expr.values.some((candidate) => compareValues(operand, candidate) === 0)) return !expr.negated;
  return expr.hasNull ? null : expr.negated;
}

function tryCast(expr: Extract<BoundExpr, { op: 'cast' }>, operand: NonNullable<Value>): Value {
  try {
    return castValue(operand, expr.arg.type, expr.type);
  } catch (error) {
    if (error instanceof EvaluationError) return null;
    throw error;
  }
}
