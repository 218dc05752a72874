/**
 * Threads that were started before it was known what they will run. There is one such pool a process; whoever takes it
 * closes it.
 */
import { SlotPool } from './slot-pool.js';

let early: SlotPool | undefined;

/** Resolves when the threads are coming up. */
export async function startEarlyPool(slots: number): Promise<void> {
  early ??= new SlotPool(slots);
  await early.start();
}

/** The threads that came up early, if they are as many as asked for; if not, they end. */
export function takeEarlyPool(slots: number): SlotPool | undefined {
  const pool = early;
  early = undefined;
  if (pool?.slots === slots) return pool;
  void pool?.close();
  return undefined;
}

/** Ends them if nobody took them. */
export async function closeEarlyPool(): Promise<void> {
  const pool = early;
  early = undefined;
  await pool?.close();
}
