// Fields of indexed rows, and what parsing them shares.
import { CR, LF } from './csv-layout';


/** The field's bytes as start | end << 32, inside the quotes when quoted; 0 when it is null. */
export function fieldAt(at: usize, quote: i32, newline: i32, nulls: usize): u64 {
  let start = <usize>load<u32>(at - 4) + 1;
  let end = <usize>load<u32>(at);
  if (newline != 0) end = trimmedEnd(start, end, newline);
  if (start == end) return 0;
  if (<i32>load<u8>(start) == quote) {
    start++;
    end--;
    if (nulls != 0 && start == end && isNullText(start, 0, nulls)) return 0;
  } else if (nulls != 0 && isNullText(start, <u32>(end - start), nulls)) {
    return 0;
  }
  return <u64>start | (<u64>end << 32);
}

/** What parse functions answer for "not mine": no value that they produce, as an integer or as the bits of a double. */
export const UNKNOWN: i64 = i64.MAX_VALUE;

/** End of the last field of a row without the CR of its line end, and without blank lines that were hung on to it. */
export function trimmedEnd(start: usize, end: usize, newline: i32): usize {
  if (newline == CR) {
    while (end > start && load<u8>(end - 1) == CR) end--;
    return end;
  }
  if (end > start && load<u8>(end - 1) == CR) end--;
  while (end > start && load<u8>(end - 1) == LF) {
    end--;
    if (end > start && load<u8>(end - 1) == CR) end--;
  }
  return end;
}

export function isNullText(start: usize, length: u32, nulls: usize): bool {
  const count = load<u32>(nulls);
  for (let i: u32 = 0; i < count; i++) {
    const view = nulls + 8 + (<usize>i << 3);
    if (load<u32>(view, 4) != length) continue;
    const text = <usize>load<u32>(view);
    let j: u32 = 0;
    while (j < length && load<u8>(text + j) == load<u8>(start + j)) j++;
    if (j == length) return true;
  }
  return false;
}

/** Blank, tab, line feed, vertical tab, form feed, carriage return. */
// @ts-ignore: decorator
@inline
export function isBlank(byte: u32): bool {
  return byte == 0x20 || byte - 9 < 5;
}

export function skipBlanks(start: usize, end: usize): usize {
  while (start < end && isBlank(load<u8>(start))) start++;
  return start;
}

export function skipBlanksBack(start: usize, end: usize): usize {
  while (end > start && isBlank(load<u8>(end - 1))) end--;
  return end;
}

export const ZEROS: u64 = 0x3030303030303030;

/** Whether all bytes of a word that was xor-ed with ZEROS are digits. */
// @ts-ignore: decorator
@inline
export function areDigits(word: u64): bool {
  return (((word + 0x7676767676767676) | word) & 0x8080808080808080) == 0;
}

/** 10^0 .. 10^19. */
const POWERS = memory.data<u64>([
  1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000, 1000000000000,
  10000000000000, 100000000000000, 1000000000000000, 10000000000000000, 100000000000000000, 1000000000000000000,
  10000000000000000000,
]);

// @ts-ignore: decorator
@inline
export function powerOfTen(exponent: u32): u64 {
  return load<u64>(POWERS + (<usize>exponent << 3));
}
