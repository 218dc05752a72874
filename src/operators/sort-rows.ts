/**
 * The first side of an exchange in order: takes the rows of an attempt's splits in and seals them at the end as sorted runs,
 * for the ranges that are read behind it.
 */
import type { RecordBatch } from '../columnar/record-batch.js';
import type { TransformFactory } from '../dataflow/factory.js';
import type { Operator, OperatorContext } from '../dataflow/operator.js';
import {
  type GroupBound,
  type GroupBounds,
  groupBoundsMinimumBytes,
  openGroupBounds,
} from '../state/groups/group-bounds.js';
import { OneOfEach, oneOfEachMinimumBytes } from '../state/keyed/one-of-each.js';
import type { SortedRun } from '../state/runs/sorted-run.js';
import { SortBuffer, sortBufferMinimumBytes } from '../state/sort/sort-buffer.js';
import type { SortFormat } from '../state/sort/sort-format.js';
import { stateEnv } from './state-env.js';

export interface SortRowsConfig extends SortFormat {
  /** The input's columns that are the keys, and those that are the values. */
  readonly keySlots: readonly number[];
  readonly slots: readonly number[];
  readonly groupBound?: GroupBound;
}

/** One row of each group is kept as rows come, which can be any number of rows before it. */
function isOneOfEach(bound: GroupBound | undefined): bound is GroupBound {
  return bound?.rows === 1 && !bound.withTies;
}

class SortRows implements Operator {
  readonly loadsColumns = true;
  readonly #config: SortRowsConfig;
  readonly #context: OperatorContext;
  #buffer!: SortBuffer | OneOfEach;
  #bounds: GroupBounds | undefined;

  constructor(config: SortRowsConfig, context: OperatorContext) {
    this.#config = config;
    this.#context = context;
  }

  open(): void {
    const env = stateEnv(this.#context);
    const { groupBound } = this.#config;
    this.#buffer = isOneOfEach(groupBound)
      ? new OneOfEach(env, this.#config, groupBound.keys)
      : new SortBuffer(env, this.#config);
    if (groupBound !== undefined && !isOneOfEach(groupBound)) {
      this.#bounds = openGroupBounds(env, this.#config, groupBound);
    }
  }

  /** Of rows that are not among the first ones no more than the keys are loaded. */
  processBatch({ vectors, selection, selectedCount, pending }: RecordBatch): void {
    const { keySlots, slots } = this.#config;
    for (const slot of keySlots) pending?.load(slot, selection, selectedCount);
    const add = (rows: number, count: number): void => {
      const columns = [...keySlots, ...slots].map((slot) => vectors[slot]);
      this.#buffer.add(columns, rows, count, (wanted, found) => {
        for (const slot of slots) if (!keySlots.includes(slot)) pending?.load(slot, wanted, found);
      });
    };
    const bounds = this.#bounds;
    if (bounds === undefined) {
      add(selection, selectedCount);
      return;
    }
    const keys = keySlots.map((slot) => vectors[slot]);
    const kept = bounds.select(keys, selection, selectedCount);
    if (kept > 0) add(bounds.rows, kept);
    if (bounds.isGivenUp) this.#closeBounds();
  }

  endInput(): readonly SortedRun[] {
    this.#closeBounds();
    const runs = this.#buffer.finish(this.#context.attempt);
    const { metrics } = this.#context;
    metrics.recordsOut += this.#buffer.rowsIn;
    const spilled = runs.filter(({ location }) => location.kind === 'file');
    metrics.spilledRuns += spilled.length;
    metrics.spilledBytes += spilled.reduce((sum, run) => sum + run.bytes, 0);
    return runs;
  }

  close(): void {
    this.#closeBounds();
    this.#buffer?.close();
  }

  #closeBounds(): void {
    this.#bounds?.close();
    this.#bounds = undefined;
  }
}

export const SORT_ROWS: TransformFactory<SortRowsConfig> = {
  role: 'transform',
  kind: 'sort-rows',
  minimumBytes: (config, sizes) => {
    const { groupBound } = config;
    if (isOneOfEach(groupBound)) return oneOfEachMinimumBytes(config, groupBound.keys, sizes);
    const bounds = groupBound === undefined ? 0 : groupBoundsMinimumBytes(config, groupBound, sizes);
    return sortBufferMinimumBytes(config, sizes) + bounds;
  },
  create: (config, context) => new SortRows(config, context),
};
