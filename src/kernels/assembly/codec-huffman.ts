// Huffman codes of zstd (RFC 8878, 4.2): the tree as weights, and streams that are read from their end.
import { AS_SYMBOL, buildTable, fseLog, fseSymbols, readCounts } from './codec-fse';
import { COUNTS, HUFFMAN_BITS, HUFFMAN_TABLE, NEXT, WEIGHT_TABLE, WEIGHTS } from './codec-zstd-work';

const MAX_BITS: u32 = 11;
const MAX_WEIGHT_LOG: u32 = 6;

/** Reads a tree and makes its table; the address behind it, 0 when it is corrupt. */
export function readTree(work: usize, from: usize, end: usize): usize {
  if (from >= end) return 0;
  const header = <u32>load<u8>(from++);
  const weights = work + WEIGHTS;
  let count: u32 = 0;
  let after: usize;
  if (header >= 128) {
    count = header - 127;
    after = from + ((count + 1) >>> 1);
    if (after > end) return 0;
    for (let i: u32 = 0; i < count; i++) {
      const pair = <u32>load<u8>(from + (i >>> 1));
      store<u8>(weights + i, i & 1 ? pair & 15 : pair >>> 4);
    }
  } else {
    after = from + header;
    if (after > end) return 0;
    count = readWeights(work, from, after);
  }
  return count != 0 && makeTable(work, count) ? after : 0;
}

/** Weights in a stream of two states in turn; how many, 0 when it is corrupt. */
function readWeights(work: usize, from: usize, end: usize): u32 {
  const start = readCounts(from, end, MAX_WEIGHT_LOG, 256, work + COUNTS);
  if (start == 0 || start >= end || load<u8>(end - 1) == 0) return 0;
  const log = fseLog;
  const table = work + WEIGHT_TABLE;
  buildTable(work + COUNTS, fseSymbols, log, table, work + NEXT, AS_SYMBOL, 0, 0);
  // Bits that are left, counted from the start; reading below it gives what is not used.
  let left = (<i32>(end - start) << 3) - 8 + (31 - clz(<u32>load<u8>(end - 1)));
  left -= log;
  let one = bitsAt(start, left, log);
  left -= log;
  let other = bitsAt(start, left, log);
  if (left < 0) return 0;
  let count: u32 = 0;
  while (count < 255) {
    const entry = table + (<usize>one << 3);
    store<u8>(work + WEIGHTS + count++, load<u32>(entry));
    const bits = <u32>load<u8>(entry, 5);
    left -= bits;
    if (left < 0) {
      store<u8>(work + WEIGHTS + count++, load<u32>(table + (<usize>other << 3)));
      return count;
    }
    one = other;
    other = <u32>load<u16>(entry, 6) + bitsAt(start, left, bits);
  }
  return 0;
}

/** `bits` bits from bit `position` on. */
// @ts-ignore: decorator
@inline
function bitsAt(start: usize, position: i32, bits: u32): u32 {
  if (position < 0) return 0;
  return (load<u32>(start + (position >> 3)) >>> (position & 7)) & ((1 << bits) - 1);
}

/** The table of `count` weights and the one that these leave; false when they make no tree. */
function makeTable(work: usize, count: u32): bool {
  const weights = work + WEIGHTS;
  let total: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const weight = <u32>load<u8>(weights + i);
    if (weight > MAX_BITS + 1) return false;
    if (weight != 0) total += 1 << (weight - 1);
  }
  if (total == 0) return false;
  const bits: u32 = 32 - clz(total);
  const rest = (<u32>1 << bits) - total;
  if (bits > MAX_BITS || popcnt(rest) != 1) return false;
  store<u8>(weights + count, ctz(rest) + 1);
  // Lighter weights, which are longer codes, come first; symbols of one weight in their order.
  let at = work + HUFFMAN_TABLE;
  for (let weight: u32 = 1; weight <= bits; weight++) {
    const entries: u32 = 1 << (weight - 1);
    for (let symbol: u32 = 0; symbol <= count; symbol++) {
      if (load<u8>(weights + symbol) != weight) continue;
      const entry = symbol | ((bits + 1 - weight) << 8);
      for (let i: u32 = 0; i < entries; i++, at += 2) store<u16>(at, entry);
    }
  }
  store<u32>(work, bits, HUFFMAN_BITS);
  return true;
}

/** Decodes one stream into `bytes` bytes; false when it is corrupt. */
export function decodeStream(work: usize, from: usize, end: usize, to: usize, bytes: u32): bool {
  if (from >= end || load<u8>(end - 1) == 0) return false;
  return finishStream(work, end - 8, firstUsed(end), from, to, to + bytes);
}

