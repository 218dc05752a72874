// Values of a page as they lie in a vector: numbers changed in width, views of bytes, entries of a dictionary.
import {
  COPY_8,
  COPY_32,
  COPY_64,
  F16_TO_F64,
  F32_TO_F64,
  I32_TO_I64,
  I32_TO_I128,
  I64_TO_I128,
  INT96_TO_MICROS,
  MILLIS_TO_MICROS,
  NANOS_TO_MICROS,
  U32_TO_I64,
  U64_TO_I128,
} from './parquet-layout';

const MICROS_PER_DAY: i64 = 86400000000;
/** The Julian day of 1970-01-01. */
const EPOCH_DAY: i64 = 2440588;

/** `count` numbers; the first one that has no place in its type, or -1. */
export function convertNumbers(form: i32, from: usize, count: u32, out: usize): i32 {
  const n = <usize>count;
  switch (form) {
    case COPY_8:
      memory.copy(out, from, n);
      return -1;
    case COPY_32:
      memory.copy(out, from, n << 2);
      return -1;
    case COPY_64:
      memory.copy(out, from, n << 3);
      return -1;
    case I32_TO_I64:
      for (let i: usize = 0; i < n; i++) store<i64>(out + (i << 3), <i64>load<i32>(from + (i << 2)));
      return -1;
    case U32_TO_I64:
      for (let i: usize = 0; i < n; i++) store<i64>(out + (i << 3), <i64>load<u32>(from + (i << 2)));
      return -1;
    case F32_TO_F64:
      for (let i: usize = 0; i < n; i++) store<f64>(out + (i << 3), <f64>load<f32>(from + (i << 2)));
      return -1;
    case F16_TO_F64:
      for (let i: usize = 0; i < n; i++) store<f64>(out + (i << 3), halfFloat(load<u16>(from + (i << 1))));
      return -1;
    case MILLIS_TO_MICROS:
      for (let i: usize = 0; i < n; i++) {
        const millis = load<i64>(from + (i << 3));
        if (millis > i64.MAX_VALUE / 1000 || millis < i64.MIN_VALUE / 1000) return <i32>i;
        store<i64>(out + (i << 3), millis * 1000);
      }
      return -1;
    case NANOS_TO_MICROS:
      for (let i: usize = 0; i < n; i++) store<i64>(out + (i << 3), microsOf(load<i64>(from + (i << 3))));
      return -1;
    case INT96_TO_MICROS:
      for (let i: usize = 0; i < n; i++) {
        const day = <i64>load<u32>(from + i * 12, 8) - EPOCH_DAY;
        if (day > 106751990 || day < -106751990) return <i32>i;
        store<i64>(out + (i << 3), day * MICROS_PER_DAY + microsOf(load<i64>(from + i * 12)));
      }
      return -1;
    case I32_TO_I128:
      for (let i: usize = 0; i < n; i++) putWide(out, i, <i64>load<i32>(from + (i << 2)));
      return -1;
    case I64_TO_I128:
      for (let i: usize = 0; i < n; i++) putWide(out, i, load<i64>(from + (i << 3)));
      return -1;
    case U64_TO_I128:
      for (let i: usize = 0; i < n; i++) {
        store<i64>(out + (i << 4), load<i64>(from + (i << 3)));
        store<i64>(out + (i << 4), 0, 8);
      }
      return -1;
    default:
      return 0;
  }
}

// @ts-ignore: decorator
@inline
function putWide(out: usize, index: usize, value: i64): void {
  store<i64>(out + (index << 4), value);
  store<i64>(out + (index << 4), value >> 63, 8);
}

/** Cut off to microseconds: towards the past. */
// @ts-ignore: decorator
@inline
function microsOf(nanos: i64): i64 {
  const micros = nanos / 1000;
  return micros - <i64>(micros * 1000 > nanos);
}

function halfFloat(bits: u32): f64 {
  const sign: f64 = bits >>> 15 ? -1 : 1;
  const exponent = (bits >>> 10) & 31;
  const fraction = <f64>(bits & 1023);
  if (exponent == 31) return fraction != 0 ? NaN : sign * Infinity;
  if (exponent == 0) return sign * fraction * 5.9604644775390625e-8;
  return sign * (1024 + fraction) * reinterpret<f64>(<u64>(1023 + <i64>exponent - 25) << 52);
}

/** The first of `count` unscaled decimals of 64 bits that is not between -limit and limit, or -1. */
export function outside64(values: usize, count: u32, limit: i64): i32 {
  for (let i: u32 = 0; i < count; i++) {
    const value = load<i64>(values + (<usize>i << 3));
    if (value >= limit || value <= -limit) return <i32>i;
  }
  return -1;
}

/** As `outside64`, of 128 bits; the limit is `high` * 2^64 + `low`. */
export function outside128(values: usize, count: u32, low: u64, high: i64): i32 {
  for (let i: u32 = 0; i < count; i++) {
    let a = load<u64>(values + (<usize>i << 4));
    let b = load<i64>(values + (<usize>i << 4), 8);
    if (b < 0) {
      a = 0 - a;
      b = ~b + <i64>(a == 0);
    }
    if (b < 0 || b > high || (b == high && a >= low)) return <i32>i;
  }
  return -1;
}

