// Decimals of up to 38 digits: two's complement in 128 bits (low word first), or 64 bits where the type is narrow.
// `shape` says which operands are wide: 1 the first, 2 the second, 4 the result; rescaling also knows 32-bit integers: 8 the
// first, 16 the result. Sign and magnitude inside.
import { isNull, rowAt } from './expr-rows';

const A_WIDE: i32 = 1;
const B_WIDE: i32 = 2;
const OUT_WIDE: i32 = 4;
const A_INT: i32 = 8;
const OUT_INT: i32 = 16;

// 10^0 .. 10^38 as (low, high)
const POWERS = memory.data<u64>([
  0x1, 0x0, 0xa, 0x0, 0x64, 0x0, 0x3e8, 0x0, 0x2710, 0x0, 0x186a0, 0x0, 0xf4240, 0x0, 0x989680, 0x0, 0x5f5e100, 0x0,
  0x3b9aca00, 0x0, 0x2540be400, 0x0, 0x174876e800, 0x0, 0xe8d4a51000, 0x0, 0x9184e72a000, 0x0, 0x5af3107a4000, 0x0,
  0x38d7ea4c68000, 0x0, 0x2386f26fc10000, 0x0, 0x16345785d8a0000, 0x0, 0xde0b6b3a7640000, 0x0, 0x8ac7230489e80000,
  0x0, 0x6bc75e2d63100000, 0x5, 0x35c9adc5dea00000, 0x36, 0x19e0c9bab2400000, 0x21e, 0x2c7e14af6800000, 0x152d,
  0x1bcecceda1000000, 0xd3c2, 0x161401484a000000, 0x84595, 0xdcc80cd2e4000000, 0x52b7d2, 0x9fd0803ce8000000,
  0x33b2e3c, 0x3e25026110000000, 0x204fce5e, 0x6d7217caa0000000, 0x1431e0fae, 0x4674edea40000000, 0xc9f2c9cd0,
  0xc0914b2680000000, 0x7e37be2022, 0x85acef8100000000, 0x4ee2d6d415b, 0x38c15b0a00000000, 0x314dc6448d93,
  0x378d8e6400000000, 0x1ed09bead87c0, 0x2b878fe800000000, 0x13426172c74d82, 0xb34b9f1000000000, 0xc097ce7bc90715,
  0xf436a000000000, 0x785ee10d5da46d9, 0x98a224000000000, 0x4b3b4ca85a86c47a,
]);

// @ts-ignore: decorator
@inline
function powerLow(exponent: i32): u64 {
  return load<u64>(POWERS + (<usize>exponent << 4));
}

// @ts-ignore: decorator
@inline
function powerHigh(exponent: i32): u64 {
  return load<u64>(POWERS + (<usize>exponent << 4), 8);
}

/** High 64 bits of an unsigned product. */
// @ts-ignore: decorator
@inline
function productHigh(a: u64, b: u64): u64 {
  const a0 = a & 0xffffffff;
  const a1 = a >> 32;
  const b0 = b & 0xffffffff;
  const b1 = b >> 32;
  const middle = a1 * b0 + ((a0 * b0) >> 32);
  const other = (middle & 0xffffffff) + a0 * b1;
  return a1 * b1 + (middle >> 32) + (other >> 32);
}

/** True when low + 2^64 high reaches 10^precision (precision 0: 2^63, the range of a bigint). */
// @ts-ignore: decorator
@inline
function exceeds(low: u64, high: u64, precision: i32, negative: bool): bool {
  if (precision == 0) return high != 0 || low > 0x7fffffffffffffff + <u64>negative;
  const limitHigh = powerHigh(precision);
  return high > limitHigh || (high == limitHigh && low >= powerLow(precision));
}

