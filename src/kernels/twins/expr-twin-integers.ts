/** Twin: 64-bit integers. */
import type { Heap } from '../../memory/heap.js';
import type { ExprKernels } from '../expr-kernels.js';
import { at, visitRows } from './expr-twin-rows.js';

type IntegerKernels = Pick<
  ExprKernels,
  | 'arithmeticI64'
  | 'divideI64'
  | 'negateI64'
  | 'compareI64'
  | 'memberI64'
  | 'subtractI32'
  | 'widenI32'
  | 'narrowI64'
  | 'i64ToF64'
>;

/** The result of comparison `op` (0 =, 1 <>, 2 <, 3 <=) where `order` is negative, zero or positive. */
export function compared(op: number, order: number): number {
  return Number(op === 0 ? order === 0 : op === 1 ? order !== 0 : op === 2 ? order < 0 : order <= 0);
}

/** True when `value` has at most `precision` digits (0: fits in 64 bits). */
export function fits(value: bigint, precision: number): boolean {
  if (precision === 0) return BigInt.asIntN(64, value) === value;
  const limit = 10n ** BigInt(precision);
  return value < limit && value > -limit;
}

export function integerTwin(heap: Heap): IntegerKernels {
  const load = (column: number, stride: number, row: number): bigint => heap.i64[at(column, stride, row) / 8];
  const store = (out: number, row: number, value: bigint): boolean => {
    heap.i64[at(out, 8, row) / 8] = value;
    return true;
  };
  return {
    arithmeticI64: (op, a, aStride, b, bStride, out, precision, validity, selection, count) =>
      visitRows(heap, validity, selection, count, (row) => {
        const x = load(a, aStride, row);
        const y = load(b, bStride, row);
        const result = op === 0 ? x + y : op === 1 ? x - y : x * y;
        return fits(result, 0) && fits(result, precision) && store(out, row, result);
      }),
    divideI64: (op, a, aStride, b, bStride, out, validity, selection, count) =>
      visitRows(heap, validity, selection, count, (row) => {
        const y = load(b, bStride, row);
        if (y === 0n) {
          heap.u8[at(validity, 1, row)] = 0;
          return true;
        }
        const x = load(a, aStride, row);
        // the remainder would fit, but its quotient does not
        return fits(x / y, 0) && store(out, row, op === 0 ? x / y : x % y);
      }),
    negateI64: (op, a, aStride, out, validity, selection, count) =>
      visitRows(heap, validity, selection, count, (row) => {
        const x = load(a, aStride, row);
        const result = op === 0 || x < 0n ? -x : x;
        return fits(result, 0) && store(out, row, result);
      }),
    compareI64(op, a, aStride, b, bStride, out, validity, selection, count) {
      visitRows(heap, validity, selection, count, (row) => {
        const x = load(a, aStride, row);
        const y = load(b, bStride, row);
        heap.u8[at(out, 1, row)] = compared(op, x < y ? -1 : Number(x > y));
      });
    },
    memberI64(a, aStride, table, size, out, validity, selection, count) {
      const values = heap.i64.slice((table >>> 0) / 8, (table >>> 0) / 8 + size);
      visitRows(heap, validity, selection, count, (row) => {
        heap.u8[at(out, 1, row)] = Number(values.includes(load(a, aStride, row)));
      });
    },
    subtractI32(a, aStride, b, bStride, out, validity, selection, count) {
      visitRows(heap, validity, selection, count, (row) => {
        store(out, row, BigInt(heap.i32[at(a, aStride, row) / 4]) - BigInt(heap.i32[at(b, bStride, row) / 4]));
      });
    },
    widenI32(a, aStride, out, validity, selection, count) {
      visitRows(heap, validity, selection, count, (row) => {
        store(out, row, BigInt(heap.i32[at(a, aStride, row) / 4]));
      });
    },
    narrowI64: (a, aStride, out, validity, selection, count) =>
      visitRows(heap, validity, selection, count, (row) => {
        const x = load(a, aStride, row);
        if (BigInt.asIntN(32, x) !== x) return false;
        heap.i32[at(out, 4, row) / 4] = Number(x);
        return true;
      }),
    i64ToF64(a, aStride, out, validity, selection, count) {
      visitRows(heap, validity, selection, count, (row) => {
        heap.f64[at(out, 8, row) / 8] = Number(load(a, aStride, row));
      });
    },
  };
}
