/** The right side of a join: one task takes all its rows into a table that the tasks of the left side read in place. */
import type { DataType } from '../columnar/data-type.js';
import type { RecordBatch } from '../columnar/record-batch.js';
import type { TransformFactory } from '../dataflow/factory.js';
import type { Operator, OperatorContext } from '../dataflow/operator.js';
import { type JoinTable, JoinTableBuilder, joinTableMinimumBytes } from '../state/join-table.js';

export interface JoinBuildConfig {
  /** The first columns of the input. */
  readonly keys: readonly DataType[];
  /** The others. */
  readonly payload: readonly DataType[];
  /** Rows with a null key are wanted too. */
  readonly keepsNulls: boolean;
}

class JoinBuild implements Operator {
  readonly #config: JoinBuildConfig;
  readonly #context: OperatorContext;
  #builder: JoinTableBuilder | undefined;

  constructor(config: JoinBuildConfig, context: OperatorContext) {
    this.#config = config;
    this.#context = context;
  }

  open(): void {
    const { memory, kernels, batchRows, spill } = this.#context;
    const env = { memory, heap: memory.heap, kernels: kernels.state, batchRows, spill };
    const { keys, payload, keepsNulls } = this.#config;
    this.#builder = new JoinTableBuilder(env, keys, payload, keepsNulls);
  }

  processBatch(batch: RecordBatch): void {
    this.#builder?.add(batch, this.#config.keys.length);
  }

  endInput(): JoinTable | undefined {
    const table = this.#builder?.finish(this.#context.attempt);
    this.#builder = undefined;
    this.#context.metrics.recordsOut += table?.rows ?? 0;
    return table;
  }

  close(): void {
    this.#builder?.close();
  }
}

export const JOIN_BUILD: TransformFactory<JoinBuildConfig> = {
  role: 'transform',
  kind: 'join-build',
  minimumBytes: ({ keys }, sizes) => joinTableMinimumBytes(keys, sizes),
  create: (config, context) => new JoinBuild(config, context),
};
