/** Nodes that the binder makes in several places. */
import { BOOLEAN, type DataType, STRING, typeName } from '../columnar/data-type.js';
import type { Span } from '../errors.js';
import type { BoundExpr, BoundLogic } from './bound.js';
import { canCast } from './cast.js';
import { castLiteral, isOpenNull, isOpenText, literal } from './literals.js';
import { fail } from './problem.js';

/** AND or OR over conditions; one of the same kind inside becomes part of it. */
export function logic(op: BoundLogic['op'], args: readonly BoundExpr[], span: Span): BoundExpr {
  return { op, args: args.flatMap((arg) => (arg.op === op ? arg.args : [arg])), type: BOOLEAN, span };
}

export function not(arg: BoundExpr, span: Span): BoundExpr {
  return { op: 'not', arg, type: BOOLEAN, span };
}

/** One result a condition, and one more when there is an ELSE; all of one type. */
export function caseOf(conditions: readonly BoundExpr[], results: readonly BoundExpr[], span: Span): BoundExpr {
  return {
    op: 'case',
    whens: conditions.map((when, index) => ({ when, then: results[index] })),
    otherwise: results[conditions.length] ?? null,
    type: results[0].type,
    span,
  };
}

/** What json becomes is read from its text. */
export function castNode(arg: BoundExpr, type: DataType, isTry: boolean, span: Span): BoundExpr {
  const isRead = arg.type.kind === 'json' && type.kind !== 'json' && type.kind !== 'string';
  const text = isRead ? castNode(arg, STRING, false, arg.span) : arg;
  return { op: 'cast', try: isTry, arg: text, type, span };
}

/** CAST or TRY_CAST, of a literal at once where it succeeds. */
export function castTo(arg: BoundExpr, type: DataType, isTry: boolean, span: Span): BoundExpr {
  if (isOpenNull(arg)) return literal(null, type, span);
  if (!canCast(arg.type, type)) {
    const isDay = arg.type.kind === 'date' || type.kind === 'date';
    const hint = isDay ? "count days: x - date '1970-01-01', or date '1970-01-01' + n" : undefined;
    return fail('EXPR_TYPE_MISMATCH', `${typeName(arg.type)} cannot be cast to ${typeName(type)}`, span, hint);
  }
  if (arg.op !== 'literal') return castNode(arg, type, isTry, span);
  // Known to be text now: it no longer becomes what it meets.
  if (isOpenText(arg) && type.kind === 'string') return literal(arg.value, STRING, span);
  return castLiteral(arg, type, span) ?? castNode(arg, type, isTry, span);
}
