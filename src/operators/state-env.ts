/** What the state room needs of the task that an operator works in. */
import type { OperatorContext } from '../dataflow/operator.js';
import type { StateEnv } from '../state/state-env.js';

export function stateEnv({ memory, kernels, batchRows, spill }: OperatorContext): StateEnv {
  return { memory, heap: memory.heap, kernels: kernels.state, batchRows, spill };
}
