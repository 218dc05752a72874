/**
 * The slots that are threads: a piscina pool with as many workers as slots. `start` only begins: the threads come up
 * on their own while this one goes on. A worker that dies is replaced by piscina.
 *
 * Workers have small heaps: rows live in managed memory, and a young generation of 4 MB keeps an idle one at 13 MiB.
 */
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Worker } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import { LeatError, leatError } from '../../errors.js';
import type { AttemptOutcome, SlotOrder } from '../protocol.js';

const RESOURCE_LIMITS = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 256, stackSizeMb: 4 };

/** Run from TypeScript sources: under tsx, which workers must load too. */
const IS_SOURCE = import.meta.url.endsWith('.ts');
const SLOT_ENTRY = new URL(IS_SOURCE ? '../worker/slot-entry-source.mjs' : '../worker/slot-entry.cjs', import.meta.url);

/** An attempt's thread ended before it answered. */
export class WorkerLost extends Error {}

export class SlotPool {
  readonly slots: number;
  readonly #registryModule: string | undefined;
  #pool: Promise<Piscina> | undefined;
  readonly #workers = new Map<number, Worker>();
  /** Rejects when no thread can be started at all. */
  readonly #hopeless: Promise<never>;
  #giveUp: (error: LeatError) => void = () => {};

  /** `registryModule`: the URL of a module whose `FACTORIES` the threads take in place of ours. For tests. */
  constructor(slots: number, registryModule?: string) {
    this.slots = slots;
    this.#registryModule = registryModule;
    this.#hopeless = new Promise((_, reject) => {
      this.#giveUp = reject;
    });
    this.#hopeless.catch(() => {});
  }

  get isStarted(): boolean {
    return this.#pool !== undefined;
  }

  /** Resolves when the threads are coming up: only then may this thread be kept busy without holding them back. */
  async start(): Promise<void> {
    this.#pool ??= this.#create();
    // Whoever needs the pool gets the error; nobody else should.
    await this.#pool.catch(() => {});
  }

  async #create(): Promise<Piscina> {
    const { Piscina } = await import('piscina');
    // Each thread listens to both for as long as it lives.
    for (const stream of [process.stdout, process.stderr])
      stream.setMaxListeners(stream.getMaxListeners() + this.slots);
    const pool = new Piscina({
      filename: fileURLToPath(SLOT_ENTRY),
      minThreads: this.slots,
      maxThreads: this.slots,
      concurrentTasksPerWorker: 1,
      resourceLimits: RESOURCE_LIMITS,
      workerData: { registryModule: this.#registryModule },
    });
    // A worker that dies idle is replaced; piscina gives up when replacements die too, and then its queue would wait.
    pool.on('error', (cause) => {
      if (pool.threads.length > 0) return;
      this.#giveUp(leatError('INTERNAL', `no worker thread can be started: ${(cause as Error).message}`, { cause }));
    });
    return pool;
  }

  /** Runs an order on a free slot; rejects with WorkerLost when its thread ends first. */
  async run(order: SlotOrder, threadOf: () => number): Promise<AttemptOutcome> {
    await this.start();
    const pool = (await this.#pool) as Piscina;
    const answer = pool.run(order) as Promise<AttemptOutcome>;
    answer.catch(() => {});
    this.#remember(pool);
    try {
      return await Promise.race([answer, this.#hopeless]);
    } catch (cause) {
      if (cause instanceof LeatError) throw cause;
      // Its pages are taken back only when it can write to them no more.
      await this.#exited(threadOf());
      throw new WorkerLost(cause instanceof Error ? cause.message : String(cause), { cause });
    }
  }

  /** Ends a thread at whatever instruction it is. For fault injection. */
  kill(thread: number): void {
    void this.#workers.get(thread)?.terminate();
  }

  /** All threads end, whatever they do. */
  async close(): Promise<void> {
    const pool = await this.#pool?.catch(() => undefined);
    this.#pool = undefined;
    await pool?.destroy();
    this.#workers.clear();
  }

  /** Threads by id: piscina forgets a worker when it dies, and replaces it. */
  #remember(pool: Piscina): void {
    for (const worker of pool.threads) {
      if (this.#workers.has(worker.threadId)) continue;
      const { threadId } = worker;
      this.#workers.set(threadId, worker);
      worker.once('exit', () => this.#workers.delete(threadId));
    }
  }

  async #exited(thread: number): Promise<void> {
    const worker = this.#workers.get(thread);
    if (worker) await once(worker, 'exit');
  }
}
