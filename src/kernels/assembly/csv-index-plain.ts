// The index of bytes without quotes and CR, 64 at a time: a loop of its own with as few instructions and unpredictable
// branches as it can do with. It believes that every `columns`th separator is a newline and proves that at its end.
import { mask64 } from './csv-masks';

/** In the answer of `indexPlain`: some byte is not ASCII. */
export const PLAIN_NON_ASCII: u64 = 1 << 63;
/** The answer of `indexPlain` when there are newlines where none are due. */
export const PLAIN_REFUSED: u64 = 0;

/** Newlines are counted in bytes, up to four a block and lane. */
const BLOCKS_A_COUNT = 63;

// @ts-ignore: decorator
@inline
function sumOfLanes(bytes: v128): u32 {
  const fours = i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(bytes));
  const twos = v128.add<u32>(fours, v128.shuffle<u32>(fours, fours, 2, 3, 0, 1));
  return i32x4.extract_lane(twos, 0) + i32x4.extract_lane(twos, 1);
}

/** Whether the last entry of each row from `entry` on is the address of a newline. */
// @ts-ignore: decorator
@inline
function endInNewlines(entry: usize, rows: u32, columns: u32, newline: i32): bool {
  let wrong: i32 = 0;
  for (; rows != 0; rows--) {
    wrong |= <i32>load<u8>(<usize>load<u32>(entry)) ^ newline;
    entry += <usize>columns << 2;
  }
  return wrong == 0;
}

/** Stores the addresses of twelve separators, or of fewer and nonsense behind; answers the others. */
// @ts-ignore: decorator
@inline
function putSome(out: usize, at: u32, separators: u64): u64 {
  store<u32>(out, at + <u32>ctz(separators));
  separators &= separators - 1;
  store<u32>(out, at + <u32>ctz(separators), 4);
  separators &= separators - 1;
  store<u32>(out, at + <u32>ctz(separators), 8);
  separators &= separators - 1;
  store<u32>(out, at + <u32>ctz(separators), 12);
  separators &= separators - 1;
  store<u32>(out, at + <u32>ctz(separators), 16);
  separators &= separators - 1;
  store<u32>(out, at + <u32>ctz(separators), 20);
  separators &= separators - 1;
  store<u32>(out, at + <u32>ctz(separators), 24);
  separators &= separators - 1;
  store<u32>(out, at + <u32>ctz(separators), 28);
  separators &= separators - 1;
  store<u32>(out, at + <u32>ctz(separators), 32);
  separators &= separators - 1;
  store<u32>(out, at + <u32>ctz(separators), 36);
  separators &= separators - 1;
  store<u32>(out, at + <u32>ctz(separators), 40);
  separators &= separators - 1;
  store<u32>(out, at + <u32>ctz(separators), 44);
  separators &= separators - 1;
  return separators;
}

/**
 * Indexes whole blocks from `at` on, until one does not end by `to`, holds one of the two marks (unless `hasMarks` is
 * 0), or could reach row `maxRows`. Answers where it stopped | entries written << 32 | PLAIN_NON_ASCII, or PLAIN_REFUSED.
 */
export function indexPlain(
  at: usize,
  to: usize,
  delimiter: i32,
  newline: i32,
  mark: i32,
  otherMark: i32,
  hasMarks: bool,
  columns: u32,
  maxRows: u32,
  written: u32,
  ends: usize,
): u64 {
  const delimiters = i8x16.splat(<i8>delimiter);
  const newlines = i8x16.splat(<i8>newline);
  const marks = i8x16.splat(<i8>mark);
  const otherMarks = i8x16.splat(<i8>otherMark);
  const before = written / columns;
  const last = ends + (<usize>(maxRows * columns) << 2) - 256;
  let out = ends + (<usize>written << 2);
  let seen = i64x2.splat(0);
  let lines: u32 = 0;
  let isMarked = false;
  while (to - at >= 64 && out <= last && !isMarked) {
    const pause = at + min<usize>((to - at) & ~63, BLOCKS_A_COUNT << 6);
    let counts = i64x2.splat(0);
    do {
      const a = v128.load(at);
      const b = v128.load(at, 16);
      const c = v128.load(at, 32);
      const d = v128.load(at, 48);
      const ma = v128.or(i8x16.eq(a, marks), i8x16.eq(a, otherMarks));
      const mb = v128.or(i8x16.eq(b, marks), i8x16.eq(b, otherMarks));
      const mc = v128.or(i8x16.eq(c, marks), i8x16.eq(c, otherMarks));
      const md = v128.or(i8x16.eq(d, marks), i8x16.eq(d, otherMarks));
      if (i8x16.bitmask(v128.or(v128.or(ma, mb), v128.or(mc, md))) != 0 && hasMarks) {
        isMarked = true;
        break;
      }
      const na = i8x16.eq(a, newlines);
      const nb = i8x16.eq(b, newlines);
      const nc = i8x16.eq(c, newlines);
      const nd = i8x16.eq(d, newlines);
      counts = i8x16.sub(counts, i8x16.add(i8x16.add(na, nb), i8x16.add(nc, nd)));
      const separators = mask64(
        v128.or(na, i8x16.eq(a, delimiters)),
        v128.or(nb, i8x16.eq(b, delimiters)),
        v128.or(nc, i8x16.eq(c, delimiters)),
        v128.or(nd, i8x16.eq(d, delimiters)),
      );
      seen = v128.or(seen, v128.or(v128.or(a, b), v128.or(c, d)));
      const count = <u32>popcnt(separators);
      let rest = putSome(out, <u32>at, separators);
      for (let done: u32 = 12; done < count; done += 12) rest = putSome(out + (<usize>done << 2), <u32>at, rest);
      out += <usize>count << 2;
      at += 64;
    } while (at != pause && out <= last);
    lines += sumOfLanes(counts);
  }
  written = <u32>((out - ends) >> 2);
  const rows = written / columns - before;
  const due = ends + (<usize>(before * columns + columns - 1) << 2);
  if (lines != rows || !endInNewlines(due, rows, columns, newline)) return PLAIN_REFUSED;
  const nonAscii = i8x16.bitmask(seen) == 0 ? 0 : PLAIN_NON_ASCII;
  return <u64>at | (<u64>written << 32) | nonAscii;
}
