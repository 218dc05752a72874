/** Moves the rows of a scope from one register into another, where branches of CASE and COALESCE meet. */
import { PHYSICAL_BYTES } from '../../columnar/data-type.js';
import type { MoveInstruction } from './chain-plan.js';
import type { Frame, Runner } from './frame.js';

export class MoveRunner implements Runner {
  readonly #instruction: MoveInstruction;

  constructor(instruction: MoveInstruction) {
    this.#instruction = instruction;
  }

  run({ kernels, vectors, validity, selections, counts, allValid }: Frame): boolean {
    const { scope, from, out } = this.#instruction;
    const count = counts[scope.index];
    if (count === 0) return true;
    const selection = selections[scope.index];
    const source = vectors[from.index];
    const target = vectors[out.index];
    const width = PHYSICAL_BYTES[out.physical];
    target.validity = validity[out.index];
    kernels.moveRows(width, source.values, source.isConstant ? 0 : width, target.values, selection, count);
    const nulls = source.validity === 0 ? allValid : source.validity;
    const step = source.isConstant && source.validity !== 0 ? 0 : 1;
    kernels.moveRows(1, nulls, step, target.validity, selection, count);
    return true;
  }
}
