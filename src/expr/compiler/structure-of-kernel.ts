/** Three-valued structure around a kernel's plain answer, as fused expressions. */
import { BOOLEAN } from '../../columnar/data-type.js';
import type { BoundExpr } from '../bound.js';
import { literal } from './interner.js';

const NO_SPAN = { start: 0, end: 0 };

function isNull(arg: BoundExpr, negated: boolean): BoundExpr {
  return { op: 'is_null', type: BOOLEAN, negated, arg, span: NO_SPAN };
}

function not(arg: BoundExpr): BoundExpr {
  return { op: 'not', type: BOOLEAN, arg, span: NO_SPAN };
}

/** x IS [NOT] DISTINCT FROM y out of `differ` = (x <> y), null when one of them is. */
export function distinctOfKernel(
  expr: Extract<BoundExpr, { op: 'is_distinct' }>,
  differ: BoundExpr,
  left: BoundExpr,
  right: BoundExpr,
): BoundExpr {
  const leftNull = isNull(left, false);
  const rightNull = isNull(right, false);
  const distinct: BoundExpr = {
    op: 'case',
    type: BOOLEAN,
    whens: [
      { when: leftNull, then: not(rightNull) },
      { when: rightNull, then: literal(BOOLEAN, true) },
    ],
    otherwise: differ,
    span: NO_SPAN,
  };
  return expr.negated ? not(distinct) : distinct;
}

/** x [NOT] IN (...) out of `member` = (x is one of the values), null when x is. */
export function memberOfKernel(expr: Extract<BoundExpr, { op: 'in' }>, member: BoundExpr): BoundExpr {
  const found: BoundExpr = expr.hasNull
    ? {
        op: 'case',
        type: BOOLEAN,
        whens: [{ when: member, then: literal(BOOLEAN, true) }],
        otherwise: null,
        span: NO_SPAN,
      }
    : member;
  return expr.negated ? not(found) : found;
}
