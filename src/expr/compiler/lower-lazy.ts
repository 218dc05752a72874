/**
 * AND, OR, CASE and COALESCE spread over scopes: each operand is computed for the rows that need it, and the results
 * meet in one shared register. Taken where an operand is a kernel or a boxed call that may fail.
 */
import { BOOLEAN } from '../../columnar/data-type.js';
import { assertNever, leatError } from '../../errors.js';
import type { BoundExpr } from '../bound.js';
import type { Register, Scope } from './chain-plan.js';
import { columnOf } from './expression-slots.js';
import { literal } from './interner.js';
import type { Lowering } from './lower-chain.js';
import { isFusable } from './operation.js';

type Lazy = Extract<BoundExpr, { op: 'and' | 'or' | 'case' | 'coalesce' }>;

const NO_SPAN = { start: 0, end: 0 };

export function spread(lowering: Lowering, expr: BoundExpr, scope: Scope): Register {
  const out = lowering.plan.register(expr.type, 'scratch', { isShared: true });
  const lazy = expr as Lazy;
  switch (lazy.op) {
    case 'and':
    case 'or':
      spreadLogic(lowering, lazy, out, scope);
      break;
    case 'case':
      spreadCase(lowering, lazy, out, scope);
      break;
    case 'coalesce':
      spreadCoalesce(lowering, lazy, out, scope);
      break;
    default:
      assertNever(lazy, 'lazy operation');
  }
  return out;
}

/** x IS DISTINCT FROM `value`: true or false, never null. */
function differsFrom(expr: BoundExpr, value: boolean): BoundExpr {
  const right = literal(BOOLEAN, value);
  return { op: 'is_distinct', type: BOOLEAN, negated: false, left: expr, right, span: NO_SPAN };
}

function spreadLogic(lowering: Lowering, expr: Extract<Lazy, { op: 'and' | 'or' }>, out: Register, scope: Scope): void {
  const decided = expr.op === 'or';
  let open = scope;
  for (const [i, arg] of expr.args.entries()) {
    const operand = lowering.fuse(arg, open);
    const soFar = columnOf(out);
    lowering.store(i === 0 ? operand : { ...expr, args: [soFar, operand] }, out, open);
    if (i < expr.args.length - 1) [open] = lowering.split(open, [differsFrom(soFar, decided)]);
  }
  lowering.flush(open);
}

function spreadCase(lowering: Lowering, expr: Extract<Lazy, { op: 'case' }>, out: Register, scope: Scope): void {
  let rest = scope;
  for (const { when, then } of expr.whens) {
    const condition = lowering.fuse(when, rest);
    const [taken, others] = lowering.split(rest, [condition, differsFrom(condition, true)]);
    assign(lowering, then, out, taken);
    rest = others;
  }
  assign(lowering, expr.otherwise ?? literal(expr.type, null), out, rest);
}

function spreadCoalesce(
  lowering: Lowering,
  expr: Extract<Lazy, { op: 'coalesce' }>,
  out: Register,
  scope: Scope,
): void {
  let rest = scope;
  for (const [i, arg] of expr.args.entries()) {
    assign(lowering, arg, out, rest);
    if (i === expr.args.length - 1) break;
    const isNull: BoundExpr = { op: 'is_null', type: BOOLEAN, negated: false, arg: columnOf(out), span: NO_SPAN };
    [rest] = lowering.split(rest, [isNull]);
  }
}

/** Puts the value of an expression into the shared register, for the rows of the scope. */
function assign(lowering: Lowering, expr: BoundExpr, out: Register, scope: Scope): void {
  if (isFusable(expr)) {
    lowering.store(lowering.fuse(expr, scope), out, scope);
    lowering.flush(scope);
    return;
  }
  const from = lowering.materialise(expr, scope);
  if (from === out) throw leatError('INTERNAL', 'a register moved into itself');
  lowering.flush(scope);
  lowering.ready(from);
  lowering.plan.instructions.push({ kind: 'move', scope, from, out });
}
