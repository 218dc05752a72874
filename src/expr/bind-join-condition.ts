/**
 * The condition of a join, over two sides: `left.a = right.b AND left.x < right.y`. Equalities between an expression of
 * one side and one of the other are taken out, since a table can look them up; the rest is left to be computed for each
 * pair of rows.
 *
 * An equality's expressions are computed for every row of their sides. AND does not fail on what stands behind a false
 * operand, so an expression that can fail is taken out only when nothing stands before it.
 */
import type { Schema } from '../columnar/schema.js';
import type { Span } from '../errors.js';
import { bindConjuncts, type Conjunct, type Equality, equalityOf, sidesOf } from './bind-pair-condition.js';
import type { BoundExpr } from './bound.js';
import { logic } from './bound-nodes.js';
import { canFail } from './can-fail.js';
import { type ExprProblem, fail } from './problem.js';
import type { ScopeParam } from './scope.js';

export interface BoundJoinCondition {
  readonly equalities: readonly Equality[];
  readonly rest: BoundExpr | undefined;
}

export type JoinConditionResult = BoundJoinCondition | { readonly problems: readonly ExprProblem[] };

export function bindJoinCondition(
  text: string,
  left: Schema,
  right: Schema,
  params: ReadonlyMap<string, ScopeParam>,
): JoinConditionResult {
  return bindConjuncts(text, left, right, params, (conjuncts, span) => {
    refuseOneSided(conjuncts, left.length, span);
    return takeEqualities(conjuncts, left.length);
  });
}

function refuseOneSided(conjuncts: readonly Conjunct[], width: number, span: Span): void {
  const sides = conjuncts.map(({ expr }) => sidesOf(expr, width));
  for (const side of ['left', 'right'] as const) {
    if (sides.some((reads) => reads[side])) continue;
    fail(
      'EXPR_ARGUMENTS',
      `the condition says nothing about the ${side} side`,
      span,
      'compare a column of one side with one of the other; what is asked of one side alone is a filter before the join, and `type: cross` joins all rows',
    );
  }
}

function takeEqualities(conjuncts: readonly Conjunct[], width: number): BoundJoinCondition {
  const equalities: Equality[] = [];
  const rest: BoundExpr[] = [];
  conjuncts.forEach((conjunct, i) => {
    const { expr, isOfNames } = conjunct;
    const equality = equalityOf(conjunct, width);
    const mayFail = equality !== undefined && (canFail(equality.left) || canFail(equality.right));
    if (equality === undefined || (mayFail && i > 0 && !isOfNames)) rest.push(expr);
    else equalities.push(equality);
  });
  const span = conjuncts[0].expr.span;
  return { equalities, rest: rest.length === 0 ? undefined : rest.length === 1 ? rest[0] : logic('and', rest, span) };
}
