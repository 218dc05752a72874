/** The calc operator: runs a calc program, compiled to generated loops and kernels, over each batch. */
import type { RecordBatch } from '../columnar/record-batch.js';
import type { TransformFactory } from '../dataflow/factory.js';
import type { Collector, Operator, OperatorContext } from '../dataflow/operator.js';
import type { CalcProgram } from '../expr/calc.js';
import { scratchBytes } from '../expr/compiler/compile-calc.js';
import { CalcRunner } from './calc-runner.js';

export interface CalcConfig {
  readonly program: CalcProgram;
}

class CalcOperator implements Operator {
  readonly loadsColumns = true;
  private readonly runner: CalcRunner;
  private readonly output: Collector;

  constructor(program: CalcProgram, context: OperatorContext, output: Collector) {
    this.runner = new CalcRunner(program, context);
    this.output = output;
  }

  open(): void {
    this.runner.open();
  }

  processBatch(batch: RecordBatch): void {
    const { result, whole } = this.runner.run(batch);
    if (result !== null) this.output.emit(result);
    // When nobody wants more rows, those from the first that fails do not matter.
    if (whole < batch.selectedCount && !this.output.done) this.runner.fail(batch);
  }

  processWatermark(micros: bigint): void {
    this.output.watermark(micros);
  }

  endInput(): undefined {
    return undefined;
  }

  close(): void {
    this.runner.close();
  }
}

export const CALC: TransformFactory<CalcConfig> = {
  role: 'transform',
  kind: 'calc',
  minimumBytes: ({ program }, { batchRows }) => scratchBytes(program, batchRows),
  create: ({ program }, context, output) => new CalcOperator(program, context, output),
};
