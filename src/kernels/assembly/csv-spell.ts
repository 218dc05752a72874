// Values whose text is not their bytes, spelled out at `out`; see columnar/text.ts.
import { unescapeString } from './json-scan';

/** A string without quotes and escapes, anything else as written; 0 of null, which is nothing in CSV. */
export function spellJson(out: usize, source: usize, length: u32): usize {
  const first = <u32>load<u8>(source);
  if (first == 0x6e) return 0;
  if (first == 0x22) return unescapeString(source + 1, source + length - 1, out);
  memory.copy(out, source, length);
  return out + length;
}

// @ts-ignore: decorator
@inline
function hexDigit(digit: u32): u32 {
  return digit + (digit < 10 ? 0x30 : 0x37);
}

/** Printable ASCII but quotes and the backslash as it is, other bytes as \xAB. */
export function spellBytes(out: usize, source: usize, length: u32): usize {
  for (let i: u32 = 0; i < length; i++) {
    const byte = <u32>load<u8>(source + i);
    if (byte >= 0x20 && byte < 0x7f && byte != 0x22 && byte != 0x27 && byte != 0x5c) {
      store<u8>(out++, byte);
      continue;
    }
    store<u16>(out, 0x785c);
    store<u8>(out, hexDigit(byte >> 4), 2);
    store<u8>(out, hexDigit(byte & 15), 3);
    out += 4;
  }
  return out;
}
