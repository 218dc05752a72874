// Compressed blocks of zstd (RFC 8878, 3.1.1.3): literals, then sequences that say what of them, and of what was written
// before, makes the output. Frames and the other kinds of blocks are the caller's.
import { copyLiterals, copyMatch } from './codec-copy';
import { AS_OFFSET, buildSingle, buildTable, FROM_TABLES, fseLog, fseSymbols, readCounts } from './codec-fse';
import { decodeFourStreams, decodeStream, readTree } from './codec-huffman';
import { CORRUPT } from './codec-layout';
import {
  LITERAL_CODES,
  LITERAL_COUNTS,
  LITERAL_COUNTS_LOG,
  LITERAL_EXTRAS,
  LITERAL_LOG,
  LITERAL_VALUES,
  MATCH_CODES,
  MATCH_COUNTS,
  MATCH_COUNTS_LOG,
  MATCH_EXTRAS,
  MATCH_LOG,
  MATCH_VALUES,
  OFFSET_CODES,
  OFFSET_COUNTS,
  OFFSET_COUNTS_CODES,
  OFFSET_COUNTS_LOG,
  OFFSET_LOG,
} from './codec-zstd-tables';
import {
  COUNTS,
  HUFFMAN_BITS,
  LITERAL_TABLE,
  LITERAL_TABLE_LOG,
  LITERALS,
  MATCH_TABLE,
  MATCH_TABLE_LOG,
  MOST_LITERALS,
  NEXT,
  OFFSET_TABLE,
  OFFSET_TABLE_LOG,
  REPEATS,
} from './codec-zstd-work';

/** Where the literals of the block are, their number and what may be read behind them; found by `readLiterals`. */
let literals: usize = 0;
let literalBytes: u32 = 0;
let literalRoom: u32 = 0;

/** A frame begins. */
export function beginZstd(work: usize): void {
  store<u32>(work, 1, REPEATS);
  store<u32>(work, 4, REPEATS + 4);
  store<u32>(work, 8, REPEATS + 8);
  store<u32>(work, 0, HUFFMAN_BITS);
  store<u32>(work, 0, LITERAL_TABLE_LOG);
  store<u32>(work, 0, OFFSET_TABLE_LOG);
  store<u32>(work, 0, MATCH_TABLE_LOG);
}

/**
 * Bytes written to `target`, or CORRUPT; also when there are more than `capacity`. Matches reach back into the `history`
 * bytes before `target`.
 */
export function decodeZstd(work: usize, source: usize, bytes: u32, target: usize, capacity: u32, history: u32): f64 {
  const end = source + bytes;
  const from = readLiterals(work, source, end);
  if (from == 0 || from >= end) return CORRUPT;
  let at = from;
  let count = <u32>load<u8>(at++);
  if (count == 0) {
    if (at != end || literalBytes > capacity) return CORRUPT;
    memory.copy(target, literals, literalBytes);
    return <f64>literalBytes;
  }
  if (count >= 128) {
    const isLong = count == 255;
    if (<u32>(end - at) < (isLong ? <u32>2 : 1)) return CORRUPT;
    count = isLong ? <u32>load<u16>(at) + 0x7f00 : ((count - 128) << 8) | <u32>load<u8>(at);
    at += isLong ? 2 : 1;
  }
  if (at >= end) return CORRUPT;
  const modes = <u32>load<u8>(at++);
  if (modes & 3) return CORRUPT;
  at = readTable(work, at, end, modes >>> 6, LITERAL_TABLE, LITERAL_TABLE_LOG, LITERAL_LOG, LITERAL_CODES);
  if (at == 0) return CORRUPT;
  at = readTable(work, at, end, (modes >>> 4) & 3, OFFSET_TABLE, OFFSET_TABLE_LOG, OFFSET_LOG, OFFSET_CODES);
  if (at == 0) return CORRUPT;
  at = readTable(work, at, end, (modes >>> 2) & 3, MATCH_TABLE, MATCH_TABLE_LOG, MATCH_LOG, MATCH_CODES);
  if (at == 0 || at >= end || load<u8>(end - 1) == 0) return CORRUPT;
  return runSequences(work, at, end, count, target, capacity, history);
}

