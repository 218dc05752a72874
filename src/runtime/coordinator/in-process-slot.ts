/**
 * A slot in the coordinator's own thread, behind the same protocol: for vertices too small to be worth a
 * thread. It gives way to the event loop between splits, so that a job can be cancelled.
 */
import { setImmediate } from 'node:timers/promises';
import type { FactoryRegistry } from '../../dataflow/factory.js';
import type { MemoryPool } from '../../memory/memory-pool.js';
import type { AttemptOutcome, SlotOrder } from '../protocol.js';
import { runAttempt } from '../worker/attempt.js';
import { openSlotJob, type SlotJob } from '../worker/slot-job.js';

/** The event loop gets its turn so often. */
const PAUSE_MS = 10;

export class InProcessSlot {
  readonly #registry: FactoryRegistry;
  readonly #pool: MemoryPool;
  #job: SlotJob | undefined;
  #pausedAt = 0;

  constructor(registry: FactoryRegistry, pool: MemoryPool) {
    this.#registry = registry;
    this.#pool = pool;
  }

  async run(order: SlotOrder): Promise<AttemptOutcome> {
    this.#job ??= openSlotJob(order.job, this.#pool);
    this.#pausedAt = performance.now();
    return runAttempt(this.#job, this.#registry, order.vertex, order.attempt, { pause: () => this.#pause() });
  }

  async #pause(): Promise<void> {
    if (performance.now() - this.#pausedAt < PAUSE_MS) return;
    await setImmediate();
    this.#pausedAt = performance.now();
  }
}
