// Normalized keys: bytes whose memcmp order is the order of the language. A column is one marker byte (null, or a value
// follows) and, for a value, its bytes most significant first:
//
//     integers    sign bit flipped            f64    all bits flipped when negative, else the sign bit
//     text        UTF-8 with 00 -> 01 01 and 01 -> 01 02, then 00: the end sorts before every byte
//
// In a row to sort a descending column has its value bytes flipped, and the marker says where nulls go; the keys of groups
// are ascending, with nulls last.
import { F64, I32, I128, LAYOUT_ENTRY, LAYOUT_HEAD, LAYOUT_KEYS, NULLS_FIRST, TEXT, U8 } from './state-layout';

export const VALUE_MARKER: u8 = 1;
const NULL_FIRST_MARKER: u8 = 0;
const NULL_LAST_MARKER: u8 = 2;
export const SIGN: u64 = 0x8000000000000000;
const ONES: u64 = 0x0101010101010101;

// @ts-ignore: decorator
@inline
export function nullMarker(order: u32): u8 {
  return order & NULLS_FIRST ? NULL_FIRST_MARKER : NULL_LAST_MARKER;
}

/** The bits of a double as an unsigned number in the order of the doubles. */
// @ts-ignore: decorator
@inline
export function orderedDouble(bits: u64): u64 {
  return i64(bits) < 0 ? ~bits : bits | SIGN;
}

// @ts-ignore: decorator
@inline
function unorderedDouble(ordered: u64): u64 {
  return ordered & SIGN ? ordered ^ SIGN : ~ordered;
}

/** Writes the escaped text until its end or until `limit`; returns where it ended. */
export function encodeText(address: usize, bytes: u32, flip: u64, out: usize, limit: usize): usize {
  // 8 bytes at a time while none of them is 00 or 01.
  while (bytes >= 8 && out < limit) {
    const word = load<u64>(address);
    if (((word - ONES * 2) & ~word & (ONES << 7)) != 0) break;
    store<u64>(out, word ^ flip);
    out += 8;
    address += 8;
    bytes -= 8;
  }
  while (bytes != 0 && out < limit) {
    const byte = load<u8>(address++);
    bytes--;
    if (byte <= 1) {
      store<u8>(out++, u8(1 ^ flip));
      store<u8>(out++, u8((byte + 1) ^ flip));
    } else {
      store<u8>(out++, u8(byte ^ flip));
    }
  }
  if (bytes == 0) store<u8>(out++, u8(flip));
  return out;
}

/** Writes the key of a group row from `out` on, stopping soon (at most 17 bytes) after `limit`; returns its end. */
export function encodeKey(layout: usize, row: usize, out: usize, limit: usize): usize {
  const keys = load<u32>(layout, LAYOUT_KEYS);
  for (let k: u32 = 0; k < keys && out < limit; k++) {
    const key = layout + LAYOUT_HEAD + k * LAYOUT_ENTRY;
    if (load<u8>(row + k) == 0) {
      store<u8>(out++, NULL_LAST_MARKER);
      continue;
    }
    store<u8>(out++, VALUE_MARKER);
    const slot = row + load<u32>(key, 4);
    switch (load<u32>(key)) {
      case U8:
        store<u8>(out, load<u8>(slot));
        out += 1;
        break;
      case I32:
        store<u32>(out, bswap<u32>(load<u32>(slot) ^ 0x80000000));
        out += 4;
        break;
      case I128:
        store<u64>(out, bswap<u64>(load<u64>(slot, 8) ^ SIGN));
        store<u64>(out, bswap<u64>(load<u64>(slot)), 8);
        out += 16;
        break;
      case F64:
        store<u64>(out, bswap<u64>(orderedDouble(load<u64>(slot))));
        out += 8;
        break;
      case TEXT:
        out = encodeText(load<u32>(slot), load<u32>(slot, 4), 0, out, limit);
        break;
      default:
        store<u64>(out, bswap<u64>(load<u64>(slot) ^ SIGN));
        out += 8;
    }
  }
  return out;
}

/** Unescapes the text at `at` in place; stores address and bytes in `view`; returns where the next column begins. */
function decodeText(at: usize, view: usize): usize {
  let from = at;
  let to = at;
  while (true) {
    const byte = load<u8>(from++);
    if (byte == 0) break;
    store<u8>(to++, byte == 1 ? load<u8>(from++) - 1 : byte);
  }
  store<u32>(view, at);
  store<u32>(view, to - at, 4);
  return from;
}

/**
 * Column `k` of `count` keys: values and validity of the rows 0..count-1. keyAt[i] is where the column begins in key i
 * and is moved behind it, so columns are decoded in order, once: texts are unescaped where they lie. Returns the nulls.
 */
export function decodeKeys(layout: usize, k: u32, keyAt: usize, count: u32, values: usize, validity: usize): u32 {
  const key = layout + LAYOUT_HEAD + k * LAYOUT_ENTRY;
  const physical = load<u32>(key);
  let nulls: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    let at: usize = load<u32>(keyAt + (i << 2));
    const isValid = load<u8>(at++) == VALUE_MARKER;
    store<u8>(validity + i, u8(isValid));
    nulls += u32(!isValid);
    switch (physical) {
      case U8:
        store<u8>(values + i, isValid ? load<u8>(at) : 0);
        at += isValid ? 1 : 0;
        break;
      case I32:
        store<u32>(values + (i << 2), isValid ? bswap<u32>(load<u32>(at)) ^ 0x80000000 : 0);
        at += isValid ? 4 : 0;
        break;
      case I128:
        store<u64>(values + (i << 4), isValid ? bswap<u64>(load<u64>(at, 8)) : 0);
        store<u64>(values + (i << 4), isValid ? bswap<u64>(load<u64>(at)) ^ SIGN : 0, 8);
        at += isValid ? 16 : 0;
        break;
      case F64:
        store<u64>(values + (i << 3), isValid ? unorderedDouble(bswap<u64>(load<u64>(at))) : 0);
        at += isValid ? 8 : 0;
        break;
      case TEXT:
        store<u64>(values + (i << 3), 0);
        if (isValid) at = decodeText(at, values + (i << 3));
        break;
      default:
        store<u64>(values + (i << 3), isValid ? bswap<u64>(load<u64>(at)) ^ SIGN : 0);
        at += isValid ? 8 : 0;
    }
    store<u32>(keyAt + (i << 2), at);
  }
  return nulls;
}
