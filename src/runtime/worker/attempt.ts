/**
 * Runs one attempt of a task: leases splits in ascending order and pushes their batches through the chain.
 *
 *     open*   ( lease  beginSplit*  runSplit  endSplit* )*   watermark MAX   endInput*   close*
 *
 * Each goes from parents to children; the source is opened last, when all that it may push into is ready, and `close`
 * is the reverse of `open`. Everything but leasing is synchronous; `pause` lets a slot inside the coordinator's thread
 * answer events between splits.
 */
import type { FactoryRegistry, OperatorFactory, SinkContext, SourceContext } from '../../dataflow/factory.js';
import type { OperatorNode } from '../../dataflow/job-graph.js';
import type { OperatorContext } from '../../dataflow/operator.js';
import { ERROR_CATALOGUE, LeatError, leatError } from '../../errors.js';
import { AttemptMemory } from '../../memory/attempt-memory.js';
import { MeteredMemory } from '../../memory/metered-memory.js';
import { SpillFiles } from '../../memory/spill-files.js';
import { LeaseTable } from '../lease-table.js';
import type { AttemptDeployment, AttemptOutcome, VertexDeployment } from '../protocol.js';
import { ChainNode, type OperatorChain } from './operator-chain.js';
import type { SlotJob } from './slot-job.js';

const WATERMARK_MAX = 2n ** 63n - 1n;

/** Thrown through the operators to leave an attempt that need not go on. */
class Stopped extends Error {}

interface Opened {
  open(): void;
  close(): void;
}

export interface AttemptHooks {
  /** Awaited between splits. */
  readonly pause?: () => Promise<void>;
  /** Ends this thread. */
  readonly exit?: () => void;
}

export async function runAttempt(
  job: SlotJob,
  registry: FactoryRegistry,
  vertex: VertexDeployment,
  attempt: AttemptDeployment,
  hooks: AttemptHooks = {},
): Promise<AttemptOutcome> {
  const task = new TaskAttempt(job, registry, vertex, attempt, hooks);
  try {
    return await task.run();
  } catch (error) {
    return task.failure(error);
  } finally {
    task.close();
  }
}

class TaskAttempt {
  readonly #job: SlotJob;
  readonly #vertex: VertexDeployment;
  readonly #attempt: AttemptDeployment;
  readonly #hooks: AttemptHooks;
  readonly #registry: FactoryRegistry;
  readonly #leases: LeaseTable;
  readonly #memory: AttemptMemory;
  readonly #spill: SpillFiles;
  /** What was opened, in order. */
  readonly #opened: Opened[] = [];
  readonly #blamed = new WeakMap<Error, OperatorNode>();
  #split = -1;

  constructor(
    job: SlotJob,
    registry: FactoryRegistry,
    vertex: VertexDeployment,
    attempt: AttemptDeployment,
    hooks: AttemptHooks,
  ) {
    this.#job = job;
    this.#registry = registry;
    this.#vertex = vertex;
    this.#attempt = attempt;
    this.#hooks = hooks;
    this.#leases = new LeaseTable(vertex.leases);
    const { sizes, spillPath } = job.deployment;
    this.#memory = new AttemptMemory(job.pool, { ...attempt, shareBytes: sizes.shareBytes });
    this.#spill = new SpillFiles(spillPath, attempt.attempt, this.#memory.heap, job.spillQuota);
  }

  async run(): Promise<AttemptOutcome> {
    const { vertex: _, splits } = this.#vertex;
    const { attempt, seat } = this.#attempt;
    const chain = this.#build();
    const [head, ...others] = chain.nodes;
    for (const node of others) this.#open(node, node.operator as Opened);
    this.#open(head, chain.source);
    for (let next = 0; ; ) {
      this.#poll();
      if (head.done) break;
      const index = this.#leases.lease(attempt, next);
      if (index < 0) break;
      this.#split = index;
      for (const node of others) node.operator?.beginSplit?.(index);
      head.timed(() => chain.source.runSplit(splits[index]));
      for (const node of others) node.timed(() => node.operator?.endSplit?.(index));
      this.#job.control.countSplit(seat, splits[index].bytes);
      next = index + 1;
      if (this.#hooks.pause) await this.#hooks.pause();
    }
    this.#poll();
    this.#split = -1;
    head.watermark(WATERMARK_MAX);
    const results = chain.nodes.map((node) =>
      node.timed(() => (node === head ? chain.source.endInput?.() : node.operator?.endInput())),
    );
    return { type: 'finished', results, metrics: chain.nodes.map((node) => node.metrics) };
  }

  #open(node: ChainNode, part: Opened): void {
    // Before open, so that an open that fails half-way is closed too.
    this.#opened.push(part);
    node.timed(() => part.open());
  }

