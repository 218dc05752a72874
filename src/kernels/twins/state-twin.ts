/** The state kernels in plain TypeScript: what they mean. */
import type { Heap } from '../../memory/heap.js';
import type { StateKernels } from '../state-kernels.js';
import { accumulatorTwins } from './state-twin-accumulate.js';
import { boundTwins } from './state-twin-bounds.js';
import { finishTwins } from './state-twin-finish.js';
import { groupTwins } from './state-twin-groups.js';
import { joinTwins } from './state-twin-join.js';
import { keyedTwins } from './state-twin-keyed.js';
import { mergeTwins } from './state-twin-merge.js';
import { orderTwins } from './state-twin-order.js';
import { packTwins } from './state-twin-pack.js';
import { recordTwins } from './state-twin-records.js';
import { rowTwins } from './state-twin-rows.js';
import { valueRecordTwins } from './state-twin-value-records.js';
import { valueTwins } from './state-twin-values.js';

export function stateTwin(heap: Heap): StateKernels {
  return {
    ...groupTwins(heap),
    ...joinTwins(heap),
    ...keyedTwins(heap),
    ...orderTwins(heap),
    ...accumulatorTwins(heap),
    ...packTwins(heap),
    ...recordTwins(heap),
    ...mergeTwins(heap),
    ...rowTwins(heap),
    ...boundTwins(heap),
    ...finishTwins(heap),
    ...valueTwins(heap),
    ...valueRecordTwins(heap),
  };
}
