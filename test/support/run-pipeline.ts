/**
 * The engine's runPipeline on threads that stay for the next run: they take longer to come up than a small pipeline takes
 * to run. That a run starts and ends threads of its own is seen where the program itself is started.
 */
import { after } from 'node:test';
import { runPipeline as runOnce } from '../../src/engine.js';
import type { RunListener, RunOptions, RunReport } from '../../src/engine-api.js';
import { SlotPool } from '../../src/runtime/coordinator/slot-pool.js';

/** By their number of threads. */
const pools = new Map<number, SlotPool>();

after(async () => {
  for (const pool of pools.values()) await pool.close();
});

export function runPipeline(path: string, options: RunOptions = {}, listener?: RunListener): Promise<RunReport> {
  const { slots = 1, test } = options;
  const pool = pools.get(slots) ?? new SlotPool(slots);
  pools.set(slots, pool);
  return runOnce(path, { ...options, test: { ...test, pool } }, listener);
}
