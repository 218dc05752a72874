// count and sum, and what comes with a sum: folding input values into the group rows that the find kernels named. One kernel an operation and type;
// `groups` holds a row address a position, `offset` is the accumulator's slot in the row. Null inputs are skipped.
//
// Ordered rows (state-order.ts) come in runs of one group, which are folded in registers: the group's row is touched once
// a run. Without `ordered` a run is one row, as looking for its end would only cost.
import { countValid, pairAt, pairMask, rowAt, runEnd } from './state-column';
import { putExtreme } from './state-extreme';
import { tail } from './state-group';
import { I32, I64, I128, MIN_RUN, SUPER_BYTES } from './state-layout';
import { addToExpansion, EXPANSION_LIMIT, special, superAdd, superAddExpansion } from './state-super';

// @ts-ignore: decorator
@inline
function addCount(slot: usize, count: u32): void {
  store<u64>(slot, load<u64>(slot) + count);
}

/** count: rows where the input is valid, or all rows when there is no validity. */
export function countRows(groups: usize, offset: u32, column: usize, selection: usize, from: u32, to: u32, ordered: u32): void {
  const validity: usize = column ? <usize>load<u32>(column, 8) : 0;
  const validityStride: u32 = column ? load<u32>(column, 12) : 0;
  for (let i = from; i < to; ) {
    const group = load<u32>(groups + (i << 2));
    const end = ordered ? runEnd(groups, i, to, group) : i + 1;
    const count = validity == 0 ? end - i : countValid(validity, validityStride, selection, i, end);
    addCount(<usize>group + offset, count);
    i = end;
  }
}

/** Adds low and its sign (or, for 128 bits, the high word) to the 192-bit sum in the slot. */
// @ts-ignore: decorator
@inline
export function addInt(slot: usize, low: u64, high: i64): void {
  const sum = load<u64>(slot) + low;
  store<u64>(slot, sum);
  const carry = u64(sum < low);
  // Mostly -1 + 1 or 0 + 0: the upper words stay as they are.
  if (high + i64(carry) == 0 && (high == 0 || high == -1)) return;
  const middle = load<u64>(slot, 8);
  const next = middle + u64(high);
  const total = next + carry;
  store<u64>(slot, total, 8);
  const up = i64(next < middle) + i64(total < next) + (high >> 63);
  store<i64>(slot, load<i64>(slot, 16) + up, 16);
}

/**
 * A run of 32 or 64 bits: the lower and the upper halves are added up apart, which cannot overflow in 2^31 rows. A null's
 * value counts as 0.
 */
// @ts-ignore: decorator
@inline
function sumIntRun(slot: usize, values: usize, stride: u32, validity: usize, validityStride: u32, selection: usize, from: u32, to: u32, physical: u32): void {
  let low: u64 = 0;
  let high: i64 = 0;
  for (let i = from; i < to; i++) {
    const row = rowAt(selection, i);
    const at = values + row * stride;
    let x: i64 = physical == I32 ? <i64>load<i32>(at) : load<i64>(at);
    if (validity != 0) x &= 0 - <i64>load<u8>(validity + row * validityStride);
    low += u64(x) & 0xffffffff;
    high += x >> 32;
  }
  high += i64(low >>> 32);
  addInt(slot, (u64(high) << 32) | (low & 0xffffffff), high >> 32);
}

// @ts-ignore: decorator
@inline
function sumInts(groups: usize, offset: u32, column: usize, selection: usize, from: u32, to: u32, ordered: u32, physical: u32): void {
  const values: usize = load<u32>(column);
  const stride = load<u32>(column, 4);
  const validity: usize = load<u32>(column, 8);
  const validityStride = load<u32>(column, 12);
  for (let i = from; i < to; ) {
    const group = load<u32>(groups + (i << 2));
    const slot = <usize>group + offset;
    const end = ordered ? runEnd(groups, i, to, group) : i + 1;
    const count = validity == 0 ? end - i : countValid(validity, validityStride, selection, i, end);
    if (physical != I128) {
      sumIntRun(slot, values, stride, validity, validityStride, selection, i, end, physical);
    } else {
      for (; i < end; i++) {
        const row = rowAt(selection, i);
        if (validity != 0 && load<u8>(validity + row * validityStride) == 0) continue;
        addInt(slot, load<u64>(values + row * stride), load<i64>(values + row * stride, 8));
      }
    }
    addCount(slot + 24, count);
    i = end;
  }
}

