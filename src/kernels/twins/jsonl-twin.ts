/** The jsonl kernels in plain TypeScript: what they mean. */
import type { Heap } from '../../memory/heap.js';
import type { JsonlKernels } from '../jsonl-kernels.js';
import { assembleObjectsTwin } from './jsonl-twin-assemble.js';
import { indexObjectsTwin } from './jsonl-twin-index.js';
import { escapedTextTwin } from './jsonl-twin-text.js';

export function jsonlTwin(heap: Heap): JsonlKernels {
  return { ...indexObjectsTwin(heap), ...escapedTextTwin(heap), ...assembleObjectsTwin(heap) };
}
