// Deflate (RFC 1951), piece by piece. What a piece leaves is the state at `work`; it is always between two symbols.
import { copyMatch } from './codec-copy';
import {
  BASE,
  END,
  KIND,
  LINK,
  LITERAL,
  makeCodeTable,
  NONE,
  OF_DISTANCES,
  OF_LENGTHS,
  OF_LITERALS,
} from './codec-inflate-tables';
import { INFLATE_CORRUPT, INFLATE_END, INFLATE_INPUT, INFLATE_NEXT, INFLATE_ROOM, INFLATE_STATUS } from './codec-layout';

/** Bits that were taken from the input and not used: fewer than eight, and how many. */
const BITS: u32 = 8;
const BIT_COUNT: u32 = 16;
const MODE: u32 = 20;
const IS_LAST: u32 = 24;
const STORED_LEFT: u32 = 28;
const LENGTHS: u32 = 64;
const LITERAL_TABLE: u32 = 512;
const LITERAL_BITS: u32 = 11;
const DISTANCE_TABLE: u32 = LITERAL_TABLE + 4 * 2400;
const DISTANCE_BITS: u32 = 8;

const AT_HEADER: u32 = 0;
const AT_STORED_LENGTH: u32 = 1;
const IN_STORED: u32 = 2;
const IN_CODES: u32 = 3;

/** More than any header of a block takes. */
const HEADER_BYTES: u32 = 640;
const LONGEST_MATCH: u32 = 258;
/** A length, a distance and their extra bits. */
const SYMBOL_BITS: u32 = 48;

const LENGTH_ORDER = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);

let bits: u64 = 0;
let count: u32 = 0;
let from: usize = 0;
/** More bits were asked for than there are. */
let isShort: bool = false;
/** The next symbol makes more bytes than there is room for. */
let isFull: bool = false;

export function beginInflate(work: usize): void {
  memory.fill(work, 0, 64);
}

/**
 * Decodes input [source, end) to at most `capacity` bytes; returns how many, and in the state where the input goes on and
 * why it stopped. `isAll`: the input ends there. Matches reach back into the `history` bytes before `target`.
 */
export function inflate(work: usize, source: usize, end: usize, isAll: bool, target: usize, capacity: u32, history: u32): u32 {
  bits = load<u64>(work, BITS);
  count = load<u32>(work, BIT_COUNT);
  from = source;
  isShort = false;
  isFull = false;
  let to = target;
  const targetEnd = target + capacity;
  let status = INFLATE_ROOM;
  for (;;) {
    const mode = load<u32>(work, MODE);
    if (mode == AT_HEADER) {
      if (load<u32>(work, IS_LAST) != 0) {
        status = INFLATE_END;
        break;
      }
      if (!isAll && <u32>(end - from) < HEADER_BYTES) {
        status = INFLATE_INPUT;
        break;
      }
      if (!readHeader(work, end)) {
        status = isShort ? INFLATE_INPUT : INFLATE_CORRUPT;
        break;
      }
    } else if (mode == AT_STORED_LENGTH) {
      giveBack();
      if (<u32>(end - from) < 4) {
        status = INFLATE_INPUT;
        break;
      }
      const stored = <u32>load<u16>(from);
      if ((stored ^ load<u16>(from, 2)) != 0xffff) {
        status = INFLATE_CORRUPT;
        break;
      }
      from += 4;
      store<u32>(work, stored, STORED_LEFT);
      store<u32>(work, IN_STORED, MODE);
    } else if (mode == IN_STORED) {
      const left = load<u32>(work, STORED_LEFT);
      const copied = min(left, min(<u32>(end - from), <u32>(targetEnd - to)));
      memory.copy(to, from, copied);
      from += copied;
      to += copied;
      store<u32>(work, left - copied, STORED_LEFT);
      if (left == copied) {
        store<u32>(work, AT_HEADER, MODE);
      } else {
        status = to == targetEnd ? INFLATE_ROOM : INFLATE_INPUT;
        break;
      }
    } else {
      giveBackBytes();
      to = decodeFast(work, end, to, target, targetEnd, history);
      if (to != 0) to = decodeLast(work, end, isAll, to, target, targetEnd, history);
      if (to == 0) {
        status = isShort ? INFLATE_INPUT : INFLATE_CORRUPT;
        to = target;
        break;
      }
      if (load<u32>(work, MODE) == IN_CODES) {
        status = isFull ? INFLATE_ROOM : INFLATE_INPUT;
        break;
      }
    }
  }
  if (status == INFLATE_END) dropBits(count & 7);
  giveBackBytes();
  store<u64>(work, bits, BITS);
  store<u32>(work, count, BIT_COUNT);
  store<u32>(work, u32(from), INFLATE_NEXT);
  store<u32>(work, status, INFLATE_STATUS);
  return u32(to - target);
}

