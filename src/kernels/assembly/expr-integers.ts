// 64-bit integers: checked arithmetic, comparison, conversion. Each answers the first failing row, or -1.
import { isNull, rowAt } from './expr-rows';

/**
 * 0 adds, 1 subtracts, 2 multiplies; results outside lowest .. lowest + span fail. Null rows are computed too: no branch
 * that nulls make unpredictable.
 */
// @ts-ignore: decorator
@inline
function arithmeticLoop(
  op: i32,
  sparse: bool,
  a: usize,
  aStride: u32,
  b: usize,
  bStride: u32,
  out: usize,
  lowest: i64,
  span: u64,
  validity: usize,
  selection: usize,
  count: u32,
): i32 {
  for (let k: u32 = 0; k < count; k++) {
    const row = sparse ? rowAt(selection, k) : k;
    const x = load<i64>(sparse ? a + <usize>row * aStride : a);
    const y = load<i64>(sparse ? b + <usize>row * bStride : b);
    if (!sparse) {
      a += aStride;
      b += bStride;
    }
    let result: i64;
    let failed: bool;
    if (op == 0) {
      result = x + y;
      failed = ((x ^ result) & (y ^ result)) < 0;
    } else if (op == 1) {
      result = x - y;
      failed = ((x ^ y) & (x ^ result)) < 0;
    } else {
      result = x * y;
      // 63 bits of magnitude between them cannot overflow; otherwise divide back
      failed =
        clz(x ^ (x >> 63)) + clz(y ^ (y >> 63)) < 66 &&
        x != 0 &&
        ((x == -1 && y == i64.MIN_VALUE) || (x != -1 && result / x != y));
    }
    if ((failed || <u64>(result - lowest) > span) && !isNull(validity, row)) return row;
    store<i64>(out + (<usize>row << 3), result);
  }
  return -1;
}

function limitOf(precision: i32): i64 {
  let limit: i64 = 1;
  for (let i = 0; i < precision; i++) limit *= 10;
  return limit;
}

/** out = a OP b over i64; `precision` 1 .. 18: the result must have at most that many digits, 0: it must fit in 64 bits. */
export function arithmeticI64(
  op: i32,
  a: usize,
  aStride: u32,
  b: usize,
  bStride: u32,
  out: usize,
  precision: i32,
  validity: usize,
  selection: usize,
  count: u32,
): i32 {
  const lowest: i64 = precision == 0 ? i64.MIN_VALUE : 1 - limitOf(precision);
  const span: u64 = precision == 0 ? u64.MAX_VALUE : <u64>(-2 * lowest);
  const sparse = selection != 0;
  if (op == 0) {
    if (sparse) return arithmeticLoop(0, true, a, aStride, b, bStride, out, lowest, span, validity, selection, count);
    return arithmeticLoop(0, false, a, aStride, b, bStride, out, lowest, span, validity, selection, count);
  }
  if (op == 1) {
    if (sparse) return arithmeticLoop(1, true, a, aStride, b, bStride, out, lowest, span, validity, selection, count);
    return arithmeticLoop(1, false, a, aStride, b, bStride, out, lowest, span, validity, selection, count);
  }
  if (sparse) return arithmeticLoop(2, true, a, aStride, b, bStride, out, lowest, span, validity, selection, count);
  return arithmeticLoop(2, false, a, aStride, b, bStride, out, lowest, span, validity, selection, count);
}

/** out = a OP b for 0 truncating quotient, 1 remainder with the sign of a. b = 0 clears the row's validity; -2^63 by -1 fails. */
export function divideI64(
  op: i32,
  a: usize,
  aStride: u32,
  b: usize,
  bStride: u32,
  out: usize,
  validity: usize,
  selection: usize,
  count: u32,
): i32 {
  for (let k: u32 = 0; k < count; k++) {
    const row = rowAt(selection, k);
    if (isNull(validity, row)) continue;
    const x = load<i64>(a + <usize>row * aStride);
    const y = load<i64>(b + <usize>row * bStride);
    let result: i64 = 0;
    if (y == 0) {
      store<u8>(validity + row, 0);
      continue;
    }
    if (y == -1) {
      if (x == i64.MIN_VALUE) return row;
      if (op == 0) result = -x;
    } else result = op == 0 ? x / y : x % y;
    store<i64>(out + (<usize>row << 3), result);
  }
  return -1;
}

