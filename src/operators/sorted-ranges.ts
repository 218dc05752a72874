/** What there is to read behind `sort-rows`, and how it is divided among the tasks that read it. */
import type { CoordinatorContext } from '../dataflow/factory.js';
import type { JobEdge } from '../dataflow/job-graph.js';
import { keyPrefixBytes } from '../state/runs/key-prefix.js';
import { keyRanges } from '../state/runs/key-ranges.js';
import type { KeyRange, SortedRun } from '../state/runs/sorted-run.js';
import type { SortFormat } from '../state/sort/sort-format.js';

/** Below this many bytes of rows a second range is not worth a second task. */
const LEAST_RANGE_BYTES = 1 << 20;
/** Ranges a slot, so that uneven ranges still keep all slots busy. */
const RANGES_PER_SLOT = 4;
/** Part of a task's share that a range may have: what is made of it can wait in memory for its turn in the output. */
const RANGE_SHARE = 8;
/** More bytes are no better: what waits for its turn should lie in pages that were used before. */
const MOST_RANGE_BYTES = 16 << 20;
/** Each range opens the runs that have rows of it. */
const MOST_RANGES = 512;

/** The runs that all attempts of the producers sealed. */
export function sortedRuns(edges: readonly JobEdge[], context: CoordinatorContext): readonly SortedRun[] {
  return edges.flatMap(({ vertex, operator }) =>
    (context.upstream(vertex, operator) as (readonly SortedRun[])[]).flat(),
  );
}

export function bytesOf(runs: readonly SortedRun[]): number {
  return runs.reduce((sum, run) => sum + run.bytes, 0);
}

/** How many ranges these bytes are worth. */
export function rangeCount(bytes: number, { slots, sizes }: Pick<CoordinatorContext, 'slots' | 'sizes'>): number {
  const rangeBytes = Math.min(sizes.shareBytes / RANGE_SHARE, MOST_RANGE_BYTES);
  const wanted = Math.max(slots * RANGES_PER_SLOT, bytes / rangeBytes);
  return Math.max(1, Math.min(Math.ceil(bytes / LEAST_RANGE_BYTES), Math.ceil(wanted), MOST_RANGES));
}

/** Ascending ranges that cover all keys; `grouping`: rows that agree in so many first keys lie in one. */
export function rangesOf(
  runs: readonly SortedRun[],
  { keys, orders }: Pick<SortFormat, 'keys' | 'orders'>,
  grouping: number | undefined,
  context: Pick<CoordinatorContext, 'slots' | 'sizes'>,
): readonly KeyRange[] {
  const prefix = grouping === undefined ? undefined : (key: Buffer) => keyPrefixBytes(key, keys, orders, grouping);
  return keyRanges(runs, rangeCount(bytesOf(runs), context), prefix);
}
