/**
 * The condition of an asof join: equalities of both sides, and the one inequality that says which rows of the right a row of
 * the left may take and which of them is the nearest: `left.symbol = right.symbol AND left.at >= right.at`.
 */
import type { Schema } from '../columnar/schema.js';
import type { Span } from '../errors.js';
import {
  bindConjuncts,
  type Conjunct,
  comparedSides,
  type Equality,
  equalityOf,
  sidesOf,
} from './bind-pair-condition.js';
import type { BoundExpr } from './bound.js';
import { type ExprProblem, fail, ProblemFound } from './problem.js';
import type { ScopeParam } from './scope.js';

/** `left` and `right`: two expressions of one type. */
export interface Nearest {
  readonly left: BoundExpr;
  readonly right: BoundExpr;
  /** The right's is at most the left's, and the greatest is the nearest; otherwise the other way round. */
  readonly isBackward: boolean;
  /** Equal ones do not meet. */
  readonly isStrict: boolean;
}

export interface BoundAsofCondition {
  readonly equalities: readonly Equality[];
  readonly nearest: Nearest;
}

export function bindAsofCondition(
  text: string,
  left: Schema,
  right: Schema,
  params: ReadonlyMap<string, ScopeParam>,
): BoundAsofCondition | { readonly problems: readonly ExprProblem[] } {
  return bindConjuncts(text, left, right, params, (conjuncts, span) => takeApart(conjuncts, left.length, span));
}

function takeApart(conjuncts: readonly Conjunct[], width: number, span: Span): BoundAsofCondition {
  const equalities: Equality[] = [];
  const inequalities: Nearest[] = [];
  const problems: ExprProblem[] = [];
  for (const conjunct of conjuncts) {
    const equality = equalityOf(conjunct, width);
    const nearest = nearestOf(conjunct.expr, width);
    if (equality !== undefined) equalities.push(equality);
    else if (nearest === undefined) problems.push(otherCondition(conjunct.expr, width));
    else if (inequalities.push(nearest) > 1) problems.push(secondInequality(conjunct.expr));
  }
  if (problems.length > 0) throw new ProblemFound(problems);
  if (inequalities.length > 0) return { equalities, nearest: inequalities[0] };
  return fail(
    'EXPR_ARGUMENTS',
    'an asof join needs an inequality that says which row of the right is the nearest',
    span,
    'add it, such as `AND left.at >= right.at`; where equal keys are enough it is `type: left`',
  );
}

/** As `left >= right`: by the function whether the right is at most the left, and whether it is less. */
const INEQUALITIES: ReadonlyMap<string, Pick<Nearest, 'isBackward' | 'isStrict'>> = new Map([
  ['greater_equal', { isBackward: true, isStrict: false }],
  ['greater', { isBackward: true, isStrict: true }],
  ['less_equal', { isBackward: false, isStrict: false }],
  ['less', { isBackward: false, isStrict: true }],
]);

function nearestOf(expr: BoundExpr, width: number): Nearest | undefined {
  const found = expr.op === 'call' ? INEQUALITIES.get(expr.fn) : undefined;
  if (expr.op !== 'call' || found === undefined) return undefined;
  const sides = comparedSides(expr.args, width);
  if (sides === undefined) return undefined;
  const { left, right, isCrossed } = sides;
  return { left, right, isBackward: found.isBackward !== isCrossed, isStrict: found.isStrict };
}

function secondInequality({ span }: BoundExpr): ExprProblem {
  const hint =
    'nearest is meant by one of them; a `filter` behind the join tests the other for the row that was found, and `type: left` brings all rows together for which both hold';
  return { code: 'EXPR_ARGUMENTS', message: 'an asof join takes one inequality, and this is another', span, hint };
}

function otherCondition(expr: BoundExpr, width: number): ExprProblem {
  const { left, right } = sidesOf(expr, width);
  const hint =
    left && right
      ? 'a `filter` behind the join tests it for the row that was found; `type: left` tests it for all pairs of rows'
      : 'what is asked of one side alone is a filter: of the right before the join, so that only such rows are looked at';
  const message =
    'an asof join takes equalities and one inequality, each between an expression of the left and one of the right';
  return { code: 'EXPR_ARGUMENTS', message, span: expr.span, hint };
}
