/**
 * A vertex whose inputs are finished, made ready for its tasks: its splits, what its operators share, its sinks, and where
 * it runs. What was begun is taken back when a part of it fails.
 */
import type { CoordinatorContext, FactoryRegistry, JobSink, SplitPlan } from '../../dataflow/factory.js';
import type { JobVertex } from '../../dataflow/job-graph.js';
import { leatError } from '../../errors.js';
import { LeaseTable } from '../lease-table.js';
import type { PreparedVertex } from './vertex-execution.js';

const IN_PROCESS_BYTES = 1 << 20;

/** `inProcessBytes`: with less than that to read, the vertex runs in the coordinator's thread. */
export async function prepareVertex(
  vertex: JobVertex,
  registry: FactoryRegistry,
  context: CoordinatorContext,
  inProcessBytes = IN_PROCESS_BYTES,
): Promise<PreparedVertex> {
  const { slots } = context;
  const sinks = new Map<number, JobSink>();
  const prepared: unknown[] = vertex.chain.map(() => undefined);
  let plan: SplitPlan | undefined;
  try {
    for (const [index, { kind, config }] of vertex.chain.entries()) {
      const factory = registry.get(kind);
      if (factory?.role === 'source') plan = await factory.enumerate(config, context);
      else if (factory?.role === 'sink' && plan) {
        const sink = await factory.prepare(config, plan.splits.length, context);
        sinks.set(index, sink);
        prepared[index] = sink.prepared;
      } else if (factory?.role === 'transform') prepared[index] = factory.prepare?.(config, context);
    }
  } catch (error) {
    for (const sink of [...sinks.values()].reverse()) await sink.abort();
    throw error;
  }
  if (!plan) throw leatError('INTERNAL', `vertex ${vertex.id} has no source`);
  const bytesTotal = plan.splits.reduce((sum, split) => sum + split.bytes, 0);
  const leases = LeaseTable.create(plan.splits.length);
  const work = bytesTotal * rowsPerRow(vertex, prepared, registry);
  const isInProcess = isSmall(plan, work, inProcessBytes);
  const parallelism = isInProcess ? 1 : Math.max(1, Math.min(slots, vertex.maxParallelism, plan.splits.length));
  return {
    deployment: {
      vertex: vertex.id,
      chain: vertex.chain,
      splits: plan.splits,
      shared: plan.shared,
      prepared,
      leases: leases.handle,
      parallelism,
    },
    leases,
    sinks,
    bytesTotal,
    isInProcess,
    parallelism,
  };
}

/**
 * Not worth a thread: over before somebody wants to stop it, for while it runs in this thread no signal is heard. A source that does not tell its bytes is small only when there is nothing to divide.
 */
function isSmall(plan: SplitPlan, work: number, limit: number): boolean {
  return work < limit && (work > 0 || plan.splits.length <= 1);
}

/** What the bytes of a vertex are to be multiplied by: a few rows may be much work. */
function rowsPerRow({ chain }: JobVertex, prepared: readonly unknown[], registry: FactoryRegistry): number {
  return chain.reduce((product, { kind, config }, index) => {
    const factory = registry.get(kind);
    const rows = factory?.role === 'transform' ? (factory.rowsPerRow?.(config, prepared[index]) ?? 1) : 1;
    return product * Math.max(1, rows);
  }, 1);
}
