import type { AccumulatorSpec } from '../columnar/accumulator.js';
import type { DataType } from '../columnar/data-type.js';
import type { Vector } from '../columnar/vector.js';
import { leatError } from '../errors.js';
import type { SortedRun } from './sorted-run.js';
import type { StateEnv, StateSizes } from './state-env.js';

/** Managed memory without which a GroupTable cannot work. */
export function groupTableMinimumBytes(
  _keys: readonly DataType[],
  _accumulators: readonly AccumulatorSpec[],
  _sizes: StateSizes,
): number {
  return 6 * 65536;
}

export class GroupTable {
  constructor(
    readonly env: StateEnv,
    readonly keys: readonly DataType[],
    readonly accumulators: readonly AccumulatorSpec[],
  ) {}

  /** Rows of input so far. */
  rowsIn = 0;
  /** Runs written to the spill folder so far. */
  spilledRuns = 0;

  /** Folds `count` rows in: row indices from `selection` (0: rows 0 .. count-1). `inputs[i]` is null for count(*). */
  add(_keys: readonly Vector[], _inputs: readonly (Vector | null)[], _selection: number, _count: number): void {
    throw leatError('INTERNAL', 'not there yet');
  }

  /** Writes what is left as sorted runs, sealed for `partition` or spilled, and returns all runs. Ends the table. */
  finish(_partition: number): SortedRun[] {
    throw leatError('INTERNAL', 'not there yet');
  }

  /** Frees everything that was not sealed; always called, also after finish or a failure. */
  close(): void {}
}
