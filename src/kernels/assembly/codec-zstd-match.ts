// Finding what a zstd block repeats: the first match at hand, the longer of two kinds, is taken.
import { commonBytes } from './codec-matches';
import {
  LITERALS,
  LONG_BITS,
  LONG_TABLE,
  REPEATS,
  SEQUENCE_BYTES,
  SEQUENCES,
  SHORT_BITS,
  SHORT_TABLE,
} from './codec-zstd-pack-work';

const LONG_MATCH: u32 = 8;
const SHORT_MATCH: u32 = 5;
const REPEAT_MATCH: u32 = 4;
/** Offset values: 1 is the last offset, or behind no literals the one before; others are three more than the offset. */
const LAST_OFFSET: u32 = 1;
const OFFSET_BASE: u32 = 3;

/** Bytes of literals that `findSequences` left. */
export let literalBytes: u32 = 0;
/** The last offsets behind the block, which are those of the frame when it is written so. */
export let lastRepeat1: u32 = 0;
export let lastRepeat2: u32 = 0;

// @ts-ignore: decorator
@inline
function longEntry(work: usize, bytes: u64): usize {
  return work + LONG_TABLE + (<usize>((bytes * 0x9e3779b185ebca87) >>> (64 - LONG_BITS)) << 2);
}

// @ts-ignore: decorator
@inline
function shortEntry(work: usize, bytes: u64): usize {
  return work + SHORT_TABLE + (<usize>(((bytes << 24) * 0x9e3779b185ebca87) >>> (64 - SHORT_BITS)) << 2);
}

/** Divides a block into literals and sequences; how many sequences. Matches reach back to `frame`, at most `window` bytes. */
export function findSequences(work: usize, frame: usize, source: usize, bytes: u32, window: u32): u32 {
  let repeat1 = load<u32>(work, REPEATS);
  let repeat2 = load<u32>(work, REPEATS + 4);
  const end = source + bytes;
  const sequences = work + SEQUENCES;
  let sequence = sequences;
  let literals = work + LITERALS;
  let literal = source;
  if (bytes > 16) {
    const last = end - 12;
    let at = source == frame ? source + 1 : source;
    while (at < last) {
      const word = load<u64>(at);
      const offset = u32(at - frame);
      const long = longEntry(work, word);
      const short = shortEntry(work, word);
      const longSeen = frame + load<u32>(long);
      const shortSeen = frame + load<u32>(short);
      store<u32>(long, offset);
      store<u32>(short, offset);
      let value = LAST_OFFSET;
      let start = at + 1;
      let matched: u32;
      if (repeat1 <= offset && load<u32>(at + 1) == load<u32>(at + 1 - repeat1)) {
        matched = REPEAT_MATCH + commonBytes(at + 1 + REPEAT_MATCH, at + 1 + REPEAT_MATCH - repeat1, end);
      } else {
        let seen: usize;
        if (load<u64>(longSeen) == word && u32(at - longSeen) <= window) {
          seen = longSeen;
          matched = LONG_MATCH;
        } else if ((load<u64>(shortSeen) ^ word) << 24 == 0 && u32(at - shortSeen) <= window) {
          seen = shortSeen;
          matched = SHORT_MATCH;
        } else {
          at += 1 + (u32(at - literal) >>> 8);
          continue;
        }
        matched += commonBytes(at + matched, seen + matched, end);
        start = at;
        // What stands before both may agree too.
        while (start > literal && seen > frame && load<u8>(start - 1) == load<u8>(seen - 1)) {
          start--;
          seen--;
          matched++;
        }
        const distance = u32(start - seen);
        if (distance != repeat1 || start == literal) {
          value = distance + OFFSET_BASE;
          repeat2 = repeat1;
          repeat1 = distance;
        }
      }
      const copied = u32(start - literal);
      store<u32>(sequence, copied);
      store<u32>(sequence, matched, 4);
      store<u32>(sequence, value, 8);
      sequence += SEQUENCE_BYTES;
      memory.copy(literals, literal, copied);
      literals += copied;
      literal = start + matched;
      if (literal < last) {
        remember(work, frame, at + 2);
        remember(work, frame, literal - 2);
      }
      at = literal;
      while (at < last && repeat2 <= u32(at - frame) && load<u32>(at) == load<u32>(at - repeat2)) {
        const again = REPEAT_MATCH + commonBytes(at + REPEAT_MATCH, at + REPEAT_MATCH - repeat2, end);
        const distance = repeat2;
        repeat2 = repeat1;
        repeat1 = distance;
        remember(work, frame, at);
        store<u32>(sequence, 0);
        store<u32>(sequence, again, 4);
        store<u32>(sequence, LAST_OFFSET, 8);
        sequence += SEQUENCE_BYTES;
        at += again;
        literal = at;
      }
    }
  }
  const rest = u32(end - literal);
  memory.copy(literals, literal, rest);
  literalBytes = u32(literals + rest - (work + LITERALS));
  lastRepeat1 = repeat1;
  lastRepeat2 = repeat2;
  return u32(sequence - sequences) / SEQUENCE_BYTES;
}

// @ts-ignore: decorator
@inline
function remember(work: usize, frame: usize, at: usize): void {
  const word = load<u64>(at);
  store<u32>(longEntry(work, word), u32(at - frame));
  store<u32>(shortEntry(work, word), u32(at - frame));
}