/** out = -a (op 0) or |a| (op 1). */
export function negateI64(
  op: i32,
  a: usize,
  aStride: u32,
  out: usize,
  validity: usize,
  selection: usize,
  count: u32,
): i32 {
  for (let k: u32 = 0; k < count; k++) {
    const row = rowAt(selection, k);
    if (isNull(validity, row)) continue;
    const x = load<i64>(a + <usize>row * aStride);
    if (op == 0 || x < 0) {
      if (x == i64.MIN_VALUE) return row;
      store<i64>(out + (<usize>row << 3), -x);
    } else store<i64>(out + (<usize>row << 3), x);
  }
  return -1;
}

// @ts-ignore: decorator
@inline
function compareLoop(
  op: i32,
  sparse: bool,
  a: usize,
  aStride: u32,
  b: usize,
  bStride: u32,
  out: usize,
  selection: usize,
  count: u32,
): void {
  for (let k: u32 = 0; k < count; k++) {
    const row = sparse ? rowAt(selection, k) : k;
    const x = load<i64>(sparse ? a + <usize>row * aStride : a);
    const y = load<i64>(sparse ? b + <usize>row * bStride : b);
    if (!sparse) {
      a += aStride;
      b += bStride;
    }
    store<u8>(out + row, op == 0 ? x == y : op == 1 ? x != y : op == 2 ? x < y : x <= y);
  }
}

/** out (u8) = a OP b for 0 =, 1 <>, 2 <, 3 <=; rubbish, but 0 or 1, in null rows. */
export function compareI64(
  op: i32,
  a: usize,
  aStride: u32,
  b: usize,
  bStride: u32,
  out: usize,
  validity: usize,
  selection: usize,
  count: u32,
): void {
  if (selection != 0) compareLoop(op, true, a, aStride, b, bStride, out, selection, count);
  else if (op == 0) compareLoop(0, false, a, aStride, b, bStride, out, 0, count);
  else if (op == 1) compareLoop(1, false, a, aStride, b, bStride, out, 0, count);
  else if (op == 2) compareLoop(2, false, a, aStride, b, bStride, out, 0, count);
  else compareLoop(3, false, a, aStride, b, bStride, out, 0, count);
}

/** out (u8) = a is one of the `size` ascending values of the table. */
export function memberI64(
  a: usize,
  aStride: u32,
  table: usize,
  size: u32,
  out: usize,
  validity: usize,
  selection: usize,
  count: u32,
): void {
  for (let k: u32 = 0; k < count; k++) {
    const row = rowAt(selection, k);
    if (isNull(validity, row)) continue;
    const x = load<i64>(a + <usize>row * aStride);
    let low: u32 = 0;
    let high = size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (load<i64>(table + (<usize>middle << 3)) < x) low = middle + 1;
      else high = middle;
    }
    store<u8>(out + row, low < size && load<i64>(table + (<usize>low << 3)) == x);
  }
}

/** out (i64) = a - b (i32). */
export function subtractI32(
  a: usize,
  aStride: u32,
  b: usize,
  bStride: u32,
  out: usize,
  validity: usize,
  selection: usize,
  count: u32,
): void {
  for (let k: u32 = 0; k < count; k++) {
    const row = rowAt(selection, k);
    const difference = <i64>load<i32>(a + <usize>row * aStride) - <i64>load<i32>(b + <usize>row * bStride);
    store<i64>(out + (<usize>row << 3), difference);
  }
}

/** out (i64) = a (i32). */
export function widenI32(
  a: usize,
  aStride: u32,
  out: usize,
  validity: usize,
  selection: usize,
  count: u32,
): void {
  for (let k: u32 = 0; k < count; k++) {
    const row = rowAt(selection, k);
    store<i64>(out + (<usize>row << 3), load<i32>(a + <usize>row * aStride));
  }
}

/** out (i32) = a (i64); fails where it does not fit. */
export function narrowI64(
  a: usize,
  aStride: u32,
  out: usize,
  validity: usize,
  selection: usize,
  count: u32,
): i32 {
  for (let k: u32 = 0; k < count; k++) {
    const row = rowAt(selection, k);
    if (isNull(validity, row)) continue;
    const x = load<i64>(a + <usize>row * aStride);
    if (x != <i64>(<i32>x)) return row;
    store<i32>(out + (<usize>row << 2), <i32>x);
  }
  return -1;
}

/** out (f64) = a (i64), to the nearest double. */
export function i64ToF64(
  a: usize,
  aStride: u32,
  out: usize,
  validity: usize,
  selection: usize,
  count: u32,
): void {
  for (let k: u32 = 0; k < count; k++) {
    const row = rowAt(selection, k);
    store<f64>(out + (<usize>row << 3), <f64>load<i64>(a + <usize>row * aStride));
  }
}
