/** What joins of two sorted sides have in common: what a side is, and how much of a task's share they read and sort with. */
import type { JobEdge } from '../dataflow/job-graph.js';
import type { ReadShare } from '../state/runs/merged-records.js';
import type { SortFormat } from '../state/sort/sort-format.js';
import { sortedRowsMinimumBytes } from '../state/sort/sorted-rows.js';
import type { StateSizes } from '../state/state-env.js';

/** Both sides have the same keys, then a position. */
export interface JoinSide extends SortFormat {
  /** From `sort-rows`. */
  readonly edges: readonly JobEdge[];
}

export interface JoinSides {
  readonly left: JoinSide;
  readonly right: JoinSide;
}

/** For the runs of each side. With few buffers runs are merged in many passes, which the sort behind leaves no room for. */
export const SIDE_SHARE: ReadShare = { most: 1 / 4, promised: 1 / 8 };

/** Room for the sort behind: what both sides have left in memory stays there meanwhile, and many small runs are slow. */
const SORT_SHARE = 1 / 4;

/** Managed memory to read both sides with, and for the sort behind. */
export function joinSidesMinimumBytes({ left, right }: JoinSides, sizes: StateSizes): number {
  const reading = [left, right].reduce((sum, side) => sum + sortedRowsMinimumBytes(side, sizes, SIDE_SHARE), 0);
  return reading + sizes.shareBytes * SORT_SHARE;
}