/** Bits of the last eight bytes before `end` that are no code: zeros and the mark above the first one. */
// @ts-ignore: decorator
@inline
function firstUsed(end: usize): u32 {
  return clz(<u32>load<u8>(end - 1)) - 24 + 1;
}

/** From the eight bytes at `at`, of which `used` bits are used up; all of the stream must be used in the end. */
function finishStream(work: usize, at: usize, used: u32, start: usize, to: usize, toEnd: usize): bool {
  const table = work + HUFFMAN_TABLE;
  const shift: u64 = 64 - load<u32>(work, HUFFMAN_BITS);
  while (to < toEnd) {
    at -= used >>> 3;
    used &= 7;
    if (at + 8 < start) return false;
    const bits = load<u64>(at);
    for (let i = 0; i < 4 && to < toEnd; i++) {
      const entry = <u32>load<u16>(table + (<usize>((bits << used) >>> shift) << 1));
      used += entry >>> 8;
      store<u8>(to++, entry);
    }
  }
  return (<i32>(at - start) << 3) + 64 == <i32>used;
}

/** Four streams side by side: each has a quarter of the bytes, the last what is left. */
export function decodeFourStreams(work: usize, from: usize, end: usize, to: usize, bytes: u32): bool {
  if (end - from < 10) return false;
  const quarter = (bytes + 3) >>> 2;
  if (quarter * 3 > bytes) return false;
  const start1 = from + 6;
  const start2 = start1 + load<u16>(from);
  const start3 = start2 + load<u16>(from, 2);
  const start4 = start3 + load<u16>(from, 4);
  if (start4 >= end || start2 == start1 || start3 == start2 || start4 == start3) return false;
  if (load<u8>(start2 - 1) == 0 || load<u8>(start3 - 1) == 0 || load<u8>(start4 - 1) == 0 || load<u8>(end - 1) == 0) {
    return false;
  }
  let at1 = start2 - 8;
  let at2 = start3 - 8;
  let at3 = start4 - 8;
  let at4 = end - 8;
  let used1 = <u64>firstUsed(start2);
  let used2 = <u64>firstUsed(start3);
  let used3 = <u64>firstUsed(start4);
  let used4 = <u64>firstUsed(end);
  const to2 = to + quarter;
  const to3 = to2 + quarter;
  const to4 = to3 + quarter;
  const last = bytes - 3 * quarter;
  const table = work + HUFFMAN_TABLE;
  const shift: u64 = 64 - load<u32>(work, HUFFMAN_BITS);
  let done: u32 = 0;
  // Five codes of eleven bits and seven left over fit into eight bytes.
  while (done + 5 <= last && at1 >= start1 + 8 && at2 >= start2 + 8 && at3 >= start3 + 8 && at4 >= start4 + 8) {
    at1 -= <usize>(used1 >>> 3);
    at2 -= <usize>(used2 >>> 3);
    at3 -= <usize>(used3 >>> 3);
    at4 -= <usize>(used4 >>> 3);
    used1 &= 7;
    used2 &= 7;
    used3 &= 7;
    used4 &= 7;
    const bits1 = load<u64>(at1);
    const bits2 = load<u64>(at2);
    const bits3 = load<u64>(at3);
    const bits4 = load<u64>(at4);
    for (let i: u32 = 0; i < 5; i++) {
      const entry1 = <u64>load<u16>(table + (<usize>((bits1 << used1) >>> shift) << 1));
      const entry2 = <u64>load<u16>(table + (<usize>((bits2 << used2) >>> shift) << 1));
      const entry3 = <u64>load<u16>(table + (<usize>((bits3 << used3) >>> shift) << 1));
      const entry4 = <u64>load<u16>(table + (<usize>((bits4 << used4) >>> shift) << 1));
      used1 += entry1 >>> 8;
      used2 += entry2 >>> 8;
      used3 += entry3 >>> 8;
      used4 += entry4 >>> 8;
      store<u8>(to + done, <u32>entry1);
      store<u8>(to2 + done, <u32>entry2);
      store<u8>(to3 + done, <u32>entry3);
      store<u8>(to4 + done, <u32>entry4);
      done++;
    }
  }
  return (
    finishStream(work, at1, <u32>used1, start1, to + done, to2) &&
    finishStream(work, at2, <u32>used2, start2, to2 + done, to3) &&
    finishStream(work, at3, <u32>used3, start3, to3 + done, to4) &&
    finishStream(work, at4, <u32>used4, start4, to4 + done, to + bytes)
  );
}
