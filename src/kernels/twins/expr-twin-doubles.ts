/** Twin: doubles from and to exact numbers. */
import type { Heap } from '../../memory/heap.js';
import type { ExprKernels } from '../expr-kernels.js';
import { loadInteger, storeInteger } from './expr-twin-decimals.js';
import { at, visitRows } from './expr-twin-rows.js';

type DoubleKernels = Pick<ExprKernels, 'f64ToI64' | 'decimalToF64' | 'f64ToDecimal'>;

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest === 0.5) return floor % 2 === 0 ? floor : floor + 1;
  return rest < 0.5 ? floor : floor + 1;
}

export function doubleTwin(heap: Heap): DoubleKernels {
  /** Where `compute` first answers false, beginning at row number `from`. */
  const stop = (
    validity: number,
    selection: number,
    from: number,
    count: number,
    compute: (row: number) => boolean,
  ): number => {
    for (let k = from; k < count; k++) {
      const row = selection === 0 ? k : heap.u32[(selection >>> 2) + k];
      if (validity !== 0 && heap.u8[at(validity, 1, row)] === 0) continue;
      if (!compute(row)) return k;
    }
    return count;
  };
  const load = (a: number, stride: number, row: number): number => heap.f64[at(a, stride, row) / 8];
  return {
    f64ToI64: (a, aStride, out, validity, selection, count) =>
      visitRows(heap, validity, selection, count, (row) => {
        const rounded = roundToEven(load(a, aStride, row));
        if (!(rounded >= -(2 ** 63) && rounded < 2 ** 63)) return false;
        return storeInteger(heap, at(out, 8, row), false, BigInt(rounded));
      }),
    decimalToF64: (shape, unit, a, aStride, out, validity, selection, from, count) =>
      stop(validity, selection, from, count, (row) => {
        const value = loadInteger(heap, at(a, aStride, row), (shape & 1) !== 0);
        if (value > BigInt(Number.MAX_SAFE_INTEGER) || value < BigInt(Number.MIN_SAFE_INTEGER)) return false;
        heap.f64[at(out, 8, row) / 8] = Number(value) / unit;
        return true;
      }),
    f64ToDecimal: (shape, unit, limit, a, aStride, out, validity, selection, from, count) =>
      stop(validity, selection, from, count, (row) => {
        const scaled = load(a, aStride, row) * unit;
        const size = Math.abs(scaled);
        if (!(size < limit - 1)) return false;
        const whole = Math.floor(size);
        const rounded = BigInt(size - whole >= 0.5 ? whole + 1 : whole);
        const isWide = (shape & 4) !== 0;
        return storeInteger(heap, at(out, isWide ? 16 : 8, row), isWide, scaled < 0 ? -rounded : rounded);
      }),
  };
}
