/** What a registered function compiles to, from its entry. */
import type { BoundExpr } from '../bound.js';
import { functionById } from '../functions/registry.js';
import type { FunctionEmit } from './emit.js';

type Call = Extract<BoundExpr, { op: 'call' }>;

/** null: the interpreter computes it. Functions with a null rule of their own are the interpreter's. */
export function emitOfFunction(expr: Call): FunctionEmit | null {
  const { emit, nullRule } = functionById(expr.fn);
  return emit === undefined || nullRule === 'custom' ? null : emit(expr.args, expr.type);
}
