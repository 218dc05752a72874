// Loads and comparisons of bytes of any length that never read past the memory's end.
import { KEY_TEXT_BYTES } from './state-layout';

/** The `bytes` (0 to 7) bytes at `address` as a little-endian number. */
// @ts-ignore: decorator
@inline
export function partialWord(address: usize, bytes: u32): u64 {
  if (bytes == 0) return 0;
  // Eight bytes inside one page can always be read; only the very last page has nothing behind it.
  if ((address & 0xffff) <= 0xfff8) return load<u64>(address) & ((u64(1) << (bytes << 3)) - 1);
  return partialWordSlow(address, bytes);
}

function partialWordSlow(address: usize, bytes: u32): u64 {
  let word: u64 = 0;
  for (let i: u32 = 0; i < bytes; i++) word |= u64(load<u8>(address + i)) << (i << 3);
  return word;
}

/** v128.load(TO_FRONT + 16 - n) moves the last n lanes to the front and clears the others. */
const TO_FRONT = memory.data<u8>([
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
  255, 255, 255,
]);

/**
 * The first 16 bytes, zeroes behind the end. Bytes before a shorter text are read, as there is always memory, and none
 * behind it; only an empty text may lie at address 0. No branch on the length: those of texts cannot be predicted.
 */
// @ts-ignore: decorator
@inline
export function firstLanes(address: usize, bytes: u32): v128 {
  const more = i32(bytes) - 16;
  const missing = more & (more >> 31);
  return i8x16.swizzle(v128.load(max<usize>(address, 16) + missing), v128.load(TO_FRONT - missing));
}

// @ts-ignore: decorator
@inline
export function sameLanes(a: v128, b: v128): bool {
  return !v128.any_true(v128.xor(a, b));
}

/** Whether texts of more than 16 bytes, whose first 16 are equal, are. Without a call. */
// @ts-ignore: decorator
@inline
export function sameRest(a: usize, b: usize, bytes: u32): bool {
  const last = bytes - 8;
  if (load<u64>(a + last) != load<u64>(b + last)) return false;
  for (let at: u32 = KEY_TEXT_BYTES; at < last; at += 8) if (load<u64>(a + at) != load<u64>(b + at)) return false;
  return true;
}

export function bytesEqual(a: usize, b: usize, bytes: u32): bool {
  if (bytes < 8) return partialWord(a, bytes) == partialWord(b, bytes);
  const aLast = a + bytes - 8;
  const bLast = b + bytes - 8;
  while (a < aLast) {
    if (load<u64>(a) != load<u64>(b)) return false;
    a += 8;
    b += 8;
  }
  return load<u64>(aLast) == load<u64>(bLast);
}

// @ts-ignore: decorator
@inline
export function bigEndian(word: u64): u64 {
  return bswap<u64>(word);
}

/** Negative, zero, positive as a's bytes are less, equal, greater; a prefix is less. */
export function compareBytes(a: usize, aBytes: u32, b: usize, bBytes: u32): i32 {
  let common = min(aBytes, bBytes);
  while (common >= 8) {
    const x = load<u64>(a);
    const y = load<u64>(b);
    if (x != y) return bigEndian(x) < bigEndian(y) ? -1 : 1;
    a += 8;
    b += 8;
    common -= 8;
  }
  const x = bigEndian(partialWord(a, common));
  const y = bigEndian(partialWord(b, common));
  if (x != y) return x < y ? -1 : 1;
  return aBytes < bBytes ? -1 : aBytes > bBytes ? 1 : 0;
}
