// Text to the nearest double. Up to 15 digits and small exponents are one exact multiplication or division (Clinger);
// the rest is the Eisel-Lemire algorithm ("Number Parsing at a Gigabyte per Second"), which multiplies the digits with
// 128 bits of the power of ten; what it cannot decide is left to JavaScript.
import {
  areDigitBytes,
  areDigits,
  bytesWithoutPoint,
  lastBytes,
  lastLanes,
  numberOf,
  numberOfBytes,
  pointBits,
  points,
  withoutPoint,
} from './csv-digits';
import { skipBlanks, skipBlanksBack, UNKNOWN } from './csv-fields';
import { LEAST_POWER, POWERS_OF_FIVE } from './csv-powers';
import { highOfProduct } from './csv-wide';

// @ts-ignore: decorator
@external('env', 'parseDoubleSlow')
declare function parseDoubleSlow(address: usize, bytes: u32): f64;

const MINUS: u8 = 0x2d;
const PLUS: u8 = 0x2b;
const POINT: u8 = 0x2e;

/** 10^0 .. 10^22, all of them exact doubles. */
const EXACT_POWERS = memory.data<f64>([
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21,
  1e22,
]);

// @ts-ignore: decorator
@inline
function exactPower(exponent: u32): f64 {
  return load<f64>(EXACT_POWERS + (<usize>exponent << 3));
}

/** Bits of the double nearest to digits * 10^power, or -1 when 128 bits do not tell. */
function eiselLemire(digits: u64, power: i32): i64 {
  if (digits == 0 || power < LEAST_POWER) return 0;
  if (power > 308) return 0x7ff0000000000000;
  const shift = clz(digits);
  digits <<= shift;
  const entry = POWERS_OF_FIVE + (<usize>(power - LEAST_POWER) << 4);
  let low = digits * load<u64>(entry);
  let high = highOfProduct(digits, load<u64>(entry));
  if ((high & 0x1ff) == 0x1ff) {
    const second = highOfProduct(digits, load<u64>(entry, 8));
    low += second;
    high += <u64>(second > low);
    if (low == u64.MAX_VALUE && (power < -27 || power > 55)) return -1;
  }
  const upper = <i64>(high >> 63);
  let mantissa = high >> (upper + 9);
  let exponent = <i64>(((<i64>power * 217706) >> 16) + 63) + upper - <i64>shift + 1023;
  if (exponent <= 0) {
    if (exponent < -62) return 0;
    mantissa >>= 1 - exponent;
    mantissa = (mantissa + (mantissa & 1)) >> 1;
    return <i64>mantissa;
  }
  // Exactly between two doubles: to the even one.
  if (low <= 1 && power >= -4 && power <= 23 && (mantissa & 3) == 1 && mantissa << (upper + 9) == high) mantissa &= ~1;
  mantissa = (mantissa + (mantissa & 1)) >> 1;
  if (mantissa >= <u64>1 << 53) {
    mantissa = <u64>1 << 52;
    exponent++;
  }
  if (exponent >= 0x7ff) return 0x7ff0000000000000;
  return <i64>((mantissa & ((<u64>1 << 52) - 1)) | ((<u64>exponent) << 52));
}

// @ts-ignore: decorator
@inline
function lower(address: usize): u32 {
  return <u32>load<u8>(address) | 0x20;
}

/** Bits of nan, inf or infinity; UNKNOWN for other words. */
function parseWord(start: usize, length: u32): i64 {
  if (length != 3 && length != 8) return UNKNOWN;
  const a = lower(start);
  const b = lower(start + 1);
  const c = lower(start + 2);
  if (length == 3 && a == 0x6e && b == 0x61 && c == 0x6e) return 0x7ff8000000000000;
  if (a != 0x69 || b != 0x6e || c != 0x66) return UNKNOWN;
  if (length == 3) return 0x7ff0000000000000;
  const isInfinity =
    lower(start + 3) == 0x69 && lower(start + 4) == 0x6e && lower(start + 5) == 0x69 && lower(start + 6) == 0x74;
  return isInfinity && lower(start + 7) == 0x79 ? 0x7ff0000000000000 : UNKNOWN;
}

