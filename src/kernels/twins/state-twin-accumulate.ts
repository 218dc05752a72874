/** What folding values into groups means: see assembly/state-sum.ts, state-extreme.ts and state-super.ts. */
import type { Heap } from '../../memory/heap.js';
import {
  F64,
  I32,
  I64,
  I128,
  MIN_RUN,
  SAW_INFINITY,
  SAW_NAN,
  SAW_NEGATIVE_INFINITY,
  STOP_TEXT_LIMIT,
  SUPER_BYTES,
  SUPER_WORDS,
  TABLE_TEXT_LIMIT,
  TEXT,
} from '../assembly/state-layout.js';
import { doubleUnits, nearestDouble, UNITS } from '../exact-ratio.js';
import type { StateKernels } from '../state-kernels.js';
import { stop, takeTail } from './state-twin-groups.js';
import {
  bytesAt,
  canonicalDouble,
  columnAt,
  isValid,
  rowAt,
  setSigned,
  setU32,
  signedAt,
  u32,
  valueAt,
} from './state-twin-heap.js';

const EXPANSION_LIMIT = 2 ** 970;

/** Adds x to the three parts of an exact sum; null when that would lose bits. */
export function expansionPlus(parts: readonly number[], x: number): number[] | null {
  if (!(Math.abs(x) < EXPANSION_LIMIT)) return null;
  const result: number[] = [];
  let rest = x;
  for (const part of parts) {
    const sum = part + rest;
    const t = sum - part;
    rest = part - (sum - t) + (rest - t);
    result.push(sum);
  }
  return rest === 0 ? result : null;
}

/** Adds xs to the first two parts of an exact sum; null when that would lose bits. */
function pairPlus(parts: readonly [number, number], xs: readonly number[]): [number, number] | null {
  let [a, b] = parts;
  for (const x of xs) {
    const sum = expansionPlus([a, b], x);
    if (sum === null) return null;
    [a, b] = sum;
  }
  return [a, b];
}

/** Adds a run in two lanes, every other value each, as the kernel does; null when that would lose bits. */
function runPlus(parts: readonly number[], xs: readonly number[]): number[] | null {
  const [a, b, c] = parts;
  const first = pairPlus(
    [a, b],
    xs.filter((_, i) => i % 2 === 0),
  );
  const second = pairPlus(
    [0, 0],
    xs.filter((_, i) => i % 2 === 1),
  );
  if (first === null || second === null) return null;
  return second.reduce<number[] | null>((sum, x) => sum && expansionPlus(sum, x), [...first, c]);
}

export function expansionAt(heap: Heap, slot: number): number[] {
  return [0, 1, 2].map((i) => heap.f64[(slot >>> 3) + i]);
}

export function setExpansion(heap: Heap, slot: number, parts: readonly number[]): void {
  heap.f64.set(parts, slot >>> 3);
}

export function expansionUnits(heap: Heap, slot: number): bigint {
  return expansionAt(heap, slot).reduce((sum, part) => sum + doubleUnits(part), 0n);
}

export function addCount(heap: Heap, slot: number, count: bigint): void {
  heap.u64[slot >>> 3] += count;
}

export function specialBit(x: number): number {
  return Number.isNaN(x) ? SAW_NAN : x > 0 ? SAW_INFINITY : SAW_NEGATIVE_INFINITY;
}

/** Whether `a` comes before `b` in the order of the language. */
export function isLess(physical: number, heap: Heap, a: number, b: number): boolean {
  if (physical === F64) {
    const [x, y] = [heap.f64[a >>> 3], heap.f64[b >>> 3]];
    return x < y || (Number.isNaN(y) && !Number.isNaN(x));
  }
  if (physical === TEXT) {
    return Buffer.compare(valueAt(heap, TEXT, a) as Uint8Array, valueAt(heap, TEXT, b) as Uint8Array) < 0;
  }
  return physical === I128 ? signedAt(heap, a, 2) < signedAt(heap, b, 2) : heap.i64[a >>> 3] < heap.i64[b >>> 3];
}

