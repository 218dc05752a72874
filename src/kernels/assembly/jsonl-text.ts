// Strings of JSON to text. Those without escapes are views of the bytes that were read; the others are written where the
// u32 at `scratch` points, which moves on: they never grow.
import { SAW_NULL } from './csv-layout';
import { BACKSLASH, QUOTE } from './jsonl-values';

/** Four hexadecimal digits, which are there. */
// @ts-ignore: decorator
@inline
function unitAt(at: usize): u32 {
  let unit: u32 = 0;
  for (let i: usize = 0; i < 4; i++) {
    const byte = <u32>load<u8>(at + i);
    unit = (unit << 4) | (byte < 0x3a ? byte - 0x30 : (byte | 0x20) - 0x57);
  }
  return unit;
}

// @ts-ignore: decorator
@inline
function simpleEscape(mark: u32): u32 {
  if (mark == 0x6e) return 10;
  if (mark == 0x74) return 9;
  if (mark == 0x72) return 13;
  if (mark == 0x62) return 8;
  return mark == 0x66 ? 12 : mark;
}

/** UTF-8 of a character, the lowest byte first, and above that how many bytes they are. */
function utf8(code: u32): u64 {
  if (code < 0x80) return (<u64>1 << 32) | code;
  const last: u32 = 0x80 | (code & 0x3f);
  if (code < 0x800) return (<u64>2 << 32) | (last << 8) | (0xc0 | (code >> 6));
  const second: u32 = 0x80 | ((code >> 6) & 0x3f);
  if (code < 0x10000) return (<u64>3 << 32) | (last << 16) | (second << 8) | (0xe0 | (code >> 12));
  const first: u32 = 0x80 | ((code >> 12) & 0x3f);
  return (<u64>4 << 32) | (last << 24) | (second << 16) | (first << 8) | (0xf0 | (code >> 18));
}

/** The byte or escape at `at` as `utf8` gives characters; 0 for half of a surrogate pair. */
export function nextCharacter(at: usize, end: usize): u64 {
  const byte = <u32>load<u8>(at);
  if (byte != BACKSLASH) return (<u64>1 << 32) | byte;
  const mark = <u32>load<u8>(at, 1);
  if (mark != 0x75) return (<u64>1 << 32) | simpleEscape(mark);
  const unit = unitAt(at + 2);
  if ((unit & 0xf800) != 0xd800) return utf8(unit);
  const hasMore = end - at >= 12 && load<u16>(at, 6) == 0x755c;
  const low = hasMore ? unitAt(at + 8) : 0;
  if (unit >= 0xdc00 || (low & 0xfc00) != 0xdc00) return 0;
  return utf8(0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff));
}

/** Copies with characters for escapes; answers the end, or 0 when there is half of a surrogate pair. */
function unescape(start: usize, end: usize, out: usize): usize {
  while (start < end) {
    const byte = <u32>load<u8>(start);
    if (byte != BACKSLASH) {
      store<u8>(out++, <u8>byte);
      start++;
      continue;
    }
    const next = nextCharacter(start, end);
    const bytes = next >> 32;
    if (bytes == 0) return 0;
    // Four bytes are stored where less may be meant: an escape is longer than what it stands for, by one at least.
    if (bytes == 1) store<u8>(out, <u8>next);
    else store<u32>(out, <u32>next);
    out += <usize>bytes;
    start += load<u8>(start, 1) != 0x75 ? 2 : bytes == 4 ? 12 : 6;
  }
  return out;
}

function holdsEscape(start: usize, end: usize): bool {
  const wanted = i8x16.splat(<i8>BACKSLASH);
  for (; start + 16 <= end; start += 16) if (v128.any_true(i8x16.eq(v128.load(start), wanted))) return true;
  for (; start < end; start++) if (<u32>load<u8>(start) == BACKSLASH) return true;
  return false;
}

/**
 * Text of `count` rows as `decodeText` of the csv room makes it, from JSON with escapes. Answers the first row with half of a
 * surrogate pair, or ~flags.
 */
export function decodeEscapedText(
  ends: usize,
  stride: u32,
  count: u32,
  out: usize,
  validity: usize,
  scratch: usize,
): i32 {
  let saw: i32 = 0;
  let free = <usize>load<u32>(scratch);
  for (let row: u32 = 0; row < count; row++) {
    const at = ends + <usize>row * stride;
    let start = <usize>load<u32>(at - 4) + 1;
    let end = <usize>load<u32>(at);
    const isNull = start == end;
    if (!isNull && <u32>load<u8>(start) == QUOTE) {
      start++;
      end--;
      if (holdsEscape(start, end)) {
        end = unescape(start, end, free);
        if (end == 0) return <i32>row;
        start = free;
        free = end;
      }
    }
    store<u8>(validity + row, <u8>!isNull);
    saw |= isNull ? SAW_NULL : 0;
    store<u32>(out + (<usize>row << 3), <u32>start);
    store<u32>(out + (<usize>row << 3), <u32>(end - start), 4);
  }
  store<u32>(scratch, <u32>free);
  return ~saw;
}
