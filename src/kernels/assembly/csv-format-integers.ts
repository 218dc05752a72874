// Numbers as digits at `out`; every function answers the end of what it wrote and may scribble up to 48 bytes beyond.
import { powerOfTen } from './csv-fields';

/** "00" .. "99". */
const PAIRS = memory.data<u8>([
  48, 48, 48, 49, 48, 50, 48, 51, 48, 52, 48, 53, 48, 54, 48, 55, 48, 56, 48, 57, 49, 48, 49, 49, 49, 50, 49, 51, 49, 52,
  49, 53, 49, 54, 49, 55, 49, 56, 49, 57, 50, 48, 50, 49, 50, 50, 50, 51, 50, 52, 50, 53, 50, 54, 50, 55, 50, 56, 50, 57,
  51, 48, 51, 49, 51, 50, 51, 51, 51, 52, 51, 53, 51, 54, 51, 55, 51, 56, 51, 57, 52, 48, 52, 49, 52, 50, 52, 51, 52, 52,
  52, 53, 52, 54, 52, 55, 52, 56, 52, 57, 53, 48, 53, 49, 53, 50, 53, 51, 53, 52, 53, 53, 53, 54, 53, 55, 53, 56, 53, 57,
  54, 48, 54, 49, 54, 50, 54, 51, 54, 52, 54, 53, 54, 54, 54, 55, 54, 56, 54, 57, 55, 48, 55, 49, 55, 50, 55, 51, 55, 52,
  55, 53, 55, 54, 55, 55, 55, 56, 55, 57, 56, 48, 56, 49, 56, 50, 56, 51, 56, 52, 56, 53, 56, 54, 56, 55, 56, 56, 56, 57,
  57, 48, 57, 49, 57, 50, 57, 51, 57, 52, 57, 53, 57, 54, 57, 55, 57, 56, 57, 57,
]);

// @ts-ignore: decorator
@inline
export function putTwo(out: usize, value: u32): usize {
  store<u16>(out, load<u16>(PAIRS + (<usize>value << 1)));
  return out + 2;
}

/** Exactly `width` digits of `value`. */
export function putPadded(out: usize, value: u64, width: u32): usize {
  const end = out + width;
  let at = end;
  while (value > 0xffffffff) {
    const rest = value / 100;
    at -= 2;
    putTwo(at, <u32>(value - rest * 100));
    value = rest;
  }
  let small = <u32>value;
  while (at >= out + 2) {
    const rest = small / 100;
    at -= 2;
    putTwo(at, small - rest * 100);
    small = rest;
  }
  if (at > out) store<u8>(out, 0x30 + <u8>small);
  return end;
}

function digitsOf(value: u64): u32 {
  let digits: u32 = 1;
  while (digits < 20 && value >= powerOfTen(digits)) digits++;
  return digits;
}

// @ts-ignore: decorator
@inline
export function putUnsigned(out: usize, value: u64): usize {
  if (value < 10) {
    store<u8>(out, 0x30 + <u8>value);
    return out + 1;
  }
  return putPadded(out, value, digitsOf(value));
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
