/** The csv kernels in plain TypeScript: what they mean. */
import type { Heap } from '../../memory/heap.js';
import type { CsvKernels } from '../csv-kernels.js';
import { assembleTwin } from './csv-twin-assemble.js';
import { checkJsonTwin } from './csv-twin-check-json.js';
import { decodeTwin } from './csv-twin-decode.js';
import { indexTwin } from './csv-twin-index.js';

export function csvTwin(heap: Heap): CsvKernels {
  return { ...indexTwin(heap), ...decodeTwin(heap), ...assembleTwin(heap), ...checkJsonTwin(heap) };
}
