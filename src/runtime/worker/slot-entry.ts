/**
 * The module that a slot's thread loads. Piscina calls the default export with one order after another; between two
 * orders the thread sleeps in Atomics.wait.
 *
 * Both rooms below are awaited at the top level: the slot is ready when they are loaded, and a file with a top-level
 * await cannot be loaded by `require`, which piscina tries first and which would give some modules a second life.
 */
import { threadId, workerData } from 'node:worker_threads';
import type { FactoryRegistry } from '../../dataflow/factory.js';
import type { AttemptOutcome, SlotOrder } from '../protocol.js';
import type { SlotJob } from './slot-job.js';

const [{ runAttempt }, { openSlotJob }, { FACTORIES }] = await Promise.all([
  import('./attempt.js'),
  import('./slot-job.js'),
  import(workerData.registryModule) as Promise<{ FACTORIES: FactoryRegistry }>,
]);

let current: SlotJob | undefined;

export default async function takeOrder(order: SlotOrder): Promise<AttemptOutcome> {
  const { job, vertex, attempt } = order;
  if (current?.deployment.jobId !== job.jobId) current = openSlotJob(job);
  current.control.enterThread(attempt.seat, threadId);
  return runAttempt(current, FACTORIES, vertex, attempt, { exit: () => process.exit(1) });
}
