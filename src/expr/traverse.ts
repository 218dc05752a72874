/** Walks over bound expressions: which slots one reads, and the same expression over other slots. */
import { assertNever } from '../errors.js';
import type { BoundExpr } from './bound.js';

/** The direct operands of an expression, in evaluation order. */
export function operandsOf(expr: BoundExpr): readonly BoundExpr[] {
  switch (expr.op) {
    case 'literal':
    case 'column':
      return [];
    case 'call':
    case 'and':
    case 'or':
    case 'coalesce':
      return expr.args;
    case 'not':
    case 'is_null':
    case 'in':
    case 'cast':
      return [expr.arg];
    case 'is_distinct':
      return [expr.left, expr.right];
    case 'case':
      return [
        ...expr.whens.flatMap(({ when, then }) => [when, then]),
        ...(expr.otherwise === null ? [] : [expr.otherwise]),
      ];
    default:
      return assertNever(expr, 'expression');
  }
}

/** The same expression with every operand replaced by `replace(operand)`. */
export function withOperands(expr: BoundExpr, replace: (operand: BoundExpr) => BoundExpr): BoundExpr {
  switch (expr.op) {
    case 'literal':
    case 'column':
      return expr;
    case 'call':
    case 'and':
    case 'or':
    case 'coalesce':
      return { ...expr, args: expr.args.map(replace) };
    case 'not':
    case 'is_null':
    case 'in':
    case 'cast':
      return { ...expr, arg: replace(expr.arg) };
    case 'is_distinct':
      return { ...expr, left: replace(expr.left), right: replace(expr.right) };
    case 'case':
      return {
        ...expr,
        whens: expr.whens.map(({ when, then }) => ({ when: replace(when), then: replace(then) })),
        otherwise: expr.otherwise === null ? null : replace(expr.otherwise),
      };
    default:
      return assertNever(expr, 'expression');
  }
}

/** Adds the slots that `expr` reads to `into`. */
export function collectSlots(expr: BoundExpr, into: Set<number>): Set<number> {
  if (expr.op === 'column') into.add(expr.slot);
  for (const operand of operandsOf(expr)) collectSlots(operand, into);
  return into;
}

/** The expression with each column replaced by `replace(slot)`. */
export function replaceColumns(
  expr: BoundExpr,
  replace: (column: Extract<BoundExpr, { op: 'column' }>) => BoundExpr,
): BoundExpr {
  if (expr.op === 'column') return replace(expr);
  return withOperands(expr, (operand) => replaceColumns(operand, replace));
}
