// Keys by what followed what: of each key that was seen a slot is kept, which names the slot of the key that came behind
// it the last time. Rows mostly have their keys in the order of the row before, so one comparison mostly finds a key. A
// slot is drawn by a hash and belongs to the key that was there last; names are compared where no slot helps.
import { unescapeString } from './json-scan';
import {
  KEY_BYTES,
  KEY_FLAGS,
  KEY_LITERAL,
  KEY_LITERAL_BYTES,
  KEY_ORDINAL,
  KEY_SLOT_BYTES,
  KEY_SLOTS,
  LONG_KEY,
  OBJECTS_BEHIND,
  OBJECTS_CHARACTER,
  SAW_NON_ASCII,
} from './jsonl-layout';
import { BACKSLASH, COLON, escapeEnd, memberValue, QUOTE } from './jsonl-values';

/** Whether the bytes at `at` are the literal of the slot. */
// @ts-ignore: decorator
@inline
export function isKey(at: usize, slot: usize): bool {
  const length = load<u32>(slot, KEY_BYTES);
  const same = ctz(~<u32>i8x16.bitmask(i8x16.eq(v128.load(at), v128.load(slot, KEY_LITERAL))));
  return same >= length || (same == 16 && isLongKey(at, slot + KEY_LITERAL, length));
}

function isLongKey(at: usize, literal: usize, length: u32): bool {
  for (let i: u32 = 16; i < length; i += 16) {
    const same = ctz(~<u32>i8x16.bitmask(i8x16.eq(v128.load(at + i), v128.load(literal + i))));
    if (same < min<u32>(16, length - i)) return false;
  }
  return true;
}

/**
 * The slot of the key at `at`; 0 when there is no key, or no colon behind it. Where its value begins is noted at `result`.
 */
export function findKey(at: usize, lf: u32, names: usize, nameCount: u32, cache: usize, result: usize): usize {
  const value = memberValue(at, lf, result);
  if (value == 0) return 0;
  store<u32>(result, <u32>value, OBJECTS_BEHIND);
  let end = at + 1;
  while (<u32>load<u8>(end) != QUOTE) end += <u32>load<u8>(end) == BACKSLASH ? 2 : 1;
  end++;
  const length = <u32>(end - at);
  if (length >= <u32>KEY_LITERAL_BYTES) {
    store<i32>(cache + LONG_KEY, ordinalOf(at, end, names, nameCount, result + OBJECTS_CHARACTER), KEY_ORDINAL);
    return cache + LONG_KEY;
  }
  const slot = cache + hashOf(at, end) * KEY_SLOT_BYTES;
  if (load<u32>(slot, KEY_BYTES) == length + 1 && areSame(at, slot + KEY_LITERAL, length)) return slot;
  store<u32>(slot, length + 1, KEY_BYTES);
  store<i32>(slot, ordinalOf(at, end, names, nameCount, result + OBJECTS_CHARACTER), KEY_ORDINAL);
  store<u32>(slot, seenIn(at, end), KEY_FLAGS);
  memory.copy(slot + KEY_LITERAL, at, length);
  store<u8>(slot + KEY_LITERAL + length, <u8>COLON);
  return slot;
}

function seenIn(at: usize, end: usize): u32 {
  for (; at < end; at++) if (load<u8>(at) > 0x7f) return SAW_NON_ASCII;
  return 0;
}

function areSame(a: usize, b: usize, length: u32): bool {
  for (let i: u32 = 0; i < length; i++) if (load<u8>(a + i) != load<u8>(b + i)) return false;
  return true;
}

/** Of its first and last bytes. */
function hashOf(at: usize, end: usize): usize {
  const length = <u32>(end - at);
  let first = load<u64>(at);
  if (length < 8) first &= ((<u64>1) << (length << 3)) - 1;
  const last = length < 8 ? <u64>0 : load<u64>(end - 8);
  return <usize>(((first ^ (last * 0x9e3779b97f4a7c15) ^ length) * 0xc2b2ae3d27d4eb4f) >> 40) & (KEY_SLOTS - 1);
}

/** The place of the key [at, end), quotes included, among the names: u32 address, u32 bytes each; -1: nobody wants it. */
function ordinalOf(at: usize, end: usize, names: usize, nameCount: u32, room: usize): i32 {
  let isEscaped = false;
  for (let byte = at + 1; byte < end - 1; byte++) if (<u32>load<u8>(byte) == BACKSLASH) isEscaped = true;
  for (let i: u32 = 0; i < nameCount; i++) {
    const name = <usize>load<u32>(names + (<usize>i << 3));
    const length = load<u32>(names + (<usize>i << 3), 4);
    const isSame = isEscaped
      ? isEscapedName(at + 1, end - 1, name, length, room)
      : <u32>(end - at) - 2 == length && areSame(at + 1, name, length);
    if (isSame) return <i32>i;
  }
  return -1;
}

/** Whether the escaped text [at, end), which is well formed, means the name; there is room for a character at `room`. */
function isEscapedName(at: usize, end: usize, name: usize, length: u32, room: usize): bool {
  const nameEnd = name + length;
  while (at < end) {
    const next = <u32>load<u8>(at) == BACKSLASH ? escapeEnd(at, room) : at + 1;
    const bytes = <u32>(unescapeString(at, next, room) - room);
    if (name + bytes > nameEnd || !areSame(room, name, bytes)) return false;
    name += bytes;
    at = next;
  }
  return name == nameEnd;
}
