/** Twin: kernels that look at text. */
import type { Heap } from '../../memory/heap.js';
import type { ExprKernels } from '../expr-kernels.js';
import { compared } from './expr-twin-integers.js';
import { at, visitRows } from './expr-twin-rows.js';

type TextKernels = Pick<
  ExprKernels,
  'compareText' | 'memberText' | 'searchText' | 'lengthText' | 'sliceText' | 'positionText' | 'trimText' | 'likeText'
>;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The bytes of a text value, copied. */
export function textBytes(heap: Heap, value: number): Uint8Array {
  const start = heap.u32[value >>> 2];
  return heap.u8.slice(start, start + heap.u32[(value >>> 2) + 1]);
}

export function storeView(heap: Heap, value: number, address: number, length: number): void {
  heap.u32[value >>> 2] = address;
  heap.u32[(value >>> 2) + 1] = length;
}

const bytesOf = (text: string): number => Buffer.byteLength(text);

/** The pattern at an address as a regular expression. */
function likeExpression(heap: Heap, pattern: number): RegExp {
  const view = new DataView(heap.memory.buffer, pattern >>> 0);
  let offset = 4;
  const pieces: string[] = [];
  for (let piece = view.getUint32(0, true); piece > 0; piece--) {
    const size = view.getUint32(offset, true);
    const parts: string[] = [];
    let literal: number[] = [];
    const flush = (): void => {
      parts.push(decoder.decode(Uint8Array.from(literal)).replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
      literal = [];
    };
    for (let u = 0; u < size; u++) {
      const unit = view.getUint16(offset + 4 + 2 * u, true);
      if (unit < 256) literal.push(unit);
      else {
        flush();
        parts.push('.');
      }
    }
    flush();
    pieces.push(parts.join(''));
    offset += 4 + 2 * size;
  }
  return new RegExp(`^${pieces.join('.*')}$`, 'su');
}

export function textTwin(heap: Heap): TextKernels {
  const bytes = (column: number, stride: number, row: number): Uint8Array => textBytes(heap, at(column, stride, row));
  const text = (column: number, stride: number, row: number): string => decoder.decode(bytes(column, stride, row));
  const start = (column: number, stride: number, row: number): number => heap.u32[at(column, stride, row) / 4];
  return {
    compareText(op, a, aStride, b, bStride, out, validity, selection, count) {
      visitRows(heap, validity, selection, count, (row) => {
        const order = Buffer.compare(bytes(a, aStride, row), bytes(b, bStride, row));
        heap.u8[at(out, 1, row)] = compared(op, order);
      });
    },
    memberText(a, aStride, table, size, out, validity, selection, count) {
      const key = (column: number, stride: number, row: number): string =>
        Buffer.from(bytes(column, stride, row)).toString('latin1');
      const members = new Set(Array.from({ length: size }, (_, i) => key(table, 8, i)));
      visitRows(heap, validity, selection, count, (row) => {
        heap.u8[at(out, 1, row)] = Number(members.has(key(a, aStride, row)));
      });
    },
    searchText(where, a, aStride, b, bStride, out, validity, selection, count) {
      visitRows(heap, validity, selection, count, (row) => {
        const x = text(a, aStride, row);
        const y = text(b, bStride, row);
        heap.u8[at(out, 1, row)] = Number(where === 0 ? x.includes(y) : where === 1 ? x.startsWith(y) : x.endsWith(y));
      });
    },
    lengthText(a, aStride, out, validity, selection, count) {
      visitRows(heap, validity, selection, count, (row) => {
        heap.i64[at(out, 8, row) / 8] = BigInt([...text(a, aStride, row)].length);
      });
    },
    sliceText(begin, end, a, aStride, out, validity, selection, count) {
      visitRows(heap, validity, selection, count, (row) => {
        const points = [...text(a, aStride, row)];
        const taken = points.slice(begin, end);
        const skipped = begin >= 0 ? points.slice(0, begin) : points.slice(0, Math.max(points.length + begin, 0));
        storeView(heap, at(out, 8, row), start(a, aStride, row) + bytesOf(skipped.join('')), bytesOf(taken.join('')));
      });
    },
    positionText(a, aStride, b, bStride, out, validity, selection, count) {
      visitRows(heap, validity, selection, count, (row) => {
        const whole = text(a, aStride, row);
        const found = whole.indexOf(text(b, bStride, row));
        heap.i64[at(out, 8, row) / 8] = found < 0 ? 0n : BigInt([...whole.slice(0, found)].length + 1);
      });
    },
    trimText(side, a, aStride, out, validity, selection, from, count) {
      for (let k = from; k < count; k++) {
        const row = selection === 0 ? k : heap.u32[(selection >>> 2) + k];
        if (validity !== 0 && heap.u8[at(validity, 1, row)] === 0) continue;
        const whole = text(a, aStride, row);
        const head = side & 1 ? whole.replace(/^ +/, '') : whole;
        const body = side & 2 ? head.replace(/ +$/, '') : head;
        if (side & 1 && /^[^\0-\x7f]/.test(body)) return k;
        if (side & 2 && /[^\0-\x7f]$/.test(body)) return k;
        const skipped = bytesOf(whole) - bytesOf(head);
        storeView(heap, at(out, 8, row), start(a, aStride, row) + skipped, bytesOf(body));
      }
      return count;
    },
    likeText(a, aStride, pattern, out, validity, selection, count) {
      const expression = likeExpression(heap, pattern);
      visitRows(heap, validity, selection, count, (row) => {
        heap.u8[at(out, 1, row)] = Number(expression.test(text(a, aStride, row)));
      });
    },
  };
}
