// Hashes of keys: 32 bits a row. -0 hashes as 0, every NaN as one, null as its own value.
import { COLUMN_BYTES, F64, I32, I128, LAYOUT_ENTRY, LAYOUT_HEAD, LAYOUT_KEYS, TEXT, U8 } from './state-layout';
import { partialWord } from './state-text';

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

// @ts-ignore: decorator
@inline
export function hashText(hash: u64, address: usize, bytes: u32): u64 {
  hash += u64(bytes) * 0xc2b2ae3d27d4eb4f;
  while (bytes > 8) {
    hash = mix(hash, load<u64>(address));
    address += 8;
    bytes -= 8;
  }
  return hashWord(hash, bytes == 8 ? load<u64>(address) : partialWord(address, bytes));
}

function hashValue(hash: u64, physical: u32, address: usize): u64 {
  switch (physical) {
    case U8:
      return hashWord(hash, load<u8>(address));
    case I32:
      return hashWord(hash, load<i32>(address));
    case I128:
      return hashWord(mix(hash, load<u64>(address)), load<u64>(address, 8));
    case F64:
      return hashWord(hash, canonicalWord(load<f64>(address)));
    case TEXT:
      return hashText(hash, load<u32>(address), load<u32>(address, 4));
    default:
      return hashWord(hash, load<u64>(address));
  }
}

/** hashes[i] for the positions from..to-1: all key columns together. */
export function hashKeys(layout: usize, columns: usize, selection: usize, from: u32, to: u32, hashes: usize): void {
  const keys = load<u32>(layout + LAYOUT_KEYS);
  for (let k: u32 = 0; k < keys; k++) {
    const physical = load<u32>(layout + LAYOUT_HEAD + k * LAYOUT_ENTRY);
    const column = columns + k * COLUMN_BYTES;
    const values: usize = load<u32>(column);
    const stride = load<u32>(column, 4);
    const validity: usize = load<u32>(column, 8);
    const validityStride = load<u32>(column, 12);
    for (let i = from; i < to; i++) {
      const row = selection ? load<u32>(selection + (i << 2)) : i;
      const at = hashes + (i << 2);
      const before: u64 = k ? load<u32>(at) : 0;
      const isNull = validity != 0 && load<u8>(validity + row * validityStride) == 0;
      const hash = isNull ? hashWord(before, NULL_WORD) : hashValue(before, physical, values + row * stride);
      store<u32>(at, u32(hash));
    }
  }
}