/** Any number between blanks: the bits of its double without the sign, or UNKNOWN. */
function parseUnsigned(start: usize, end: usize): i64 {
  const first = start;
  if (start == end) return UNKNOWN;
  let digits: u64 = 0;
  let taken: u32 = 0;
  let seen: u32 = 0;
  let power: i32 = 0;
  let isCut = false;
  let behindPoint = false;
  for (; start < end; start++) {
    const digit = <u32>load<u8>(start) - 0x30;
    if (digit > 9) {
      if (load<u8>(start) != POINT || behindPoint) break;
      behindPoint = true;
      continue;
    }
    seen++;
    if (taken < 19) {
      digits = digits * 10 + digit;
      taken += <u32>(digits != 0);
      power -= <i32>behindPoint;
    } else {
      isCut = isCut || digit != 0;
      power += <i32>!behindPoint;
    }
  }
  if (seen == 0) return parseWord(first, <u32>(end - first));
  if (start < end) {
    if (lower(start) != 0x65) return UNKNOWN;
    start++;
    if (start == end) return UNKNOWN;
    const sign = load<u8>(start);
    if (sign == MINUS || sign == PLUS) start++;
    if (start == end) return UNKNOWN;
    let exponent: i32 = 0;
    for (; start < end; start++) {
      const digit = <u32>load<u8>(start) - 0x30;
      if (digit > 9) return UNKNOWN;
      if (exponent < 100000000) exponent = exponent * 10 + digit;
    }
    power += sign == MINUS ? 0 - exponent : exponent;
  }
  if (!isCut && digits < <u64>1 << 53 && power >= -22 && power <= 22) {
    const value = <f64>digits;
    return reinterpret<i64>(power < 0 ? value / exactPower(0 - power) : value * exactPower(power));
  }
  const bits = eiselLemire(digits, power);
  if (bits == -1 || (isCut && bits != eiselLemire(digits + 1, power))) {
    return reinterpret<i64>(parseDoubleSlow(first, <u32>(end - first)));
  }
  return bits;
}

/** The bits of the nearest double. */
export function parseDouble(start: usize, end: usize): i64 {
  start = skipBlanks(start, end);
  end = skipBlanksBack(start, end);
  let sign: u8 = 0;
  if (start < end) sign = load<u8>(start);
  if (sign == MINUS || sign == PLUS) start++;
  const bits = parseUnsigned(start, end);
  if (bits == UNKNOWN || bits == 0x7ff8000000000000 || sign != MINUS) return bits;
  return bits | i64.MIN_VALUE;
}

/** Bits. By arithmetic: a choice between doubles is a branch, and signs cannot be predicted. */
// @ts-ignore: decorator
@inline
function withSign(value: f64, isNegative: bool): i64 {
  return reinterpret<i64>(value) ^ (<i64>isNegative << 63);
}

// @ts-ignore: decorator
@inline
function shortDouble(end: usize, length: u32, isNegative: bool): i64 {
  let word = lastBytes(end, length);
  const point = pointBits(word);
  let places: u32 = 0;
  if (point != 0) {
    if (length == 1) return UNKNOWN;
    places = 7 - (<u32>ctz(point) >> 3);
    word = bytesWithoutPoint(word, point);
  }
  if (!areDigitBytes(word)) return UNKNOWN;
  return withSign(<f64>(<i64>numberOfBytes(word)) / exactPower(places), isNegative);
}

/** Up to sixteen characters, at most one of them a point: one division. */
// @ts-ignore: decorator
@inline
export function quickDouble(start: usize, end: usize): i64 {
  const isNegative = load<u8>(start) == MINUS;
  const length = <u32>(end - start) - <u32>isNegative;
  if (length - 1 < 8) return shortDouble(end, length, isNegative);
  if (length - 1 >= 16) return UNKNOWN;
  let lanes = lastLanes(end, length);
  const point = points(lanes);
  let places: u32 = 0;
  if (point != 0) {
    if (length == 1) return UNKNOWN;
    places = 15 - ctz(point);
    lanes = withoutPoint(lanes, places);
  }
  if (!areDigits(lanes)) return UNKNOWN;
  const digits = <i64>numberOf(lanes);
  if (digits > 0x20000000000000) return UNKNOWN;
  return withSign(<f64>digits / exactPower(places), isNegative);
}
