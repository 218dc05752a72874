/** The csv kernels in plain TypeScript: what they mean. */
import type { Heap } from '../../memory/heap.js';
import type { CsvKernels } from '../csv-kernels.js';

export function csvTwin(_heap: Heap): CsvKernels {
  return {};
}
