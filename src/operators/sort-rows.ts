/**
 * The first side of an exchange in order: takes the rows of an attempt's splits in and seals them at the end as sorted runs,
 * for the ranges that are read behind it.
 */
import type { RecordBatch } from '../columnar/record-batch.js';
import type { TransformFactory } from '../dataflow/factory.js';
import type { Operator, OperatorContext } from '../dataflow/operator.js';
import { OneOfEach, oneOfEachMinimumBytes } from '../state/keyed/one-of-each.js';
import { SortBuffer, sortBufferMinimumBytes } from '../state/sort-buffer.js';
import type { SortFormat } from '../state/sort-format.js';
import type { SortedRun } from '../state/sorted-run.js';
import { stateEnv } from './state-env.js';

export interface SortRowsConfig extends SortFormat {
  /** The input's columns that are the keys, and those that are the values. */
  readonly keySlots: readonly number[];
  readonly slots: readonly number[];
  /** Of rows that agree in so many first keys only the first one is asked for. */
  readonly keepsOneOf?: number;
}

class SortRows implements Operator {
  readonly loadsColumns = true;
  readonly #config: SortRowsConfig;
  readonly #context: OperatorContext;
  #buffer!: SortBuffer | OneOfEach;

  constructor(config: SortRowsConfig, context: OperatorContext) {
    this.#config = config;
    this.#context = context;
  }

  open(): void {
    const env = stateEnv(this.#context);
    const { keepsOneOf } = this.#config;
    this.#buffer =
      keepsOneOf === undefined ? new SortBuffer(env, this.#config) : new OneOfEach(env, this.#config, keepsOneOf);
  }

  /** Of rows that are not among the first ones no more than the keys are loaded. */
  processBatch({ vectors, selection, selectedCount, pending }: RecordBatch): void {
    const { keySlots, slots } = this.#config;
    for (const slot of keySlots) pending?.load(slot, selection, selectedCount);
    const columns = [...keySlots, ...slots].map((slot) => vectors[slot]);
    this.#buffer.add(columns, selection, selectedCount, (rows, count) => {
      for (const slot of slots) if (!keySlots.includes(slot)) pending?.load(slot, rows, count);
    });
  }

  endInput(): readonly SortedRun[] {
    const runs = this.#buffer.finish(this.#context.attempt);
    const { metrics } = this.#context;
    metrics.recordsOut += this.#buffer.rowsIn;
    const spilled = runs.filter(({ location }) => location.kind === 'file');
    metrics.spilledRuns += spilled.length;
    metrics.spilledBytes += spilled.reduce((sum, run) => sum + run.bytes, 0);
    return runs;
  }

  close(): void {
    this.#buffer?.close();
  }
}

export const SORT_ROWS: TransformFactory<SortRowsConfig> = {
  role: 'transform',
  kind: 'sort-rows',
  minimumBytes: (config, sizes) =>
    config.keepsOneOf === undefined
      ? sortBufferMinimumBytes(config, sizes)
      : oneOfEachMinimumBytes(config, config.keepsOneOf, sizes),
  create: (config, context) => new SortRows(config, context),
};
