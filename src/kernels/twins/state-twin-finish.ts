/** What the results of accumulators mean: see assembly/state-finish.ts. */
import type { Heap } from '../../memory/heap.js';
import {
  AVERAGE,
  I32,
  I128,
  SAW_INFINITY,
  SAW_NAN,
  SAW_NEGATIVE_INFINITY,
  SUM_REST,
  SUPER_WORDS,
  U8,
} from '../assembly/state-layout.js';
import { doubleUnits, nearestDouble, UNITS } from '../exact-ratio.js';
import type { StateKernels } from '../state-kernels.js';
import { expansionUnits, hasOffset } from './state-twin-accumulate.js';
import { setSigned, setU32, signedAt, u32 } from './state-twin-heap.js';

const LIMIT = 10n ** 38n;
const EXACT = 1n << 53n;

function specialSum(specials: number): number {
  const both = SAW_INFINITY | SAW_NEGATIVE_INFINITY;
  if (specials & SAW_NAN || (specials & both) === both) return Number.NaN;
  return specials & SAW_INFINITY ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
}

type Finishers = Pick<
  StateKernels,
  'finishCount' | 'finishSumInt' | 'finishAverageInt' | 'finishDouble' | 'finishExtreme' | 'countNulls'
>;

export function finishTwins(heap: Heap): Finishers {
  const slotOf = (rows: number, i: number, offset: number): number => u32(heap, rows + 4 * i) + offset;
  const countOf = (slot: number): bigint => heap.u64[(slot + 24) >>> 3];
  return {
    finishCount(rows, offset, count, values) {
      for (let i = 0; i < count; i++) heap.u64[(values >>> 3) + i] = heap.u64[slotOf(rows, i, offset) >>> 3];
    },
    finishSumInt(rows, offset, count, values, validity) {
      for (let i = 0; i < count; i++) {
        const slot = slotOf(rows, i, offset);
        const sum = signedAt(heap, slot, 3);
        if (sum >= LIMIT || sum <= -LIMIT) return i;
        setSigned(heap, values + 16 * i, 2, sum);
        heap.u8[validity + i] = countOf(slot) === 0n ? 0 : 1;
      }
      return count;
    },
    finishAverageInt(rows, offset, count, scale, values, validity, slow) {
      let slowRows = 0;
      for (let i = 0; i < count; i++) {
        const slot = slotOf(rows, i, offset);
        const sum = signedAt(heap, slot, 3);
        const divisor = Number(countOf(slot)) * scale;
        heap.u8[validity + i] = countOf(slot) === 0n ? 0 : 1;
        if (sum <= EXACT && sum >= -EXACT && divisor <= Number(EXACT)) {
          heap.f64[(values >>> 3) + i] = divisor === 0 ? 0 : Number(sum) / divisor;
        } else {
          setU32(heap, slow + 4 * slowRows++, i);
        }
      }
      return slowRows;
    },
    finishDouble(rows, offset, count, result, values, validity, slow) {
      let slowRows = 0;
      for (let i = 0; i < count; i++) {
        const slot = slotOf(rows, i, offset);
        const specials = u32(heap, slot + 36);
        const large = u32(heap, slot + 32);
        const units = expansionUnits(heap, slot) + (large === 0 ? 0n : signedAt(heap, large, SUPER_WORDS));
        let sum = specials === 0 ? nearestDouble(units, UNITS) : specialSum(specials);
        heap.u8[validity + i] = countOf(slot) === 0n ? 0 : 1;
        if (specials === 0 && result === AVERAGE && countOf(slot) !== 0n) {
          if (!Number.isFinite(sum)) setU32(heap, slow + 4 * slowRows++, i);
          sum /= Number(countOf(slot));
        }
        if (specials === 0 && result === SUM_REST) {
          sum = Number.isFinite(sum) ? nearestDouble(units - doubleUnits(sum), UNITS) : 0;
        }
        heap.f64[(values >>> 3) + i] = sum + 0;
      }
      return slowRows;
    },
    finishExtreme(rows, offset, count, physical, values, validity) {
      const width = physical === U8 ? 1 : physical === I32 ? 4 : physical === I128 ? 16 : 8;
      for (let i = 0; i < count; i++) {
        const slot = slotOf(rows, i, offset);
        heap.u8[validity + i] = u32(heap, slot + hasOffset(physical)) === 0 ? 0 : 1;
        heap.u8.copyWithin(values + width * i, slot, slot + width);
      }
    },
    countNulls(validity, count) {
      return heap.u8.subarray(validity, validity + count).reduce((nulls, valid) => nulls + (valid === 0 ? 1 : 0), 0);
    },
  };
}
