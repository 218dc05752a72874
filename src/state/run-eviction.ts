/**
 * Moves a run from managed pages to the spill folder: the same blocks, now with checksums. The pages stay as they are;
 * whoever owns them frees them when nobody reads the old descriptor any more.
 */
import { FileRunWriter } from './run-writer.js';
import type { SortedRun } from './sorted-run.js';
import type { StateEnv } from './state-env.js';

export function runToFile(env: StateEnv, run: SortedRun): SortedRun {
  if (run.location.kind === 'file') return run;
  const writer = new FileRunWriter(env, 'evicted');
  for (const block of run.blocks) writer.addBlock(block.at, block.bytes, block.rows);
  return writer.close();
}
