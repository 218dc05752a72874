// Literals of zstd, written as Huffman codes; see codec-huffman.ts.
import { addBits, beginBits, endBits, flushBits } from './codec-bit-writer';
import { buildEncoder, firstState, nextState, scaleCounts, writeCounts } from './codec-fse-encode';
import {
  CODES,
  COUNTS,
  LENGTHS,
  NODES,
  OCCURRENCES,
  ORDER,
  PARENTS,
  SPREAD,
  STARTS,
  WEIGHTS,
} from './codec-zstd-pack-work';

const MAX_BITS: u32 = 11;
const WEIGHT_LOG: u32 = 6;
const MOST_DIRECT: u32 = 128;
/** Below this the description of a tree takes more than it saves. */
const FEW: u32 = 64;
const RAW: u32 = 0;
const REPEATED: u32 = 1;
const COMPRESSED: u32 = 2;

/** Writes `bytes` literals, at most 128 KiB, in the smallest way; the address behind them. */
export function writeLiterals(work: usize, from: usize, bytes: u32, target: usize): usize {
  if (bytes < FEW) return writePlain(RAW, from, bytes, target);
  const symbols = countSymbols(work + OCCURRENCES, from, bytes);
  const only = load<u8>(from);
  if (load<u32>(work + OCCURRENCES + (<u32>only << 2)) == bytes) return writePlain(REPEATED, from, bytes, target);
  const bits = makeLengths(work, symbols);
  const isSingle = bytes < 256;
  const width: u32 = bytes < 1024 ? 3 : bytes < 16384 ? 4 : 5;
  const tree = target + width;
  const start = writeTree(work, symbols, bits, tree);
  if (start == 0) return writePlain(RAW, from, bytes, target);
  let to = start;
  if (isSingle) {
    to = writeStream(work, from, bytes, to);
  } else {
    const quarter = (bytes + 3) >>> 2;
    let at = start + 6;
    for (let i: u32 = 0; i < 4; i++) {
      to = writeStream(work, from + i * quarter, i < 3 ? quarter : bytes - 3 * quarter, at);
      if (i < 3) store<u16>(start + 2 * i, u32(to - at));
      at = to;
    }
  }
  const packed = u32(to - tree);
  if (packed + (bytes >>> 6) >= bytes) return writePlain(RAW, from, bytes, target);
  const format: u64 = isSingle ? 0 : width - 2;
  const header = COMPRESSED | (format << 2) | (<u64>bytes << 4) | (<u64>packed << (4 + (width == 3 ? 10 : width == 4 ? 14 : 18)));
  for (let i: u32 = 0; i < width; i++) store<u8>(target + i, header >>> (8 * i));
  return to;
}

function writePlain(kind: u32, from: usize, bytes: u32, target: usize): usize {
  let to = target;
  if (bytes < 32) {
    store<u8>(to++, kind | (bytes << 3));
  } else if (bytes < 4096) {
    store<u16>(to, kind | (1 << 2) | (bytes << 4));
    to += 2;
  } else {
    store<u16>(to, kind | (3 << 2) | (bytes << 4));
    store<u8>(to + 2, bytes >>> 12);
    to += 3;
  }
  const stored = kind == RAW ? bytes : 1;
  memory.copy(to, from, stored);
  return to + stored;
}

/** One more than the highest symbol. */
function countSymbols(occurrences: usize, from: usize, bytes: u32): u32 {
  memory.fill(occurrences, 0, 1024);
  for (let i: u32 = 0; i < bytes; i++) {
    const place = occurrences + (<u32>load<u8>(from + i) << 2);
    store<u32>(place, load<u32>(place) + 1);
  }
  let symbols: u32 = 256;
  while (load<u32>(occurrences + ((symbols - 1) << 2)) == 0) symbols--;
  return symbols;
}

/** Bits of each symbol's code, at most MAX_BITS; returns the most. There are at least two symbols. */
function makeLengths(work: usize, symbols: u32): u32 {
  const lengths = work + LENGTHS;
  memory.fill(lengths, 0, 256);
  const used = sortSymbols(work, symbols);
  growTree(work, used);
  // Shares of codes, in units of the longest possible: all together they must be exactly 2^MAX_BITS.
  let shares: u32 = 0;
  for (let i: u32 = 0; i < used; i++) {
    const length = lengths + load<u8>(work + ORDER + i);
    if (load<u8>(length) > MAX_BITS) store<u8>(length, MAX_BITS);
    shares += 1 << (MAX_BITS - load<u8>(length));
  }
  for (let i: u32 = 0; shares > 1 << MAX_BITS; i = i + 1 < used ? i + 1 : 0) {
    const length = lengths + load<u8>(work + ORDER + i);
    const bits = <u32>load<u8>(length);
    if (bits >= MAX_BITS) continue;
    store<u8>(length, bits + 1);
    shares -= 1 << (MAX_BITS - bits - 1);
  }
  while (shares < 1 << MAX_BITS) {
    for (let i = <i32>used - 1; i >= 0; i--) {
      const length = lengths + load<u8>(work + ORDER + i);
      const share: u32 = 1 << (MAX_BITS - load<u8>(length));
      if (shares + share > 1 << MAX_BITS) continue;
      store<u8>(length, load<u8>(length) - 1);
      shares += share;
    }
  }
  let most: u32 = 0;
  for (let symbol: u32 = 0; symbol < symbols; symbol++) most = max(most, <u32>load<u8>(lengths + symbol));
  return most;
}

