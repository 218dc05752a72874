/** Whose rows fill memory, of those that another plan of the job would not hold: nodes of the logical graph. */
import type { FactoryRegistry } from '../../dataflow/factory.js';
import type { JobVertex } from '../../dataflow/job-graph.js';
import type { VertexExecution } from './vertex-execution.js';

/** For which nodes the vertex fills memory. */
export function nodesHeldFor({ chain }: JobVertex, registry: FactoryRegistry): readonly number[] {
  return chain.flatMap(({ kind, config }) => {
    const factory = registry.get(kind);
    return (factory?.role === 'sink' ? undefined : factory?.holdsFor?.(config)) ?? [];
  });
}

/** The nodes of the vertex that holds the most; `pagesOf` says how much that is. */
export function nodesHoldingMost(
  executions: readonly VertexExecution[],
  registry: FactoryRegistry,
  pagesOf: (execution: VertexExecution) => number,
): readonly number[] {
  let most = 0;
  let found: readonly number[] = [];
  for (const execution of executions) {
    const nodes = nodesHeldFor(execution.vertex, registry);
    if (nodes.length === 0 || execution.state === 'waiting') continue;
    const pages = pagesOf(execution);
    if (pages <= most) continue;
    most = pages;
    found = nodes;
  }
  return found;
}
