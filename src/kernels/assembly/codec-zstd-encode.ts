// Compressed blocks of zstd, written; see codec-zstd.ts.
import { addBits, beginBits, endBits, flushBits } from './codec-bit-writer';
import { buildEncoder, buildSingleEncoder, firstState, nextState, scaleCounts, writeCounts } from './codec-fse-encode';
import { writeLiterals } from './codec-huffman-encode';
import { findSequences, lastRepeat1, lastRepeat2, literalBytes } from './codec-zstd-match';
import {
  COUNTS,
  LITERAL_ENCODER,
  LITERALS,
  LONG_TABLE,
  MATCH_ENCODER,
  OCCURRENCES,
  OFFSET_ENCODER,
  REPEATS,
  SEQUENCE_BYTES,
  SEQUENCES,
  SPREAD,
  STARTS,
} from './codec-zstd-pack-work';
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

/** With fewer sequences a distribution takes more than it saves. */
const FEW: u32 = 48;
const PREDEFINED: u32 = 0;
const SINGLE: u32 = 1;
const OWN: u32 = 2;

/** Codes of lengths that are too small for one code a power of two. */
const LITERAL_CODE = memory.data<u8>([
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 16, 17, 17, 18, 18, 19, 19, 20, 20, 20, 20, 21, 21, 21, 21, 22, 22, 22,
  22, 22, 22, 22, 22, 23, 23, 23, 23, 23, 23, 23, 23, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24,
]);
const MATCH_CODE = memory.data<u8>([
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 32, 33,
  33, 34, 34, 35, 35, 36, 36, 36, 36, 37, 37, 37, 37, 38, 38, 38, 38, 38, 38, 38, 38, 39, 39, 39, 39, 39, 39, 39, 39, 40, 40, 40, 40,
  40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 41, 41, 41, 41, 41, 41, 41, 41, 41, 41, 41, 41, 41, 41, 41, 41, 42, 42, 42, 42, 42,
  42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42,
]);

// @ts-ignore: decorator
@inline
function literalCode(sequence: usize): u32 {
  const copied = load<u32>(sequence);
  return copied < 64 ? load<u8>(LITERAL_CODE + copied) : 31 - clz(copied) + 19;
}

// @ts-ignore: decorator
@inline
function matchCode(sequence: usize): u32 {
  const more = load<u32>(sequence, 4) - 3;
  return more < 128 ? load<u8>(MATCH_CODE + more) : 31 - clz(more) + 36;
}

// @ts-ignore: decorator
@inline
function offsetCode(sequence: usize): u32 {
  return 31 - clz(load<u32>(sequence, 8));
}

/** A frame begins. */
export function beginZstdFrame(work: usize): void {
  store<u32>(work, 1, REPEATS);
  store<u32>(work, 4, REPEATS + 4);
  memory.fill(work + LONG_TABLE, 0, LITERALS - LONG_TABLE);
}

/**
 * Compresses a block of at most 128 KiB of the frame that began at `frame`. `target` has room for a quarter more than
 * `bytes`, and 1 KiB. Returns the bytes; 0 when they are no fewer than before.
 */
export function encodeZstd(work: usize, frame: usize, source: usize, bytes: u32, window: u32, target: usize): u32 {
  const count = findSequences(work, frame, source, bytes, window);
  let to = writeLiterals(work, work + LITERALS, literalBytes, target);
  if (count < 128) {
    store<u8>(to++, count);
  } else if (count < 0x7f00) {
    store<u8>(to, 128 + (count >>> 8));
    store<u8>(to + 1, count);
    to += 2;
  } else {
    store<u8>(to, 255);
    store<u16>(to + 1, count - 0x7f00);
    to += 3;
  }
  if (count != 0) to = writeSequences(work, count, to);
  const packed = u32(to - target);
  if (packed >= bytes) return 0;
  store<u32>(work, lastRepeat1, REPEATS);
  store<u32>(work, lastRepeat2, REPEATS + 4);
  return packed;
}

/** Log of the table that an encoder was given; see `writeTable`. */
let tableLog: u32 = 0;
let tableMode: u32 = 0;

