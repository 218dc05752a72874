/** Blocks of snappy and LZ4 in plain TypeScript: what they mean. Compressors are held to what decoders make of their output. */
import type { Heap } from '../../memory/heap.js';
import type { BlockKernels } from '../codec-kernels.js';
import { lz4Twin } from './codec-twin-lz4.js';
import { snappyTwin } from './codec-twin-snappy.js';

export function codecTwin(heap: Heap): BlockKernels {
  return { ...snappyTwin(heap), ...lz4Twin(heap) };
}
