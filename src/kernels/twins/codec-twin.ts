/** The codec kernels in plain TypeScript: what they mean. Compressors are held to what their decoders make of the output. */
import type { Heap } from '../../memory/heap.js';
import type { CodecKernels } from '../codec-kernels.js';
import { lz4Twin } from './codec-twin-lz4.js';
import { snappyTwin } from './codec-twin-snappy.js';

export function codecTwin(heap: Heap): CodecKernels {
  return { ...snappyTwin(heap), ...lz4Twin(heap) };
}