// @ts-ignore: decorator
@inline
function storeSigned(out: usize, row: u32, wide: i32, low: u64, high: u64, negative: bool): void {
  if (negative) {
    low = 0 - low;
    high = ~high + <u64>(low == 0);
  }
  if (wide != 0) {
    const target = out + (<usize>row << 4);
    store<u64>(target, low);
    store<u64>(target, high, 8);
  } else store<u64>(out + (<usize>row << 3), low);
}

/** out = a OP b for 0 +, 1 -; equal scales. Fails beyond `precision` digits (0: 64 bits). */
export function addDecimal(
  op: i32,
  shape: i32,
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
  for (let k: u32 = 0; k < count; k++) {
    const row = rowAt(selection, k);
    const aAt = a + <usize>row * aStride;
    const bAt = b + <usize>row * bStride;
    const aLow = load<u64>(aAt);
    const aHigh = shape & A_WIDE ? load<i64>(aAt, 8) : <i64>aLow >> 63;
    let bLow = load<u64>(bAt);
    let bHigh = shape & B_WIDE ? load<i64>(bAt, 8) : <i64>bLow >> 63;
    if (op == 1) {
      bLow = 0 - bLow;
      bHigh = ~bHigh + <i64>(bLow == 0);
    }
    let low = aLow + bLow;
    let high = <u64>(aHigh + bHigh) + <u64>(low < aLow);
    if (((aHigh ^ <i64>high) & (bHigh ^ <i64>high)) < 0) {
      if (isNull(validity, row)) continue;
      return row;
    }
    const negative = <i64>high < 0;
    if (negative) {
      low = 0 - low;
      high = ~high + <u64>(low == 0);
    }
    if (exceeds(low, high, precision, negative)) {
      if (isNull(validity, row)) continue;
      return row;
    }
    storeSigned(out, row, shape & OUT_WIDE, low, high, negative);
  }
  return -1;
}

/** out = a * b; the scale of the product is the sum of the scales. Fails beyond `precision` digits (0: 64 bits). */
export function multiplyDecimal(
  shape: i32,
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
  for (let k: u32 = 0; k < count; k++) {
    const row = rowAt(selection, k);
    const aAt = a + <usize>row * aStride;
    const bAt = b + <usize>row * bStride;
    let aLow = load<u64>(aAt);
    let aHigh = shape & A_WIDE ? load<u64>(aAt, 8) : <u64>(<i64>aLow >> 63);
    let bLow = load<u64>(bAt);
    let bHigh = shape & B_WIDE ? load<u64>(bAt, 8) : <u64>(<i64>bLow >> 63);
    const aNegative = <i64>aHigh < 0;
    const bNegative = <i64>bHigh < 0;
    if (aNegative) {
      aLow = 0 - aLow;
      aHigh = ~aHigh + <u64>(aLow == 0);
    }
    if (bNegative) {
      bLow = 0 - bLow;
      bHigh = ~bHigh + <u64>(bLow == 0);
    }
    if (aHigh != 0 && bHigh != 0) {
      if (isNull(validity, row)) continue;
      return row;
    }
    const low = aLow * bLow;
    let high: u64 = 0;
    if (((aLow | bLow) >> 32) != 0) high = productHigh(aLow, bLow);
    if ((aHigh | bHigh) != 0) {
      const wide = aHigh != 0 ? aHigh : bHigh;
      const narrow = aHigh != 0 ? bLow : aLow;
      if (productHigh(wide, narrow) != 0) {
        if (isNull(validity, row)) continue;
        return row;
      }
      const cross = wide * narrow;
      high += cross;
      if (high < cross) {
        if (isNull(validity, row)) continue;
        return row;
      }
    }
    const negative = aNegative != bNegative;
    if (exceeds(low, high, precision, negative)) {
      if (isNull(validity, row)) continue;
      return row;
    }
    storeSigned(out, row, shape & OUT_WIDE, low, high, negative);
  }
  return -1;
}

/**
 * out = a * 10^by, or for negative `by` a / 10^-by rounded half away from zero. Fails beyond `precision` digits
 * (0: 64 bits).
 */
