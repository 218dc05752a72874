/** Operands meet: the type that several have in common, and an operand made to have it, every conversion explicit. */
import { BOOLEAN, type DataType, isNumeric, STRING, typeName, typesEqual } from '../columnar/data-type.js';
import type { Span } from '../errors.js';
import type { BoundExpr } from './bound.js';
import { castNode } from './bound-nodes.js';
import { commonTypeOf } from './coercion.js';
import { castLiteral, isOpenNull, isOpenText, literal, typedText } from './literals.js';
import { fail } from './problem.js';

/** The operand with exactly this type; the caller knows that the types convert. */
export function coerce(expr: BoundExpr, type: DataType): BoundExpr {
  if (isOpenNull(expr)) return literal(null, type, expr.span);
  if (typesEqual(expr.type, type)) return expr;
  if (expr.op === 'literal' && isOpenText(expr)) return typedText(expr.value as string, type, expr.span);
  const cast = castNode(expr, type, false, expr.span);
  return expr.op === 'literal' ? (castLiteral(expr, type, expr.span) ?? cast) : cast;
}

/**
 * The type in common of values that stand side by side (CASE, coalesce, IN); bare texts take the type of the others, but
 * not json, which becomes text.
 * undefined: there is none.
 */
export function meetingType(exprs: readonly BoundExpr[]): DataType | undefined {
  const typed = exprs.filter((expr) => !isOpenNull(expr) && !isOpenText(expr));
  const common = commonTypeOf(typed.map(({ type }) => type));
  if (typed.length > 0 && !(common?.kind === 'json' && exprs.some(isOpenText))) return common;
  return exprs.some(isOpenText) ? STRING : exprs[0].type;
}

/** All of one type, or the problem that they have none. `what` names them: "the results of CASE". */
export function unify(exprs: readonly BoundExpr[], what: string, span: Span): BoundExpr[] {
  const type = meetingType(exprs);
  if (type === undefined) {
    const names = [...new Set(exprs.filter((expr) => !isOpenNull(expr)).map((expr) => typeName(expr.type)))];
    fail('EXPR_TYPE_MISMATCH', `${what} have different types: ${names.join(', ')}`, span, 'CAST them to one type');
  }
  return exprs.map((expr) => coerce(expr, type));
}

/** A condition: boolean, or NULL, or json that becomes it. */
export function condition(expr: BoundExpr, what: string): BoundExpr {
  if (isOpenNull(expr) || expr.type.kind === 'boolean' || expr.type.kind === 'json') return coerce(expr, BOOLEAN);
  const hint = isNumeric(expr.type)
    ? 'compare it with something, such as x <> 0'
    : expr.type.kind === 'string'
      ? "compare it with something, such as x = 'yes'"
      : undefined;
  return fail('EXPR_NOT_BOOLEAN', `${what} is ${typeName(expr.type)}, not boolean`, expr.span, hint);
}
