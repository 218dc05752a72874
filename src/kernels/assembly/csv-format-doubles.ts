// Doubles as DuckDB prints them: the shortest digits that read back as the same double, `1.0`, `0.0001`, `1e-05`,
// `1e+16`, nan, inf. Two decimals are tried first; up to fifteen digits are found by scaling to a whole number and dividing back; more are left to
// JavaScript, whose digits are the same.
import { powerOfTen } from './csv-fields';
import { putPadded, putTwo, putUnsigned } from './csv-format-integers';

// @ts-ignore: decorator
@external('env', 'formatDoubleSlow')
declare function formatDoubleSlow(value: f64, address: usize): u32;

/** `digits` without trailing zeros times 10^power. */
function putDigits(out: usize, digits: u64, power: i32): usize {
  let count: i32 = 1;
  while (count < 20 && digits >= powerOfTen(count)) count++;
  const exponent = count - 1 + power;
  if (exponent >= -4 && exponent < 16) {
    if (power >= 0) {
      out = putUnsigned(out, digits);
      for (; power > 0; power--) store<u8>(out++, 0x30);
      store<u16>(out, 0x302e);
      return out + 2;
    }
    // Nothing before the point, perhaps more places than powers of ten have.
    const unit: u64 = -power < count ? powerOfTen(-power) : 0;
    const whole: u64 = unit != 0 ? digits / unit : 0;
    out = putUnsigned(out, whole);
    store<u8>(out, 0x2e);
    return putPadded(out + 1, digits - whole * unit, -power);
  }
  const unit = powerOfTen(count - 1);
  const first = digits / unit;
  store<u8>(out++, 0x30 + <u8>first);
  if (count > 1) {
    store<u8>(out, 0x2e);
    out = putPadded(out + 1, digits - first * unit, count - 1);
  }
  store<u8>(out, 0x65);
  store<u8>(out, exponent < 0 ? 0x2d : 0x2b, 1);
  const size = <u32>abs(exponent);
  return size < 100 ? putTwo(out + 2, size) : putUnsigned(out + 2, size);
}

/** Takes JavaScript's text apart and puts its digits in DuckDB's form. */
function putSlow(out: usize, value: f64): usize {
  const length = formatDoubleSlow(value, out);
  let digits: u64 = 0;
  let power: i32 = 0;
  let behindPoint = false;
  let at = out;
  const end = out + length;
  for (; at < end; at++) {
    const digit = <u32>load<u8>(at) - 0x30;
    if (digit > 9) {
      if (load<u8>(at) != 0x2e) break;
      behindPoint = true;
      continue;
    }
    // JavaScript fills up with zeros to 21 digits.
    if (digits < 100000000000000000) {
      digits = digits * 10 + digit;
      power -= <i32>behindPoint;
    } else {
      power += <i32>!behindPoint;
    }
  }
  if (at < end) {
    const isNegative = load<u8>(at, 1) == 0x2d;
    let exponent: i32 = 0;
    for (at += 2; at < end; at++) exponent = exponent * 10 + load<u8>(at) - 0x30;
    power += isNegative ? -exponent : exponent;
  }
  while (digits % 10 == 0) {
    digits /= 10;
    power++;
  }
  return putDigits(out, digits, power);
}

export function putDouble(out: usize, value: f64): usize {
  const bits = reinterpret<u64>(value);
  if (value != value) {
    store<u32>(out, 0x6e616e);
    return out + 3;
  }
  if (<i64>bits < 0) {
    store<u8>(out++, 0x2d);
    value = -value;
  }
  // Two decimals, as most numbers that people write have.
  const cents = nearest(value * 100);
  if (cents < 4294967296 && cents / 100 == value) {
    const units = <u32>(<i64>cents) / 100;
    const rest = <u32>(<i64>cents) - units * 100;
    out = putUnsigned(out, units);
    const tens = (rest * 103) >> 10;
    const ones = rest - tens * 10;
    store<u32>(out, 0x30302e + (tens << 8) + (ones << 16));
    return out + 2 + <usize>(ones != 0);
  }
  if (value == Infinity) {
    store<u32>(out, 0x666e69);
    return out + 3;
  }
  if (value >= 1e-5 && value < 1e15) {
    // The power that leaves fifteen digits or fourteen; estimated from the binary exponent.
    const binary = <i32>((bits >> 52) & 0x7ff) - 1023;
    const decimal = (binary * 1233) >> 12;
    const places = min(22, 14 - decimal);
    const unit = <f64>powerOfTen(min(places, 19)) * (places > 19 ? <f64>powerOfTen(places - 19) : 1);
    const scaled = nearest(value * unit);
    if (scaled < 1e15 && scaled / unit == value) {
      let digits = <u64>scaled;
      let power = -places;
      if (digits % 100000000 == 0) {
        digits /= 100000000;
        power += 8;
      }
      if (digits % 10000 == 0) {
        digits /= 10000;
        power += 4;
      }
      while (digits % 10 == 0) {
        digits /= 10;
        power++;
      }
      return putDigits(out, digits, power);
    }
  }
  return putSlow(out, value);
}
