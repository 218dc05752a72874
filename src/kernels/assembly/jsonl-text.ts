// Strings of JSON to text. Those without escapes are views of the bytes that were read; the others are written where the
// u32 at `scratch` points, which moves on: they never grow.
import { SAW_NULL } from './csv-layout';
import { hasEscapes, unescapeString } from './json-scan';
import { QUOTE } from './jsonl-values';

/** Text of `count` rows as `decodeText` of the csv room makes it, from JSON with escapes; answers ~flags. */
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
      if (hasEscapes(start, end)) {
        end = unescapeString(start, end, free);
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
