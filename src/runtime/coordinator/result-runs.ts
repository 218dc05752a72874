/**
 * The sorted runs inside the results of operators: how many sealed pages they hold, and the same results with other
 * descriptors. Readers take a run from where its descriptor says, so an evicted run is a new descriptor.
 */
import type { SortedRun } from '../../state/runs/sorted-run.js';

/** Pages of the runs in memory inside a result. */
export function pagesInMemory(result: unknown): number {
  let pages = 0;
  mapRuns(result, (run) => {
    if (run.location.kind === 'memory') for (const each of run.location.pages) pages += each.pages;
    return run;
  });
  return pages;
}

/** The result with `change` applied to every run inside; plain data, so a copy where something changed. */
export function mapRuns(value: unknown, change: (run: SortedRun) => SortedRun): unknown {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (isRun(value)) return change(value);
  if (Array.isArray(value)) return value.map((each) => mapRuns(each, change));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, mapRuns(each, change)]));
}

function isRun(value: object): value is SortedRun {
  return 'blocks' in value && 'location' in value;
}
