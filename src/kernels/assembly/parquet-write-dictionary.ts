// The different values of a column and their places among them.
import {
  DICTIONARY_ENTRIES,
  DICTIONARY_FILLED,
  DICTIONARY_MASK,
  DICTIONARY_MAX_BYTES,
  DICTIONARY_MAX_ENTRIES,
  DICTIONARY_PLACES,
  DICTIONARY_TABLE,
  DICTIONARY_VALUES,
  PLAIN_I32,
  PLAIN_TEXT,
  PLAIN_WIDE,
} from './parquet-write-layout';
import { mix } from './state-hash';
import { bytesEqual, partialWord } from './state-text';

// @ts-ignore: decorator
@inline
function hashOf(kind: u32, value: usize, bytes: u32): u32 {
  let h: u64;
  if (kind == PLAIN_I32) h = mix(0, load<u32>(value));
  else if (kind == PLAIN_TEXT) {
    h = bytes;
    let at = value + 4;
    let left = bytes - 4;
    for (; left >= 8; left -= 8, at += 8) h = mix(h, load<u64>(at));
    h = mix(h, partialWord(at, left));
  } else if (kind == PLAIN_WIDE) h = mix(mix(0, load<u64>(value)), load<u64>(value, 8));
  else h = mix(0, load<u64>(value));
  return <u32>(mix(h, 0) >>> 16);
}

// @ts-ignore: decorator
@inline
function isSame(kind: u32, a: usize, b: usize, bytes: u32): bool {
  if (kind == PLAIN_I32) return load<u32>(a) == load<u32>(b);
  if (kind == PLAIN_TEXT) return load<u32>(a) == load<u32>(b) && bytesEqual(a + 4, b + 4, bytes - 4);
  if (kind == PLAIN_WIDE) return load<u64>(a) == load<u64>(b) && load<u64>(a, 8) == load<u64>(b, 8);
  return load<u64>(a) == load<u64>(b);
}

// @ts-ignore: decorator
@inline
function add(kind: u32, dictionary: usize, values: usize, count: u32, indices: usize): u32 {
  const table = <usize>load<u32>(dictionary, DICTIONARY_TABLE);
  const kept = <usize>load<u32>(dictionary, DICTIONARY_VALUES);
  const places = <usize>load<u32>(dictionary, DICTIONARY_PLACES);
  const mask = load<u32>(dictionary, DICTIONARY_MASK);
  const maxEntries = load<u32>(dictionary, DICTIONARY_MAX_ENTRIES);
  const maxBytes = load<u32>(dictionary, DICTIONARY_MAX_BYTES);
  let entries = load<u32>(dictionary, DICTIONARY_ENTRIES);
  let filled = load<u32>(dictionary, DICTIONARY_FILLED);
  let i: u32 = 0;
  for (; i < count; i++) {
    const bytes: u32 =
      kind == PLAIN_TEXT ? 4 + load<u32>(values) : kind == PLAIN_I32 ? 4 : kind == PLAIN_WIDE ? 16 : 8;
    const hash = hashOf(kind, values, bytes);
    const mark = hash & 0xffff0000;
    let slot = hash & mask;
    let entry: u32 = 0;
    for (;;) {
      const found = load<u32>(table + (<usize>slot << 2));
      if (found == 0) {
        if (entries == maxEntries || <u64>filled + bytes > maxBytes) {
          store<u32>(dictionary, entries, DICTIONARY_ENTRIES);
          store<u32>(dictionary, filled, DICTIONARY_FILLED);
          return i;
        }
        memory.copy(kept + filled, values, bytes);
        if (kind == PLAIN_TEXT) store<u32>(places + (<usize>entries << 2), filled);
        filled += bytes;
        entry = entries++;
        store<u32>(table + (<usize>slot << 2), mark | entries);
        break;
      }
      if ((found & 0xffff0000) == mark) {
        entry = (found & 0xffff) - 1;
        const place = kind == PLAIN_TEXT ? load<u32>(places + (<usize>entry << 2)) : entry * bytes;
        if (isSame(kind, values, kept + place, bytes)) break;
      }
      slot = (slot + 1) & mask;
    }
    store<u16>(indices + (<usize>i << 1), <u16>entry);
    values += bytes;
  }
  store<u32>(dictionary, entries, DICTIONARY_ENTRIES);
  store<u32>(dictionary, filled, DICTIONARY_FILLED);
  return count;
}

/**
 * Places of `count` plain values as u16 each at `indices`, new ones added; answers how many values were looked at before one
 * had no room. Not for bytes.
 */
export function addToDictionary(kind: u32, dictionary: usize, values: usize, count: u32, indices: usize): u32 {
  switch (kind) {
    case PLAIN_I32:
      return add(PLAIN_I32, dictionary, values, count, indices);
    case PLAIN_TEXT:
      return add(PLAIN_TEXT, dictionary, values, count, indices);
    case PLAIN_WIDE:
      return add(PLAIN_WIDE, dictionary, values, count, indices);
    default:
      return add(kind, dictionary, values, count, indices);
  }
}
