/** Whether some row could make an expression fail: such an expression must not move past a filter. */
import type { BoundExpr } from './bound.js';
import { isLossFree } from './coercion.js';
import { callMayFail } from './functions/registry.js';
import { operandsOf } from './traverse.js';

export function canFail(expr: BoundExpr): boolean {
  if (expr.op === 'call' && callMayFail(expr)) return true;
  if (expr.op === 'cast' && !expr.try && !isLossFree(expr.arg.type, expr.type)) return true;
  return operandsOf(expr).some(canFail);
}
