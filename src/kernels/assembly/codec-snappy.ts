// Snappy's raw blocks (github.com/google/snappy, format_description.txt): the length, then literals and copies.
import { copyLiterals, copyMatch } from './codec-copy';
import { CORRUPT } from './codec-layout';
import { clearTable, commonBytes, lastSeen } from './codec-matches';

/** Lowest two bits of a tag. */
const LITERAL: u32 = 0;
const NEAR_COPY: u32 = 1;
const COPY: u32 = 2;
/** The lengths 60 to 63 of a literal say how many bytes the length takes. */
const LONG_LITERAL: u32 = 60;
/** Copies reach back 64 KiB at most, so the input is compressed in pieces of so many bytes. */
const PIECE_BYTES: u32 = 65536;

/** The length that the block says it has, or CORRUPT. */
export function snappyLength(source: usize, bytes: u32): f64 {
  let length: u64 = 0;
  for (let i: u32 = 0; i < min(bytes, 5); i++) {
    const byte = <u64>load<u8>(source + i);
    length |= (byte & 127) << (7 * i);
    if (byte < 128) return length < 1 << 32 ? <f64>length : CORRUPT;
  }
  return CORRUPT;
}

/** Bytes written to `target`, or CORRUPT; also when there are more than `capacity`. */
export function decodeSnappy(source: usize, bytes: u32, target: usize, capacity: u32): f64 {
  const length = snappyLength(source, bytes);
  if (length < 0 || length > <f64>capacity) return CORRUPT;
  const end = source + bytes;
  const targetEnd = target + <u32>length;
  let from = source;
  while (load<u8>(from++) >= 128) {}
  let to = target;
  while (from < end) {
    const tag = <u32>load<u8>(from++);
    const kind = tag & 3;
    if (kind == LITERAL) {
      let literal = tag >>> 2;
      if (literal >= LONG_LITERAL) {
        const width = literal - (LONG_LITERAL - 1);
        if (<u32>(end - from) < width) return CORRUPT;
        literal = 0;
        for (let i: u32 = 0; i < width; i++) literal |= <u32>load<u8>(from + i) << (8 * i);
        from += width;
      }
      // Both sides are one less than the length.
      if (literal >= <u32>(end - from) || literal >= <u32>(targetEnd - to)) return CORRUPT;
      literal++;
      copyLiterals(to, from, literal, end, targetEnd);
      from += literal;
      to += literal;
      continue;
    }
    const width: u32 = kind == NEAR_COPY ? 1 : kind == COPY ? 2 : 4;
    if (<u32>(end - from) < width) return CORRUPT;
    let copied = (tag >>> 2) + 1;
    let distance: u32;
    if (kind == NEAR_COPY) {
      distance = ((tag >>> 5) << 8) | <u32>load<u8>(from);
      copied = ((tag >>> 2) & 7) + 4;
    } else {
      distance = kind == COPY ? <u32>load<u16>(from) : load<u32>(from);
    }
    from += width;
    if (distance == 0 || distance > <u32>(to - target) || copied > <u32>(targetEnd - to)) return CORRUPT;
    copyMatch(to, distance, copied, targetEnd);
    to += copied;
  }
  return to == targetEnd ? <f64>length : CORRUPT;
}

/** Compresses; `target` has room for the worst case (see `compressedBound`), `table` for MATCH_TABLE_BYTES. Returns the bytes. */
export function encodeSnappy(source: usize, bytes: u32, target: usize, table: usize): u32 {
  let to = target;
  let rest = bytes;
  while (rest >= 128) {
    store<u8>(to++, rest | 128);
    rest >>>= 7;
  }
  store<u8>(to++, rest);
  for (let done: u32 = 0; done < bytes; done += PIECE_BYTES) {
    to = encodePiece(source + done, min(bytes - done, PIECE_BYTES), to, table);
  }
  return u32(to - target);
}

function encodePiece(source: usize, bytes: u32, to: usize, table: usize): usize {
  const end = source + bytes;
  let literal = source;
  if (bytes >= 16) {
    clearTable(table);
    // The last bytes are literals: eight bytes can then be read wherever a match is tried.
    const last = end - 15;
    let at = source + 1;
    while (at < last) {
      const word = load<u32>(at);
      const seen = source + lastSeen(table, word, u32(at - source));
      if (load<u32>(seen) != word) {
        // Where nothing was found for long, nothing is likely to come soon.
        at += 1 + (u32(at - literal) >>> 5);
        continue;
      }
      const matched = 4 + commonBytes(at + 4, seen + 4, end);
      to = writeLiteral(literal, u32(at - literal), to);
      to = writeCopy(u32(at - seen), matched, to);
      at += matched;
      literal = at;
      if (at < last) lastSeen(table, load<u32>(at - 1), u32(at - 1 - source));
    }
  }
  return writeLiteral(literal, u32(end - literal), to);
}

// @ts-ignore: decorator
@inline
function writeLiteral(from: usize, bytes: u32, to: usize): usize {
  if (bytes == 0) return to;
  const length = bytes - 1;
  if (length < LONG_LITERAL) {
    store<u8>(to++, length << 2);
  } else if (length < 256) {
    store<u8>(to++, LONG_LITERAL << 2);
    store<u8>(to++, length);
  } else {
    store<u8>(to++, (LONG_LITERAL + 1) << 2);
    store<u16>(to, length);
    to += 2;
  }
  memory.copy(to, from, bytes);
  return to + bytes;
}

// @ts-ignore: decorator
@inline
function writeCopy(distance: u32, bytes: u32, to: usize): usize {
  // At least four bytes are left for the last copy.
  while (bytes >= 68) {
    to = writeFarCopy(distance, 64, to);
    bytes -= 64;
  }
  if (bytes > 64) {
    to = writeFarCopy(distance, 60, to);
    bytes -= 60;
  }
  if (bytes >= 12 || distance >= 2048) return writeFarCopy(distance, bytes, to);
  store<u8>(to, NEAR_COPY | ((bytes - 4) << 2) | ((distance >>> 8) << 5));
  store<u8>(to + 1, distance);
  return to + 2;
}

// @ts-ignore: decorator
@inline
function writeFarCopy(distance: u32, bytes: u32, to: usize): usize {
  store<u8>(to, COPY | ((bytes - 1) << 2));
  store<u16>(to + 1, distance);
  return to + 3;
}