export function sumI32(groups: usize, offset: u32, column: usize, selection: usize, from: u32, to: u32, ordered: u32): void {
  sumInts(groups, offset, column, selection, from, to, ordered, I32);
}

export function sumI64(groups: usize, offset: u32, column: usize, selection: usize, from: u32, to: u32, ordered: u32): void {
  sumInts(groups, offset, column, selection, from, to, ordered, I64);
}

export function sumI128(groups: usize, offset: u32, column: usize, selection: usize, from: u32, to: u32, ordered: u32): void {
  sumInts(groups, offset, column, selection, from, to, ordered, I128);
}

/**
 * A run in two lanes: the group's expansion and a second one take every other row each, in two parts, as the third is
 * seldom needed. False, and nothing changed, when bits would be lost: then one row after another is added.
 */
// @ts-ignore: decorator
@inline
function sumDoubleRun(slot: usize, values: usize, stride: u32, validity: usize, validityStride: u32, selection: usize, from: u32, to: u32): bool {
  const a0 = load<f64>(slot);
  const b0 = load<f64>(slot, 8);
  const c0 = load<f64>(slot, 16);
  let a = f64x2.replace_lane(f64x2.splat(0), 0, a0);
  let b = f64x2.replace_lane(f64x2.splat(0), 0, b0);
  let largest = f64x2.splat(0);
  let lost = f64x2.splat(0);
  for (let i = from; i < to; i += 2) {
    const first = rowAt(selection, i);
    // The last row of an odd run stands beside a zero.
    const second = i + 1 < to ? rowAt(selection, i + 1) : first;
    let x = pairAt(values + first * stride, values + second * stride);
    if (validity != 0) x = v128.and(x, pairMask(validity + first * validityStride, validity + second * validityStride));
    if (i + 1 == to) x = i64x2.replace_lane(x, 1, 0);
    // A NaN makes `lost` one, an infinity too: infinity - infinity.
    largest = f64x2.pmax(largest, f64x2.abs(x));
    const s = f64x2.add(a, x);
    const t = f64x2.sub(s, a);
    const e = f64x2.add(f64x2.sub(a, f64x2.sub(s, t)), f64x2.sub(x, t));
    a = s;
    const s2 = f64x2.add(b, e);
    const t2 = f64x2.sub(s2, b);
    lost = v128.or(lost, f64x2.add(f64x2.sub(b, f64x2.sub(s2, t2)), f64x2.sub(e, t2)));
    b = s2;
  }
  if (v128.any_true(v128.and(lost, i64x2.splat(i64.MAX_VALUE)))) return false;
  if (!(max(f64x2.extract_lane(largest, 0), f64x2.extract_lane(largest, 1)) < EXPANSION_LIMIT)) return false;
  store<f64>(slot, f64x2.extract_lane(a, 0));
  store<f64>(slot, f64x2.extract_lane(b, 0), 8);
  if (addToExpansion(slot, f64x2.extract_lane(a, 1)) && addToExpansion(slot, f64x2.extract_lane(b, 1))) return true;
  store<f64>(slot, a0);
  store<f64>(slot, b0, 8);
  store<f64>(slot, c0, 16);
  return false;
}

/** Adds rows one by one, up to the first that makes its group's sum lose bits. A call would make V8 spill registers. */
// @ts-ignore: decorator
@inline
function addQuickly(groups: usize, offset: u32, values: usize, stride: u32, validity: usize, validityStride: u32, selection: usize, from: u32, to: u32): u32 {
  for (let i = from; i < to; i++) {
    const row = rowAt(selection, i);
    if (validity != 0 && load<u8>(validity + row * validityStride) == 0) continue;
    const slot = <usize>load<u32>(groups + (i << 2)) + offset;
    if (!addToExpansion(slot, load<f64>(values + row * stride))) return i;
    addCount(slot + 24, 1);
  }
  return to;
}

