// Kernels that make text. The bytes go to the text area whose struct is at `area`: u32 cursor, u32 left, u32 needed.
// They begin at row number `from` of the selection and answer where they stopped: `count` when done. Stopped with
// needed > 0: the area has too little room for this row; with needed = 0: this row is the interpreter's.
import { isNull, rowAt } from './expr-rows';

const CURSOR: usize = 0;
const LEFT: usize = 4;
export const NEEDED: usize = 8;

/** Address of `bytes` free bytes, or 0 after noting how many are needed. */
// @ts-ignore: decorator
@inline
export function room(area: usize, bytes: u32): usize {
  if (bytes > load<u32>(area, LEFT)) {
    store<u32>(area, bytes, NEEDED);
    return 0;
  }
  return <usize>load<u32>(area, CURSOR);
}

// @ts-ignore: decorator
@inline
export function finish(area: usize, at: usize, length: u32, out: usize, row: u32): void {
  store<u32>(area, <u32>at + length, CURSOR);
  store<u32>(area, load<u32>(area, LEFT) - length, LEFT);
  store<u32>(out + (<usize>row << 3), <u32>at);
  store<u32>(out + (<usize>row << 3), length, 4);
}

/** out = a || b. */
export function concatText(
  a: usize,
  aStride: u32,
  b: usize,
  bStride: u32,
  out: usize,
  area: usize,
  validity: usize,
  selection: usize,
  from: u32,
  count: u32,
): u32 {
  store<u32>(area, 0, NEEDED);
  for (let k = from; k < count; k++) {
    const row = rowAt(selection, k);
    if (isNull(validity, row)) continue;
    const aAt = a + <usize>row * aStride;
    const bAt = b + <usize>row * bStride;
    const aLength = load<u32>(aAt, 4);
    const bLength = load<u32>(bAt, 4);
    const at = room(area, aLength + bLength);
    if (at == 0) return k;
    memory.copy(at, <usize>load<u32>(aAt), aLength);
    memory.copy(at + aLength, <usize>load<u32>(bAt), bLength);
    finish(area, at, aLength + bLength, out, row);
  }
  return count;
}

/** out = a in lower case (op 0) or upper case (1); stops at a text that is not ASCII. */
export function caseText(
  op: i32,
  a: usize,
  aStride: u32,
  out: usize,
  area: usize,
  validity: usize,
  selection: usize,
  from: u32,
  count: u32,
): u32 {
  const first: u8 = op == 0 ? 0x41 : 0x61;
  store<u32>(area, 0, NEEDED);
  for (let k = from; k < count; k++) {
    const row = rowAt(selection, k);
    if (isNull(validity, row)) continue;
    const value = a + <usize>row * aStride;
    const source = <usize>load<u32>(value);
    const length = load<u32>(value, 4);
    const at = room(area, length);
    if (at == 0) return k;
    let i: u32 = 0;
    for (; i + 16 <= length; i += 16) {
      const bytes = v128.load(source + i);
      if (v128.any_true(v128.and(bytes, i8x16.splat(-128)))) return k;
      const letters = i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(first)), i8x16.splat(26));
      v128.store(at + i, v128.xor(bytes, v128.and(letters, i8x16.splat(0x20))));
    }
    for (; i < length; i++) {
      const byte = load<u8>(source + i);
      if (byte >= 0x80) return k;
      store<u8>(at + i, byte - first < 26 ? byte ^ 0x20 : byte);
    }
    finish(area, at, length, out, row);
  }
  return count;
}

/** Digits of `value` ending before `end`; answers where they start. */
function digitsBefore(end: usize, value: u64): usize {
  do {
    const quotient = value / 10;
    store<u8>(--end, 0x30 + <u8>(value - quotient * 10));
    value = quotient;
  } while (value != 0);
  return end;
}

/** out = the integer a as text; a is i32 (width 4) or i64 (width 8). */
export function integerToText(
  width: i32,
  a: usize,
  aStride: u32,
  out: usize,
  area: usize,
  validity: usize,
  selection: usize,
  from: u32,
  count: u32,
): u32 {
  store<u32>(area, 0, NEEDED);
  for (let k = from; k < count; k++) {
    const row = rowAt(selection, k);
    if (isNull(validity, row)) continue;
    const at = room(area, 20);
    if (at == 0) return k;
    const source = a + <usize>row * aStride;
    const value = width == 4 ? <i64>load<i32>(source) : load<i64>(source);
    let start = digitsBefore(at + 20, value < 0 ? 0 - <u64>value : <u64>value);
    if (value < 0) store<u8>(--start, 0x2d);
    const length = <u32>(at + 20 - start);
    memory.copy(at, start, length);
    finish(area, at, length, out, row);
  }
  return count;
}

/** out = the decimal a (64 bits, or 128 with shape 1) with `scale` digits behind the point. */
export function decimalToText(
  shape: i32,
  scale: i32,
  a: usize,
  aStride: u32,
  out: usize,
  area: usize,
  validity: usize,
  selection: usize,
  from: u32,
  count: u32,
): u32 {
  store<u32>(area, 0, NEEDED);
  for (let k = from; k < count; k++) {
    const row = rowAt(selection, k);
    if (isNull(validity, row)) continue;
    const at = room(area, 44);
    if (at == 0) return k;
    const source = a + <usize>row * aStride;
    let low = load<u64>(source);
    let high = shape & 1 ? load<u64>(source, 8) : <u64>(<i64>low >> 63);
    const negative = <i64>high < 0;
    if (negative) {
      low = 0 - low;
      high = ~high + <u64>(low == 0);
    }
    const end = at + 44;
    let start = end;
    for (let digit = 0; digit <= scale || (low | high) != 0; digit++) {
      if (digit == scale && scale > 0) store<u8>(--start, 0x2e);
      let remainder: u64;
      if (high == 0) {
        remainder = low % 10;
        low /= 10;
      } else {
        const second = (high % 10 << 32) | (low >> 32);
        const third = (second % 10 << 32) | (low & 0xffffffff);
        high /= 10;
        low = ((second / 10) << 32) | (third / 10);
        remainder = third % 10;
      }
      store<u8>(--start, 0x30 + <u8>remainder);
    }
    if (negative) store<u8>(--start, 0x2d);
    const length = <u32>(end - start);
    memory.copy(at, start, length);
    finish(area, at, length, out, row);
  }
  return count;
}
