// bzip2: blocks of the Burrows-Wheeler transform. A block is read whole, then undone to output piece by piece.
//
//     block    u32 a byte: below the byte itself, above it (24 bits) where the byte that follows it is
import {
  BZIP2_BITS,
  BZIP2_BLOCK,
  BZIP2_CORRUPT,
  BZIP2_CRC,
  BZIP2_END,
  BZIP2_SHORT,
  BZIP2_WANTED_CRC,
} from './codec-layout';

const BLOCK_MAGIC: u64 = 0x314159265359;
const END_MAGIC: u64 = 0x177245385090;
const MOST_SELECTORS: u32 = 18002;
const MOST_SYMBOLS: u32 = 258;
const MAX_BITS: u32 = 20;
/** Symbols that one table codes. */
const GROUP_SYMBOLS: u32 = 50;
const FAST_BITS: u32 = 10;
/** A run of four equal bytes is followed by how many more there are. */
const RUN: u32 = 4;

// The output's state: what follows, bytes of the block left, the last byte, how often it came, how often it is to come.
const NEXT: u32 = 16;
const LEFT: u32 = 20;
const LAST: u32 = 24;
const SEEN: u32 = 28;
const MORE: u32 = 32;
const CRC_TABLE: u32 = 64;
const MOVED: u32 = CRC_TABLE + 1024;
const LENGTHS: u32 = MOVED + 256;
const COUNTS: u32 = LENGTHS + 320;
/** Tables of up to six groups: by the first bits of a code (symbol * 32 + bits, u16), limits, bases u32, symbols u16. */
const TABLES: u32 = COUNTS + 1024;
const LIMITS: u32 = 2 << FAST_BITS;
const BASES: u32 = LIMITS + 4 * 24;
const SYMBOLS: u32 = BASES + 4 * 24;
const TABLE_BYTES: u32 = SYMBOLS + 2 * 260;
const SELECTORS: u32 = TABLES + 6 * TABLE_BYTES;

let source: usize = 0;
let end: usize = 0;
let position: u64 = 0;

export function beginBzip2(work: usize): void {
  for (let byte: u32 = 0; byte < 256; byte++) {
    let crc = byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
    store<u32>(work + CRC_TABLE + (byte << 2), crc);
  }
}

/** Up to 25 bits from the position on, the first one highest; beyond the end they are zero. */
// @ts-ignore: decorator
@inline
function peek(width: u32): u32 {
  const at = source + <usize>(position >>> 3);
  let word: u32 = 0;
  if (at < end && end - at >= 4) word = bswap(load<u32>(at));
  else for (let i: u32 = 0; i < 4 && at + i < end; i++) word |= <u32>load<u8>(at + i) << (24 - 8 * i);
  return (word << <u32>(position & 7)) >>> (32 - width);
}

// @ts-ignore: decorator
@inline
function take(width: u32): u32 {
  const value = peek(width);
  position += width;
  return value;
}

// @ts-ignore: decorator
@inline
function isBeyond(): bool {
  return position > <u64>(end - source) << 3;
}

/**
 * Reads what begins at bit `bit` of the input: a block into `block`, which has room for `room` bytes, or the end of a
 * stream. Leaves in the work memory how many bits it took and the check that stands there.
 */
export function readBzip2(work: usize, from: usize, to: usize, bit: u32, block: usize, room: u32): i32 {
  source = from;
  end = to;
  position = bit;
  const magic = ((<u64>take(24)) << 24) | take(24);
  store<u32>(work, (take(16) << 16) | take(16), BZIP2_WANTED_CRC);
  if (isBeyond()) return BZIP2_SHORT;
  let result = BZIP2_CORRUPT;
  if (magic == END_MAGIC) result = BZIP2_END;
  else if (magic == BLOCK_MAGIC && readBlock(work, block, room)) result = BZIP2_BLOCK;
  if (isBeyond()) return BZIP2_SHORT;
  store<u32>(work, u32(position - bit), BZIP2_BITS);
  return result;
}

