// Doubles from and to exact numbers. Kernels with `from` answer where they stopped: that row is the interpreter's.
import { isNull, rowAt } from './expr-rows';

const LARGEST_SAFE: u64 = 9007199254740991;

/** out (i64) = a (f64) rounded to an integer, halves to even; fails outside 64 bits. */
export function f64ToI64(
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
    const rounded = nearest(load<f64>(a + <usize>row * aStride));
    if (!(rounded >= -9223372036854775808.0 && rounded < 9223372036854775808.0)) return row;
    store<i64>(out + (<usize>row << 3), <i64>rounded);
  }
  return -1;
}

/**
 * out (f64) = the decimal a / unit, where unit = 10^scale is exact; a has 128 bits with shape 1. One rounding, so only
 * for unscaled values that are doubles.
 */
export function decimalToF64(
  shape: i32,
  unit: f64,
  a: usize,
  aStride: u32,
  out: usize,
  validity: usize,
  selection: usize,
  from: u32,
  count: u32,
): u32 {
  for (let k = from; k < count; k++) {
    const row = rowAt(selection, k);
    if (isNull(validity, row)) continue;
    const source = a + <usize>row * aStride;
    const value = load<i64>(source);
    if (shape & 1 && load<i64>(source, 8) != value >> 63) return k;
    if (<u64>(value < 0 ? 0 - value : value) > LARGEST_SAFE) return k;
    store<f64>(out + (<usize>row << 3), <f64>value / unit);
  }
  return count;
}

/**
 * out = the double a * unit, halves away from zero, as a decimal of 64 bits, or 128 with shape 4. Products that are not
 * below `limit` (at most 2^52) are the interpreter's.
 */
export function f64ToDecimal(
  shape: i32,
  unit: f64,
  limit: f64,
  a: usize,
  aStride: u32,
  out: usize,
  validity: usize,
  selection: usize,
  from: u32,
  count: u32,
): u32 {
  for (let k = from; k < count; k++) {
    const row = rowAt(selection, k);
    if (isNull(validity, row)) continue;
    const scaled = load<f64>(a + <usize>row * aStride) * unit;
    const size = abs(scaled);
    if (!(size < limit - 1.0)) return k;
    // adding a half would make 1 of 0.49999999999999994
    let rounded = floor(size);
    if (size - rounded >= 0.5) rounded += 1.0;
    const value = scaled < 0.0 ? -<i64>rounded : <i64>rounded;
    if (shape & 4) {
      store<i64>(out + (<usize>row << 4), value);
      store<i64>(out + (<usize>row << 4), value >> 63, 8);
    } else store<i64>(out + (<usize>row << 3), value);
  }
  return count;
}
