/** What choosing rows by the best ones of their group means: see assembly/state-bounds.ts. */
import type { Heap } from '../../memory/heap.js';
import { DESCENDING, F64, I32, NULLS_FIRST, U8 } from '../assembly/state-layout.js';
import type { StateKernels } from '../state-kernels.js';
import { columnAt, isValid, rowAt, setU32, u32, valueAt, type Word } from './state-twin-heap.js';

const LARGEST = (1n << 64n) - 1n;
const SIGN = 1n << 63n;

function orderedWord(physical: number, value: Word): bigint {
  if (typeof value !== 'bigint') {
    const bytes = Buffer.alloc(8);
    bytes.set(value.subarray(0, 8));
    return bytes.readBigUInt64BE(0);
  }
  if (physical === U8) return value;
  if (physical === I32) return value + (1n << 31n);
  if (physical === F64) return value >= SIGN ? LARGEST - value : value | SIGN;
  const word = value + SIGN;
  return word < 0n ? 0n : word > LARGEST ? LARGEST : word;
}

export function boundTwins(heap: Heap): Pick<StateKernels, 'rowsInBounds'> {
  return {
    rowsInBounds(groups, offset, keep, columnAddress, physical, order, selection, from, to, rows) {
      const column = columnAt(heap, columnAddress);
      const wordOf = (row: number): bigint => {
        if (!isValid(heap, column, row)) return order & NULLS_FIRST ? LARGEST : 0n;
        const word = orderedWord(physical, valueAt(heap, physical, column.values + row * column.stride));
        return order & DESCENDING ? word : LARGEST - word;
      };
      let count = 0;
      for (let i = from; i < to; i++) {
        const row = rowAt(heap, selection, i);
        const word = wordOf(row);
        const list = (u32(heap, groups + 4 * i) + offset) >>> 3;
        const best = heap.u64.subarray(list, list + keep);
        if (word < best[keep - 1]) continue;
        setU32(heap, rows + 4 * count++, row);
        best[keep - 1] = word;
        best.sort().reverse();
      }
      return count;
    },
  };
}
