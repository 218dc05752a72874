/**
 * Constant folding: what has only literals below it becomes a literal, by the interpreter. An expression that fails to
 * fold stays, so that it fails at run time, and only if a row needs it. Nothing that a row could evaluate, and fail on,
 * is lost; what no row can reach goes.
 */
import type { Value } from '../columnar/value.js';
import type { BoundCase, BoundCoalesce, BoundExpr, BoundLogic } from './bound.js';
import type { RunConstants } from './calc.js';
import { canFail } from './can-fail.js';
import { EvaluationError } from './evaluation-error.js';
import { readsRow } from './functions/registry.js';
import { evaluate } from './interpreter.js';
import { operandsOf, withOperands } from './traverse.js';

type Literal = Extract<BoundExpr, { op: 'literal' }>;

export function foldConstants(expr: BoundExpr, constants: RunConstants): BoundExpr {
  if (expr.op === 'literal' || expr.op === 'column') return expr;
  const folded = withOperands(expr, (operand) => foldConstants(operand, constants));
  if (readsRow(folded)) return folded;
  if (operandsOf(folded).every((operand) => operand.op === 'literal')) return evaluated(folded, constants);
  switch (folded.op) {
    case 'and':
    case 'or':
      return foldLogic(folded);
    case 'case':
      return foldCase(folded);
    case 'coalesce':
      return foldCoalesce(folded);
    default:
      return folded;
  }
}

function literalOf(value: Value, { type, span }: BoundExpr): Literal {
  return { op: 'literal', value, type, span };
}

function evaluated(expr: BoundExpr, constants: RunConstants): BoundExpr {
  try {
    return literalOf(evaluate(expr, [], constants), expr);
  } catch (error) {
    if (error instanceof EvaluationError) return expr;
    throw error;
  }
}

/** Operands that decide nothing go; behind one that decides everything nothing is evaluated. */
function foldLogic(expr: BoundLogic): BoundExpr {
  const decisive = expr.op === 'or';
  const isLiteral = (arg: BoundExpr, value: boolean): boolean => arg.op === 'literal' && arg.value === value;
  const args = expr.args.filter((arg) => !isLiteral(arg, !decisive));
  const decided = args.findIndex((arg) => isLiteral(arg, decisive));
  const needed = decided < 0 ? args : args.slice(0, decided + 1);
  if (decided >= 0 && !needed.some(canFail)) return literalOf(decisive, expr);
  if (needed.length === 0) return literalOf(!decisive, expr);
  return needed.length === 1 ? { ...needed[0], span: expr.span } : { ...expr, args: needed };
}

function foldCase(expr: BoundCase): BoundExpr {
  const whens: { when: BoundExpr; then: BoundExpr }[] = [];
  let { otherwise } = expr;
  for (const branch of expr.whens) {
    if (branch.when.op !== 'literal') whens.push(branch);
    else if (branch.when.value === true) {
      otherwise = branch.then;
      break;
    }
  }
  if (whens.length === 0) return otherwise ?? literalOf(null, expr);
  return { ...expr, whens, otherwise };
}

function foldCoalesce(expr: BoundCoalesce): BoundExpr {
  const args = expr.args.filter((arg) => arg.op !== 'literal' || arg.value !== null);
  const first = args.findIndex((arg) => arg.op === 'literal');
  const needed = first < 0 ? args : args.slice(0, first + 1);
  return needed.length === 1 ? needed[0] : { ...expr, args: needed };
}
