// Numbers as digits at `out`; every function answers the end of what it wrote and may scribble up to 48 bytes beyond.
import { powerOfTen } from './csv-fields';

const EIGHT: u64 = 100000000;
const ZEROS: u64 = 0x3030303030303030;

/**
 * The eight digits of a number below 10^8 as bytes 0 .. 9, the first one lowest: it is split into fours, pairs and
 * digits, all parts at once, dividing by multiplication.
 */
// @ts-ignore: decorator
@inline
export function eightDigits(value: u32): u64 {
  const high = value / 10000;
  const fours = <u64>high | (<u64>(value - high * 10000) << 32);
  const hundreds = ((fours * 10486) >> 20) & 0x0000007f0000007f;
  const pairs = hundreds | ((fours - hundreds * 100) << 16);
  const tens = ((pairs * 103) >> 10) & 0x000f000f000f000f;
  return tens | ((pairs - tens * 10) << 8);
}

// @ts-ignore: decorator
@inline
export function putTwo(out: usize, value: u32): usize {
  const tens = (value * 103) >> 10;
  store<u16>(out, <u16>(tens + ((value - tens * 10) << 8) + 0x3030));
  return out + 2;
}

/** Exactly `width` digits, at most eight, of a number that has no more. */
// @ts-ignore: decorator
@inline
export function putFew(out: usize, value: u32, width: u32): usize {
  store<u64>(out, (eightDigits(value) + ZEROS) >> <u64>((8 - width) << 3));
  return out + width;
}

/** Exactly `width` digits. */
export function putPadded(out: usize, value: u64, width: u32): usize {
  if (width > 8) {
    const rest = value / EIGHT;
    out = putPadded(out, rest, width - 8);
    value -= rest * EIGHT;
    width = 8;
  }
  return putFew(out, <u32>value, width);
}

/** Below 10^8. */
// @ts-ignore: decorator
@inline
export function putSmall(out: usize, value: u32): usize {
  const digits = eightDigits(value);
  const blank = ctz(digits | ((<u64>1) << 56)) & 0x78;
  store<u64>(out, (digits + ZEROS) >> blank);
  return out + 8 - <usize>(blank >> 3);
}

function putLarge(out: usize, value: u64): usize {
  const rest = value / EIGHT;
  out = rest < EIGHT ? putSmall(out, <u32>rest) : putLarge(out, rest);
  return putFew(out, <u32>(value - rest * EIGHT), 8);
}

// @ts-ignore: decorator
@inline
export function putUnsigned(out: usize, value: u64): usize {
  return value < EIGHT ? putSmall(out, <u32>value) : putLarge(out, value);
}

export function putInteger(out: usize, value: i64): usize {
  if (value >= 0) return putUnsigned(out, <u64>value);
  store<u8>(out, 0x2d);
  return putUnsigned(out + 1, 0 - <u64>value);
}

/** `scale` is at most 18. */
export function putDecimal(out: usize, value: i64, scale: u32): usize {
  if (value < 0) store<u8>(out++, 0x2d);
  const size: u64 = value < 0 ? 0 - <u64>value : <u64>value;
  if (scale == 0) return putUnsigned(out, size);
  if (size <= 0xffffffff && scale <= 8) {
    const small = <u32>size;
    const unit = <u32>powerOfTen(scale);
    const units = small / unit;
    out = putUnsigned(out, units);
    store<u8>(out, 0x2e);
    return putFew(out + 1, small - units * unit, scale);
  }
  const power = powerOfTen(scale);
  const whole = size / power;
  out = putUnsigned(out, whole);
  store<u8>(out, 0x2e);
  return putPadded(out + 1, size - whole * power, scale);
}

/** The decimal of 128 bits at `source`: digits from the last to the first, then moved to the front. */
export function putWideDecimal(out: usize, source: usize, scale: u32): usize {
  let low = load<u64>(source);
  let high = load<u64>(source, 8);
  if (<i64>high == <i64>low >> 63 && scale <= 18) return putDecimal(out, <i64>low, scale);
  const isNegative = <i64>high < 0;
  if (isNegative) {
    low = 0 - low;
    high = ~high + <u64>(low == 0);
  }
  const end = out + 48;
  let at = end;
  for (let digit: u32 = 0; digit <= scale || (low | high) != 0; digit++) {
    if (digit == scale && scale > 0) store<u8>(--at, 0x2e);
    let rest: u64;
    if (high == 0) {
      rest = low % 10;
      low /= 10;
    } else {
      const second = ((high % 10) << 32) | (low >> 32);
      const third = ((second % 10) << 32) | (low & 0xffffffff);
      high /= 10;
      low = ((second / 10) << 32) | (third / 10);
      rest = third % 10;
    }
    store<u8>(--at, 0x30 + <u8>rest);
  }
  if (isNegative) store<u8>(--at, 0x2d);
  memory.copy(out, at, end - at);
  return out + (end - at);
}
