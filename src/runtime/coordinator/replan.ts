/**
 * Another plan in the middle of a job: what has run or runs and is the same in both plans goes on, the rest is dropped.
 *
 *     before   0 finished   1 running   2 waiting         0 and 3 are the same, 1 and 2 are not
 *     after    0 finished   1 waiting   2 waiting   3     1 runs again, as the new plan has it
 *
 * A vertex is the same when it has the same number, chain and inputs, and these are the same. One whose partitions are
 * gone runs again when somebody new reads them.
 */
import { isDeepStrictEqual } from 'node:util';
import type { JobGraph, JobVertex } from '../../dataflow/job-graph.js';
import type { VertexExecution } from './vertex-execution.js';

export interface Replanned {
  readonly kept: ReadonlyMap<number, VertexExecution>;
  readonly dropped: readonly VertexExecution[];
}

/** `isFree`: the partitions of a vertex are gone. */
export function replanned(
  { vertices }: JobGraph,
  executions: readonly VertexExecution[],
  isFree: (vertex: number) => boolean,
): Replanned {
  const kept = new Map<number, VertexExecution>();
  // Producers come before consumers.
  for (const vertex of vertices) {
    const execution = executions.find((each) => each.vertex.id === vertex.id);
    const isSame = execution !== undefined && isDeepStrictEqual(execution.vertex, vertex);
    if (isSame && vertex.inputs.every((input) => kept.has(input.vertex))) kept.set(vertex.id, execution);
  }
  const isNew = ({ id }: JobVertex): boolean => !kept.has(id);
  for (const { id } of [...vertices].reverse()) {
    const consumers = vertices.filter(({ inputs }) => inputs.some((input) => input.vertex === id));
    if (isFree(id) && consumers.some(isNew)) kept.delete(id);
  }
  return { kept, dropped: executions.filter((execution) => kept.get(execution.vertex.id) !== execution) };
}