function readBlock(work: usize, block: usize, room: u32): bool {
  // A way to shuffle blocks that no program has used for decades.
  if (take(1) != 0) return false;
  const origin = take(24);
  const moved = work + MOVED;
  let used: u32 = 0;
  const rows = take(16);
  for (let row: u32 = 0; row < 16; row++) {
    if (!((rows << row) & 0x8000)) continue;
    const cells = take(16);
    for (let cell: u32 = 0; cell < 16; cell++) if ((cells << cell) & 0x8000) store<u8>(moved + used++, (row << 4) | cell);
  }
  if (used == 0) return false;
  const symbols = used + 2;
  const groups = take(3);
  const selectors = take(15);
  if (groups < 2 || groups > 6 || selectors == 0) return false;
  if (!readSelectors(work, groups, selectors)) return false;
  for (let group: u32 = 0; group < groups; group++) {
    if (!readTable(work, work + TABLES + group * TABLE_BYTES, symbols)) return false;
  }
  const count = readBytes(work, block, room, symbols, min(selectors, MOST_SELECTORS));
  if (count == 0 || origin >= count) return false;
  linkBlock(work, block, count);
  store<u32>(work, load<u32>(block + (<usize>origin << 2)) >>> 8, NEXT);
  store<u32>(work, count, LEFT);
  store<u32>(work, 0, SEEN);
  store<u32>(work, 0, MORE);
  store<u32>(work, 0xffffffff, BZIP2_CRC);
  return true;
}

/** Which table codes each fifty symbols: places in a list whose entries move to the front. */
function readSelectors(work: usize, groups: u32, selectors: u32): bool {
  let order: u32 = 0x543210;
  for (let i: u32 = 0; i < selectors; i++) {
    let place: u32 = 0;
    while (take(1)) if (++place >= groups || isBeyond()) return false;
    const shift = place << 2;
    const group = (order >>> shift) & 15;
    const before = order & ((1 << shift) - 1);
    order = (order & ~((1 << (shift + 4)) - 1)) | (before << 4) | group;
    // More than a block can use are sent by some programs, and mean nothing.
    if (i < MOST_SELECTORS) store<u8>(work + SELECTORS + i, group);
  }
  return true;
}

function readTable(work: usize, table: usize, symbols: u32): bool {
  const lengths = work + LENGTHS;
  let length = take(5);
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    for (;;) {
      if (length < 1 || length > MAX_BITS || isBeyond()) return false;
      if (!take(1)) break;
      length += take(1) ? -1 : 1;
    }
    store<u8>(lengths + symbol, length);
  }
  memory.fill(table, 0, LIMITS);
  let code: u32 = 0;
  let place: u32 = 0;
  for (let bits: u32 = 1; bits <= MAX_BITS; bits++) {
    store<u32>(table + BASES + (bits << 2), place - code);
    for (let symbol: u32 = 0; symbol < symbols; symbol++) {
      if (load<u8>(lengths + symbol) != bits) continue;
      store<u16>(table + SYMBOLS + (place++ << 1), symbol);
      if (code >= <u32>1 << bits) return false;
      if (bits <= FAST_BITS) {
        const first = code << (FAST_BITS - bits);
        for (let i: u32 = 0; i < <u32>1 << (FAST_BITS - bits); i++) store<u16>(table + ((first + i) << 1), (symbol << 5) | bits);
      }
      code++;
    }
    // Codes below it, with zeros behind, are no longer than these bits.
    store<u32>(table + LIMITS + (bits << 2), code << (MAX_BITS - bits));
    code <<= 1;
  }
  return true;
}

/** The symbol at the position, 0xffff when there is none. */
// @ts-ignore: decorator
@inline
function takeSymbol(table: usize): u32 {
  const word = peek(MAX_BITS);
  const fast = <u32>load<u16>(table + ((word >>> (MAX_BITS - FAST_BITS)) << 1));
  if (fast != 0) {
    position += fast & 31;
    return fast >>> 5;
  }
  for (let bits: u32 = FAST_BITS + 1; bits <= MAX_BITS; bits++) {
    if (word >= load<u32>(table + LIMITS + (bits << 2))) continue;
    position += bits;
    const place = (word >>> (MAX_BITS - bits)) + load<u32>(table + BASES + (bits << 2));
    return place < MOST_SYMBOLS ? <u32>load<u16>(table + SYMBOLS + (place << 1)) : 0xffff;
  }
  return 0xffff;
}

