// LIKE with a pattern that was taken apart before: pieces between the %, each a row of units.
// Layout at `pattern`: u32 pieces, then a piece: u32 units, units as u16 (a byte 0 .. 255, or 256 for `_`, any code point).
// The first piece is anchored at the start, the last at the end; a single piece at both.
import { isNull, rowAt } from './expr-rows';

const ANY: u16 = 256;

// @ts-ignore: decorator
@inline
function isContinuation(byte: u8): bool {
  return (byte & 0xc0) == 0x80;
}

/** Where the piece that starts at byte `from` ends, or -1 when it does not match there. */
function matchPiece(at: usize, length: u32, from: u32, units: usize, size: u32): i32 {
  let i = from;
  for (let u: u32 = 0; u < size; u++) {
    if (i >= length) return -1;
    const unit = load<u16>(units + (<usize>u << 1));
    if (unit == ANY) {
      i++;
      while (i < length && isContinuation(load<u8>(at + i))) i++;
    } else {
      if (load<u8>(at + i) != <u8>unit) return -1;
      i++;
    }
  }
  return i;
}

/** Where a piece must start to end at the end of the text, or -1. */
function startOfLast(at: usize, length: u32, units: usize, size: u32): i32 {
  let i: i32 = length;
  for (let u: i32 = size - 1; u >= 0; u--) {
    if (i <= 0) return -1;
    i--;
    if (load<u16>(units + (<usize>u << 1)) == ANY) while (i > 0 && isContinuation(load<u8>(at + i))) i--;
  }
  return i;
}

function matches(at: usize, length: u32, pattern: usize): bool {
  const pieces = load<u32>(pattern);
  let units = pattern + 8;
  let size = load<u32>(pattern, 4);
  let position = matchPiece(at, length, 0, units, size);
  if (pieces == 1 || position < 0) return position == <i32>length;
  for (let piece: u32 = 1; piece < pieces; piece++) {
    units += <usize>size << 1;
    size = load<u32>(units);
    units += 4;
    if (piece == pieces - 1) {
      const start = startOfLast(at, length, units, size);
      return start >= position && matchPiece(at, length, start, units, size) == <i32>length;
    }
    let end: i32 = -1;
    for (let from: u32 = position; end < 0 && from <= length; from++) {
      if (from < length && isContinuation(load<u8>(at + from))) continue;
      end = matchPiece(at, length, from, units, size);
    }
    if (end < 0) return false;
    position = end;
  }
  return false;
}

/** out (u8) = a LIKE the pattern. */
export function likeText(
  a: usize,
  aStride: u32,
  pattern: usize,
  out: usize,
  validity: usize,
  selection: usize,
  count: u32,
): void {
  for (let k: u32 = 0; k < count; k++) {
    const row = rowAt(selection, k);
    if (isNull(validity, row)) continue;
    const value = a + <usize>row * aStride;
    store<u8>(out + row, matches(<usize>load<u32>(value), load<u32>(value, 4), pattern));
  }
}
