/**
 * Puts sorted runs that lie in sealed pages into spill files while nobody reads them yet. Readers take a run from where
 * its descriptor says, so an evicted run is a new descriptor in the result of the operator that made it.
 */
import type { StateKernels } from '../../kernels/state-kernels.js';
import type { SpillFolder } from '../../memory/spill-folder.js';
import type { RunBlock, SortedRun } from '../../state/sorted-run.js';

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
  return 'blocks' in value && 'location' in value && Array.isArray(value.blocks);
}

/** Writes the blocks of a run in memory to a file; the pages are the caller's to free. */
export function writeRun(run: SortedRun, spill: SpillFolder, kernels: () => StateKernels): SortedRun {
  const writer = spill.create('evicted');
  let at = 0;
  const blocks = run.blocks.map((block): RunBlock => {
    const written = { ...block, at, checksum: kernels().checksum(block.at, block.bytes) >>> 0 };
    writer.write(block.at, block.bytes);
    at += block.bytes;
    return written;
  });
  return { ...run, blocks, location: { kind: 'file', extent: writer.close() } };
}
