/** Which nodes of a program's expressions can be JavaScript of a fused loop where they stand. */
import type { BoundExpr } from '../bound.js';
import { operandsOf } from '../traverse.js';
import { isFusable, operations } from './operation.js';

/**
 * Nodes that one expression may bring into a loop: about 20 KB of bytecode; V8 gives up on optimizing huge loops.
 * Measured: docs/adr/0003-generated-chains.md.
 */
export const LOOP_NODES = 600;

/** Operations that do not evaluate all their operands. */
export function isLazy(expr: BoundExpr): boolean {
  return expr.op === 'and' || expr.op === 'or' || expr.op === 'case' || expr.op === 'coalesce';
}

/** Answers about expressions, remembered. */
export class Fusion {
  readonly #sizes = new WeakMap<BoundExpr, number>();
  readonly #fusedHere = new WeakMap<BoundExpr, boolean>();
  readonly #failsOutside = new WeakMap<BoundExpr, boolean>();

  /** Nodes of the tree. */
  sizeOf(expr: BoundExpr): number {
    let size = this.#sizes.get(expr);
    if (size === undefined) {
      size = 1 + operandsOf(expr).reduce((sum, operand) => sum + this.sizeOf(operand), 0);
      this.#sizes.set(expr, size);
    }
    return size;
  }

  /** True when the node itself is JavaScript and its operands may be computed for all rows. */
  isFusedHere(expr: BoundExpr): boolean {
    let result = this.#fusedHere.get(expr);
    if (result === undefined) {
      result = this.#canFuse(expr);
      this.#fusedHere.set(expr, result);
    }
    return result;
  }

  #canFuse(expr: BoundExpr): boolean {
    if (!isFusable(expr)) return false;
    if (isLazy(expr)) return !this.#needsSpread(expr);
    const operation = operations.of(expr);
    if (operation === 'structure') return true;
    return operation !== null && operation.kind === 'js' && operandsOf(expr).every(isFusable);
  }

  /** Operands after the first that hold something that is not fused and may fail, or more than a loop can take. */
  #needsSpread(expr: BoundExpr): boolean {
    if (this.sizeOf(expr) > LOOP_NODES) return true;
    return operandsOf(expr).some((operand, i) => i > 0 && this.#failsOutsideLoop(operand));
  }

  #failsOutsideLoop(expr: BoundExpr): boolean {
    let result = this.#failsOutside.get(expr);
    if (result === undefined) {
      result =
        operations.mayFail(expr) &&
        (!this.isFusedHere(expr) || operandsOf(expr).some((operand) => this.#failsOutsideLoop(operand)));
      this.#failsOutside.set(expr, result);
    }
    return result;
  }
}