/** Bytes into the block, counted by value; how many, 0 when they are corrupt. */
function readBytes(work: usize, block: usize, room: u32, symbols: u32, selectors: u32): u32 {
  const moved = work + MOVED;
  const counts = work + COUNTS;
  const last = symbols - 1;
  memory.fill(counts, 0, 1024);
  let count: u32 = 0;
  let run: u32 = 0;
  let weight: u32 = 1;
  for (let selector: u32 = 0; selector < selectors; selector++) {
    const table = work + TABLES + <u32>load<u8>(work + SELECTORS + selector) * TABLE_BYTES;
    for (let i: u32 = 0; i < GROUP_SYMBOLS; i++) {
      const symbol = takeSymbol(table);
      if (symbol > last) return 0;
      if (symbol < 2) {
        // Runs of the first byte are numbers whose digits are one and two.
        if (weight > room) return 0;
        run += weight << symbol;
        weight <<= 1;
        continue;
      }
      if (run != 0) {
        if (run > room - count) return 0;
        const byte = <u32>load<u8>(moved);
        const total = counts + (byte << 2);
        store<u32>(total, load<u32>(total) + run);
        for (; run > 0; run--) store<u32>(block + (<usize>(count++) << 2), byte);
        weight = 1;
      }
      if (symbol == last) return isBeyond() ? 0 : count;
      if (count == room) return 0;
      const place = symbol - 1;
      const byte = <u32>load<u8>(moved + place);
      memory.copy(moved + 1, moved, place);
      store<u8>(moved, byte);
      const total = counts + (byte << 2);
      store<u32>(total, load<u32>(total) + 1);
      store<u32>(block + (<usize>(count++) << 2), byte);
    }
    if (isBeyond()) return 0;
  }
  return 0;
}

/** Which byte follows which: equal bytes are in the same order before and after sorting. */
function linkBlock(work: usize, block: usize, count: u32): void {
  const starts = work + COUNTS;
  let start: u32 = 0;
  for (let byte: u32 = 0; byte < 256; byte++) {
    const total = load<u32>(starts + (byte << 2));
    store<u32>(starts + (byte << 2), start);
    start += total;
  }
  for (let i: u32 = 0; i < count; i++) {
    const place = starts + (<u32>load<u8>(block + (<usize>i << 2)) << 2);
    const to = load<u32>(place);
    store<u32>(place, to + 1);
    const entry = block + (<usize>to << 2);
    store<u32>(entry, load<u32>(entry) | (i << 8));
  }
}

/** The next bytes of the block; 0 when it is through: then BZIP2_CRC is the check of all. */
export function writeBzip2(work: usize, block: usize, target: usize, capacity: u32): u32 {
  const crcs = work + CRC_TABLE;
  let next = load<u32>(work, NEXT);
  let left = load<u32>(work, LEFT);
  let last = load<u32>(work, LAST);
  let seen = load<u32>(work, SEEN);
  let more = load<u32>(work, MORE);
  let crc = load<u32>(work, BZIP2_CRC);
  let to = target;
  const targetEnd = target + capacity;
  while (to < targetEnd) {
    if (more > 0) {
      more--;
    } else {
      if (left == 0) break;
      const entry = load<u32>(block + (<usize>next << 2));
      next = entry >>> 8;
      left--;
      const byte = entry & 255;
      if (seen == RUN) {
        seen = 0;
        more = byte;
        continue;
      }
      seen = byte == last && seen > 0 ? seen + 1 : 1;
      last = byte;
    }
    store<u8>(to++, last);
    crc = (crc << 8) ^ load<u32>(crcs + (((crc >>> 24) ^ last) << 2));
  }
  store<u32>(work, next, NEXT);
  store<u32>(work, left, LEFT);
  store<u32>(work, last, LAST);
  store<u32>(work, seen, SEEN);
  store<u32>(work, more, MORE);
  store<u32>(work, to == target ? ~crc : crc, BZIP2_CRC);
  return u32(to - target);
}
