// Text: (u32 address, u32 length) a row, UTF-8. Kernels that only look: comparison, search, patterns, length, views.
import { isNull, rowAt } from './expr-rows';

// @ts-ignore: decorator
@inline
function textAddress(column: usize, stride: u32, row: u32): usize {
  return <usize>load<u32>(column + <usize>row * stride);
}

// @ts-ignore: decorator
@inline
function textLength(column: usize, stride: u32, row: u32): u32 {
  return load<u32>(column + <usize>row * stride, 4);
}

function bytesEqual(a: usize, b: usize, length: u32): bool {
  let i: u32 = 0;
  for (; i + 8 <= length; i += 8) if (load<u64>(a + i) != load<u64>(b + i)) return false;
  for (; i < length; i++) if (load<u8>(a + i) != load<u8>(b + i)) return false;
  return true;
}

/** Negative, zero or positive, by bytes; a prefix comes first. */
function compareBytes(a: usize, aLength: u32, b: usize, bLength: u32): i32 {
  const length = min(aLength, bLength);
  let i: u32 = 0;
  while (i + 8 <= length && load<u64>(a + i) == load<u64>(b + i)) i += 8;
  for (; i < length; i++) {
    const difference = <i32>load<u8>(a + i) - <i32>load<u8>(b + i);
    if (difference != 0) return difference;
  }
  return aLength < bLength ? -1 : <i32>(aLength > bLength);
}

/** out (u8) = a OP b for 0 =, 1 <>, 2 <, 3 <=, by UTF-8 bytes. */
export function compareText(
  op: i32,
  a: usize,
  aStride: u32,
  b: usize,
  bStride: u32,
  out: usize,
  validity: usize,
  selection: usize,
  count: u32,
): void {
  for (let k: u32 = 0; k < count; k++) {
    const row = rowAt(selection, k);
    if (isNull(validity, row)) continue;
    const aAt = textAddress(a, aStride, row);
    const bAt = textAddress(b, bStride, row);
    const aLength = textLength(a, aStride, row);
    const bLength = textLength(b, bStride, row);
    let result: bool;
    if (op <= 1) result = (aLength == bLength && bytesEqual(aAt, bAt, aLength)) == (op == 0);
    else {
      const order = compareBytes(aAt, aLength, bAt, bLength);
      result = op == 2 ? order < 0 : order <= 0;
    }
    store<u8>(out + row, result);
  }
}

/** out (u8) = a is one of the `size` texts of the table, ascending by bytes. */
export function memberText(
  a: usize,
  aStride: u32,
  table: usize,
  size: u32,
  out: usize,
  validity: usize,
  selection: usize,
  count: u32,
): void {
  for (let k: u32 = 0; k < count; k++) {
    const row = rowAt(selection, k);
    if (isNull(validity, row)) continue;
    const at = textAddress(a, aStride, row);
    const length = textLength(a, aStride, row);
    let low: u32 = 0;
    let high = size;
    let found = false;
    while (low < high && !found) {
      const middle = (low + high) >> 1;
      const order = compareBytes(textAddress(table, 8, middle), textLength(table, 8, middle), at, length);
      if (order < 0) low = middle + 1;
      else high = middle;
      found = order == 0;
    }
    store<u8>(out + row, found);
  }
}

/** First position >= from where the needle stands in the text, or -1. */
function find(at: usize, length: u32, needle: usize, needleLength: u32, from: u32): i32 {
  if (needleLength == 0) return from;
  const first = load<u8>(needle);
  for (let i = from; i + needleLength <= length; i++) {
    if (load<u8>(at + i) == first && bytesEqual(at + i, needle, needleLength)) return i;
  }
  return -1;
}

/** out (u8) = a holds b: 0 anywhere, 1 at the start, 2 at the end. */
export function searchText(
  where: i32,
  a: usize,
  aStride: u32,
  b: usize,
  bStride: u32,
  out: usize,
  validity: usize,
  selection: usize,
  count: u32,
): void {
  for (let k: u32 = 0; k < count; k++) {
    const row = rowAt(selection, k);
    if (isNull(validity, row)) continue;
    const aAt = textAddress(a, aStride, row);
    const bAt = textAddress(b, bStride, row);
    const aLength = textLength(a, aStride, row);
    const bLength = textLength(b, bStride, row);
    let result = aLength >= bLength;
    if (result) {
      if (where == 0) result = find(aAt, aLength, bAt, bLength, 0) >= 0;
      else if (where == 1) result = bytesEqual(aAt, bAt, bLength);
      else result = bytesEqual(aAt + (aLength - bLength), bAt, bLength);
    }
    store<u8>(out + row, result);
  }
}

