/**
 * What a job fails of: the first error that is none of the data ends it; of errors in the data the lowest row's is the one,
 * whoever was faster.
 */
import { comparePositions } from '../../columnar/row-position.js';
import { LeatError } from '../../errors.js';
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
