// Text: views of the bytes that were read; inside the quotes when quoted. Fields with doubled quotes or escapes are
// copied to where the u32 at `scratch` points, which moves on; 0 when the index saw none of them.
import { isNullText, trimmedEnd } from './csv-fields';
import { SAW_QUOTED } from './csv-layout';

/** Copies without the escapes; answers the end. An escape that is the quote itself stands before a quote only. */
function unescape(start: usize, end: usize, escape: i32, out: usize): usize {
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

export function decodeText(
  ends: usize,
  stride: u32,
  quote: i32,
  escape: i32,
  newline: i32,
  nulls: usize,
  count: u32,
  out: usize,
  validity: usize,
  scratch: usize,
): i32 {
  let saw: i32 = 0;
  let free: usize = 0;
  if (scratch != 0) free = <usize>load<u32>(scratch);
  for (let row: u32 = 0; row < count; row++) {
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