// @ts-ignore: decorator
@inline
function dropBits(width: u32): void {
  bits >>>= width;
  count -= width;
}

/** Whole bytes that were not used go back to the input. */
function giveBackBytes(): void {
  from -= count >>> 3;
  count &= 7;
  bits &= (<u64>1 << count) - 1;
}

/** To the next byte. */
function giveBack(): void {
  dropBits(count & 7);
  giveBackBytes();
}

function fill(end: usize): void {
  while (count <= 56 && from < end) {
    bits |= <u64>load<u8>(from++) << count;
    count += 8;
  }
}

function takeBits(width: u32, end: usize): u32 {
  if (count < width) {
    fill(end);
    if (count < width) {
      isShort = true;
      return 0;
    }
  }
  const value = u32(bits & ((<u64>1 << width) - 1));
  dropBits(width);
  return value;
}

/** The header of a block, with its tables; false when it is corrupt or the input too short. */
function readHeader(work: usize, end: usize): bool {
  store<u32>(work, takeBits(1, end), IS_LAST);
  const kind = takeBits(2, end);
  if (isShort || kind == 3) return false;
  if (kind == 0) {
    store<u32>(work, AT_STORED_LENGTH, MODE);
    return true;
  }
  store<u32>(work, IN_CODES, MODE);
  const lengths = work + LENGTHS;
  let literals: u32 = 288;
  let distances: u32 = 32;
  if (kind == 1) {
    memory.fill(lengths, 8, 144);
    memory.fill(lengths + 144, 9, 112);
    memory.fill(lengths + 256, 7, 24);
    memory.fill(lengths + 280, 8, 8);
    memory.fill(lengths + 288, 5, 32);
  } else {
    literals = takeBits(5, end) + 257;
    distances = takeBits(5, end) + 1;
    const codes = takeBits(4, end) + 4;
    if (isShort || literals > 286 || distances > 30) return false;
    memory.fill(lengths, 0, 19);
    for (let i: u32 = 0; i < codes; i++) store<u8>(lengths + load<u8>(LENGTH_ORDER + i), takeBits(3, end));
    if (isShort || !makeCodeTable(lengths, 19, work + LITERAL_TABLE, 7, OF_LENGTHS)) return false;
    if (!readLengths(work, literals + distances, end)) return false;
    if (load<u8>(lengths + 256) == 0) return false;
  }
  return (
    makeCodeTable(lengths, literals, work + LITERAL_TABLE, LITERAL_BITS, OF_LITERALS) &&
    makeCodeTable(lengths + literals, distances, work + DISTANCE_TABLE, DISTANCE_BITS, OF_DISTANCES)
  );
}

function readLengths(work: usize, total: u32, end: usize): bool {
  const lengths = work + LENGTHS;
  for (let done: u32 = 0; done < total; ) {
    fill(end);
    const entry = load<u32>(work + LITERAL_TABLE + (<usize>(bits & 127) << 2));
    const width = entry & 31;
    if (width > count) isShort = true;
    if (isShort || (entry & KIND) == NONE) return false;
    dropBits(width);
    const symbol = entry >>> 16;
    if (symbol < 16) {
      store<u8>(lengths + done++, symbol);
      continue;
    }
    if (symbol == 16 && done == 0) return false;
    const repeated: u32 = symbol == 16 ? <u32>load<u8>(lengths + done - 1) : 0;
    const times = symbol == 16 ? 3 + takeBits(2, end) : symbol == 17 ? 3 + takeBits(3, end) : 11 + takeBits(7, end);
    if (isShort || done + times > total) return false;
    memory.fill(lengths + done, <u8>repeated, times);
    done += times;
  }
  return true;
}

