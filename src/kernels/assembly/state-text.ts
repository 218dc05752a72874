// Loads and comparisons of bytes of any length that never read past the memory's end.

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

/** The first 8 bytes, zeroes behind the end. No branch on the length: those of texts cannot be predicted. */
// @ts-ignore: decorator
@inline
export function firstWord(address: usize, bytes: u32): u64 {
  if ((address & 0xffff) > 0xfff8) return firstWordSlow(address, bytes);
  const mask = ((u64(1) << ((bytes << 3) & 63)) - 1) | (0 - u64(bytes >= 8));
  return load<u64>(address) & mask;
}

function firstWordSlow(address: usize, bytes: u32): u64 {
  return bytes >= 8 ? load<u64>(address) : partialWordSlow(address, bytes);
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