function writeSequences(work: usize, count: u32, target: usize): usize {
  const modes = target;
  let to = writeTable(work, count, LITERAL_ENCODER, target + 1);
  const literalLog = tableLog;
  let mode = tableMode << 6;
  to = writeTable(work, count, OFFSET_ENCODER, to);
  const offsetLog = tableLog;
  mode |= tableMode << 4;
  to = writeTable(work, count, MATCH_ENCODER, to);
  const matchLog = tableLog;
  store<u8>(modes, mode | (tableMode << 2));

  const literalTable = work + LITERAL_ENCODER;
  const offsetTable = work + OFFSET_ENCODER;
  const matchTable = work + MATCH_ENCODER;
  const first = work + SEQUENCES;
  let sequence = first + (count - 1) * SEQUENCE_BYTES;
  beginBits(to);
  let matchState = firstState(matchTable, matchCode(sequence));
  let offsetState = firstState(offsetTable, offsetCode(sequence));
  let literalState = firstState(literalTable, literalCode(sequence));
  addExtras(sequence);
  while (sequence > first) {
    sequence -= SEQUENCE_BYTES;
    offsetState = nextState(offsetTable, offsetState, offsetCode(sequence));
    matchState = nextState(matchTable, matchState, matchCode(sequence));
    literalState = nextState(literalTable, literalState, literalCode(sequence));
    flushBits();
    addExtras(sequence);
  }
  addBits(matchState & ((1 << matchLog) - 1), matchLog);
  addBits(offsetState & ((1 << offsetLog) - 1), offsetLog);
  addBits(literalState & ((1 << literalLog) - 1), literalLog);
  flushBits();
  return endBits();
}

/** What the codes leave open. */
// @ts-ignore: decorator
@inline
function addExtras(sequence: usize): void {
  const literal = literalCode(sequence);
  addBits(load<u32>(sequence) - load<u32>(LITERAL_VALUES + (literal << 2)), load<u8>(LITERAL_EXTRAS + literal));
  const matched = matchCode(sequence);
  addBits(load<u32>(sequence, 4) - load<u32>(MATCH_VALUES + (matched << 2)), load<u8>(MATCH_EXTRAS + matched));
  flushBits();
  const offset = offsetCode(sequence);
  addBits(load<u32>(sequence, 8) - (1 << offset), offset);
  flushBits();
}

/** Makes the table of one kind of codes and writes what a decoder must know of it; the address behind. */
function writeTable(work: usize, count: u32, place: u32, target: usize): usize {
  const table = work + place;
  const occurrences = work + OCCURRENCES;
  memory.fill(occurrences, 0, 256);
  let sequence = work + SEQUENCES;
  let code: u32 = 0;
  for (let i: u32 = 0; i < count; i++, sequence += SEQUENCE_BYTES) {
    code = place == LITERAL_ENCODER ? literalCode(sequence) : place == OFFSET_ENCODER ? offsetCode(sequence) : matchCode(sequence);
    const seen = occurrences + (code << 2);
    store<u32>(seen, load<u32>(seen) + 1);
  }
  if (load<u32>(occurrences + (code << 2)) == count) {
    tableMode = SINGLE;
    tableLog = 0;
    buildSingleEncoder(code, table);
    store<u8>(target, code);
    return target + 1;
  }
  let counts = work + COUNTS;
  let symbols: u32;
  if (count < FEW) {
    tableMode = PREDEFINED;
    if (place == LITERAL_ENCODER) {
      counts = LITERAL_COUNTS;
      symbols = LITERAL_CODES;
      tableLog = LITERAL_COUNTS_LOG;
    } else if (place == MATCH_ENCODER) {
      counts = MATCH_COUNTS;
      symbols = MATCH_CODES;
      tableLog = MATCH_COUNTS_LOG;
    } else {
      counts = OFFSET_COUNTS;
      symbols = OFFSET_COUNTS_CODES;
      tableLog = OFFSET_COUNTS_LOG;
    }
  } else {
    tableMode = OWN;
    symbols = place == LITERAL_ENCODER ? LITERAL_CODES : place == MATCH_ENCODER ? MATCH_CODES : OFFSET_CODES;
    while (load<u32>(occurrences + ((symbols - 1) << 2)) == 0) symbols--;
    const most = place == LITERAL_ENCODER ? LITERAL_LOG : place == MATCH_ENCODER ? MATCH_LOG : OFFSET_LOG;
    tableLog = min(most, max(6, 31 - clz(count) - 2));
    scaleCounts(occurrences, symbols, count, tableLog, counts);
    target = writeCounts(counts, symbols, tableLog, target);
  }
  buildEncoder(counts, symbols, tableLog, table, work + SPREAD, work + STARTS);
  return target;
}