/** The address behind the literals; 0 when they are corrupt. */
function readLiterals(work: usize, source: usize, end: usize): usize {
  const left = u32(end - source);
  if (left == 0) return 0;
  const first = <u32>load<u8>(source);
  const kind = first & 3;
  const format = (first >>> 2) & 3;
  if (kind < 2) {
    const width: u32 = format == 1 ? 2 : format == 3 ? 3 : 1;
    if (left < width) return 0;
    literalBytes = width == 1 ? first >>> 3 : width == 2 ? <u32>load<u16>(source) >>> 4 : word24(source) >>> 4;
    const at = source + width;
    if (literalBytes > MOST_LITERALS || <u32>(end - at) < (kind == 0 ? literalBytes : 1)) return 0;
    if (kind == 0) {
      literals = at;
      literalRoom = u32(end - at);
      return at + literalBytes;
    }
    literals = work + LITERALS;
    literalRoom = literalBytes + 16;
    memory.fill(literals, load<u8>(at), literalBytes);
    return at + 1;
  }
  const width: u32 = format < 2 ? 3 : format == 2 ? 4 : 5;
  if (left < width) return 0;
  let header: u64 = 0;
  for (let i: u32 = 0; i < width; i++) header |= <u64>load<u8>(source + i) << (8 * i);
  const bits: u64 = format < 2 ? 10 : format == 2 ? 14 : 18;
  literalBytes = u32((header >>> 4) & ((<u64>1 << bits) - 1));
  const packed = u32((header >>> (4 + bits)) & ((<u64>1 << bits) - 1));
  let at = source + width;
  if (literalBytes > MOST_LITERALS || packed > <u32>(end - at)) return 0;
  const after = at + packed;
  if (kind == 2) {
    at = readTree(work, at, after);
    if (at == 0) return 0;
  } else if (load<u32>(work, HUFFMAN_BITS) == 0) {
    return 0;
  }
  literals = work + LITERALS;
  literalRoom = literalBytes + 16;
  const isRead =
    format == 0
      ? decodeStream(work, at, after, literals, literalBytes)
      : decodeFourStreams(work, at, after, literals, literalBytes);
  return isRead ? after : 0;
}

// @ts-ignore: decorator
@inline
function word24(at: usize): u32 {
  return <u32>load<u16>(at) | (<u32>load<u8>(at, 2) << 16);
}

/** Makes the table of one kind of codes, or leaves the one at hand; the address behind its description, 0 when it is corrupt. */
function readTable(work: usize, at: usize, end: usize, mode: u32, place: u32, logPlace: u32, maxLog: u32, codes: u32): usize {
  const table = work + place;
  const meaning = place == OFFSET_TABLE ? AS_OFFSET : FROM_TABLES;
  const values = place == LITERAL_TABLE ? LITERAL_VALUES : MATCH_VALUES;
  const extras = place == LITERAL_TABLE ? LITERAL_EXTRAS : MATCH_EXTRAS;
  if (mode == 3) return load<u32>(work + logPlace) == 0 ? 0 : at;
  let log: u32 = 0;
  if (mode == 1) {
    if (at >= end) return 0;
    const symbol = <u32>load<u8>(at++);
    if (symbol >= codes) return 0;
    buildSingle(symbol, table, meaning, values, extras);
  } else {
    let counts = work + COUNTS;
    let symbols: u32 = codes;
    if (mode == 2) {
      at = readCounts(at, end, maxLog, codes, counts);
      if (at == 0) return 0;
      log = fseLog;
      symbols = fseSymbols;
    } else if (place == LITERAL_TABLE) {
      counts = LITERAL_COUNTS;
      log = LITERAL_COUNTS_LOG;
    } else if (place == MATCH_TABLE) {
      counts = MATCH_COUNTS;
      log = MATCH_COUNTS_LOG;
    } else {
      counts = OFFSET_COUNTS;
      log = OFFSET_COUNTS_LOG;
      symbols = OFFSET_COUNTS_CODES;
    }
    buildTable(counts, symbols, log, table, work + NEXT, meaning, values, extras);
  }
  store<u32>(work + logPlace, log + 1);
  return at;
}

/** Bits are taken from the end of the stream; `used` of the eight bytes at `at` are gone, at most 64. */
// @ts-ignore: decorator
@inline
function take(bits: u64, used: u32, count: u32): u32 {
  // In two steps, since a shift by 64 is one by 0.
  return u32(((bits << used) >>> 1) >>> (63 - count));
}

