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

export function rowTwin(
  heap: Heap,
): Pick<ExprKernels, 'andValidity' | 'moveRows' | 'measureTexts' | 'packTexts' | 'placeTexts'> {
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
    measureTexts(texts, stride, validity, selection, count) {
      let bytes = 0;
      for (let k = 0; k < count; k++) bytes += textAt(heap, texts, stride, validity, selection, k).bytes;
      return bytes;
    },
    packTexts(texts, stride, validity, selection, count, out, next) {
      let end = next >>> 0;
      for (let k = 0; k < count; k++) {
        const { address, bytes } = textAt(heap, texts, stride, validity, selection, k);
        heap.u8.copyWithin(end, address, address + bytes);
        heap.u32.set([end, bytes], at(out, 8, k) >>> 2);
        end += bytes;
      }
    },
    placeTexts(views, count, next) {
      let end = next >>> 0;
      for (let k = 0; k < count; k++) {
        const word = at(views, 8, k) >>> 2;
        heap.u32[word] = end;
        end += heap.u32[word + 1];
      }
      return end;
    },
  };
}

/** The text of position `k`; that of a null is empty. */
function textAt(
  { u8, u32 }: Heap,
  texts: number,
  stride: number,
  validity: number,
  selection: number,
  k: number,
): { readonly address: number; readonly bytes: number } {
  const word = at(texts, stride, selection === 0 ? k : u32[(selection >>> 2) + k]) >>> 2;
  return { address: u32[word], bytes: u8[at(validity, 1, k)] === 0 ? 0 : u32[word + 1] };
}
