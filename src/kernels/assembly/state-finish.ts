// Results of accumulators as columns. `rows` are row addresses as indexRecords makes them, `offset` the accumulator's
// slot in a row; results and validity are written at 0..count-1. A group without valid inputs is null.
import {
  AVERAGE,
  I32,
  I128,
  SAW_INFINITY,
  SAW_NAN,
  SAW_NEGATIVE_INFINITY,
  SUM_REST,
  SUPER_BYTES,
  TEXT,
  U8,
} from './state-layout';
import { roundExpansion, roundSuper, superAdd, superAddExpansion } from './state-super';

// 10^38
const LIMIT_HIGH: u64 = 0x4b3b4ca85a86c47a;
const LIMIT_LOW: u64 = 0x098a224000000000;
/** Integers up to here are doubles without loss: 2^53. */
const EXACT: i64 = 0x20000000000000;

export function finishCount(rows: usize, offset: u32, count: u32, values: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    store<u64>(values + (i << 3), load<u64>(<usize>load<u32>(rows + (i << 2)) + offset));
  }
}

/** decimal(38, s) values; returns the first row outside its range, or count. */
export function finishSumInt(rows: usize, offset: u32, count: u32, values: usize, validity: usize): u32 {
  for (let i: u32 = 0; i < count; i++) {
    const slot = <usize>load<u32>(rows + (i << 2)) + offset;
    const low = load<u64>(slot);
    const middle = load<i64>(slot, 8);
    if (load<i64>(slot, 16) != middle >> 63) return i;
    let high = u64(middle);
    let absolute = low;
    if (middle < 0) {
      absolute = 0 - low;
      high = ~high + u64(low == 0);
    }
    if (high > LIMIT_HIGH || (high == LIMIT_HIGH && absolute >= LIMIT_LOW)) return i;
    store<u64>(values + (i << 4), low);
    store<i64>(values + (i << 4), middle, 8);
    store<u8>(validity + i, u8(load<u64>(slot, 24) != 0));
  }
  return count;
}

/**
 * sum / count / scale, where `scale` is a power of ten. Both sides of the division must be exact doubles; rows where
 * they are not are listed in `slow` (u32 each) for the caller; returns how many.
 */
export function finishAverageInt(
  rows: usize,
  offset: u32,
  count: u32,
  scale: f64,
  values: usize,
  validity: usize,
  slow: usize,
): u32 {
  let slowRows: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const slot = <usize>load<u32>(rows + (i << 2)) + offset;
    const low = load<i64>(slot);
    const inputs = load<u64>(slot, 24);
    const divisor = f64(inputs) * scale;
    store<u8>(validity + i, u8(inputs != 0));
    const isSmall =
      low <= EXACT && low >= -EXACT && load<i64>(slot, 8) == low >> 63 && load<i64>(slot, 16) == low >> 63;
    if (isSmall && divisor <= f64(EXACT)) {
      store<f64>(values + (i << 3), inputs != 0 ? f64(low) / divisor : 0);
    } else {
      store<u32>(slow + (slowRows++ << 2), i);
    }
  }
  return slowRows;
}

/** What the exact sum in the slot has beyond `sum`, rounded once. `scratch` takes twice SUPER_BYTES. */
function restOfSum(slot: usize, large: usize, sum: f64, scratch: usize): f64 {
  const rest = scratch + SUPER_BYTES;
  if (large) memory.copy(rest, large, SUPER_BYTES);
  else memory.fill(rest, 0, SUPER_BYTES);
  for (let part: usize = 0; part < 24; part += 8) superAdd(rest, load<f64>(slot + part));
  superAdd(rest, -sum);
  return roundSuper(rest, scratch);
}

/**
 * `result` (see state-layout.ts) of the exact sum. An AVERAGE is the rounded sum by the count; rows whose sum is beyond
 * the doubles although their average is not are listed in `slow`; returns how many. `scratch` takes twice SUPER_BYTES.
 */
export function finishDouble(
  rows: usize,
  offset: u32,
  count: u32,
  result: u32,
  values: usize,
  validity: usize,
  slow: usize,
  scratch: usize,
): u32 {
  let slowRows: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const slot = <usize>load<u32>(rows + (i << 2)) + offset;
    const inputs = load<u64>(slot, 24);
    const specials = load<u32>(slot, 36);
    store<u8>(validity + i, u8(inputs != 0));
    let sum: f64 = 0;
    if (specials != 0) {
      const both = SAW_INFINITY | SAW_NEGATIVE_INFINITY;
      sum = specials & SAW_NAN || (specials & both) == both ? NaN : specials & SAW_INFINITY ? Infinity : -Infinity;
    } else {
      const large: usize = load<u32>(slot, 32);
      // What came after the group became large is still in the expansion.
      if (large) superAddExpansion(large, slot);
      sum = large ? roundSuper(large, scratch) : roundExpansion(slot);
      if (result == AVERAGE && inputs != 0) {
        if (abs(sum) == Infinity) store<u32>(slow + (slowRows++ << 2), i);
        sum /= f64(inputs);
      }
      if (result == SUM_REST) sum = abs(sum) == Infinity ? 0 : restOfSum(slot, large, sum, scratch);
    }
    // A sum of -0 alone is 0: the sign of a zero would depend on how the rows were dealt out.
    store<f64>(values + (i << 3), sum + 0.0);
  }
  return slowRows;
}

/** min and max of every type. */
export function finishExtreme(
  rows: usize,
  offset: u32,
  count: u32,
  physical: u32,
  values: usize,
  validity: usize,
): void {
  const hasOffset: u32 = physical == I128 ? 16 : physical == TEXT ? 12 : 8;
  for (let i: u32 = 0; i < count; i++) {
    const slot = <usize>load<u32>(rows + (i << 2)) + offset;
    store<u8>(validity + i, u8(load<u32>(slot + hasOffset) != 0));
    switch (physical) {
      case U8:
        store<u8>(values + i, load<u8>(slot));
        break;
      case I32:
        store<u32>(values + (i << 2), load<u32>(slot));
        break;
      case I128:
        store<u64>(values + (i << 4), load<u64>(slot));
        store<u64>(values + (i << 4), load<u64>(slot, 8), 8);
        break;
      default:
        store<u64>(values + (i << 3), load<u64>(slot));
    }
  }
}

/** Zero bytes among the validity bytes of `count` rows. */
export function countNulls(validity: usize, count: u32): u32 {
  let nulls: u32 = 0;
  for (let i: u32 = 0; i < count; i++) nulls += u32(load<u8>(validity + i) == 0);
  return nulls;
}
