/** The expr kernels in plain TypeScript: what they mean. */
import type { Heap } from '../../memory/heap.js';
import type { ExprKernels } from '../expr-kernels.js';

export function exprTwin(_heap: Heap): ExprKernels {
  return {};
}
