// Bits that a decoder reads from their end: the first ones written are the lowest, and a one marks where they stop.

let word: u64 = 0;
let count: u32 = 0;
let to: usize = 0;

// @ts-ignore: decorator
@inline
export function beginBits(target: usize): void {
  word = 0;
  count = 0;
  to = target;
}

/** The lower `width` bits of `bits`, at most 31, of which the others are zero. Between two flushes there can be 56. */
// @ts-ignore: decorator
@inline
export function addBits(bits: u32, width: u32): void {
  word |= <u64>bits << count;
  count += width;
}

/** Writes whole bytes; up to eight may be touched. */
// @ts-ignore: decorator
@inline
export function flushBits(): void {
  store<u64>(to, word);
  const bytes = count >>> 3;
  to += bytes;
  word >>>= bytes << 3;
  count &= 7;
}

/** Sets the mark; the address behind the last byte. */
export function endBits(): usize {
  addBits(1, 1);
  flushBits();
  if (count > 0) store<u8>(to++, <u32>word);
  return to;
}
