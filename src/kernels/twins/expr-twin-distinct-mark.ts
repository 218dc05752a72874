/** Twin: marks of values for counting different ones. */
import type { Heap } from '../../memory/heap.js';
import { distinctMark } from '../distinct-mark.js';
import type { ExprKernels } from '../expr-kernels.js';
import { at, visitRows } from './expr-twin-rows.js';
import { textBytes } from './expr-twin-text.js';

function read(heap: Heap, width: number, address: number): Uint8Array | number | bigint {
  switch (width) {
    case 0:
      return textBytes(heap, address);
    case 1:
      return heap.u8[address];
    case 4:
      return heap.i32[address >>> 2];
    case 16:
      return (heap.i64[(address >>> 3) + 1] << 64n) | heap.u64[address >>> 3];
    case 64:
      return heap.f64[address >>> 3];
    default:
      return heap.i64[address >>> 3];
  }
}

export function distinctMarkTwin(heap: Heap): Pick<ExprKernels, 'distinctMark'> {
  return {
    distinctMark(width, a, aStride, out, validity, selection, count) {
      visitRows(heap, validity, selection, count, (row) => {
        heap.i32[at(out, 4, row) >>> 2] = distinctMark(read(heap, width, at(a, aStride, row)), width);
      });
    },
  };
}
