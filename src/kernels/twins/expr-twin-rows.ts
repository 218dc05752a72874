/** Twin: which rows a kernel looks at, and the kernels that move bytes between rows. */
import type { Heap } from '../../memory/heap.js';
import type { ExprKernels } from '../expr-kernels.js';

/** Calls `visit` with each selected, valid row; stops at the first for which it answers false and answers that row. */
export function visitRows(
  heap: Heap,
  validity: number,
  selection: number,
  count: number,
  // biome-ignore lint/suspicious/noConfusingVoidType: most visitors never fail
  visit: (row: number) => boolean | void,
): number {
  for (let k = 0; k < count; k++) {
    const row = selection === 0 ? k : heap.u32[(selection >>> 2) + k];
    if (validity !== 0 && heap.u8[(validity >>> 0) + row] === 0) continue;
    if (visit(row) === false) return row;
  }
  return -1;
}

/** Address of row `row` of a column. */
export function at(column: number, stride: number, row: number): number {
  return (column >>> 0) + row * stride;
}

export function rowTwin(heap: Heap): Pick<ExprKernels, 'andValidity' | 'moveRows'> {
  return {
    andValidity(a, b, out, selection, count) {
      visitRows(heap, 0, selection, count, (row) => {
        const first = a === 0 ? 1 : heap.u8[at(a, 1, row)];
        const second = b === 0 ? 1 : heap.u8[at(b, 1, row)];
        heap.u8[at(out, 1, row)] = first & second;
      });
    },
    moveRows(width, from, stride, out, selection, count) {
      visitRows(heap, 0, selection, count, (row) => {
        const source = at(from, stride, row);
        heap.u8.copyWithin(at(out, width, row), source, source + width);
      });
    },
  };
}
