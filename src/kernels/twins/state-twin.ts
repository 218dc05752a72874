/** The state kernels in plain TypeScript: what they mean. */
import type { Heap } from '../../memory/heap.js';
import type { StateKernels } from '../state-kernels.js';

export function stateTwin(_heap: Heap): StateKernels {
  return {} as StateKernels;
}
