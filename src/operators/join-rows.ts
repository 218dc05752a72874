/** The right side of a join: every task takes the rows of its splits into memory, where the tasks of the left read them. */
import type { DataType } from '../columnar/data-type.js';
import type { RecordBatch } from '../columnar/record-batch.js';
import type { TransformFactory } from '../dataflow/factory.js';
import type { Operator, OperatorContext } from '../dataflow/operator.js';
import type { JoinRows } from '../state/join/join-record.js';
import { JoinRowsBuilder, joinRowsMinimumBytes } from '../state/join/join-rows.js';
import { stateEnv } from './state-env.js';

export interface JoinRowsConfig {
  /** The first columns of the input. */
  readonly keys: readonly DataType[];
  /** The others. */
  readonly payload: readonly DataType[];
  /** Rows with a null key are wanted too. */
  readonly keepsNulls: boolean;
  /** The join in the logical graph. */
  readonly node: number;
}

class JoinRowsOperator implements Operator {
  readonly #config: JoinRowsConfig;
  readonly #context: OperatorContext;
  #builder: JoinRowsBuilder | undefined;

  constructor(config: JoinRowsConfig, context: OperatorContext) {
    this.#config = config;
    this.#context = context;
  }

  open(): void {
    const { keys, payload, keepsNulls } = this.#config;
    this.#builder = new JoinRowsBuilder(stateEnv(this.#context), keys, payload, keepsNulls);
  }

  beginSplit(split: number): void {
    this.#builder?.beginSplit(split);
  }

  processBatch(batch: RecordBatch): void {
    this.#builder?.add(batch);
  }

  endInput(): JoinRows | undefined {
    const rows = this.#builder?.finish(this.#context.attempt);
    this.#builder = undefined;
    this.#context.metrics.recordsOut += rows?.rows ?? 0;
    return rows;
  }

  close(): void {
    this.#builder?.close();
  }
}

export const JOIN_ROWS: TransformFactory<JoinRowsConfig> = {
  role: 'transform',
  kind: 'join-rows',
  minimumBytes: ({ keys, payload }, sizes) => joinRowsMinimumBytes(keys, payload, sizes),
  holdsFor: ({ node }) => node,
  create: (config, context) => new JoinRowsOperator(config, context),
};