/** The symbols that occur, rarest first; how many. */
function sortSymbols(work: usize, symbols: u32): u32 {
  const order = work + ORDER;
  let used: u32 = 0;
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const seen = load<u32>(work + OCCURRENCES + (symbol << 2));
    if (seen == 0) continue;
    let place = used++;
    while (place > 0 && load<u32>(work + OCCURRENCES + (<u32>load<u8>(order + place - 1) << 2)) > seen) {
      store<u8>(order + place, load<u8>(order + place - 1));
      place--;
    }
    store<u8>(order + place, symbol);
  }
  return used;
}

/** Two queues, of symbols and of pairs, both ascending: the two lightest of their heads make the next pair. */
function growTree(work: usize, used: u32): void {
  const nodes = work + NODES;
  const parents = work + PARENTS;
  for (let i: u32 = 0; i < used; i++) {
    store<u32>(nodes + (i << 2), load<u32>(work + OCCURRENCES + (<u32>load<u8>(work + ORDER + i) << 2)));
  }
  let leaf: u32 = 0;
  let pair = used;
  for (let made = used; made < 2 * used - 1; made++) {
    let weight: u32 = 0;
    for (let i = 0; i < 2; i++) {
      const isLeaf = leaf < used && (pair == made || load<u32>(nodes + (leaf << 2)) <= load<u32>(nodes + (pair << 2)));
      const node = isLeaf ? leaf++ : pair++;
      weight += load<u32>(nodes + (node << 2));
      store<u16>(parents + (node << 1), made);
    }
    store<u32>(nodes + (made << 2), weight);
  }
  // From the root downwards nodes hold their depths.
  store<u32>(nodes + ((2 * used - 2) << 2), 0);
  for (let i = <i32>(2 * used) - 3; i >= 0; i--) {
    const depth = load<u32>(nodes + (<u32>load<u16>(parents + (i << 1)) << 2)) + 1;
    store<u32>(nodes + (i << 2), depth);
    if (i < <i32>used) store<u8>(work + LENGTHS + load<u8>(work + ORDER + i), min(depth, 255));
  }
}

/** Writes the tree and makes the codes; the address behind it, 0 when there is no way to write it. */
function writeTree(work: usize, symbols: u32, bits: u32, target: usize): usize {
  const lengths = work + LENGTHS;
  const weights = work + WEIGHTS;
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const length = <u32>load<u8>(lengths + symbol);
    store<u8>(weights + symbol, length == 0 ? 0 : bits + 1 - length);
  }
  let place: u32 = 0;
  for (let weight: u32 = 1; weight <= bits; weight++) {
    for (let symbol: u32 = 0; symbol < symbols; symbol++) {
      if (load<u8>(weights + symbol) != weight) continue;
      store<u16>(work + CODES + (symbol << 1), place >>> (weight - 1));
      place += 1 << (weight - 1);
    }
  }
  // The last symbol's weight is what the others leave.
  const count = symbols - 1;
  const packed = packWeights(work, count, target + 1);
  if (packed != 0 && (count > MOST_DIRECT || packed < (count + 1) >>> 1)) {
    store<u8>(target, packed);
    return target + 1 + packed;
  }
  if (count > MOST_DIRECT) return 0;
  store<u8>(target, 127 + count);
  store<u8>(weights + count, 0);
  for (let i: u32 = 0; i < count; i += 2) {
    store<u8>(target + 1 + (i >>> 1), (<u32>load<u8>(weights + i) << 4) | <u32>load<u8>(weights + i + 1));
  }
  return target + 1 + ((count + 1) >>> 1);
}

/** Weights as a stream of two states in turn; its bytes, 0 when it is none or too long. */
function packWeights(work: usize, count: u32, target: usize): u32 {
  if (count < 2) return 0;
  const weights = work + WEIGHTS;
  const symbols = countSymbols(work + OCCURRENCES, weights, count);
  if (load<u32>(work + OCCURRENCES + (<u32>load<u8>(weights) << 2)) == count) return 0;
  scaleCounts(work + OCCURRENCES, symbols, count, WEIGHT_LOG, work + COUNTS);
  const start = writeCounts(work + COUNTS, symbols, WEIGHT_LOG, target);
  // The table of codes is not at work yet: its place serves this one.
  const table = work + NODES;
  buildEncoder(work + COUNTS, symbols, WEIGHT_LOG, table, work + SPREAD, work + STARTS);
  beginBits(start);
  // Decoders take the first weight from the first state; so the last one belongs to either, by whether there is an even number.
  let even: u32 = 0;
  let odd: u32 = 0;
  for (let i = <i32>count - 1; i >= 0; i--) {
    const weight = <u32>load<u8>(weights + i);
    const isFirst = i >= <i32>count - 2;
    if (i & 1) odd = isFirst ? firstState(table, weight) : nextState(table, odd, weight);
    else even = isFirst ? firstState(table, weight) : nextState(table, even, weight);
    flushBits();
  }
  addBits(odd & ((1 << WEIGHT_LOG) - 1), WEIGHT_LOG);
  addBits(even & ((1 << WEIGHT_LOG) - 1), WEIGHT_LOG);
  flushBits();
  const packed = u32(endBits() - target);
  return packed < MOST_DIRECT ? packed : 0;
}

/** Codes of `bytes` literals, the last one first; the address behind them. */
function writeStream(work: usize, from: usize, bytes: u32, target: usize): usize {
  const codes = work + CODES;
  const lengths = work + LENGTHS;
  beginBits(target);
  let left = bytes;
  while (left >= 4) {
    for (let i = 0; i < 4; i++) {
      const symbol = <u32>load<u8>(from + --left);
      addBits(load<u16>(codes + (symbol << 1)), load<u8>(lengths + symbol));
    }
    flushBits();
  }
  while (left > 0) {
    const symbol = <u32>load<u8>(from + --left);
    addBits(load<u16>(codes + (symbol << 1)), load<u8>(lengths + symbol));
  }
  flushBits();
  return endBits();
}
