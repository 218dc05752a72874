/** The parquet kernels in plain TypeScript: what they mean. */
import type { Heap } from '../../memory/heap.js';
import type { ParquetKernels } from '../parquet-kernels.js';
import { deltaTwin } from './parquet-twin-delta.js';
import { runsTwin } from './parquet-twin-runs.js';
import { textTwin } from './parquet-twin-text.js';
import { valuesTwin } from './parquet-twin-values.js';

export function parquetTwin(heap: Heap): ParquetKernels {
  return { ...runsTwin(heap), ...deltaTwin(heap), ...valuesTwin(heap), ...textTwin(heap) };
}
