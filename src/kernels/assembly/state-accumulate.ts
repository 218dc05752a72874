// Folding input values into the group rows that the find kernels named. One kernel an operation and type; `groups` holds
// a row address a position, `offset` is the accumulator's slot in the row. Null inputs are skipped.

import { tail } from './state-group';
import { canonicalWord } from './state-hash';
import {
  F64,
  I32,
  I64,
  I128,
  STOP_TEXT_LIMIT,
  SUPER_BYTES,
  TABLE_NEEDED,
  TABLE_STOP,
  TABLE_TEXT_LIMIT,
  U8,
} from './state-layout';
import { addToExpansion, special, superAdd, superAddExpansion } from './state-super';
import { compareBytes } from './state-text';

/** count: rows where the input is valid, or all rows when there is no validity. */
export function countRows(groups: usize, offset: u32, column: usize, selection: usize, from: u32, to: u32): void {
  const validity: usize = column ? <usize>load<u32>(column, 8) : 0;
  if (validity == 0) {
    for (let i = from; i < to; i++) {
      const slot = <usize>load<u32>(groups + (i << 2)) + offset;
      store<u64>(slot, load<u64>(slot) + 1);
    }
    return;
  }
  const validityStride = load<u32>(column, 12);
  for (let i = from; i < to; i++) {
    const row = selection ? load<u32>(selection + (i << 2)) : i;
    const slot = <usize>load<u32>(groups + (i << 2)) + offset;
    store<u64>(slot, load<u64>(slot) + u64(load<u8>(validity + row * validityStride) != 0));
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

// @ts-ignore: decorator
@inline
function sumInts(groups: usize, offset: u32, column: usize, selection: usize, from: u32, to: u32, physical: u32): void {
  const values: usize = load<u32>(column);
  const stride = load<u32>(column, 4);
  const validity: usize = load<u32>(column, 8);
  const validityStride = load<u32>(column, 12);
  for (let i = from; i < to; i++) {
    const row = selection ? load<u32>(selection + (i << 2)) : i;
    if (validity != 0 && load<u8>(validity + row * validityStride) == 0) continue;
    const slot = <usize>load<u32>(groups + (i << 2)) + offset;
    const at = values + row * stride;
    const low: i64 = physical == I32 ? <i64>load<i32>(at) : load<i64>(at);
    addInt(slot, u64(low), physical == I128 ? load<i64>(at, 8) : low >> 63);
    store<u64>(slot, load<u64>(slot, 24) + 1, 24);
  }
}

export function sumI32(groups: usize, offset: u32, column: usize, selection: usize, from: u32, to: u32): void {
  sumInts(groups, offset, column, selection, from, to, I32);
}

export function sumI64(groups: usize, offset: u32, column: usize, selection: usize, from: u32, to: u32): void {
  sumInts(groups, offset, column, selection, from, to, I64);
}

export function sumI128(groups: usize, offset: u32, column: usize, selection: usize, from: u32, to: u32): void {
  sumInts(groups, offset, column, selection, from, to, I128);
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
): u32 {
  const values: usize = load<u32>(column);
  const stride = load<u32>(column, 4);
  const validity: usize = load<u32>(column, 8);
  const validityStride = load<u32>(column, 12);
  for (let i = from; i < to; i++) {
    const row = selection ? load<u32>(selection + (i << 2)) : i;
    if (validity != 0 && load<u8>(validity + row * validityStride) == 0) continue;
    const slot = <usize>load<u32>(groups + (i << 2)) + offset;
    const x = load<f64>(values + row * stride);
    if (!addToExpansion(slot, x) && !addLarge(table, slot, x)) return i;
    store<u64>(slot, load<u64>(slot, 24) + 1, 24);
  }
  return to;
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

/** min and max of u8, i32, i64. */
// @ts-ignore: decorator
@inline
function extremeInts(groups: usize, offset: u32, column: usize, selection: usize, from: u32, to: u32, isMax: bool, physical: u32): void {
  const values: usize = load<u32>(column);
  const stride = load<u32>(column, 4);
  const validity: usize = load<u32>(column, 8);
  const validityStride = load<u32>(column, 12);
  for (let i = from; i < to; i++) {
    const row = selection ? load<u32>(selection + (i << 2)) : i;
    if (validity != 0 && load<u8>(validity + row * validityStride) == 0) continue;
    const slot = <usize>load<u32>(groups + (i << 2)) + offset;
    const at = values + row * stride;
    const x: i64 = physical == U8 ? <i64>load<u8>(at) : physical == I32 ? <i64>load<i32>(at) : load<i64>(at);
    const best = load<i64>(slot);
    if (load<u32>(slot, 8) == 0 || (isMax ? x > best : x < best)) {
      store<i64>(slot, x);
      store<u32>(slot, 1, 8);
    }
  }
}

/** Whether the double x comes before y: NaN is greatest. */
// @ts-ignore: decorator
@inline
export function doubleLess(x: f64, y: f64): bool {
  return x < y || (y != y && x == x);
}

// @ts-ignore: decorator
@inline
function extremeDoubles(groups: usize, offset: u32, column: usize, selection: usize, from: u32, to: u32, isMax: bool): void {
  const values: usize = load<u32>(column);
  const stride = load<u32>(column, 4);
  const validity: usize = load<u32>(column, 8);
  const validityStride = load<u32>(column, 12);
  for (let i = from; i < to; i++) {
    const row = selection ? load<u32>(selection + (i << 2)) : i;
    if (validity != 0 && load<u8>(validity + row * validityStride) == 0) continue;
    const slot = <usize>load<u32>(groups + (i << 2)) + offset;
    const x = load<f64>(values + row * stride);
    const best = load<f64>(slot);
    if (load<u32>(slot, 8) == 0 || (isMax ? doubleLess(best, x) : doubleLess(x, best))) {
      store<u64>(slot, canonicalWord(x));
      store<u32>(slot, 1, 8);
    }
  }
}

/** Whether the 128-bit value at a is less than that at b. */
export function wideLess(a: usize, b: usize): bool {
  const x = load<i64>(a, 8);
  const y = load<i64>(b, 8);
  return x < y || (x == y && load<u64>(a) < load<u64>(b));
}

function extremeWides(groups: usize, offset: u32, column: usize, selection: usize, from: u32, to: u32, isMax: bool): void {
  const values: usize = load<u32>(column);
  const stride = load<u32>(column, 4);
  const validity: usize = load<u32>(column, 8);
  const validityStride = load<u32>(column, 12);
  for (let i = from; i < to; i++) {
    const row = selection ? load<u32>(selection + (i << 2)) : i;
    if (validity != 0 && load<u8>(validity + row * validityStride) == 0) continue;
    const slot = <usize>load<u32>(groups + (i << 2)) + offset;
    const at = values + row * stride;
    if (load<u32>(slot, 16) == 0 || (isMax ? wideLess(slot, at) : wideLess(at, slot))) {
      store<u64>(slot, load<u64>(at));
      store<u64>(slot, load<u64>(at, 8), 8);
      store<u32>(slot, 1, 16);
    }
  }
}

/** min and max of every type but text. */
export function extreme(
  groups: usize,
  offset: u32,
  column: usize,
  selection: usize,
  from: u32,
  to: u32,
  isMax: u32,
  physical: u32,
): void {
  switch (physical) {
    case U8:
      return isMax
        ? extremeInts(groups, offset, column, selection, from, to, true, U8)
        : extremeInts(groups, offset, column, selection, from, to, false, U8);
    case I32:
      return isMax
        ? extremeInts(groups, offset, column, selection, from, to, true, I32)
        : extremeInts(groups, offset, column, selection, from, to, false, I32);
    case F64:
      return isMax
        ? extremeDoubles(groups, offset, column, selection, from, to, true)
        : extremeDoubles(groups, offset, column, selection, from, to, false);
    case I128:
      return extremeWides(groups, offset, column, selection, from, to, isMax != 0);
    default:
      return isMax
        ? extremeInts(groups, offset, column, selection, from, to, true, I64)
        : extremeInts(groups, offset, column, selection, from, to, false, I64);
  }
}

/**
 * min and max of text. The bytes lie in the arena with a capacity that is a power of two: a replacement either fits or
 * at least doubles it, so what replaced texts leave behind is less than what the last one takes.
 */
export function extremeText(
  table: usize,
  groups: usize,
  offset: u32,
  column: usize,
  selection: usize,
  from: u32,
  to: u32,
  isMax: u32,
): u32 {
  const values: usize = load<u32>(column);
  const stride = load<u32>(column, 4);
  const validity: usize = load<u32>(column, 8);
  const validityStride = load<u32>(column, 12);
  for (let i = from; i < to; i++) {
    const row = selection ? load<u32>(selection + (i << 2)) : i;
    if (validity != 0 && load<u8>(validity + row * validityStride) == 0) continue;
    const slot = <usize>load<u32>(groups + (i << 2)) + offset;
    const at = values + row * stride;
    const address: usize = load<u32>(at);
    const bytes = load<u32>(at, 4);
    if (load<u32>(slot, 12) != 0) {
      const order = compareBytes(address, bytes, load<u32>(slot), load<u32>(slot, 4));
      if (isMax ? order <= 0 : order >= 0) continue;
    }
    if (bytes > load<u32>(slot, 8)) {
      if (bytes > load<u32>(table, TABLE_TEXT_LIMIT)) {
        store<u32>(table, STOP_TEXT_LIMIT, TABLE_STOP);
        store<u32>(table, bytes, TABLE_NEEDED);
        return i;
      }
      const capacity = max<u32>(16, u32(1) << (32 - clz<u32>(bytes - 1)));
      const copy = tail(table, capacity);
      if (copy == 0) return i;
      store<u32>(slot, copy);
      store<u32>(slot, capacity, 8);
    }
    memory.copy(load<u32>(slot), address, bytes);
    store<u32>(slot, bytes, 4);
    store<u32>(slot, 1, 12);
  }
  return to;
}