// @ts-ignore: decorator
@inline
function isContinuation(byte: u8): bool {
  return (byte & 0xc0) == 0x80;
}

/** Code points in `length` bytes of UTF-8. */
function codePoints(at: usize, length: u32): u32 {
  let points: u32 = 0;
  let i: u32 = 0;
  for (; i + 16 <= length; i += 16) {
    // signed bytes below -64 are continuation bytes
    points += 16 - <u32>popcnt(i8x16.bitmask(i8x16.lt_s(v128.load(at + i), i8x16.splat(-64))));
  }
  for (; i < length; i++) points += <u32>!isContinuation(load<u8>(at + i));
  return points;
}

/** out (i64) = the code points of a. */
export function lengthText(
  a: usize,
  aStride: u32,
  out: usize,
  validity: usize,
  selection: usize,
  count: u32,
): void {
  for (let k: u32 = 0; k < count; k++) {
    const row = rowAt(selection, k);
    if (isNull(validity, row)) continue;
    store<i64>(out + (<usize>row << 3), codePoints(textAddress(a, aStride, row), textLength(a, aStride, row)));
  }
}

/** Byte offset of code point `points` of the text, at most `length`. */
function offsetOf(at: usize, length: u32, points: u32): u32 {
  let i: u32 = 0;
  while (i < length && points > 0) {
    i++;
    while (i < length && isContinuation(load<u8>(at + i))) i++;
    points--;
  }
  return i;
}

/** Byte offset where the last `points` code points of the text begin, at least 0. */
function offsetFromEnd(at: usize, length: u32, points: u32): u32 {
  let i = length;
  while (i > 0 && points > 0) {
    i--;
    while (i > 0 && isContinuation(load<u8>(at + i))) i--;
    points--;
  }
  return i;
}

// @ts-ignore: decorator
@inline
function boundary(at: usize, length: u32, position: i32): u32 {
  return position >= 0 ? offsetOf(at, length, position) : offsetFromEnd(at, length, -position);
}

/** out (text) = a view of a: its code points [begin, end), negative ones counted from the end; empty if they cross. */
export function sliceText(
  begin: i32,
  end: i32,
  a: usize,
  aStride: u32,
  out: usize,
  validity: usize,
  selection: usize,
  count: u32,
): void {
  for (let k: u32 = 0; k < count; k++) {
    const row = rowAt(selection, k);
    if (isNull(validity, row)) continue;
    const at = textAddress(a, aStride, row);
    const length = textLength(a, aStride, row);
    const from = boundary(at, length, begin);
    const to = boundary(at, length, end);
    store<u32>(out + (<usize>row << 3), <u32>at + from);
    store<u32>(out + (<usize>row << 3), to > from ? to - from : 0, 4);
  }
}

/** out (i64) = at which code point of a the text b begins first, from 1; 0 when it does not. */
export function positionText(
  a: usize,
  aStride: u32,
  b: usize,
  bStride: u32,
  out: usize,
  validity: usize,
  selection: usize,
  count: u32,
): void {
  for (let k: u32 = 0; k < count; k++) {
    const row = rowAt(selection, k);
    if (isNull(validity, row)) continue;
    const at = textAddress(a, aStride, row);
    const found = find(at, textLength(a, aStride, row), textAddress(b, bStride, row), textLength(b, bStride, row), 0);
    store<i64>(out + (<usize>row << 3), found < 0 ? 0 : <i64>codePoints(at, found) + 1);
  }
}

/**
 * out (text) = a view of a without blanks at the start (side 1), the end (2) or both (3). Begins at row number `from`
 * of the selection and answers where it stopped: `count`, or a row where a character beyond ASCII, which may be a blank
 * too, stands at a trimmed end.
 */
export function trimText(
  side: i32,
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
    let at = textAddress(a, aStride, row);
    let length = textLength(a, aStride, row);
    if (side & 1) {
      while (length > 0 && load<u8>(at) == 0x20) {
        at++;
        length--;
      }
      if (length > 0 && load<u8>(at) >= 0x80) return k;
    }
    if (side & 2) {
      while (length > 0 && load<u8>(at + length - 1) == 0x20) length--;
      if (length > 0 && load<u8>(at + length - 1) >= 0x80) return k;
    }
    store<u32>(out + (<usize>row << 3), <u32>at);
    store<u32>(out + (<usize>row << 3), length, 4);
  }
  return count;
}
