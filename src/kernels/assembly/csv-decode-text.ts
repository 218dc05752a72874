// Text: views of the bytes that were read; inside the quotes when quoted. Fields with doubled quotes or escapes are
// copied to where the u32 at `scratch` points, which moves on; 0 when the index saw none of them.
import { isNullText, trimmedEnd } from './csv-fields';
import { SAW_NULL, SAW_QUOTED } from './csv-layout';

/**
 * Copies without the escapes; answers the end. An escape that is the quote itself stands before a quote only. Sixteen bytes are
 * copied at a time, and what lies behind an escape once more, in its place.
 */
function unescape(start: usize, end: usize, escape: i32, out: usize): usize {
  const wanted = i8x16.splat(<i8>escape);
  while (start + 16 < end) {
    const bytes = v128.load(start);
    v128.store(out, bytes);
    const mask = i8x16.bitmask(i8x16.eq(bytes, wanted));
    if (mask == 0) {
      start += 16;
      out += 16;
      continue;
    }
    const before = <usize>ctz(mask);
    out += before;
    store<u8>(out++, load<u8>(start + before, 1));
    start += before + 2;
  }
  while (start < end) {
    if (load<u8>(start) == <u8>escape && start + 1 < end) start++;
    store<u8>(out++, load<u8>(start++));
  }
  return out;
}

function holds(start: usize, end: usize, byte: i32): bool {
  const wanted = i8x16.splat(<i8>byte);
  for (; start + 16 <= end; start += 16) if (v128.any_true(i8x16.eq(v128.load(start), wanted))) return true;
  for (; start < end; start++) if (load<u8>(start) == <u8>byte) return true;
  return false;
}

/** Where nothing is cut off, copied or read as null but empty fields: without a branch on what a field holds. */
// @ts-ignore: decorator
@inline
function decodePlain(
  isQuoted: bool,
  ends: usize,
  stride: u32,
  quote: u32,
  selection: usize,
  count: u32,
  out: usize,
  validity: usize,
): i32 {
  let empty: u32 = 0;
  let quoted: u32 = 0;
  for (let k: u32 = 0; k < count; k++) {
    const row = selection == 0 ? k : load<u32>(selection + (<usize>k << 2));
    const at = ends + <usize>row * stride;
    let start = load<u32>(at - 4) + 1;
    let length = load<u32>(at) - start;
    const isEmpty = <u32>(length == 0);
    if (isQuoted) {
      const has = <u32>(<u32>load<u8>(start) == quote) & (isEmpty ^ 1);
      start += has;
      length -= has << 1;
      quoted |= has;
    }
    empty |= isEmpty;
    store<u8>(validity + row, <u8>(isEmpty ^ 1));
    store<u64>(out + (<usize>row << 3), <u64>start | (<u64>length << 32));
  }
  return ~<i32>((empty * SAW_NULL) | (quoted * SAW_QUOTED));
}

export function decodeText(
  ends: usize,
  stride: u32,
  quote: i32,
  escape: i32,
  newline: i32,
  nulls: usize,
  selection: usize,
  count: u32,
  out: usize,
  validity: usize,
  scratch: usize,
): i32 {
  if ((<usize>newline | nulls | scratch) == 0) {
    if (quote >= 0) return decodePlain(true, ends, stride, quote, selection, count, out, validity);
    if (selection != 0) return decodePlain(false, ends, stride, 0, selection, count, out, validity);
    return decodePlain(false, ends, stride, 0, 0, count, out, validity);
  }
  let saw: i32 = 0;
  let free: usize = 0;
  if (scratch != 0) free = <usize>load<u32>(scratch);
  for (let k: u32 = 0; k < count; k++) {
    const row = selection == 0 ? k : load<u32>(selection + (<usize>k << 2));
    const at = ends + <usize>row * stride;
    let start = <usize>load<u32>(at - 4) + 1;
    let end = <usize>load<u32>(at);
    if (newline != 0) end = trimmedEnd(start, end, newline);
    let isNull = start == end;
    if (<i32>load<u8>(start) == quote && !isNull) {
      saw |= SAW_QUOTED;
      start++;
      end--;
      if (nulls != 0 && start == end) isNull = isNullText(start, 0, nulls);
      else if (scratch != 0 && holds(start, end, escape)) {
        end = unescape(start, end, escape, free);
        start = free;
        free = end;
      }
    } else if (nulls != 0 && !isNull) {
      isNull = isNullText(start, <u32>(end - start), nulls);
    }
    store<u8>(validity + row, <u8>!isNull);
    saw |= <i32>isNull;
    store<u32>(out + ((<usize>row) << 3), <u32>start);
    store<u32>(out + ((<usize>row) << 3), <u32>(end - start), 4);
  }
  if (scratch != 0) store<u32>(scratch, <u32>free);
  return ~saw;
}
