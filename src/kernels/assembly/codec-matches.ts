// Finding matches for snappy and LZ4: a table of where four bytes were last seen, by their hash.
import { MATCH_TABLE_BYTES } from './codec-layout';

const HASH_BITS: u32 = 14;

/** Nothing was seen yet. */
export function clearTable(table: usize): void {
  memory.fill(table, 0, MATCH_TABLE_BYTES);
}

/** Where four such bytes were last seen, as an offset from the input's start; 0 also when never. Remembers `offset` instead. */
// @ts-ignore: decorator
@inline
export function lastSeen(table: usize, bytes: u32, offset: u32): u32 {
  const entry = table + (((bytes * 0x9e3779b1) >>> (32 - HASH_BITS)) << 2);
  const seen = load<u32>(entry);
  store<u32>(entry, offset);
  return seen;
}

/** How many bytes at `a` and `b` agree before `end`, the end of what may be read at `a`, which is the later one. */
// @ts-ignore: decorator
@inline
export function commonBytes(a: usize, b: usize, end: usize): u32 {
  const start = a;
  while (end - a >= 8) {
    const different = load<u64>(a) ^ load<u64>(b);
    if (different != 0) return u32(a - start) + u32(ctz(different) >> 3);
    a += 8;
    b += 8;
  }
  while (a < end && load<u8>(a) == load<u8>(b)) {
    a++;
    b++;
  }
  return u32(a - start);
}
