/** Which way each node of an expression is computed: in a fused loop, by a kernel, or boxed by the interpreter. */
import { physicalOf } from '../../columnar/data-type.js';
import type { BoundExpr } from '../bound.js';
import { callMayFail } from '../functions/registry.js';
import { operandsOf } from '../traverse.js';
import { castEmit } from './cast-emit.js';
import type { FunctionEmit } from './emit.js';
import { emitOfFunction } from './function-emit.js';
import { memberKernel } from './member-kernel.js';

/** `null` for a call, cast or IN: boxed. Other operations are fused whatever they hold ('structure'). */
type Operation = FunctionEmit | 'structure' | null;

/** True when a type's values can be JavaScript values of a fused loop. */
export function isFusable(expr: BoundExpr): boolean {
  const physical = physicalOf(expr.type);
  return physical === 'u8' || physical === 'i32' || physical === 'f64';
}

class Operations {
  readonly #known = new WeakMap<BoundExpr, Operation>();
  readonly #mayFail = new WeakMap<BoundExpr, boolean>();

  of(expr: BoundExpr): Operation {
    let operation = this.#known.get(expr);
    if (operation === undefined) {
      operation = choose(expr);
      this.#known.set(expr, operation);
    }
    return operation;
  }

  /** True when computing the expression (with its operands) can raise an error; what its rule says. */
  mayFail(expr: BoundExpr): boolean {
    let result = this.#mayFail.get(expr);
    if (result === undefined) {
      const operation = this.of(expr);
      const own = operation === null ? mayFailBoxed(expr) : operation !== 'structure' && operation.mayFail;
      result = own || operandsOf(expr).some((operand) => this.mayFail(operand));
      this.#mayFail.set(expr, result);
    }
    return result;
  }
}

function mayFailBoxed(expr: BoundExpr): boolean {
  if (expr.op === 'call') return callMayFail(expr);
  return expr.op === 'cast' && !expr.try;
}

function choose(expr: BoundExpr): Operation {
  switch (expr.op) {
    case 'call':
      return emitOfFunction(expr);
    case 'cast':
      return castEmit(expr);
    case 'in':
      return isFusable(expr.arg) ? 'structure' : memberKernel(expr.arg.type, expr.values);
    default:
      return 'structure';
  }
}

/** Shared: what an operation is does not depend on the program. */
export const operations = new Operations();
