/** Twin: kernels that make text in the text area. */
import type { Heap } from '../../memory/heap.js';
import type { ExprKernels } from '../expr-kernels.js';
import { loadInteger } from './expr-twin-decimals.js';
import { at } from './expr-twin-rows.js';
import { storeView, textBytes } from './expr-twin-text.js';

type MakeTextKernels = Pick<ExprKernels, 'concatText' | 'caseText' | 'integerToText' | 'decimalToText'>;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The unscaled value with `scale` digits behind the point. */
function decimalText(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  return (unscaled < 0n ? '-' : '') + (scale === 0 ? whole : `${whole}.${digits.slice(digits.length - scale)}`);
}

export function makeTextTwin(heap: Heap): MakeTextKernels {
  /** `make` answers the row's bytes and how much room the kernel asks for, or null to leave the row alone. */
  const fill = (
    area: number,
    out: number,
    validity: number,
    selection: number,
    from: number,
    count: number,
    make: (row: number) => { bytes: Uint8Array; room: number } | null,
  ): number => {
    const state = area >>> 2;
    heap.u32[state + 2] = 0;
    for (let k = from; k < count; k++) {
      const row = selection === 0 ? k : heap.u32[(selection >>> 2) + k];
      if (validity !== 0 && heap.u8[(validity >>> 0) + row] === 0) continue;
      const made = make(row);
      if (made === null) return k;
      const cursor = heap.u32[state];
      if (made.room > heap.u32[state + 1]) {
        heap.u32[state + 2] = made.room;
        return k;
      }
      heap.u8.set(made.bytes, cursor);
      heap.u32[state] = cursor + made.bytes.length;
      heap.u32[state + 1] -= made.bytes.length;
      storeView(heap, at(out, 8, row), cursor, made.bytes.length);
    }
    return count;
  };
  return {
    concatText: (a, aStride, b, bStride, out, area, validity, selection, from, count) =>
      fill(area, out, validity, selection, from, count, (row) => {
        const bytes = Buffer.concat([textBytes(heap, at(a, aStride, row)), textBytes(heap, at(b, bStride, row))]);
        return { bytes, room: bytes.length };
      }),
    caseText: (op, a, aStride, out, area, validity, selection, from, count) =>
      fill(area, out, validity, selection, from, count, (row) => {
        const bytes = textBytes(heap, at(a, aStride, row));
        const isTooLong = bytes.length > heap.u32[(area >>> 2) + 1];
        if (!isTooLong && bytes.some((byte) => byte >= 0x80)) return null;
        const text = decoder.decode(bytes);
        return { bytes: Buffer.from(op === 0 ? text.toLowerCase() : text.toUpperCase()), room: bytes.length };
      }),
    integerToText: (width, a, aStride, out, area, validity, selection, from, count) =>
      fill(area, out, validity, selection, from, count, (row) => {
        const address = at(a, aStride, row);
        const text = width === 4 ? String(heap.i32[address / 4]) : String(heap.i64[address / 8]);
        return { bytes: Buffer.from(text), room: 20 };
      }),
    decimalToText: (shape, scale, a, aStride, out, area, validity, selection, from, count) =>
      fill(area, out, validity, selection, from, count, (row) => {
        const value = loadInteger(heap, at(a, aStride, row), (shape & 1) !== 0);
        return { bytes: Buffer.from(decimalText(value, scale)), room: 44 };
      }),
  };
}
