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
function offsetOf(at: usize, length: u32, points: i64): u32 {
  let i: u32 = 0;
  while (i < length && points > 0) {
    i++;
    while (i < length && isContinuation(load<u8>(at + i))) i++;
    points--;
  }
  return i;
}

/**
 * out (text) = a view of a: code points start-1 .. start-1+length (i64 columns; a `length` of address 0: to the end).
 * A start of 0 or less counts from the end (Postgres: before the first), see the twin; results share a's bytes.
 */
export function sliceText(
  a: usize,
  aStride: u32,
  start: usize,
  startStride: u32,
  length: usize,
  lengthStride: u32,
  out: usize,
  validity: usize,
  selection: usize,
  count: u32,
): void {
  for (let k: u32 = 0; k < count; k++) {
    const row = rowAt(selection, k);
    if (isNull(validity, row)) continue;
    const at = textAddress(a, aStride, row);
    const bytes = textLength(a, aStride, row);
    const first = load<i64>(start + <usize>row * startStride);
    const points = length == 0 ? i64.MAX_VALUE : load<i64>(length + <usize>row * lengthStride);
    sliceOne(at, bytes, first, points, out + (<usize>row << 3));
  }
}

function sliceOne(at: usize, bytes: u32, first: i64, points: i64, target: usize): void {
  let from: i64 = first > 0 ? first - 1 : first;
  let to: i64;
  const total: i64 = first < 0 || points < 0 ? codePoints(at, bytes) : 0;
  if (first < 0) from = first < -total ? 0 : first + total;
  else if (first == 0) {
    from = 0;
    if (points > 0 && points != i64.MAX_VALUE) points--;
  }
  if (points < 0) {
    // a negative length takes what stands before the start
    to = from;
    from = points < -from ? 0 : from + points;
  } else to = points > i64.MAX_VALUE - from ? i64.MAX_VALUE : from + points;
  const begin = offsetOf(at, bytes, from);
  const end = to == i64.MAX_VALUE ? bytes : begin + offsetOf(at + begin, bytes - begin, to - from);
  store<u32>(target, <u32>at + begin);
  store<u32>(target, end - begin, 4);
}

/** out (text) = a view of a without blanks (U+0020) at the start (side 1), the end (2) or both (3). */
export function trimText(
  side: i32,
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
    let at = textAddress(a, aStride, row);
    let length = textLength(a, aStride, row);
    if (side & 1) {
      while (length > 0 && load<u8>(at) == 0x20) {
        at++;
        length--;
      }
    }
    if (side & 2) while (length > 0 && load<u8>(at + length - 1) == 0x20) length--;
    store<u32>(out + (<usize>row << 3), <u32>at);
    store<u32>(out + (<usize>row << 3), length, 4);
  }
}
