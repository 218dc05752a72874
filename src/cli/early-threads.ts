/**
 * Starts the threads of a run before anything is loaded that could say for sure whether it needs them. The guess is
 * made from the pipeline's text; wrong, it costs time and nothing else.
 */
import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { availableResources } from '../memory/cgroup.js';
import { readsMuch } from '../plan/reads-much.js';
import { startEarlyPool } from '../runtime/coordinator/early-pool.js';

export { closeEarlyPool as closeEarlyThreads } from '../runtime/coordinator/early-pool.js';

/** A file that is larger is no pipeline. */
const MAX_PIPELINE_BYTES = 1 << 20;

/** `args` are the words behind `run`. Resolves when the threads are coming up, or when there is nothing to start. */
export async function startEarlyThreads(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  if (setsSlots(args, env) || args.includes('--help') || args.includes('-h')) return;
  const slots = availableResources().cores;
  if (slots > 1 && args.some(isMuch)) await startEarlyPool(slots);
}

/** How many threads there are to be is then the command's to read. */
function setsSlots(args: readonly string[], env: NodeJS.ProcessEnv): boolean {
  return env['LEAT_SLOTS'] !== undefined || args.some((arg) => arg.startsWith('--slots'));
}

/** Which word is the pipeline only the command knows; values of flags are hardly files that have reads in them. */
function isMuch(arg: string): boolean {
  if (arg.startsWith('-')) return false;
  try {
    const stats = statSync(arg);
    return stats.isFile() && stats.size <= MAX_PIPELINE_BYTES && readsMuch(readFileSync(arg, 'utf8'), dirname(arg));
  } catch {
    return false;
  }
}
