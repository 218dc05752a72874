// LZ4's raw blocks (github.com/lz4/lz4, lz4_Block_format.md): literals and matches in turn, ending in literals.
import { copyLiterals, copyMatch } from './codec-copy';
import { CORRUPT } from './codec-layout';
import { clearTable, commonBytes, lastSeen } from './codec-matches';

/** The largest length that a half of the token holds; more follows in bytes. */
const TOKEN_MAX: u32 = 15;
const MIN_MATCH: u32 = 4;
const MAX_DISTANCE: u32 = 65535;
/** The block ends in at least five literals, and no match begins within its last twelve bytes. */
const LAST_LITERALS: u32 = 5;
const LAST_MATCH: u32 = 12;

/**
 * Bytes written to `target`, or CORRUPT; also when there are more than `capacity`. Matches may reach back into the
 * `history` bytes before `target`.
 */
export function decodeLz4(source: usize, bytes: u32, target: usize, capacity: u32, history: u32): f64 {
  const end = source + bytes;
  const targetEnd = target + capacity;
  let from = source;
  let to = target;
  while (from < end) {
    const token = <u32>load<u8>(from++);
    let literal = token >>> 4;
    if (literal == TOKEN_MAX) {
      let byte: u32 = 255;
      while (byte == 255) {
        if (from >= end) return CORRUPT;
        byte = load<u8>(from++);
        literal += byte;
      }
    }
    if (literal > <u32>(end - from) || literal > <u32>(targetEnd - to)) return CORRUPT;
    copyLiterals(to, from, literal, end, targetEnd);
    from += literal;
    to += literal;
    if (from == end) return <f64>(to - target);
    if (<u32>(end - from) < 2) return CORRUPT;
    const distance = <u32>load<u16>(from);
    from += 2;
    let matched = (token & TOKEN_MAX) + MIN_MATCH;
    if (matched == TOKEN_MAX + MIN_MATCH) {
      let byte: u32 = 255;
      while (byte == 255) {
        if (from >= end) return CORRUPT;
        byte = load<u8>(from++);
        matched += byte;
      }
    }
    if (distance == 0 || <u64>distance > <u64>(to - target) + history || matched > <u32>(targetEnd - to)) return CORRUPT;
    copyMatch(to, distance, matched, targetEnd);
    to += matched;
  }
  // A block ends behind literals; an empty one has a token too.
  return CORRUPT;
}

/** Compresses; `target` has room for the worst case (see `compressedBound`), `table` for MATCH_TABLE_BYTES. Returns the bytes. */
export function encodeLz4(source: usize, bytes: u32, target: usize, table: usize): u32 {
  const end = source + bytes;
  let to = target;
  let literal = source;
  if (bytes > LAST_MATCH) {
    clearTable(table);
    const last = end - LAST_MATCH;
    let at = source + 1;
    while (at < last) {
      const word = load<u32>(at);
      const seen = source + lastSeen(table, word, u32(at - source));
      if (load<u32>(seen) != word || u32(at - seen) > MAX_DISTANCE) {
        at += 1 + (u32(at - literal) >>> 6);
        continue;
      }
      const matched = commonBytes(at + MIN_MATCH, seen + MIN_MATCH, end - LAST_LITERALS);
      const literals = u32(at - literal);
      store<u8>(to++, (min(literals, TOKEN_MAX) << 4) | min(matched, TOKEN_MAX));
      to = writeLength(literals, to);
      memory.copy(to, literal, literals);
      to += literals;
      store<u16>(to, u32(at - seen));
      to = writeLength(matched, to + 2);
      at += MIN_MATCH + matched;
      literal = at;
    }
  }
  const literals = u32(end - literal);
  store<u8>(to++, min(literals, TOKEN_MAX) << 4);
  to = writeLength(literals, to);
  memory.copy(to, literal, literals);
  return u32(to + literals - target);
}

/** What of a length does not fit into the token. */
// @ts-ignore: decorator
@inline
function writeLength(length: u32, to: usize): usize {
  if (length < TOKEN_MAX) return to;
  let rest = length - TOKEN_MAX;
  while (rest >= 255) {
    store<u8>(to++, 255);
    rest -= 255;
  }
  store<u8>(to, rest);
  return to + 1;
}
