/** Computes an operation row by row through the interpreter: for functions without code, and rows a kernel refuses. */
import type { Value } from '../../columnar/value.js';
import type { BoundExpr } from '../bound.js';
import { EvaluationError } from '../evaluation-error.js';
import { readsRow } from '../functions/registry.js';
import { evaluate } from '../interpreter.js';
import type { BoxedInstruction, Register } from './chain-plan.js';
import type { Frame, Runner } from './frame.js';
import { readValue, selectedRow, writeValue } from './row-values.js';

export class BoxedCall {
  readonly #expr: BoundExpr;
  readonly #args: readonly Register[];
  readonly #out: Register;
  readonly #values: Value[];
  readonly readsRow: boolean;

  constructor(expr: BoundExpr, args: readonly Register[], out: Register) {
    this.#expr = expr;
    this.#args = args;
    this.#out = out;
    this.#values = args.map(() => null);
    this.readsRow = readsRow(expr);
  }

  /** Computes one row; false when it fails. A null needs a validity byte of the result's own. */
  row(frame: Frame, row: number): boolean {
    const { heap } = frame;
    for (let i = 0; i < this.#args.length; i++) {
      this.#values[i] = readValue(heap, frame.vectors[this.#args[i].index], row);
    }
    const value = this.#evaluate(frame, row);
    if (value === undefined) return false;
    const { index } = this.#out;
    const validity = frame.validity[index];
    if (validity !== 0 && frame.vectors[index].validity === validity) {
      heap.u8[(validity >>> 0) + row] = value === null ? 0 : 1;
    }
    if (value !== null) {
      writeValue(heap, this.#out, frame.vectors[index].values, row, value, (bytes) => frame.text.take(bytes));
    }
    return true;
  }

  /** undefined: the row fails. */
  #evaluate(frame: Frame, row: number): Value | undefined {
    try {
      const context = this.readsRow ? { ...frame.constants, row: frame.origin?.position(row) } : frame.constants;
      return evaluate(this.#expr, this.#values, context);
    } catch (error) {
      if (error instanceof EvaluationError) return undefined;
      throw error;
    }
  }
}

export class BoxedRunner implements Runner {
  readonly #instruction: BoxedInstruction;
  readonly #call: BoxedCall;

  constructor(instruction: BoxedInstruction) {
    this.#instruction = instruction;
    this.#call = new BoxedCall(instruction.expr, instruction.args, instruction.out);
  }

  run(frame: Frame): boolean {
    const { scope, args, out } = this.#instruction;
    const count = frame.counts[scope.index];
    if (count === 0) return true;
    const vector = frame.vectors[out.index];
    vector.validity = frame.validity[out.index];
    vector.isConstant = !this.#call.readsRow && args.every((arg) => frame.vectors[arg.index].isConstant);
    if (vector.isConstant) return this.#call.row(frame, 0);
    const selection = frame.selections[scope.index];
    for (let k = 0; k < count; k++) if (!this.#call.row(frame, selectedRow(frame.heap, selection, k))) return false;
    return true;
  }
}