export function hasOffset(physical: number): number {
  return physical === I128 ? 16 : physical === TEXT ? 12 : 8;
}

type Accumulators = Pick<
  StateKernels,
  | 'countRows'
  | 'sumI32'
  | 'sumI64'
  | 'sumI128'
  | 'sumDouble'
  | 'spreadDouble'
  | 'extreme'
  | 'extremeText'
  | 'superAdd'
  | 'superAddSuper'
  | 'roundSuper'
>;

export function accumulatorTwins(heap: Heap): Accumulators {
  /** Calls `take` with each valid input's slot and address, until it says no; returns the position. */
  const each = (
    groups: number,
    offset: number,
    columnAddress: number,
    selection: number,
    from: number,
    to: number,
    take: (slot: number, value: number) => boolean,
  ): number => {
    const column = columnAt(heap, columnAddress);
    for (let i = from; i < to; i++) {
      const row = rowAt(heap, selection, i);
      if (!isValid(heap, column, row)) continue;
      if (!take(u32(heap, groups + 4 * i) + offset, column.values + row * column.stride)) return i;
    }
    return to;
  };
  const sum =
    (physical: number): StateKernels['sumI64'] =>
    (groups, offset, column, selection, from, to) => {
      each(groups, offset, column, selection, from, to, (slot, value) => {
        setSigned(heap, slot, 3, signedAt(heap, slot, 3) + (valueAt(heap, physical, value) as bigint));
        addCount(heap, slot + 24, 1n);
        return true;
      });
    };
  const sumRows = (
    table: number,
    groups: number,
    offset: number,
    columnAddress: number,
    selection: number,
    from: number,
    to: number,
  ): number =>
    each(groups, offset, columnAddress, selection, from, to, (slot, value) => {
      const x = heap.f64[value >>> 3];
      const parts = expansionPlus(expansionAt(heap, slot), x);
      if (parts !== null) {
        setExpansion(heap, slot, parts);
      } else if (!Number.isFinite(x)) {
        setU32(heap, slot + 36, u32(heap, slot + 36) | specialBit(x));
      } else {
        let large = u32(heap, slot + 32);
        if (large === 0) {
          large = takeTail(heap, table, SUPER_BYTES);
          if (large === 0) return false;
          heap.u8.fill(0, large, large + SUPER_BYTES);
          setU32(heap, slot + 32, large);
        }
        const units = signedAt(heap, large, SUPER_WORDS) + expansionUnits(heap, slot) + doubleUnits(x);
        setSigned(heap, large, SUPER_WORDS, units);
        setExpansion(heap, slot, [0, 0, 0]);
      }
      addCount(heap, slot + 24, 1n);
      return true;
    });
  /** Runs of one group; what a run cannot add up in two lanes is added row by row. */
  const sumRuns: typeof sumRows = (table, groups, offset, columnAddress, selection, from, to) => {
    const column = columnAt(heap, columnAddress);
    for (let i = from; i < to; ) {
      const group = u32(heap, groups + 4 * i);
      let end = i + 1;
      while (end < to && u32(heap, groups + 4 * end) === group) end++;
      const values = Array.from({ length: end - i }, (_, k) => {
        const row = rowAt(heap, selection, i + k);
        return isValid(heap, column, row) ? heap.f64[(column.values + row * column.stride) >>> 3] : null;
      });
      const numbers = values.map((value) => value ?? 0);
      const sum = numbers.length < MIN_RUN ? null : runPlus(expansionAt(heap, group + offset), numbers);
      if (sum !== null) {
        setExpansion(heap, group + offset, sum);
        addCount(heap, group + offset + 24, BigInt(values.filter((value) => value !== null).length));
      } else {
        const done = sumRows(table, groups, offset, columnAddress, selection, i, end);
        if (done < end) return done;
      }
      i = end;
    }
    return to;
  };
  const extreme: StateKernels['extreme'] = (groups, offset, column, selection, from, to, isMax, physical) => {
    each(groups, offset, column, selection, from, to, (slot, value) => {
      const x = valueAt(heap, physical, value) as bigint;
      const has = slot + hasOffset(physical);
      const best = physical === I128 ? signedAt(heap, slot, 2) : heap.i64[slot >>> 3];
      const bestDouble = heap.f64[slot >>> 3];
      const isFirst = u32(heap, has) === 0;
      if (physical === F64) {
        const y = canonicalDouble(heap.f64[value >>> 3]);
        const [low, high] = isMax ? [bestDouble, y] : [y, bestDouble];
        if (isFirst || low < high || (Number.isNaN(high) && !Number.isNaN(low))) heap.f64[slot >>> 3] = y;
      } else if (isFirst || (isMax ? x > best : x < best)) {
        setSigned(heap, slot, physical === I128 ? 2 : 1, x);
      }
      setU32(heap, has, 1);
      return true;
    });
  };
  const superAdd = (at: number, x: number): void => {
    setSigned(heap, at, SUPER_WORDS, signedAt(heap, at, SUPER_WORDS) + doubleUnits(x));
  };
  return {
    countRows(groups, offset, column, selection, from, to) {
      for (let i = from; i < to; i++) {
        if (column !== 0 && !isValid(heap, columnAt(heap, column), rowAt(heap, selection, i))) continue;
        addCount(heap, u32(heap, groups + 4 * i) + offset, 1n);
      }
    },
    sumI32: sum(I32),
    sumI64: sum(I64),
    sumI128: sum(I128),
    sumDouble(table, groups, offset, column, selection, from, to, ordered) {
      return (ordered === 0 ? sumRows : sumRuns)(table, groups, offset, column, selection, from, to);
    },
    spreadDouble(table, groups, sumOffset, minOffset, maxOffset, column, selection, from, to) {
      const reached = sumOffset === 0 ? to : sumRows(table, groups, sumOffset, column, selection, from, to);
      if (minOffset !== 0) extreme(groups, minOffset, column, selection, from, reached, 0, F64);
      if (maxOffset !== 0) extreme(groups, maxOffset, column, selection, from, reached, 1, F64);
      return reached;
    },
    extreme,
    extremeText(table, groups, offset, column, selection, from, to, isMax) {
      return each(groups, offset, column, selection, from, to, (slot, value) => {
        const text = valueAt(heap, TEXT, value) as Uint8Array;
        if (u32(heap, slot + 12) !== 0) {
          const order = Buffer.compare(text, bytesAt(heap, u32(heap, slot), u32(heap, slot + 4)));
          if (isMax ? order <= 0 : order >= 0) return true;
        }
        if (text.length > u32(heap, slot + 8)) {
          if (text.length > u32(heap, table + TABLE_TEXT_LIMIT)) {
            return stop(heap, table, STOP_TEXT_LIMIT, text.length) !== 0;
          }
          const capacity = Math.max(16, 2 ** Math.ceil(Math.log2(text.length)));
          const copy = takeTail(heap, table, capacity);
          if (copy === 0) return false;
          setU32(heap, slot, copy);
          setU32(heap, slot + 8, capacity);
        }
        heap.u8.set(text, u32(heap, slot));
        setU32(heap, slot + 4, text.length);
        setU32(heap, slot + 12, 1);
        return true;
      });
    },
    superAdd,
    superAddSuper(at, other) {
      setSigned(heap, at, SUPER_WORDS, signedAt(heap, at, SUPER_WORDS) + signedAt(heap, other, SUPER_WORDS));
    },
    roundSuper: (at) => nearestDouble(signedAt(heap, at, SUPER_WORDS), UNITS),
  };
}
