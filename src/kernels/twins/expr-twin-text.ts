/** Twin: kernels that look at text. */
import type { Heap } from '../../memory/heap.js';
import type { ExprKernels } from '../expr-kernels.js';
import { compared } from './expr-twin-integers.js';
import { at, visitRows } from './expr-twin-rows.js';

type TextKernels = Pick<
  ExprKernels,
  'compareText' | 'memberText' | 'searchText' | 'lengthText' | 'sliceText' | 'trimText' | 'likeText'
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

/** Code points [from, to) as [first byte, bytes] of the text. */
function slice(text: string, start: bigint, length: bigint | null): [number, number] {
  const points = [...text];
  const total = BigInt(points.length);
  let from = start > 0n ? start - 1n : start < 0n ? (start < -total ? 0n : start + total) : 0n;
  let to = total;
  if (length !== null && length < 0n) {
    to = from;
    from = from + length < 0n ? 0n : from + length;
  } else if (length !== null) {
    const taken = start === 0n && length > 0n ? length - 1n : length;
    to = from + taken < total ? from + taken : total;
  }
  const head = points.slice(0, Number(from < total ? from : total)).join('');
  const body = points.slice(Number(from < total ? from : total), Number(to < total ? to : total)).join('');
  return [bytesOf(head), bytesOf(body)];
}

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
      const members = new Set(Array.from({ length: size }, (_, i) => text(table, 8, i)));
      visitRows(heap, validity, selection, count, (row) => {
        heap.u8[at(out, 1, row)] = Number(members.has(text(a, aStride, row)));
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
    sliceText(a, aStride, from, fromStride, length, lengthStride, out, validity, selection, count) {
      visitRows(heap, validity, selection, count, (row) => {
        const first = heap.i64[at(from, fromStride, row) / 8];
        const points = length === 0 ? null : heap.i64[at(length, lengthStride, row) / 8];
        const [skipped, taken] = slice(text(a, aStride, row), first, points);
        storeView(heap, at(out, 8, row), start(a, aStride, row) + skipped, taken);
      });
    },
    trimText(side, a, aStride, out, validity, selection, count) {
      visitRows(heap, validity, selection, count, (row) => {
        const whole = text(a, aStride, row);
        const head = side & 1 ? whole.replace(/^ +/, '') : whole;
        const body = side & 2 ? head.replace(/ +$/, '') : head;
        const skipped = bytesOf(whole) - bytesOf(head);
        storeView(heap, at(out, 8, row), start(a, aStride, row) + skipped, bytesOf(body));
      });
    },
    likeText(a, aStride, pattern, out, validity, selection, count) {
      const expression = likeExpression(heap, pattern);
      visitRows(heap, validity, selection, count, (row) => {
        heap.u8[at(out, 1, row)] = Number(expression.test(text(a, aStride, row)));
      });
    },
  };
}
