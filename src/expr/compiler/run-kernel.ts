/** Runs a column kernel: works out which rows it must look at and gives it the columns. */
import { PHYSICAL_BYTES } from '../../columnar/data-type.js';
import type { ExprKernels } from '../../kernels/expr-kernels.js';
import type { Heap } from '../../memory/heap.js';
import type { KernelInstruction, Register } from './chain-plan.js';
import type { ConstantPool, KernelCall, KernelColumn, KernelRun, TextArea } from './emit.js';
import type { Frame, Runner } from './frame.js';
import { BoxedCall } from './run-boxed.js';

export class KernelRunner implements Runner, KernelCall {
  readonly args: readonly KernelColumn[];
  out = 0;
  validity = 0;
  selection = 0;
  count = 0;
  readonly #instruction: KernelInstruction;
  readonly #run: KernelRun;
  readonly #boxed: BoxedCall;
  readonly #nullable: readonly Register[];
  #frame!: Frame;

  constructor(instruction: KernelInstruction, pool: ConstantPool) {
    this.#instruction = instruction;
    this.#run = instruction.emit.prepare(pool);
    this.#boxed = new BoxedCall(instruction.expr, instruction.boxedArgs, instruction.out);
    this.#nullable = [...new Set(instruction.boxedArgs)];
    this.args = instruction.args.map(() => ({ values: 0, stride: 0 }));
  }

  get heap(): Heap {
    return this.#frame.heap;
  }

  get kernels(): ExprKernels {
    return this.#frame.kernels;
  }

  get text(): TextArea {
    return this.#frame.text;
  }

  run(frame: Frame): boolean {
    const { scope, args, out } = this.#instruction;
    const count = frame.counts[scope.index];
    if (count === 0) return true;
    this.#frame = frame;
    const vector = frame.vectors[out.index];
    vector.isConstant = true;
    for (let i = 0; i < args.length; i++) {
      const { values, isConstant } = frame.vectors[args[i].index];
      this.args[i].values = values;
      this.args[i].stride = isConstant ? 0 : PHYSICAL_BYTES[args[i].physical];
      if (!isConstant) vector.isConstant = false;
    }
    this.out = vector.values;
    this.selection = vector.isConstant ? 0 : frame.selections[scope.index];
    this.count = vector.isConstant ? 1 : count;
    if (!this.#bindValidity(frame)) return true;
    return this.#run(this) < 0;
  }

  boxedRow(row: number): boolean {
    return this.#boxed.row(this.#frame, row);
  }

  /** The rows without a null argument; false when there are none, because one is null in all rows. */
  #bindValidity(frame: Frame): boolean {
    const { emit, out } = this.#instruction;
    const { heap, kernels } = frame;
    const own = frame.validity[out.index];
    const vector = frame.vectors[out.index];
    let validity = 0;
    for (const arg of this.#nullable) {
      const { validity: bytes, isConstant } = frame.vectors[arg.index];
      if (bytes === 0) continue;
      if (isConstant) {
        if (heap.u8[bytes >>> 0] !== 0) continue;
        vector.isConstant = true;
        vector.validity = bytes;
        return false;
      }
      if (validity === 0) validity = bytes;
      else {
        kernels.andValidity(validity, bytes, own, this.selection, this.count);
        validity = own;
      }
    }
    if (emit.makesNull && validity !== own) {
      kernels.andValidity(validity, 0, own, this.selection, this.count);
      validity = own;
    }
    this.validity = validity;
    vector.validity = validity;
    return true;
  }
}