/** Symbols while there is input and room for any of them: nothing has to be looked at on the way. 0 when one is corrupt. */
function decodeFast(work: usize, end: usize, to: usize, start: usize, targetEnd: usize, history: u32): usize {
  const literalTable = work + LITERAL_TABLE;
  const distanceTable = work + DISTANCE_TABLE;
  let word = bits;
  let have = count;
  let at = from;
  let result = to;
  // A load takes eight bytes, a match is written in vectors; three literals may come before it.
  while (end - at >= 16 && <u32>(targetEnd - to) >= LONGEST_MATCH + 32) {
    word |= load<u64>(at) << have;
    at += (63 - have) >>> 3;
    have |= 56;
    let entry = load<u32>(literalTable + (<usize>(word & ((1 << LITERAL_BITS) - 1)) << 2));
    if ((entry & KIND) == LITERAL) {
      word >>>= entry & 31;
      have -= entry & 31;
      store<u8>(to++, entry >>> 16);
      entry = load<u32>(literalTable + (<usize>(word & ((1 << LITERAL_BITS) - 1)) << 2));
      if ((entry & KIND) == LITERAL) {
        word >>>= entry & 31;
        have -= entry & 31;
        store<u8>(to++, entry >>> 16);
        entry = load<u32>(literalTable + (<usize>(word & ((1 << LITERAL_BITS) - 1)) << 2));
        if ((entry & KIND) == LITERAL) {
          word >>>= entry & 31;
          have -= entry & 31;
          store<u8>(to++, entry >>> 16);
          continue;
        }
      }
      word |= load<u64>(at) << have;
      at += (63 - have) >>> 3;
      have |= 56;
    }
    if ((entry & KIND) == LINK) {
      word >>>= LITERAL_BITS;
      have -= LITERAL_BITS;
      entry = load<u32>(literalTable + (<usize>((entry >>> 16) + <u32>(word & ((<u64>1 << ((entry >>> 8) & 31)) - 1))) << 2));
    }
    word >>>= entry & 31;
    have -= entry & 31;
    if ((entry & KIND) == LITERAL) {
      store<u8>(to++, entry >>> 16);
      continue;
    }
    if ((entry & KIND) != BASE) {
      if ((entry & KIND) == END) store<u32>(work, AT_HEADER, MODE);
      else result = 0;
      break;
    }
    let extra = (entry >>> 8) & 31;
    const matched = (entry >>> 16) + <u32>(word & ((<u64>1 << extra) - 1));
    word >>>= extra;
    have -= extra;
    entry = load<u32>(distanceTable + (<usize>(word & ((1 << DISTANCE_BITS) - 1)) << 2));
    if ((entry & KIND) == LINK) {
      word >>>= DISTANCE_BITS;
      have -= DISTANCE_BITS;
      entry = load<u32>(distanceTable + (<usize>((entry >>> 16) + <u32>(word & ((<u64>1 << ((entry >>> 8) & 31)) - 1))) << 2));
    }
    word >>>= entry & 31;
    have -= entry & 31;
    extra = (entry >>> 8) & 31;
    const distance = (entry >>> 16) + <u32>(word & ((<u64>1 << extra) - 1));
    word >>>= extra;
    have -= extra;
    if ((entry & KIND) != BASE || distance > <u32>(to - start) + history) {
      result = 0;
      break;
    }
    copyMatch(to, distance, matched, targetEnd);
    to += matched;
  }
  count = have;
  bits = word & ((<u64>1 << have) - 1);
  from = at;
  return result == 0 ? 0 : to;
}

/** Symbols where input or room run out, one at a time. 0 when one is corrupt, or cut off by the end of all input. */
function decodeLast(work: usize, end: usize, isAll: bool, to: usize, start: usize, targetEnd: usize, history: u32): usize {
  const literalTable = work + LITERAL_TABLE;
  const distanceTable = work + DISTANCE_TABLE;
  while (load<u32>(work, MODE) == IN_CODES) {
    fill(end);
    if (count < SYMBOL_BITS && !isAll) break;
    const bitsBefore = bits;
    const countBefore = count;
    const fromBefore = from;
    let entry = load<u32>(literalTable + (<usize>(bits & ((1 << LITERAL_BITS) - 1)) << 2));
    if ((entry & KIND) == LINK) {
      if (!drop(LITERAL_BITS)) return 0;
      entry = load<u32>(literalTable + (<usize>((entry >>> 16) + <u32>(bits & ((<u64>1 << ((entry >>> 8) & 31)) - 1))) << 2));
    }
    if (!drop(entry & 31)) return 0;
    let length: u32 = 1;
    let distance: u32 = 0;
    if ((entry & KIND) == END) {
      store<u32>(work, AT_HEADER, MODE);
      break;
    }
    const literal = entry >>> 16;
    if ((entry & KIND) != LITERAL) {
      if ((entry & KIND) != BASE) return 0;
      length = (entry >>> 16) + takeBits((entry >>> 8) & 31, end);
      entry = load<u32>(distanceTable + (<usize>(bits & ((1 << DISTANCE_BITS) - 1)) << 2));
      if ((entry & KIND) == LINK) {
        if (!drop(DISTANCE_BITS)) return 0;
        entry = load<u32>(distanceTable + (<usize>((entry >>> 16) + <u32>(bits & ((<u64>1 << ((entry >>> 8) & 31)) - 1))) << 2));
      }
      if (!drop(entry & 31)) return 0;
      distance = (entry >>> 16) + takeBits((entry >>> 8) & 31, end);
      if (isShort || (entry & KIND) != BASE || distance > <u32>(to - start) + history) return 0;
    }
    if (length > <u32>(targetEnd - to)) {
      bits = bitsBefore;
      count = countBefore;
      from = fromBefore;
      isFull = true;
      break;
    }
    if (distance == 0) store<u8>(to, literal);
    else copyMatch(to, distance, length, targetEnd);
    to += length;
  }
  return to;
}

/** False when there are not so many. */
// @ts-ignore: decorator
@inline
function drop(width: u32): bool {
  if (width > count) {
    isShort = true;
    return false;
  }
  dropBits(width);
  return true;
}