function runSequences(work: usize, start: usize, end: usize, count: u32, target: usize, capacity: u32, history: u32): f64 {
  const targetEnd = target + capacity;
  const literalTable = work + LITERAL_TABLE;
  const offsetTable = work + OFFSET_TABLE;
  const matchTable = work + MATCH_TABLE;
  const literalEnd = literals + literalBytes;
  const literalLimit = literals + literalRoom;
  let repeat1 = load<u32>(work, REPEATS);
  let repeat2 = load<u32>(work, REPEATS + 4);
  let repeat3 = load<u32>(work, REPEATS + 8);
  let literal = literals;
  let to = target;

  let at = end - 8;
  let used: u32 = clz(<u32>load<u8>(end - 1)) - 24 + 1;
  let bits = load<u64>(at);
  let log = load<u32>(work, LITERAL_TABLE_LOG) - 1;
  let literalState = literalTable + (<usize>take(bits, used, log) << 3);
  used += log;
  log = load<u32>(work, OFFSET_TABLE_LOG) - 1;
  let offsetState = offsetTable + (<usize>take(bits, used, log) << 3);
  used += log;
  log = load<u32>(work, MATCH_TABLE_LOG) - 1;
  let matchState = matchTable + (<usize>take(bits, used, log) << 3);
  used += log;

  for (let left = count; ; ) {
    at -= used >>> 3;
    used &= 7;
    if (at + 8 < start) return CORRUPT;
    bits = load<u64>(at);
    const literalEntry = load<u64>(literalState);
    const offsetEntry = load<u64>(offsetState);
    const matchEntry = load<u64>(matchState);
    const offsetExtra = u32(offsetEntry >>> 32) & 255;
    const matchExtra = u32(matchEntry >>> 32) & 255;
    const literalExtra = u32(literalEntry >>> 32) & 255;
    let distance = <u32>offsetEntry + take(bits, used, offsetExtra);
    used += offsetExtra;
    if (used + matchExtra + literalExtra > 64) {
      at -= used >>> 3;
      used &= 7;
      bits = load<u64>(at);
    }
    const matched = <u32>matchEntry + take(bits, used, matchExtra);
    used += matchExtra;
    const copied = <u32>literalEntry + take(bits, used, literalExtra);
    used += literalExtra;

    if (distance > 3) {
      distance -= 3;
      repeat3 = repeat2;
      repeat2 = repeat1;
      repeat1 = distance;
    } else {
      const which = distance - 1 + <u32>(copied == 0);
      if (which == 0) {
        distance = repeat1;
      } else {
        distance = which == 1 ? repeat2 : which == 2 ? repeat3 : repeat1 - 1;
        if (which != 1) repeat3 = repeat2;
        repeat2 = repeat1;
        repeat1 = distance;
      }
    }

    if (copied > <u32>(literalEnd - literal) || copied > <u32>(targetEnd - to)) return CORRUPT;
    copyLiterals(to, literal, copied, literalLimit, targetEnd);
    literal += copied;
    to += copied;
    if (matched > <u32>(targetEnd - to) || distance == 0 || <u64>distance > <u64>(to - target) + history) return CORRUPT;
    copyMatch(to, distance, matched, targetEnd);
    to += matched;

    if (--left == 0) break;
    at -= used >>> 3;
    used &= 7;
    bits = load<u64>(at);
    let width = u32(literalEntry >>> 40) & 255;
    literalState = literalTable + (<usize>(u32(literalEntry >>> 48) + take(bits, used, width)) << 3);
    used += width;
    width = u32(matchEntry >>> 40) & 255;
    matchState = matchTable + (<usize>(u32(matchEntry >>> 48) + take(bits, used, width)) << 3);
    used += width;
    width = u32(offsetEntry >>> 40) & 255;
    offsetState = offsetTable + (<usize>(u32(offsetEntry >>> 48) + take(bits, used, width)) << 3);
    used += width;
  }
  // All of the stream is used.
  if ((<i32>(at - start) << 3) + 64 != <i32>used) return CORRUPT;
  store<u32>(work, repeat1, REPEATS);
  store<u32>(work, repeat2, REPEATS + 4);
  store<u32>(work, repeat3, REPEATS + 8);
  const rest = u32(literalEnd - literal);
  if (rest > <u32>(targetEnd - to)) return CORRUPT;
  memory.copy(to, literal, rest);
  return <f64>(to + rest - target);
}
