/**
 * The first phase of an aggregation over the values of groups: logs them, and at the end seals them as sorted runs of groups with
 * their values for the range exchange behind it.
 */
import type { RecordBatch } from '../columnar/record-batch.js';
import type { TransformFactory } from '../dataflow/factory.js';
import type { Operator, OperatorContext } from '../dataflow/operator.js';
import type { SortedRun } from '../state/runs/sorted-run.js';
import { type ValueFormat, ValueLog, valueLogMinimumBytes } from '../state/values/value-log.js';
import { stateEnv } from './state-env.js';

/** Columns of the input: the keys, then the value. */
class LogValues implements Operator {
  readonly #format: ValueFormat;
  readonly #context: OperatorContext;
  #log!: ValueLog;

  constructor(format: ValueFormat, context: OperatorContext) {
    this.#format = format;
    this.#context = context;
  }

  open(): void {
    this.#log = new ValueLog(stateEnv(this.#context), this.#format);
  }

  processBatch({ vectors, selection, selectedCount }: RecordBatch): void {
    const keys = this.#format.keys.length;
    this.#log.add(vectors.slice(0, keys), vectors[keys], selection, selectedCount);
  }

  endInput(): readonly SortedRun[] {
    const runs = this.#log.finish(this.#context.attempt);
    const { metrics } = this.#context;
    metrics.recordsOut += runs.reduce((sum, run) => sum + run.rows, 0);
    const spilled = runs.filter(({ location }) => location.kind === 'file');
    metrics.spilledRuns += spilled.length;
    metrics.spilledBytes += spilled.reduce((sum, run) => sum + run.bytes, 0);
    return runs;
  }

  close(): void {
    this.#log?.close();
  }
}

export const LOG_VALUES: TransformFactory<ValueFormat> = {
  role: 'transform',
  kind: 'log-values',
  minimumBytes: (format, sizes) => valueLogMinimumBytes(format, sizes),
  create: (format, context) => new LogValues(format, context),
};