  #build(): OperatorChain {
    const nodes: ChainNode[] = this.#vertex.chain.map(
      (operator, index) =>
        new ChainNode(
          (error) => this.#blame(error, operator),
          index === 0 ? (records) => this.#betweenBatches(records) : () => this.#poll(),
        ),
    );
    this.#vertex.chain.forEach((operator, index) => {
      if (index > 0) nodes[operator.parent].children.push(nodes[index]);
    });
    let source: OperatorChain['source'] | undefined;
    this.#vertex.chain.forEach((operator, index) => {
      const factory = this.#factory(operator);
      const node = nodes[index];
      if (factory.role === 'source') source = factory.create(operator.config, this.#sourceContext(node, index), node);
      else if (factory.role === 'sink') node.operator = factory.create(operator.config, this.#sinkContext(node, index));
      else node.operator = factory.create(operator.config, this.#context(node, index), node);
    });
    if (!source) throw leatError('INTERNAL', 'a chain without a source');
    return { source, nodes };
  }

  #factory(operator: OperatorNode): OperatorFactory {
    const factory = this.#registry.get(operator.kind);
    if (!factory) throw leatError('INTERNAL', `no operator of kind ${operator.kind}`);
    return factory;
  }

  #context(node: ChainNode, index: number): OperatorContext {
    const job = this.#job;
    const { sizes, constants } = job.deployment;
    return {
      memory: new MeteredMemory(this.#memory, node.metrics, (action) => node.blamed(action)),
      get kernels() {
        return job.kernels();
      },
      spill: this.#spill,
      constants,
      prepared: this.#vertex.prepared[index],
      subtask: this.#attempt.subtask,
      attempt: this.#attempt.attempt,
      metrics: node.metrics,
      batchRows: sizes.batchRows,
      chunkBytes: sizes.chunkBytes,
    };
  }

  #sourceContext(node: ChainNode, index: number): SourceContext {
    const { shared, splits } = this.#vertex;
    return Object.defineProperties(
      { shared, splits, poll: () => this.#poll() } as SourceContext,
      this.#fields(node, index),
    );
  }

  #sinkContext(node: ChainNode, index: number): SinkContext {
    return Object.defineProperties({ poll: () => this.#poll() } as SinkContext, this.#fields(node, index));
  }

  /** The fields of the context with its getter, which a spread would call. */
  #fields(node: ChainNode, index: number): PropertyDescriptorMap {
    return Object.getOwnPropertyDescriptors(this.#context(node, index)) as unknown as PropertyDescriptorMap;
  }

  #betweenBatches(records: number): void {
    this.#poll();
    const { seat, exitAfterBatches } = this.#attempt;
    this.#memory.betweenBatches();
    this.#job.control.countBatch(seat, records);
    if (exitAfterBatches !== undefined && this.#job.control.batches(seat) > exitAfterBatches) this.#hooks.exit?.();
  }

  #poll(): void {
    if (this.#job.control.isCancelled || this.#split >= this.#leases.stop) throw new Stopped();
    if (this.#job.pool.isStarved(this.#attempt.seat)) this.#hooks.exit?.();
  }

  /** The innermost operator that an error went through is the one it comes from. */
  #blame(error: unknown, operator: OperatorNode): void {
    if (error instanceof Error && !this.#blamed.has(error)) this.#blamed.set(error, operator);
  }

  failure(thrown: unknown): AttemptOutcome {
    if (thrown instanceof Stopped) return { type: 'stopped' };
    const error = thrown instanceof LeatError ? atStep(thrown, this.#blamed.get(thrown)) : thrown;
    if (!(error instanceof LeatError)) return { type: 'failed', error: internalError(error).toData() };
    if (error.code === 'MEMORY_EXHAUSTED') this.#starve();
    if (ERROR_CATALOGUE[error.code].domain !== 'data' && !error.position) {
      return { type: 'failed', error: error.toData() };
    }
    if (this.#split >= 0) this.#leases.stopBehind(this.#split);
    return { type: 'data-error', error: error.toData(), split: this.#split };
  }

  /** What others hold may be free when the task runs again. Nothing is closed: that would end what waits for its output. */
  #starve(): void {
    const { seat, mayStarve } = this.#attempt;
    const { pool } = this.#job;
    if (!mayStarve || !this.#hooks.exit || !pool.hasOthers(seat)) return;
    pool.noteStarved(seat);
    this.#hooks.exit();
  }

  /** Closes what was opened, last first. What goes wrong here cannot hide the outcome. */
  close(): void {
    for (const part of this.#opened.splice(0).reverse()) {
      try {
        part.close();
      } catch {
        // The attempt's pages and files are taken back by the coordinator in any case.
      }
    }
    this.#spill.close();
  }
}

/** The error with the step that it comes from, when it has no place of its own. */
function atStep(error: LeatError, operator: OperatorNode | undefined): LeatError {
  if (operator === undefined || error.diagnostics.length !== 1 || error.diagnostics[0].place) return error;
  const [{ notes = [], ...diagnostic }] = error.diagnostics;
  const placed = { ...diagnostic, place: operator.place, notes: [...notes, `the step is ${operator.name}`] };
  return new LeatError(placed, { cause: error, position: error.position });
}

/** An exception that is not a LeatError is our bug. */
export function internalError(error: unknown): LeatError {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return leatError('INTERNAL', error instanceof Error ? error.message : String(error), {
    hint: 'this is a mistake in leat: please report it with the lines below',
    notes: stack.split('\n').map((line) => line.trim()),
    cause: error,
  });
}
