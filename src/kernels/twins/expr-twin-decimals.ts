/** Twin: decimals of up to 38 digits, 64 or 128 bits wide. */
import type { Heap } from '../../memory/heap.js';
import type { ExprKernels } from '../expr-kernels.js';
import { compared, fits } from './expr-twin-integers.js';
import { at, visitRows } from './expr-twin-rows.js';

type DecimalKernels = Pick<
  ExprKernels,
  'addDecimal' | 'multiplyDecimal' | 'rescaleDecimal' | 'compareI128' | 'negateI128'
>;

/** The integer of 8 or 16 bytes at an address. */
export function loadInteger(heap: Heap, address: number, isWide: boolean): bigint {
  if (!isWide) return heap.i64[address / 8];
  return (heap.i64[address / 8 + 1] << 64n) | heap.u64[address / 8];
}

export function storeInteger(heap: Heap, address: number, isWide: boolean, value: bigint): boolean {
  heap.i64[address / 8] = value;
  if (isWide) heap.i64[address / 8 + 1] = value >> 64n;
  return true;
}

/** value * 10^by, rounded half away from zero. */
function rescaled(value: bigint, by: number): bigint {
  if (by >= 0) return value * 10n ** BigInt(by);
  const unit = 10n ** BigInt(-by);
  const magnitude = value < 0n ? -value : value;
  const rounded = (magnitude + unit / 2n) / unit;
  return value < 0n ? -rounded : rounded;
}

export function decimalTwin(heap: Heap): DecimalKernels {
  const width = (isWide: number): number => (isWide === 0 ? 8 : 16);
  return {
    addDecimal: (op, shape, a, aStride, b, bStride, out, precision, validity, selection, count) =>
      visitRows(heap, validity, selection, count, (row) => {
        const x = loadInteger(heap, at(a, aStride, row), (shape & 1) !== 0);
        const y = loadInteger(heap, at(b, bStride, row), (shape & 2) !== 0);
        const result = op === 0 ? x + y : x - y;
        return fits(result, precision) && storeInteger(heap, at(out, width(shape & 4), row), (shape & 4) !== 0, result);
      }),
    multiplyDecimal: (shape, a, aStride, b, bStride, out, precision, validity, selection, count) =>
      visitRows(heap, validity, selection, count, (row) => {
        const x = loadInteger(heap, at(a, aStride, row), (shape & 1) !== 0);
        const y = loadInteger(heap, at(b, bStride, row), (shape & 2) !== 0);
        const result = x * y;
        return fits(result, precision) && storeInteger(heap, at(out, width(shape & 4), row), (shape & 4) !== 0, result);
      }),
    rescaleDecimal: (shape, a, aStride, by, out, precision, validity, selection, count) =>
      visitRows(heap, validity, selection, count, (row) => {
        const source = at(a, aStride, row);
        const value = (shape & 8) !== 0 ? BigInt(heap.i32[source / 4]) : loadInteger(heap, source, (shape & 1) !== 0);
        const result = rescaled(value, by);
        if ((shape & 16) !== 0) {
          if (BigInt.asIntN(32, result) !== result) return false;
          heap.i32[at(out, 4, row) / 4] = Number(result);
          return true;
        }
        return fits(result, precision) && storeInteger(heap, at(out, width(shape & 4), row), (shape & 4) !== 0, result);
      }),
    compareI128(op, a, aStride, b, bStride, out, validity, selection, count) {
      visitRows(heap, validity, selection, count, (row) => {
        const x = loadInteger(heap, at(a, aStride, row), true);
        const y = loadInteger(heap, at(b, bStride, row), true);
        heap.u8[at(out, 1, row)] = compared(op, x < y ? -1 : Number(x > y));
      });
    },
    negateI128(op, a, aStride, out, validity, selection, count) {
      visitRows(heap, validity, selection, count, (row) => {
        const x = loadInteger(heap, at(a, aStride, row), true);
        storeInteger(heap, at(out, 16, row), true, op === 0 || x < 0n ? -x : x);
      });
    },
  };
}
