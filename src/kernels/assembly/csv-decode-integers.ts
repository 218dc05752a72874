// Whole numbers and decimals. The common forms are read eight digits at a time; what is longer goes digit by digit;
// exponents, overflow and whatever else are left to the exact parser.
import {
  areDigits,
  eightDigits,
  fieldAt,
  powerOfTen,
  skipBlanks,
  skipBlanksBack,
  ZEROS,
} from './csv-fields';

/** What parse functions answer for "not mine". The number itself is left to the exact parser. */
const UNKNOWN: i64 = i64.MIN_VALUE;

const MINUS: u8 = 0x2d;
const PLUS: u8 = 0x2b;
const POINT: u8 = 0x2e;

/** Sign and up to 19 digits between blanks. */
function parseInteger(start: usize, end: usize): i64 {
  start = skipBlanks(start, end);
  end = skipBlanksBack(start, end);
  if (start == end) return UNKNOWN;
  const sign = load<u8>(start);
  if (sign == MINUS || sign == PLUS) start++;
  if (start == end) return UNKNOWN;
  while (start < end && load<u8>(start) == 0x30) start++;
  if (end - start > 18) return UNKNOWN;
  let value: i64 = 0;
  for (; start < end; start++) {
    const digit = <u32>load<u8>(start) - 0x30;
    if (digit > 9) return UNKNOWN;
    value = value * 10 + digit;
  }
  return sign == MINUS ? 0 - value : value;
}

/** Eight and sixteen digits at once, with a minus; else `parseInteger`. */
// @ts-ignore: decorator
@inline
function quickInteger(start: usize, end: usize): i64 {
  const isNegative = load<u8>(start) == MINUS;
  const first = start + <usize>isNegative;
  const length = <u32>(end - first);
  const word = load<u64>(first) ^ ZEROS;
  let value: i64;
  if (length - 1 < 8) {
    const digits = word << <u64>((8 - length) << 3);
    if (!areDigits(digits)) return parseInteger(start, end);
    value = <i64>eightDigits(digits);
  } else if (length - 9 < 8) {
    const high = word << <u64>((16 - length) << 3);
    const low = load<u64>(end - 8) ^ ZEROS;
    if (!areDigits(high) || !areDigits(low)) return parseInteger(start, end);
    value = <i64>(eightDigits(high) * 100000000 + eightDigits(low));
  } else {
    return parseInteger(start, end);
  }
  return isNegative ? 0 - value : value;
}

/** Sign, digits, point, digits between blanks, as an integer at `scale`; rounds halves away from zero. */
function parseDecimal(start: usize, end: usize, scale: u32): i64 {
  start = skipBlanks(start, end);
  end = skipBlanksBack(start, end);
  if (start == end) return UNKNOWN;
  const sign = load<u8>(start);
  if (sign == MINUS || sign == PLUS) start++;
  const digitsStart = start;
  while (start < end && load<u8>(start) == 0x30) start++;
  const significant = start;
  let value: u64 = 0;
  for (; start < end; start++) {
    const digit = <u32>load<u8>(start) - 0x30;
    if (digit > 9) break;
    value = value * 10 + digit;
  }
  if (start - significant > 18) return UNKNOWN;
  let digits = start - digitsStart;
  let places: u32 = 0;
  if (start < end) {
    if (load<u8>(start) != POINT) return UNKNOWN;
    start++;
    digits += end - start;
    for (; start < end && places < scale; start++) {
      const digit = <u32>load<u8>(start) - 0x30;
      if (digit > 9 || value >= 100000000000000000) return UNKNOWN;
      value = value * 10 + digit;
      places++;
    }
    if (start < end) {
      value += <u64>(load<u8>(start) >= 0x35);
      for (; start < end; start++) if (<u32>load<u8>(start) - 0x30 > 9) return UNKNOWN;
    }
  }
  if (digits == 0 || scale - places > 18) return UNKNOWN;
  const power = powerOfTen(scale - places);
  if (value > 999999999999999999 / power) return UNKNOWN;
  value *= power;
  return sign == MINUS ? 0 - <i64>value : <i64>value;
}

/** Digits with exactly `scale` behind the point, as prices are written; else `parseDecimal`. */
// @ts-ignore: decorator
@inline
function quickDecimal(start: usize, end: usize, scale: u32): i64 {
  const isNegative = load<u8>(start) == MINUS;
  const first = start + <usize>isNegative;
  const length = <u32>(end - first);
  if (scale == 0) {
    const whole = quickInteger(start, end);
    return whole != UNKNOWN ? whole : parseDecimal(start, end, 0);
  }
  // 1 <= scale <= 8, a digit before the point, at most eight digits before it.
  if (scale - 1 >= 8 || length - scale - 2 >= 8) return parseDecimal(start, end, scale);
  let value: i64;
  if (length <= 8) {
    // The last character is the highest byte: fraction, point, whole part. The whole part moves up over the point.
    const word = (load<u64>(first) ^ ZEROS) << <u64>((8 - length) << 3);
    const point = <u64>((7 - scale) << 3);
    const digits = ((word >> (point + 8)) << (point + 8)) | ((word & (((<u64>1) << point) - 1)) << 8);
    if (((word >> point) & 0xff) != 0x1e || !areDigits(digits)) return parseDecimal(start, end, scale);
    value = <i64>eightDigits(digits);
  } else {
    const pointAt = end - scale - 1;
    const whole = (load<u64>(first) ^ ZEROS) << <u64>((8 - <u32>(pointAt - first)) << 3);
    const fraction = (load<u64>(pointAt + 1) ^ ZEROS) << <u64>((8 - scale) << 3);
    if (load<u8>(pointAt) != POINT || !areDigits(whole) || !areDigits(fraction)) return parseDecimal(start, end, scale);
    value = <i64>(eightDigits(whole) * powerOfTen(scale) + eightDigits(fraction));
  }
  return isNegative ? 0 - value : value;
}

