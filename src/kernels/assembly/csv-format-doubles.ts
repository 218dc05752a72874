// Doubles as DuckDB prints them: the shortest digits that read back as the same double, `1.0`, `0.0001`, `1e-05`,
// `1e+16`, nan, inf. Two decimals are tried first, as most numbers that people write have; the rest is Schubfach
// (R. Giulietti, "The Schubfach way to render doubles"): of the decimals of one length or the next shorter that lie in
// the interval that rounds to the double, the nearest.
import { powerOfTen } from './csv-fields';
import { putPadded, putTwo, putUnsigned } from './csv-format-integers';
import { LEAST_POWER, POWERS_OF_FIVE } from './csv-powers';
import { highOfProduct } from './csv-wide';

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

/** The upper part of (high, low) * factor; the last bit says whether anything was cut off. */
function productToOdd(high: u64, low: u64, factor: u64): u64 {
  const middle = high * factor;
  const sum = middle + highOfProduct(low, factor);
  return (highOfProduct(high, factor) + <u64>(sum < middle)) | <u64>(sum > 1);
}

/** Digits without trailing zeros. */
function putStripped(out: usize, digits: u64, power: i32): usize {
  while (digits % 10 == 0) {
    digits /= 10;
    power++;
  }
  return putDigits(out, digits, power);
}

/** A positive, finite double that is not a whole number below 2^53. */
function putShortest(out: usize, bits: u64): usize {
  const fraction = bits & 0xfffffffffffff;
  const biased = <i32>(bits >> 52);
  const significand = biased != 0 ? fraction | 0x10000000000000 : fraction;
  const binary = biased != 0 ? biased - 1075 : -1074;
  // Below a power of two the doubles lie closer together.
  const isCloser = fraction == 0 && biased > 1;
  const isOdd = significand & 1;
  const power = (binary * 1262611 - (isCloser ? 524031 : 0)) >> 22;
  const shift = binary + ((-power * 1741647) >> 19) + 1;
  const entry = POWERS_OF_FIVE + (<usize>(-power - LEAST_POWER) << 4);
  // The table is cut off where this algorithm wants it rounded up.
  const up = <u64>(-power < -27 || -power > 55);
  const low = load<u64>(entry, 8) + up;
  const high = load<u64>(entry) + (up & <u64>(low == 0));
  const below = productToOdd(high, low, (4 * significand - 2 + <u64>isCloser) << shift) + isOdd;
  const value = productToOdd(high, low, (4 * significand) << shift);
  const above = productToOdd(high, low, (4 * significand + 2) << shift) - isOdd;
  const digits = value / 4;
  if (digits >= 10) {
    const tens = digits / 10;
    const isDownInside = below <= 40 * tens;
    const isUpInside = 40 * tens + 40 <= above;
    if (isDownInside != isUpInside) return putStripped(out, tens + <u64>isUpInside, power + 1);
  }
  const isDownInside = below <= 4 * digits;
  const isUpInside = 4 * digits + 4 <= above;
  if (isDownInside != isUpInside) return putStripped(out, digits + <u64>isUpInside, power);
  const middle = 4 * digits + 2;
  const roundsUp = value > middle || (value == middle && (digits & 1) != 0);
  return putStripped(out, digits + <u64>roundsUp, power);
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
  if (value < 9007199254740992 && nearest(value) == value) {
    out = putUnsigned(out, <u64>(<i64>value));
    store<u16>(out, 0x302e);
    return out + 2;
  }
  return putShortest(out, reinterpret<u64>(value));
}
