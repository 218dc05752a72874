/**
 * Several passes over sorted runs, when memory does not hold a buffer for each: some are merged into a longer one in the
 * spill folder, until one pass can take all that is left. Owns the runs that were written on the way.
 */

import type { StateEnv } from '../state-env.js';
import { blockAt } from './block-list.js';
import { blocksWithin, type RangeBounds } from './run-reader.js';
import type { SortedRun } from './sorted-run.js';

/** What a pass reads: so many of the runs, and a buffer (or more) for each. */
export interface Pass<Buffer> {
  readonly runs: readonly SortedRun[];
  readonly buffers: readonly Buffer[];
}

export class MergePasses {
  readonly #env: StateEnv;
  readonly #bounds: RangeBounds;
  #written: SortedRun[] = [];

  constructor(env: StateEnv, bounds: RangeBounds) {
    this.#env = env;
    this.#bounds = bounds;
  }

  /**
   * The last pass over the runs that may have rows within the bounds. `buffersFor` answers buffers for as many of the runs as
   * there is memory for, two at least; `mergeToFile` merges those of a pass into one, and gives its buffers back.
   */
  last<Buffer>(
    runs: readonly SortedRun[],
    buffersFor: (runs: readonly SortedRun[]) => readonly Buffer[],
    mergeToFile: (pass: Pass<Buffer>) => SortedRun,
  ): Pass<Buffer> {
    let left = runs.filter((run) => {
      const { first, end } = blocksWithin(run, this.#bounds);
      return first < end;
    });
    for (;;) {
      const buffers = buffersFor(left);
      const fanIn = buffers.length;
      if (fanIn === left.length) return { runs: left, buffers };
      // Just as many as it takes for the rest to fit afterwards.
      const count = Math.min(fanIn, Math.max(2, left.length - fanIn + 1));
      const merged = mergeToFile({ runs: left.slice(0, count), buffers });
      this.#replace(left.slice(0, count), merged);
      left = merged.rows === 0 ? left.slice(count) : [...left.slice(count), merged];
    }
  }

  /** Removes what was written. */
  close(): void {
    for (const run of this.#written.splice(0)) this.#remove(run);
  }

  /** Runs of an earlier pass are not needed any more. */
  #replace(runs: readonly SortedRun[], merged: SortedRun): void {
    for (const run of this.#written) if (runs.includes(run)) this.#remove(run);
    this.#written = [...this.#written.filter((run) => !runs.includes(run)), merged];
  }

  #remove(run: SortedRun): void {
    if (run.location.kind === 'file') this.#env.spill.remove(run.location.extent);
  }
}

/** The largest block that a pass over the run reads. */
export function largestBlock(run: SortedRun, bounds: RangeBounds): number {
  const { first, end } = blocksWithin(run, bounds);
  let most = 0;
  for (let block = first; block < end; block++) most = Math.max(most, blockAt(run.blocks, block).bytes);
  return most;
}
