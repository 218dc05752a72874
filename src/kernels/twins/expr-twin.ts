/** The expr kernels in plain TypeScript: what they mean. */
import type { Heap } from '../../memory/heap.js';
import type { ExprKernels } from '../expr-kernels.js';
import { decimalTwin } from './expr-twin-decimals.js';
import { distinctMarkTwin } from './expr-twin-distinct-mark.js';
import { doubleTwin } from './expr-twin-doubles.js';
import { integerTwin } from './expr-twin-integers.js';
import { jsonTwin } from './expr-twin-json.js';
import { makeTextTwin } from './expr-twin-make-text.js';
import { rowTwin } from './expr-twin-rows.js';
import { textTwin } from './expr-twin-text.js';
import { timeTwin } from './expr-twin-time.js';

export function exprTwin(heap: Heap): ExprKernels {
  return {
    ...rowTwin(heap),
    ...integerTwin(heap),
    ...decimalTwin(heap),
    ...distinctMarkTwin(heap),
    ...doubleTwin(heap),
    ...timeTwin(heap),
    ...textTwin(heap),
    ...makeTextTwin(heap),
    ...jsonTwin(heap),
  };
}
