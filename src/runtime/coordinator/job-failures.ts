/**
 * What a job fails of: the first error that is none of the data ends it; of errors in the data the lowest row's is the one,
 * whoever was faster. When memory was refused it is said what held the most of it, of what can do without.
 */
import { comparePositions } from '../../columnar/row-position.js';
import type { FactoryRegistry } from '../../dataflow/factory.js';
import type { JobVertex } from '../../dataflow/job-graph.js';
import { LeatError } from '../../errors.js';
import type { MemoryPool } from '../../memory/memory-pool.js';
import { TooMuchHeld } from '../too-much-held.js';
import type { PartitionStore } from './partition-store.js';
import type { VertexExecution } from './vertex-execution.js';

export function lowestDataError(executions: readonly VertexExecution[]): LeatError | undefined {
  const failures = executions.flatMap(({ vertex, failures }) =>
    failures.map((failure) => ({ ...failure, vertex: vertex.id })),
  );
  failures.sort(
    (a, b) =>
      comparePositions(a.error.position, b.error.position) ||
      a.vertex - b.vertex ||
      (a.split < 0 ? Infinity : a.split) - (b.split < 0 ? Infinity : b.split),
  );
  return failures.length > 0 ? LeatError.fromData(failures[0].error) : undefined;
}

export interface Holders {
  readonly executions: readonly VertexExecution[];
  readonly registry: FactoryRegistry;
  readonly memory: MemoryPool;
  readonly store: PartitionStore;
}

/** An error of refused memory with the nodes for which most of it is held; the error itself when there are none. */
export function withHeld(error: LeatError, { executions, registry, memory, store }: Holders): LeatError {
  let most = 0;
  let found: readonly number[] = [];
  for (const { vertex, state, running } of executions) {
    const nodes = nodesHeldFor(vertex, registry);
    if (nodes.length === 0 || state === 'waiting') continue;
    const own = [...running].reduce((sum, { attempt }) => sum + memory.managed.pagesOf(attempt), 0);
    const pages = own + store.sealedPages(vertex.id);
    if (pages <= most) continue;
    most = pages;
    found = nodes;
  }
  return found.length === 0 ? error : new TooMuchHeld(error, found);
}

/** Nodes of the logical graph for which the vertex fills memory. */
function nodesHeldFor({ chain }: JobVertex, registry: FactoryRegistry): readonly number[] {
  return chain.flatMap(({ kind, config }) => {
    const factory = registry.get(kind);
    return (factory?.role === 'transform' ? factory.holdsFor?.(config) : undefined) ?? [];
  });
}