export function rescaleDecimal(
  shape: i32,
  a: usize,
  aStride: u32,
  by: i32,
  out: usize,
  precision: i32,
  validity: usize,
  selection: usize,
  count: u32,
): i32 {
  for (let k: u32 = 0; k < count; k++) {
    const row = rowAt(selection, k);
    if (isNull(validity, row)) continue;
    const aAt = a + <usize>row * aStride;
    let low = shape & A_INT ? <u64>(<i64>load<i32>(aAt)) : load<u64>(aAt);
    let high = shape & A_WIDE ? load<u64>(aAt, 8) : <u64>(<i64>low >> 63);
    const negative = <i64>high < 0;
    if (negative) {
      low = 0 - low;
      high = ~high + <u64>(low == 0);
    }
    if (by > 0) {
      if (low != 0 || high != 0) {
        const factorLow = powerLow(by);
        const factorHigh = powerHigh(by);
        if (factorHigh != 0 && high != 0) return row;
        let upper = productHigh(low, factorLow);
        const cross = high != 0 ? high * factorLow : low * factorHigh;
        if ((high != 0 ? productHigh(high, factorLow) : productHigh(low, factorHigh)) != 0) return row;
        upper += cross;
        if (upper < cross) return row;
        low *= factorLow;
        high = upper;
      }
    } else if (by < 0) {
      const half = powerLow(-by) >> 1;
      const halfHigh = powerHigh(-by);
      const added = low + (half | (halfHigh << 63));
      high += (halfHigh >> 1) + <u64>(added < low);
      low = added;
      let left = -by;
      while (left > 0) {
        const step = left > 9 ? 9 : left;
        const divisor = powerLow(step);
        if (high == 0) low /= divisor;
        else {
          const top = high / divisor;
          const second = ((high % divisor) << 32) | (low >> 32);
          const third = ((second % divisor) << 32) | (low & 0xffffffff);
          high = top;
          low = ((second / divisor) << 32) | (third / divisor);
        }
        left -= step;
      }
    }
    if (exceeds(low, high, precision, negative)) return row;
    if (shape & OUT_INT) {
      if (low > 0x7fffffff + <u64>negative) return row;
      store<i32>(out + (<usize>row << 2), negative ? -(<i32>low) : <i32>low);
    } else storeSigned(out, row, shape & OUT_WIDE, low, high, negative);
  }
  return -1;
}

/** out (u8) = a OP b for 0 =, 1 <>, 2 <, 3 <=; both 128 bits. */
export function compareI128(
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
  for (let k: u32 = 0; k < count; k++) {
    const row = rowAt(selection, k);
    const aAt = a + <usize>row * aStride;
    const bAt = b + <usize>row * bStride;
    const aLow = load<u64>(aAt);
    const bLow = load<u64>(bAt);
    const aHigh = load<i64>(aAt, 8);
    const bHigh = load<i64>(bAt, 8);
    const equal = aLow == bLow && aHigh == bHigh;
    const less = aHigh < bHigh || (aHigh == bHigh && aLow < bLow);
    store<u8>(out + row, op == 0 ? equal : op == 1 ? !equal : op == 2 ? less : less || equal);
  }
}

/** out = -a (op 0) or |a| (op 1) over 128 bits; a decimal's range is symmetric, so nothing fails. */
export function negateI128(
  op: i32,
  a: usize,
  aStride: u32,
  out: usize,
  validity: usize,
  selection: usize,
  count: u32,
): void {
  for (let k: u32 = 0; k < count; k++) {
    const row = rowAt(selection, k);
    const aAt = a + <usize>row * aStride;
    let low = load<u64>(aAt);
    let high = load<u64>(aAt, 8);
    if (op == 0 || <i64>high < 0) {
      low = 0 - low;
      high = ~high + <u64>(low == 0);
    }
    const target = out + (<usize>row << 4);
    store<u64>(target, low);
    store<u64>(target, high, 8);
  }
}