/** Stops before the row whose group needs a superaccumulator that the arena has no room for. */
export function sumDouble(
  table: usize,
  groups: usize,
  offset: u32,
  column: usize,
  selection: usize,
  from: u32,
  to: u32,
  ordered: u32,
): u32 {
  const values: usize = load<u32>(column);
  const stride = load<u32>(column, 4);
  const validity: usize = load<u32>(column, 8);
  const validityStride = load<u32>(column, 12);
  let end = ordered ? from : to;
  for (let i = from; i < to; ) {
    if (i == end) {
      const group = load<u32>(groups + (i << 2));
      const slot = <usize>group + offset;
      end = runEnd(groups, i, to, group);
      if (end - i >= u32(MIN_RUN) && sumDoubleRun(slot, values, stride, validity, validityStride, selection, i, end)) {
        addCount(slot + 24, validity == 0 ? end - i : countValid(validity, validityStride, selection, i, end));
        i = end;
        continue;
      }
    }
    i = addQuickly(groups, offset, values, stride, validity, validityStride, selection, i, end);
    if (i == end) continue;
    if (!addLost(table, groups, offset, values + rowAt(selection, i) * stride, i)) return i;
    i++;
  }
  return to;
}

/**
 * Sum, minimum and maximum at once, each where its offset is not 0. The exact sum is a chain of dependent additions;
 * comparing with the extremes is done beside it.
 */
export function spreadDouble(
  table: usize,
  groups: usize,
  sumOffset: u32,
  minOffset: u32,
  maxOffset: u32,
  column: usize,
  selection: usize,
  from: u32,
  to: u32,
): u32 {
  const values: usize = load<u32>(column);
  const stride = load<u32>(column, 4);
  const validity: usize = load<u32>(column, 8);
  const validityStride = load<u32>(column, 12);
  for (let i = from; i < to; i++) {
    for (; i < to; i++) {
      const row = rowAt(selection, i);
      if (validity != 0 && load<u8>(validity + row * validityStride) == 0) continue;
      const group = <usize>load<u32>(groups + (i << 2));
      const x = load<f64>(values + row * stride);
      if (sumOffset != 0) {
        const slot = group + sumOffset;
        if (!addToExpansion(slot, x)) break;
        addCount(slot + 24, 1);
      }
      if (minOffset != 0) putExtreme(group + minOffset, x, false);
      if (maxOffset != 0) putExtreme(group + maxOffset, x, true);
    }
    if (i == to) break;
    const at = values + rowAt(selection, i) * stride;
    if (!addLost(table, groups, sumOffset, at, i)) return i;
    const group = <usize>load<u32>(groups + (i << 2));
    if (minOffset != 0) putExtreme(group + minOffset, load<f64>(at), false);
    if (maxOffset != 0) putExtreme(group + maxOffset, load<f64>(at), true);
  }
  return to;
}

/** Adds the value of row i that does not fit its group's expansion; false: there is no room. */
function addLost(table: usize, groups: usize, offset: u32, value: usize, i: u32): bool {
  const slot = <usize>load<u32>(groups + (i << 2)) + offset;
  if (!addLarge(table, slot, load<f64>(value))) return false;
  addCount(slot + 24, 1);
  return true;
}

function addLarge(table: usize, slot: usize, x: f64): bool {
  if (x - x != 0) {
    store<u32>(slot, load<u32>(slot, 36) | special(x), 36);
    return true;
  }
  let large: usize = load<u32>(slot, 32);
  if (large == 0) {
    large = tail(table, SUPER_BYTES);
    if (large == 0) return false;
    memory.fill(large, 0, SUPER_BYTES);
    store<u32>(slot, large, 32);
  }
  superAddExpansion(large, slot);
  superAdd(large, x);
  return true;
}
