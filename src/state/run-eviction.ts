/**
 * Moves a run from managed pages to the spill folder: the same blocks, now with checksums. The pages stay as they are;
 * whoever owns them frees them when nobody reads the old descriptor any more.
 */
import type { StateKernels } from '../kernels/state-kernels.js';
import type { SpillFolder } from '../memory/spill-folder.js';
import type { RunBlock, SortedRun } from './sorted-run.js';

export function runToFile(run: SortedRun, spill: SpillFolder, kernels: () => StateKernels): SortedRun {
  if (run.location.kind === 'file') return run;
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
