// Decoding tables of deflate (RFC 1951). Codes longer than the first table's bits go on in a table behind it.
//
//     entry, 32 bits    value u16 | 0, extra bits 5 | kind 3, bits of the code 5

export const LITERAL: u32 = 0;
/** A length or a distance; the value is the least one. */
export const BASE: u32 = 1 << 5;
/** The value is where the other table begins, the extra bits are those that choose from it. */
export const LINK: u32 = 2 << 5;
export const END: u32 = 3 << 5;
export const NONE: u32 = 4 << 5;
export const KIND: u32 = 7 << 5;

/** What symbols mean. */
export const OF_LITERALS: u32 = 0;
export const OF_DISTANCES: u32 = 1;
export const OF_LENGTHS: u32 = 2;

const MAX_BITS: u32 = 15;
const END_SYMBOL: u32 = 256;
const LENGTH_SYMBOLS: u32 = 29;
const DISTANCE_SYMBOLS: u32 = 30;

const LENGTH_VALUES = memory.data<u16>([
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
]);
const LENGTH_EXTRAS = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
]);
const DISTANCE_VALUES = memory.data<u16>([
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289,
  16385, 24577,
]);
const DISTANCE_EXTRAS = memory.data<u8>([
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
]);

/** u16 by length of code: how many, and where the next symbol goes. */
const counts = memory.data(2 * 16);
const offsets = memory.data(2 * 16);
/** Symbols in the order of their codes, u16. */
const sorted = memory.data(2 * 320);

function entryOf(symbol: u32, meaning: u32): u32 {
  if (meaning == OF_LENGTHS) return (symbol << 16) | LITERAL;
  if (meaning == OF_DISTANCES) {
    if (symbol >= DISTANCE_SYMBOLS) return NONE;
    return (<u32>load<u16>(DISTANCE_VALUES + (symbol << 1)) << 16) | (<u32>load<u8>(DISTANCE_EXTRAS + symbol) << 8) | BASE;
  }
  if (symbol < END_SYMBOL) return (symbol << 16) | LITERAL;
  if (symbol == END_SYMBOL) return END;
  const length = symbol - END_SYMBOL - 1;
  if (length >= LENGTH_SYMBOLS) return NONE;
  return (<u32>load<u16>(LENGTH_VALUES + (length << 1)) << 16) | (<u32>load<u8>(LENGTH_EXTRAS + length) << 8) | BASE;
}

/**
 * Makes the table of `symbols` symbols whose codes have the lengths at `lengths` (u8), the first table of 2^bits entries;
 * false when these are no code. A single code of one bit is one, and so, for distances, is none at all.
 */
export function makeCodeTable(lengths: usize, symbols: u32, table: usize, bits: u32, meaning: u32): bool {
  memory.fill(counts, 0, 32);
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const count = counts + (<u32>load<u8>(lengths + symbol) << 1);
    store<u16>(count, load<u16>(count) + 1);
  }
  let longest = MAX_BITS;
  while (longest > 0 && load<u16>(counts + (longest << 1)) == 0) longest--;
  const size: u32 = 1 << bits;
  for (let entry: u32 = 0; entry < size; entry++) store<u32>(table + (entry << 2), NONE | 1);
  if (longest == 0) return meaning == OF_DISTANCES;
  let left: i32 = 1;
  for (let length: u32 = 1; length <= MAX_BITS; length++) {
    left = (left << 1) - load<u16>(counts + (length << 1));
    if (left < 0) return false;
  }
  if (left > 0 && (meaning == OF_LENGTHS || longest != 1)) return false;
  store<u16>(offsets, 0);
  store<u16>(offsets, 0, 2);
  for (let length: u32 = 1; length < MAX_BITS; length++) {
    store<u16>(offsets + ((length + 1) << 1), load<u16>(offsets + (length << 1)) + load<u16>(counts + (length << 1)));
  }
  let used: u32 = 0;
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const length = <u32>load<u8>(lengths + symbol);
    if (length == 0) continue;
    const offset = offsets + (length << 1);
    store<u16>(sorted + (<u32>load<u16>(offset) << 1), symbol);
    store<u16>(offset, load<u16>(offset) + 1);
    used++;
  }
  // Codes as they lie in the stream, the first bit lowest.
  let code: u32 = 0;
  let next = size;
  let linked: u32 = 0xffffffff;
  let linkStart: u32 = 0;
  let linkBits: u32 = 0;
  for (let i: u32 = 0; i < used; i++) {
    const symbol = <u32>load<u16>(sorted + (i << 1));
    const length = <u32>load<u8>(lengths + symbol);
    const entry = entryOf(symbol, meaning);
    if (length <= bits) {
      for (let at = code; at < size; at += 1 << length) store<u32>(table + (at << 2), entry | length);
    } else {
      const prefix = code & (size - 1);
      if (prefix != linked) {
        linked = prefix;
        linkStart = next;
        linkBits = length - bits;
        let room: i32 = 1 << linkBits;
        while (linkBits + bits < longest) {
          room -= load<u16>(counts + ((linkBits + bits) << 1));
          if (room <= 0) break;
          linkBits++;
          room <<= 1;
        }
        next += 1 << linkBits;
        store<u32>(table + (prefix << 2), (linkStart << 16) | (linkBits << 8) | LINK | bits);
      }
      const rest = length - bits;
      for (let at = code >>> bits; at < <u32>1 << linkBits; at += 1 << rest) {
        store<u32>(table + ((linkStart + at) << 2), entry | rest);
      }
    }
    // What is left of this length shrinks, so that the next table is made as large as what is still to come.
    const count = counts + (length << 1);
    store<u16>(count, load<u16>(count) - 1);
    // The next code: one added at the other end.
    let bit: u32 = 1 << (length - 1);
    while (code & bit) bit >>>= 1;
    code = bit != 0 ? (code & (bit - 1)) + bit : 0;
  }
  return true;
}
