/** Binds in tests: the expression, or a test failure that shows the problems. */
import assert from 'node:assert/strict';
import type { Schema } from '../../../src/columnar/schema.js';
import { bindExpression } from '../../../src/expr/binder.js';
import type { BoundExpr } from '../../../src/expr/bound.js';
import type { RunConstants } from '../../../src/expr/calc.js';
import type { ExprProblem } from '../../../src/expr/problem.js';
import { type ScopeParam, scopeOf } from '../../../src/expr/scope.js';

/** 2026-11-17 10:20:30.5 */
export const CONSTANTS: RunConstants = { nowMicros: 1794910830500000n, seed: null };

export function bound(text: string, fields: Schema = [], params?: ReadonlyMap<string, ScopeParam>): BoundExpr {
  let calls = 0n;
  const result = bindExpression(text, scopeOf(fields, params, { next: () => calls++ }));
  if ('problems' in result) assert.fail(`${text}: ${result.problems.map((p) => `${p.code} ${p.message}`).join('; ')}`);
  return result.expr;
}

export function problemsOf(text: string, fields: Schema = []): readonly ExprProblem[] {
  const result = bindExpression(text, scopeOf(fields));
  if ('expr' in result) assert.fail(`${text} binds`);
  return result.problems;
}