/** Big-endian two's complement behind `count` views as i64s; the first that does not fit, or -1. */
export function bigEndian64(views: usize, count: u32, out: usize): i32 {
  for (let i: u32 = 0; i < count; i++) {
    const at = <usize>load<u32>(views + (<usize>i << 3));
    const length = load<u32>(views + (<usize>i << 3), 4);
    let value: i64 = length > 0 && load<u8>(at) >= 0x80 ? -1 : 0;
    for (let b: u32 = 0; b < length; b++) {
      // What is shifted out may only repeat the sign.
      if (b + 8 < length && value != 0 && value != -1) return <i32>i;
      const next = (value << 8) | <i64>load<u8>(at + b);
      if (b + 8 >= length && next >> 8 != value) return <i32>i;
      value = next;
    }
    store<i64>(out + (<usize>i << 3), value);
  }
  return -1;
}

/** As `bigEndian64`, of 128 bits. */
export function bigEndian128(views: usize, count: u32, out: usize): i32 {
  for (let i: u32 = 0; i < count; i++) {
    const at = <usize>load<u32>(views + (<usize>i << 3));
    const length = load<u32>(views + (<usize>i << 3), 4);
    const sign: i64 = length > 0 && load<u8>(at) >= 0x80 ? -1 : 0;
    let low = <u64>sign;
    let high = sign;
    for (let b: u32 = 0; b < length; b++) {
      const next = (high << 8) | <i64>(low >> 56);
      if (next >> 8 != high) return <i32>i;
      high = next;
      low = (low << 8) | <u64>load<u8>(at + b);
    }
    store<u64>(out + (<usize>i << 4), low);
    store<i64>(out + (<usize>i << 4), high, 8);
  }
  return -1;
}

/** Plain byte arrays, a u32 length before each, as views; where they end, or 0 when a length lies. */
export function plainViews(from: usize, to: usize, count: u32, out: usize): usize {
  let at = from;
  for (let i: u32 = 0; i < count; i++) {
    if (<u32>(to - at) < 4) return 0;
    const length = load<u32>(at);
    at += 4;
    if (length > <u32>(to - at)) return 0;
    store<u32>(out + (<usize>i << 3), <u32>at);
    store<u32>(out + (<usize>i << 3), length, 4);
    at += length;
  }
  return at;
}

/** Values of `width` bytes each as views. */
export function fixedViews(from: usize, count: u32, width: u32, out: usize): void {
  for (let i: u32 = 0; i < count; i++, from += width) {
    store<u32>(out + (<usize>i << 3), <u32>from);
    store<u32>(out + (<usize>i << 3), width, 4);
  }
}

/** Entries of a dictionary of `size` values of `width` bytes (4, 8 or 16) at `count` places; false when one is beyond it. */
export function gather(places: usize, count: u32, width: u32, dictionary: usize, size: u32, out: usize): bool {
  if (width == 8) {
    for (let i: u32 = 0; i < count; i++) {
      const place = load<u32>(places + (<usize>i << 2));
      if (place >= size) return false;
      store<u64>(out + (<usize>i << 3), load<u64>(dictionary + (<usize>place << 3)));
    }
  } else if (width == 4) {
    for (let i: u32 = 0; i < count; i++) {
      const place = load<u32>(places + (<usize>i << 2));
      if (place >= size) return false;
      store<u32>(out + (<usize>i << 2), load<u32>(dictionary + (<usize>place << 2)));
    }
  } else {
    for (let i: u32 = 0; i < count; i++) {
      const place = load<u32>(places + (<usize>i << 2));
      if (place >= size) return false;
      v128.store(out + (<usize>i << 4), v128.load(dictionary + (<usize>place << 4)));
    }
  }
  return true;
}

/**
 * `dense` values at the beginning of `out` are moved to the rows whose validity byte is not 0, which are as many; the
 * others become zero. From the last one on, so that nothing is overwritten.
 */
export function spread(out: usize, rows: u32, dense: u32, width: u32, validity: usize): void {
  let row = rows;
  let value = dense;
  while (row > value) {
    row--;
    const isThere = load<u8>(validity + row) != 0;
    if (isThere) value--;
    if (width == 8) store<u64>(out + (<usize>row << 3), isThere ? load<u64>(out + (<usize>value << 3)) : 0);
    else if (width == 4) store<u32>(out + (<usize>row << 2), isThere ? load<u32>(out + (<usize>value << 2)) : 0);
    else if (width == 1) store<u8>(out + row, isThere ? load<u8>(out + value) : 0);
    else {
      const at = out + (<usize>row << 4);
      v128.store(at, isThere ? v128.load(out + (<usize>value << 4)) : i64x2.splat(0));
    }
  }
}
