import type { AccumulatorSpec } from '../columnar/accumulator.js';
import type { DataType } from '../columnar/data-type.js';
import type { RecordBatch } from '../columnar/record-batch.js';
import { leatError } from '../errors.js';
import type { KeyRange, SortedRun } from './sorted-run.js';
import type { StateEnv, StateSizes } from './state-env.js';

/** Managed memory without which an AggregateMerge cannot work. */
export function aggregateMergeMinimumBytes(
  _keys: readonly DataType[],
  _accumulators: readonly AccumulatorSpec[],
  _sizes: StateSizes,
): number {
  return 6 * 65536;
}

export class AggregateMerge {
  constructor(
    readonly env: StateEnv,
    readonly keys: readonly DataType[],
    readonly accumulators: readonly AccumulatorSpec[],
    readonly runs: readonly SortedRun[],
    readonly range: KeyRange,
  ) {}

  /**
   * The next groups in key order: key vectors, then a result vector per accumulator; null at the end. The batch lives
   * until the next call. Without keys: one row, also when there are no runs.
   */
  next(): RecordBatch | null {
    throw leatError('INTERNAL', 'not there yet');
  }

  close(): void {}
}
