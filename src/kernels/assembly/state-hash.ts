// Hashes of keys: 32 bits a row. -0 hashes as 0, every NaN as one, null as its own value.
import { rowAt } from './state-column';
import { COLUMN_BYTES, F64, I32, I64, I128, KEY_TEXT_BYTES, LAYOUT_ENTRY, LAYOUT_HEAD, LAYOUT_KEYS, TEXT, U8 } from './state-layout';
import { firstLanes } from './state-text';

export const NULL_WORD: u64 = 0x6e756c6c;

// @ts-ignore: decorator
@inline
export function mix(hash: u64, word: u64): u64 {
  const h = (hash ^ word) * 0x9e3779b97f4a7c15;
  return h ^ (h >>> 32);
}

/** The double as group keys, minimums and maximums hold it: no -0, one NaN. */
// @ts-ignore: decorator
@inline
export function canonicalWord(x: f64): u64 {
  return x != x ? 0x7ff8000000000000 : reinterpret<u64>(x + 0.0);
}

/** The last word of a value: mixed twice, or words that differ in their highest bits only would share low hash bits. */
// @ts-ignore: decorator
@inline
export function hashWord(hash: u64, word: u64): u64 {
  return mix(mix(hash, word), 0);
}

/** A permutation of the words of 32 bits (lowbias32): ints with equal hashes are equal. */
// @ts-ignore: decorator
@inline
function hashInt(hash: u32, value: u32): u32 {
  let h = hash ^ value;
  h = (h ^ (h >>> 16)) * 0x21f0aaad;
  h = (h ^ (h >>> 15)) * 0x735a2d97;
  return h ^ (h >>> 15);
}

/** Of what fixedWord says. */
// @ts-ignore: decorator
@inline
export function hashFixed(physical: u32, hash: u64, word: u64): u64 {
  return physical == I32 ? u64(hashInt(u32(hash), u32(word))) : hashWord(hash, word);
}

/**
 * `lanes` is what firstLanes says. Texts of up to 16 bytes without a branch on the length: mispredicted, it costs more than
 * everything else here. The upper word's highest bits are turned to where the last multiplication spreads them; the length
 * is added where it cannot make up for a difference in a byte.
 */
// @ts-ignore: decorator
@inline
export function hashText(hash: u64, address: usize, bytes: u32, lanes: v128): u64 {
  const low = (hash ^ i64x2.extract_lane(lanes, 0)) * 0x9e3779b97f4a7c15;
  const high = <u64>i64x2.extract_lane(lanes, 1) * 0xc2b2ae3d27d4eb4f;
  const both = (low ^ rotl<u64>(high, 32)) + bytes;
  const h = mix(0, both ^ (both >>> 32));
  return bytes <= u32(KEY_TEXT_BYTES) ? h : hashRest(h, address, bytes);
}

/** The words behind the first 16 bytes, the last ones overlapping. */
// @ts-ignore: decorator
@inline
function hashRest(h: u64, address: usize, bytes: u32): u64 {
  const last = bytes - 8;
  for (let at: u32 = KEY_TEXT_BYTES; at < last; at += 8) h = mix(h, load<u64>(address + at));
  return hashWord(h, load<u64>(address + last));
}

/** A value of any type but text and i128 as group rows hold it. */
// @ts-ignore: decorator
@inline
export function fixedWord(physical: u32, address: usize): u64 {
  return physical == U8
    ? load<u8>(address)
    : physical == I32
      ? <u64>(<i64>load<i32>(address))
      : physical == F64
        ? canonicalWord(load<f64>(address))
        : load<u64>(address);
}

// @ts-ignore: decorator
@inline
function hashColumn(column: usize, selection: usize, from: u32, to: u32, hashes: usize, isFirst: bool, physical: u32): void {
  const values: usize = load<u32>(column);
  const stride = load<u32>(column, 4);
  const validity: usize = load<u32>(column, 8);
  const validityStride = load<u32>(column, 12);
  for (let i = from; i < to; i++) {
    const row = rowAt(selection, i);
    const at = hashes + (i << 2);
    const before: u64 = isFirst ? 0 : load<u32>(at);
    const value = values + row * stride;
    let hash: u64 = 0;
    if (validity != 0 && load<u8>(validity + row * validityStride) == 0) {
      hash = hashWord(before, NULL_WORD);
    } else if (physical == TEXT) {
      const address: usize = load<u32>(value);
      const bytes = load<u32>(value, 4);
      hash = hashText(before, address, bytes, firstLanes(address, bytes));
    } else if (physical == I128) {
      hash = hashWord(mix(before, load<u64>(value)), load<u64>(value, 8));
    } else {
      hash = hashFixed(physical, before, fixedWord(physical, value));
    }
    store<u32>(at, u32(hash));
  }
}

/** hashes[i] for the positions from..to-1: all key columns together. */
export function hashKeys(layout: usize, columns: usize, selection: usize, from: u32, to: u32, hashes: usize): void {
  const keys = load<u32>(layout, LAYOUT_KEYS);
  // Without keys there is one group; it has hash 0.
  if (keys == 0) memory.fill(hashes + (from << 2), 0, (to - from) << 2);
  for (let k: u32 = 0; k < keys; k++) {
    const column = columns + k * COLUMN_BYTES;
    switch (load<u32>(layout + LAYOUT_HEAD + k * LAYOUT_ENTRY)) {
      case U8:
        hashColumn(column, selection, from, to, hashes, k == 0, U8);
        break;
      case I32:
        hashColumn(column, selection, from, to, hashes, k == 0, I32);
        break;
      case I128:
        hashColumn(column, selection, from, to, hashes, k == 0, I128);
        break;
      case F64:
        hashColumn(column, selection, from, to, hashes, k == 0, F64);
        break;
      case TEXT:
        hashColumn(column, selection, from, to, hashes, k == 0, TEXT);
        break;
      default:
        hashColumn(column, selection, from, to, hashes, k == 0, I64);
    }
  }
}
