/**
 * The first phase of an aggregation: folds the batches of an attempt's splits into partial groups and, at the end, seals
 * these as sorted runs of (key, partial accumulators) for the range exchange behind it.
 */
import type { AccumulatorCall } from '../columnar/accumulator.js';
import type { DataType } from '../columnar/data-type.js';
import type { RecordBatch } from '../columnar/record-batch.js';
import type { TransformFactory } from '../dataflow/factory.js';
import type { Operator, OperatorContext } from '../dataflow/operator.js';
import { PartialGroups, partialGroupsMinimumBytes } from '../state/groups/partial-groups.js';
import type { SortedRun } from '../state/runs/sorted-run.js';
import { stateEnv } from './state-env.js';

export interface AggregateConfig {
  /** Types of the keys: the first columns of the input. */
  readonly keys: readonly DataType[];
  readonly calls: readonly AccumulatorCall[];
}

class PartialAggregate implements Operator {
  private groups!: PartialGroups;

  private readonly config: AggregateConfig;
  private readonly context: OperatorContext;

  constructor(config: AggregateConfig, context: OperatorContext) {
    this.config = config;
    this.context = context;
  }

  open(): void {
    const { keys, calls } = this.config;
    this.groups = new PartialGroups(stateEnv(this.context), keys, calls);
  }

  processBatch(batch: RecordBatch): void {
    const { vectors } = batch;
    this.groups.add(vectors.slice(0, this.config.keys.length), vectors, batch.selection, batch.selectedCount);
  }

  endInput(): readonly SortedRun[] {
    const runs = this.groups.finish(this.context.attempt);
    const { metrics } = this.context;
    metrics.recordsOut += runs.reduce((sum, run) => sum + run.rows, 0);
    const spilled = runs.filter(({ location }) => location.kind === 'file');
    metrics.spilledRuns += spilled.length;
    metrics.spilledBytes += spilled.reduce((sum, run) => sum + run.bytes, 0);
    return runs;
  }

  close(): void {
    this.groups?.close();
  }
}

export const PARTIAL_AGGREGATE: TransformFactory<AggregateConfig> = {
  role: 'transform',
  kind: 'partial-aggregate',
  minimumBytes: ({ keys, calls }, sizes) => partialGroupsMinimumBytes(keys, calls, sizes),
  create: (config, context) => new PartialAggregate(config, context),
};
