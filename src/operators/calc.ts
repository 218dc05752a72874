/**
 * The calc operator: runs a calc program, compiled to generated loops and kernels, over each batch. When the compiled
 * code says that something failed, the interpreter walks the batch again and finds the lowest row that fails and why.
 */
import type { RecordBatch } from '../columnar/record-batch.js';
import type { TransformFactory } from '../dataflow/factory.js';
import type { Collector, Operator, OperatorContext } from '../dataflow/operator.js';
import type { CalcProgram } from '../expr/calc.js';
import { type CompiledCalc, compileCalc, scratchBytes } from '../expr/compiler/compile-calc.js';
import { walkForError } from '../expr/compiler/walk-for-error.js';
import { Arena } from '../memory/arena.js';

export interface CalcConfig {
  readonly program: CalcProgram;
}

class CalcOperator implements Operator {
  readonly loadsColumns = true;
  private readonly arena: Arena;
  private compiled!: CompiledCalc;

  private readonly program: CalcProgram;
  private readonly context: OperatorContext;
  private readonly output: Collector;

  constructor(program: CalcProgram, context: OperatorContext, output: Collector) {
    this.program = program;
    this.context = context;
    this.output = output;

    this.arena = new Arena(context.memory, 'calc');
  }

  open(): void {
    const { memory, kernels, batchRows, constants } = this.context;
    this.compiled = compileCalc(this.program, {
      heap: memory.heap,
      kernels: kernels.expr,
      allocate: (bytes, align) => this.arena.allocate(bytes, align),
      batchRows,
      constants,
    });
  }

  processBatch(batch: RecordBatch): void {
    const result = this.compiled.process(batch);
    if (result === 'failed') this.fail(batch);
    else if (result !== null) this.output.emit(result);
  }

  /** The rows before the first one that fails go on; when nobody wants more rows behind them, it does not matter. */
  private fail(batch: RecordBatch): void {
    const prefix = (count: number): RecordBatch =>
      batch.selection === 0 ? { ...batch, numRows: count, selectedCount: count } : { ...batch, selectedCount: count };
    let [whole, failing] = [0, batch.selectedCount];
    while (failing - whole > 1) {
      const middle = (whole + failing) >>> 1;
      if (this.compiled.process(prefix(middle)) === 'failed') failing = middle;
      else whole = middle;
    }
    const result = whole === 0 ? null : this.compiled.process(prefix(whole));
    if (result !== null && result !== 'failed') this.output.emit(result);
    if (!this.output.done) walkForError(this.program, batch, this.context.memory.heap, this.context.constants);
  }

  processWatermark(micros: bigint): void {
    this.output.watermark(micros);
  }

  endInput(): undefined {
    return undefined;
  }

  close(): void {
    this.arena.close();
  }
}

export const CALC: TransformFactory<CalcConfig> = {
  role: 'transform',
  kind: 'calc',
  minimumBytes: ({ program }, { batchRows }) => scratchBytes(program, batchRows),
  create: ({ program }, context, output) => new CalcOperator(program, context, output),
};
