// Whole numbers and decimals. The common forms are read sixteen digits at a time; what is longer goes digit by digit;
// exponents, overflow and whatever else are left to the exact parser. `quick` functions call nothing, so that a loop
// around them keeps everything in registers.
import { areDigits, lastLanes, numberOf, withoutPoint } from './csv-digits';
import { powerOfTen, skipBlanks, skipBlanksBack, UNKNOWN } from './csv-fields';


const MINUS: u8 = 0x2d;
const PLUS: u8 = 0x2b;
const POINT: u8 = 0x2e;

/** Sign and up to 19 digits between blanks. */
export function parseInteger(start: usize, end: usize): i64 {
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

/** By arithmetic: signs cannot be predicted. */
// @ts-ignore: decorator
@inline
function signed(value: i64, isNegative: bool): i64 {
  const sign = 0 - <i64>isNegative;
  return (value ^ sign) - sign;
}

/** Up to sixteen digits with a minus. */
// @ts-ignore: decorator
@inline
export function quickInteger(start: usize, end: usize): i64 {
  const isNegative = load<u8>(start) == MINUS;
  const length = <u32>(end - start) - <u32>isNegative;
  if (length - 1 >= 16) return UNKNOWN;
  const lanes = lastLanes(end, length);
  if (!areDigits(lanes)) return UNKNOWN;
  return signed(<i64>numberOf(lanes), isNegative);
}

/** Sign, digits, point, digits between blanks, as an integer at `scale`; rounds halves away from zero. */
export function parseDecimal(start: usize, end: usize, scale: u32): i64 {
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

/** Digits with exactly `scale` behind the point, as prices are written, sixteen characters at most. */
// @ts-ignore: decorator
@inline
export function quickDecimal(start: usize, end: usize, scale: u32): i64 {
  if (scale == 0) return quickInteger(start, end);
  const isNegative = load<u8>(start) == MINUS;
  const length = <u32>(end - start) - <u32>isNegative;
  // A digit before the point, and sixteen characters at most.
  if (length - scale - 2 >= 15 || length > 16 || load<u8>(end - scale - 1) != POINT) return UNKNOWN;
  const lanes = withoutPoint(lastLanes(end, length), scale);
  if (!areDigits(lanes)) return UNKNOWN;
  return signed(<i64>numberOf(lanes), isNegative);
}

/** Digits without blanks, at most `scale` behind the point, at most `precision` in all once scaled, into 128 bits. */
export function parseWide(start: usize, end: usize, precision: u32, scale: u32, out: usize): bool {
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
