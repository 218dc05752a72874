/**
 * Runs the vertices of a job: prepares each when its blocking inputs are finished, gives its subtasks to free seats,
 * and deals with what comes back.
 *
 *     waiting ──inputs finished──> running ──all subtasks through──> finished
 *                                     │ data error: lower splits still run      └──> failed
 *
 *     subtask:  seat + home pages ──> attempt ──finished──> partitions kept, pages freed
 *                     ^                  ├─ worker lost ──> same splits, same pages, next attempt, at most n times
 *                     └──── delay ───────┘
 *
 * A data error does not stop other vertices that do not depend on the failed one: which error is reported must not
 * depend on who was faster. Any other error cancels the job.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FactoryRegistry, JobSink, TaskSizes, Verdict } from '../../dataflow/factory.js';
import type { JobGraph, JobVertex } from '../../dataflow/job-graph.js';
import { LeatError, leatError } from '../../errors.js';
import { PAGE_BYTES } from '../../memory/heap.js';
import type { MemoryPool } from '../../memory/memory-pool.js';
import type { SpillQuota } from '../../memory/spill-quota.js';
import { AnotherPlan } from '../another-plan.js';
import { JobControl } from '../job-control.js';
import type { JobProgress } from '../job-result.js';
import type { AttemptOutcome, RunAttempt } from '../protocol.js';
import type { JobListener, RuntimeOptions } from '../runtime-options.js';
import { minimumPages } from '../task-sizes.js';
import { internalError } from '../worker/attempt.js';
import { Failover } from './failover.js';
import { FaultInjector } from './faults.js';
import { nodesHeldFor, nodesHoldingMost } from './held-memory.js';
import { InProcessSlot } from './in-process-slot.js';
import { JobContext } from './job-context.js';
import { lowestDataError } from './job-failures.js';
import { PartitionStore } from './partition-store.js';
import { prepareVertex } from './prepare-vertex.js';
import { type Replanned, replanned } from './replan.js';
import { SlotPool, WorkerLost } from './slot-pool.js';
import { type Subtask, VertexExecution } from './vertex-execution.js';

const PROGRESS_MS = 100;
/** How often the coordinator looks whether a task waits for an eviction. */
const EVICTION_MS = 10;
/** Evicted beyond what is asked for: the next request comes soon. */
const EVICTION_EXTRA_PAGES = 16;
/** Of the memory, what inputs that lie there leave to the tasks that read them. */
const ROOM_FOR_READERS = 1 / 3;
/** Tasks look at the cancel word every batch; threads that do not answer in this time are ended. */
const CANCEL_GRACE_MS = 2000;

/** Other plans of the job, for when one turns out to need too much memory. */
export interface Replanning {
  /** The job with these nodes planned so that they hold nothing, besides those of before. */
  plan(nodes: readonly number[]): JobGraph;
  /** That plan is taken from here on. */
  taken(nodes: readonly number[]): void;
  /** The nodes that, planned in another way, would not meet the error of a run that failed; none for most errors. */
  instead(error: LeatError): readonly number[];
}

/** A plan that is taken when all tasks have ended that it does without. */
interface PlanChange {
  readonly graph: JobGraph;
  readonly refusal: AnotherPlan;
  readonly dropped: readonly VertexExecution[];
}

export interface JobMasterInit {
  readonly jobId: string;
  readonly graph: JobGraph;
  readonly replanning?: Replanning;
  readonly registry: FactoryRegistry;
  readonly options: RuntimeOptions;
  readonly listener: JobListener;
  readonly slots: number;
  readonly sizes: TaskSizes;
  readonly memory: MemoryPool;
  readonly spillPath: string;
  readonly spillQuota: SpillQuota;
  readonly note: (text: string) => void;
}

export class JobMaster {
  readonly #init: JobMasterInit;
  readonly #control: JobControl;
  readonly #store: PartitionStore;
  readonly #faults: FaultInjector;
  readonly #context: JobContext;
  readonly #failover: Failover;
  readonly #slotPool: SlotPool;
  readonly #inProcess: InProcessSlot;
  readonly #freeSeats: number[];
  #inProcessBusy = false;
  #nextAttempt = 1;
  /** Attempts and restart delays under way; each resolves when it is dealt with. */
  readonly #pending = new Set<Promise<void>>();
  /** What ends the job: no data error. */
  #failure: LeatError | undefined;
  #change: PlanChange | undefined;
  readonly #startedAt = performance.now();
  executions: readonly VertexExecution[];

