/**
 * The module that a slot's thread loads. Piscina awaits the default export when the thread comes up and calls what comes
 * of it with one order after another; between two orders the thread sleeps in Atomics.wait.
 *
 * No top-level await: piscina can then `require` this file, and in the bundle, where it is CommonJS, it comes up without
 * the loader of modules.
 */
import { threadId, workerData } from 'node:worker_threads';
import type { FactoryRegistry } from '../../dataflow/factory.js';
import { FACTORIES } from '../../operators/factories.js';
import type { AttemptOutcome, SlotOrder } from '../protocol.js';
import { runAttempt } from './attempt.js';
import { openSlotJob, type SlotJob } from './slot-job.js';

export default readySlot(workerData.registryModule);

/** Tests name a module with operators of their own; a thread that cannot load it never becomes ready. */
async function readySlot(registryModule: string | undefined): Promise<(order: SlotOrder) => Promise<AttemptOutcome>> {
  const registry =
    registryModule === undefined
      ? FACTORIES
      : ((await import(registryModule)) as { readonly FACTORIES: FactoryRegistry }).FACTORIES;
  let current: SlotJob | undefined;
  return async ({ job, vertex, attempt }) => {
    if (current?.deployment.jobId !== job.jobId) current = openSlotJob(job);
    current.control.enterThread(attempt.seat, threadId);
    return runAttempt(current, registry, vertex, attempt, { exit: () => process.exit(1) });
  };
}