export function decodeI32(
  ends: usize,
  stride: u32,
  quote: i32,
  newline: i32,
  nulls: usize,
  from: u32,
  count: u32,
  out: usize,
  validity: usize,
): i32 {
  let saw: i32 = 0;
  for (let row = from; row < count; row++) {
    const field = fieldAt(ends + <usize>row * stride, quote, newline, nulls);
    const start = <usize>(<u32>field);
    const end = <usize>(field >> 32);
    const isNull = field == 0;
    let value: i64 = 0;
    if (!isNull) {
      value = quickInteger(start, end);
      if (<i64>(<i32>value) != value) return <i32>row;
    }
    saw |= <i32>isNull;
    store<u8>(validity + row, <u8>!isNull);
    store<i32>(out + (<usize>row << 2), <i32>value);
  }
  return ~saw;
}

export function decodeI64(
  ends: usize,
  stride: u32,
  quote: i32,
  newline: i32,
  nulls: usize,
  from: u32,
  count: u32,
  out: usize,
  validity: usize,
): i32 {
  let saw: i32 = 0;
  for (let row = from; row < count; row++) {
    const field = fieldAt(ends + <usize>row * stride, quote, newline, nulls);
    const start = <usize>(<u32>field);
    const end = <usize>(field >> 32);
    const isNull = field == 0;
    let value: i64 = 0;
    if (!isNull) {
      value = quickInteger(start, end);
      if (value == UNKNOWN) return <i32>row;
    }
    saw |= <i32>isNull;
    store<u8>(validity + row, <u8>!isNull);
    store<i64>(out + (<usize>row << 3), value);
  }
  return ~saw;
}

/** Decimals of at most 18 digits, unscaled in 64 bits. */
export function decodeDecimal(
  ends: usize,
  stride: u32,
  quote: i32,
  newline: i32,
  nulls: usize,
  from: u32,
  count: u32,
  out: usize,
  validity: usize,
  precision: u32,
  scale: u32,
): i32 {
  const limit = <i64>powerOfTen(precision);
  let saw: i32 = 0;
  for (let row = from; row < count; row++) {
    const field = fieldAt(ends + <usize>row * stride, quote, newline, nulls);
    const start = <usize>(<u32>field);
    const end = <usize>(field >> 32);
    const isNull = field == 0;
    let value: i64 = 0;
    if (!isNull) {
      value = quickDecimal(start, end, scale);
      if (value >= limit || value <= 0 - limit) return <i32>row;
    }
    saw |= <i32>isNull;
    store<u8>(validity + row, <u8>!isNull);
    store<i64>(out + (<usize>row << 3), value);
  }
  return ~saw;
}

/** Digits without blanks, at most `scale` behind the point, at most `precision` in all once scaled, into 128 bits. */
function parseWide(start: usize, end: usize, precision: u32, scale: u32, out: usize): bool {
  const sign = load<u8>(start);
  if (sign == MINUS || sign == PLUS) start++;
  if (start == end) return false;
  let low: u64 = 0;
  let high: u64 = 0;
  let digits: u32 = 0;
  let significant: u32 = 0;
  let places: i32 = -1;
  for (; start < end; start++) {
    let digit = <u32>load<u8>(start) - 0x30;
    if (digit > 9) {
      if (load<u8>(start) != POINT || places >= 0) return false;
      places = 0;
      continue;
    }
    digits++;
    if (places >= 0) places++;
    if (digit != 0 || significant != 0) significant++;
    if (significant > 38 || places > <i32>scale) return false;
    // (high, low) * 10 + digit
    const a = (low & 0xffffffff) * 10 + digit;
    const b = (low >> 32) * 10 + (a >> 32);
    low = (b << 32) | (a & 0xffffffff);
    high = high * 10 + (b >> 32);
  }
  if (digits == 0) return false;
  let missing = scale - <u32>max(places, 0);
  if (significant != 0 && significant + missing > precision) return false;
  if (significant == 0) missing = 0;
  for (; missing > 0; missing--) {
    const a = (low & 0xffffffff) * 10;
    const b = (low >> 32) * 10 + (a >> 32);
    low = (b << 32) | (a & 0xffffffff);
    high = high * 10 + (b >> 32);
  }
  if (sign == MINUS) {
    low = 0 - low;
    high = ~high + <u64>(low == 0);
  }
  store<u64>(out, low);
  store<u64>(out, high, 8);
  return true;
}

/** Decimals of 19 to 38 digits, unscaled in 128 bits. */
export function decodeI128(
  ends: usize,
  stride: u32,
  quote: i32,
  newline: i32,
  nulls: usize,
  from: u32,
  count: u32,
  out: usize,
  validity: usize,
  precision: u32,
  scale: u32,
): i32 {
  let saw: i32 = 0;
  for (let row = from; row < count; row++) {
    const field = fieldAt(ends + <usize>row * stride, quote, newline, nulls);
    const start = <usize>(<u32>field);
    const end = <usize>(field >> 32);
    const isNull = field == 0;
    const target = out + (<usize>row << 4);
    if (isNull) {
      store<u64>(target, 0);
      store<u64>(target, 0, 8);
    } else {
      const value = quickDecimal(start, end, scale);
      if (value != UNKNOWN) {
        store<i64>(target, value);
        store<i64>(target, value >> 63, 8);
      } else if (!parseWide(start, end, precision, scale, target)) {
        return <i32>row;
      }
    }
    saw |= <i32>isNull;
    store<u8>(validity + row, <u8>!isNull);
  }
  return ~saw;
}