  constructor(init: JobMasterInit) {
    const { graph, registry, options, slots, memory, spillPath, spillQuota, note } = init;
    this.#init = init;
    this.#context = new JobContext(init);
    this.#failover = new Failover({ memory, restart: options.restart, spillPath, spillQuota, note });
    this.#control = JobControl.create(slots);
    this.#store = new PartitionStore(memory, spillPath, spillQuota, () => this.#context.kernels.state);
    memory.evictHere = (pages) => this.#store.evictFor(pages + EVICTION_EXTRA_PAGES);
    this.#faults = new FaultInjector(options.faults);
    this.#slotPool = options.pool ?? new SlotPool(slots, options.registryModule);
    this.#inProcess = new InProcessSlot(registry, memory);
    this.#freeSeats = Array.from({ length: slots }, (_, seat) => seat);
    this.executions = graph.vertices.map((vertex) => this.#execute(vertex));
  }

  #execute(vertex: JobVertex): VertexExecution {
    const { registry, sizes } = this.#init;
    return new VertexExecution(vertex, minimumPages(vertex, registry, sizes));
  }

  /** Sinks of all vertices that were prepared; the caller finishes or aborts them. */
  *sinks(): Iterable<{ sink: JobSink; results: readonly unknown[] }> {
    for (const { vertex, prepared } of this.executions) {
      for (const [index, sink] of prepared?.sinks ?? []) {
        yield { sink, results: this.#store.upstream(vertex.id, index) };
      }
    }
  }

  /** What the operators of the whole job found, in the order of the plan. */
  verdicts(): readonly Verdict[] {
    const { registry } = this.#init;
    return this.executions.flatMap(({ vertex }) =>
      vertex.chain.flatMap(({ kind, config }, index) => {
        const factory = registry.get(kind);
        if (factory?.role !== 'transform' || factory.verdicts === undefined) return [];
        return factory.verdicts(config, this.#store.upstream(vertex.id, index));
      }),
    );
  }

  async run(): Promise<void> {
    const { signal } = this.#init.options;
    const onAbort = (): void => this.#fail(leatError('RUNTIME_CANCELLED', 'the run was interrupted'));
    const ticker = setInterval(() => this.#report(), PROGRESS_MS);
    const evictor = setInterval(() => this.#evictWanted(), EVICTION_MS);
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
    this.#faults.start(
      () => this.#runningThreads(),
      (thread) => this.#slotPool.kill(thread),
    );
    try {
      await this.#schedule();
    } catch (error) {
      this.#fail(error);
    }
    this.#report();
    clearInterval(ticker);
    clearInterval(evictor);
    this.#faults.stop();
    signal?.removeEventListener('abort', onAbort);
    await this.#drain();
    this.#init.memory.freeAllSealed();
    if (this.#failure) throw this.#failure;
    const lowest = lowestDataError(this.executions);
    if (lowest) throw lowest;
  }

  async #schedule(): Promise<void> {
    // A task that does not answer must not keep the job from ending.
    const failed = new Promise<void>((resolve) => {
      this.#cancelled.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    while (!this.#failure) {
      if (this.#change === undefined) await this.#prepareReady();
      if (this.#failure) return;
      if (this.#change === undefined) this.#startSubtasks();
      if (this.#change?.dropped.every(({ isIdle }) => isIdle)) {
        await this.#takePlan(this.#change);
        continue;
      }
      if (this.#pending.size === 0) {
        if (!this.executions.some((execution) => execution.state === 'running')) return;
        this.#fail(this.#outOfMemory());
        continue;
      }
      await Promise.race([...this.#pending, failed]);
      for (const execution of this.executions) {
        if (execution.isThrough && !this.#change?.dropped.includes(execution)) this.#end(execution);
      }
    }
  }

  // Preparing.

  async #prepareReady(): Promise<void> {
    for (const execution of this.executions) {
      if (execution.state !== 'waiting' || !this.#inputsFinished(execution.vertex)) continue;
      try {
        await this.#prepare(execution);
      } catch (error) {
        // A header that makes no sense and the like: as good as an error in the data.
        if (!(error instanceof LeatError) || error.position === undefined) throw error;
        execution.failures.push({ error: error.toData(), split: -1 });
        execution.end('failed');
      }
      if (this.#failure) return;
    }
  }

  #inputsFinished(vertex: JobVertex): boolean {
    return vertex.inputs.every(({ vertex: id }) => this.#execution(id).state === 'finished');
  }

  #execution(id: number): VertexExecution {
    const found = this.executions.find(({ vertex }) => vertex.id === id);
    if (!found) throw leatError('INTERNAL', `no vertex ${id}`);
    return found;
  }

  async #prepare(execution: VertexExecution): Promise<void> {
    const { registry, options, slots } = this.#init;
    const { vertex } = execution;
    // Before its inputs are pinned: what lies in memory must leave room for the tasks that read it, and for those of others. Their
    // minimums are for rows of the usual kind; pinned pages are the one thing that nobody can be made to give back.
    const started = this.executions.filter((each) => each === execution || each.state === 'running');
    const pages = started.map((each) => each.minimumPages * Math.min(slots, each.vertex.maxParallelism));
    const pinned = vertex.inputs.length === 0 ? 0 : Math.floor(this.#init.memory.managed.pages * ROOM_FOR_READERS);
    this.#store.evict(Math.max(pinned, ...pages));
    for (const input of vertex.inputs) this.#store.pin(input);
    execution.start(
      await prepareVertex(vertex, registry, this.#context.forFactories(this.#store), options.inProcessBytes),
    );
  }

  // Subtasks and attempts.

  #startSubtasks(): void {
    for (const execution of this.executions) {
      while (execution.wantsSubtask && this.#hasSlot(execution)) {
        const attempt = this.#nextAttempt;
        const { memory } = this.#init;
        let home = memory.reserve(attempt, execution.minimumPages);
        if (!home) {
          this.#store.evict(memory.managed.pages);
          home = memory.reserve(attempt, execution.minimumPages);
        }
        if (!home) {
          // Whoever runs may have grown into what this one needs.
          memory.requestSpill();
          return;
        }
        this.#nextAttempt++;
        const seat = this.#freeSeats.shift() as number;
        const subtask: Subtask = { index: execution.started++, attempt, seat, home, restarts: 0 };
        this.#launch(execution, subtask);
      }
    }
  }

  #hasSlot(execution: VertexExecution): boolean {
    return (
      this.#freeSeats.length > 0 &&
      this.#runningTasks() < this.#failover.mostTasks &&
      !(execution.prepared?.isInProcess && this.#inProcessBusy)
    );
  }

  #runningTasks(): number {
    return this.executions.reduce((sum, { running, restarting }) => sum + running.size + restarting.size, 0);
  }

  #launch(execution: VertexExecution, subtask: Subtask): void {
    execution.running.add(subtask);
    execution.attempts++;
    this.#track(this.#runAttempt(execution, subtask));
  }

  /** Never rejects: what goes wrong in here ends the job. */
  #track(work: Promise<void>): void {
    const tracked = work
      .catch((error) => this.#fail(error))
      .then(() => {
        this.#pending.delete(tracked);
      });
    this.#pending.add(tracked);
  }

  async #runAttempt(execution: VertexExecution, subtask: Subtask): Promise<void> {
    const { memory } = this.#init;
    const { seat, attempt } = subtask;
    const { isInProcess, leases, deployment } = execution.prepared!;
    this.#control.resetSeat(seat);
    memory.takeSeat(seat, attempt);
    const order: RunAttempt = {
      type: 'run-attempt',
      job: this.#context.forSlots(this.#control),
      vertex: deployment,
      attempt: {
        attempt,
        subtask: subtask.index,
        seat,
        home: subtask.home,
        // One that fills memory by itself would do so again.
        mayStarve: nodesHeldFor(execution.vertex, this.#init.registry).length === 0,
        exitAfterBatches: isInProcess ? undefined : this.#faults.exitAfterBatches(seat),
      },
    };
    let outcome: AttemptOutcome;
    try {
      if (isInProcess) this.#inProcessBusy = true;
      outcome = isInProcess
        ? await this.#inProcess.run(order)
        : await this.#slotPool.run(order, () => this.#control.threadOf(seat));
    } catch (error) {
      memory.takeSeat(seat, 0);
      if (!(error instanceof WorkerLost)) throw error;
      this.#restart(execution, subtask, error);
      return;
    } finally {
      if (isInProcess) this.#inProcessBusy = false;
    }
    memory.takeSeat(seat, 0);
    // While it is to be seen what it holds.
    if (outcome.type === 'failed') this.#fail(LeatError.fromData(outcome.error), execution);
    const isCutShort = execution.isYielding;
    execution.leave(subtask);
    memory.endAttempt(attempt);
    this.#freeSeats.push(seat);
    if (outcome.type === 'finished') {
      const [firstSplit = Infinity] = leases.leasedBy(attempt);
      this.#store.put(execution.vertex.id, { attempt, firstSplit, results: outcome.results });
      execution.finishSubtask(outcome.metrics, seat, this.#control);
      if (leases.unleased > 0 && !isCutShort) execution.isSated = true;
      return;
    }
    memory.freeSealed(attempt);
    this.#failover.clear(subtask);
    if (outcome.type === 'data-error') execution.failures.push(outcome);
  }

  /** When its thread is gone. */
  #restart(execution: VertexExecution, subtask: Subtask, lost: WorkerLost): void {
    this.#failover.clear(subtask);
    if (this.#failure) {
      execution.leave(subtask);
      return;
    }
    if (this.#init.memory.takeStarved(subtask.seat)) {
      this.#giveBack(execution, subtask);
      return;
    }
    execution.running.delete(subtask);
    const attempt = this.#nextAttempt++;
    const delayMs = this.#failover.replace(execution, subtask, lost, attempt);
    execution.restarting.add(subtask);
    this.#track(this.#launchLater(execution, subtask, delayMs));
  }

  #giveBack(execution: VertexExecution, subtask: Subtask): void {
    this.#failover.giveBack(execution, subtask, this.#runningTasks() - 1);
    execution.leave(subtask);
    this.#freeSeats.push(subtask.seat);
  }

  async #launchLater(execution: VertexExecution, subtask: Subtask, delayMs: number): Promise<void> {
    if (delayMs > 0) await sleep(delayMs, undefined, { signal: this.#cancelled.signal }).catch(() => {});
    if (execution.isYielding && !this.#failure) {
      this.#giveBack(execution, subtask);
      return;
    }
    execution.restarting.delete(subtask);
    if (!this.#failure) this.#launch(execution, subtask);
  }

  // Ends.

  #end(execution: VertexExecution): void {
    execution.end(execution.failures.length > 0 ? 'failed' : 'finished');
    const { inputs } = execution.vertex;
    const unended = this.executions.filter(({ state }) => state !== 'finished' && state !== 'failed');
    for (const input of inputs) {
      const readers = unended.filter(({ vertex }) => vertex.inputs.some((edge) => edge.vertex === input.vertex));
      if (readers.length === 0) this.#store.free(input.vertex);
      else if (!readers.some((reader) => reader.reads(input))) this.#store.unpin(input);
    }
  }

  readonly #cancelled = new AbortController();

  /**
   * The first failure is the one that counts; everything running is told to stop. Unless memory was refused and another
   * plan holds less of it.
   */
  #fail(error: unknown, execution?: VertexExecution): void {
    const failure = error instanceof LeatError ? error : internalError(error);
    if (this.#failure !== undefined || failure.code !== 'MEMORY_EXHAUSTED') {
      this.#endWith(failure);
      return;
    }
    if (execution !== undefined && this.#change?.dropped.includes(execution)) return;
    const nodes = this.#nodesHoldingMost();
    const refusal = nodes.length > 0 ? new AnotherPlan(failure, nodes) : failure;
    if (refusal instanceof AnotherPlan) this.#change ??= this.#replan(refusal, execution);
    if (this.#change?.refusal !== refusal) this.#endWith(refusal);
  }

  #endWith(failure: LeatError): void {
    this.#failure ??= failure;
    this.#control.cancel();
    this.#cancelled.abort();
  }

  /** The plan to go on with, or undefined when that must begin anew. Tasks that it does without are told to end. */
  #replan(refusal: AnotherPlan, failed: VertexExecution | undefined): PlanChange | undefined {
    const { replanning, registry, sizes } = this.#init;
    const graph = replanning?.plan(refusal.nodes);
    // Tasks keep the sizes that they began with.
    if (
      graph?.vertices.every((vertex) => minimumPages(vertex, registry, sizes) * PAGE_BYTES <= sizes.shareBytes) !== true
    )
      return undefined;
    const { dropped } = this.#replanned(graph);
    if ((failed !== undefined && !dropped.includes(failed)) || dropped.some(({ hasWritten }) => hasWritten))
      return undefined;
    for (const { prepared } of dropped) prepared?.leases.stopBehind(-1);
    return { graph, refusal, dropped };
  }

  #replanned(graph: JobGraph): Replanned {
    return replanned(graph, this.executions, (vertex) => this.#store.isFree(vertex));
  }

  /** Nobody reads any more what is dropped. */
  async #takePlan({ graph, refusal }: PlanChange): Promise<void> {
    const { kept, dropped } = this.#replanned(graph);
    this.#change = undefined;
    if (dropped.some(({ hasWritten }) => hasWritten)) {
      this.#endWith(refusal);
      return;
    }
    for (const { vertex, prepared } of dropped) {
      for (const sink of prepared?.sinks.values() ?? []) await sink.abort();
      this.#store.forget(vertex.id);
    }
    const running = [...kept.values()].filter(({ state }) => state === 'running');
    for (const { vertex } of dropped) {
      for (const input of vertex.inputs) if (!running.some((each) => each.reads(input))) this.#store.unpin(input);
    }
    this.executions = graph.vertices.map((vertex) => kept.get(vertex.id) ?? this.#execute(vertex));
    this.#init.replanning?.taken(refusal.nodes);
  }

  /** Of what can do without. */
  #nodesHoldingMost(): readonly number[] {
    const { registry, memory } = this.#init;
    return nodesHoldingMost(this.executions, registry, ({ vertex, running }) => {
      const own = [...running].reduce((sum, { attempt }) => sum + memory.managed.pagesOf(attempt), 0);
      return own + this.#store.sealedPages(vertex.id);
    });
  }

  /** Waits for what still runs; threads that do not answer are ended. */
  async #drain(): Promise<void> {
    const grace = new AbortController();
    const drained = (async () => {
      while (this.#pending.size > 0) await Promise.race(this.#pending);
      grace.abort();
    })();
    const late = sleep(CANCEL_GRACE_MS, undefined, { signal: grace.signal, ref: true }).then(
      () => this.#slotPool.close(),
      () => {},
    );
    await Promise.race([drained, late]);
    await drained;
    if (this.#init.options.pool === undefined) await this.#slotPool.close();
  }

  #outOfMemory(): LeatError {
    return leatError('MEMORY_EXHAUSTED', 'results that are waiting to be read leave no memory for the next task', {
      hint: 'give the job more with --memory',
    });
  }

  #evictWanted(): void {
    const { memory } = this.#init;
    const pages = memory.evictionWanted;
    if (pages === 0) return;
    try {
      this.#store.evictFor(pages + EVICTION_EXTRA_PAGES);
    } catch (error) {
      this.#fail(error);
    }
    memory.clearEvictionWanted();
  }

  #runningThreads(): number[] {
    const seats = this.executions.flatMap(({ running }) => [...running].map(({ seat }) => seat));
    return seats.map((seat) => this.#control.threadOf(seat)).filter((thread) => thread > 0);
  }

  #report(): void {
    const progress: JobProgress = {
      elapsedMs: performance.now() - this.#startedAt,
      vertices: this.executions.map((execution) => execution.progress(this.#control)),
    };
    this.#init.listener.progress?.(progress);
  }
}
