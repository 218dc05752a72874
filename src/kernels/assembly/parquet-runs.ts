// Runs of RLE and bit-packed numbers: levels, places in a dictionary, booleans.
//
//     run   varint n << 1        the number, in whole bytes, n times
//           varint g << 1 | 1    g groups of eight numbers, packed from the lowest bit on
//
// A cursor (see parquet-layout.ts) stands between two numbers, so a page can be read in pieces.
import {
  RUNS_AT,
  RUNS_BIT,
  RUNS_END,
  RUNS_LEFT,
  RUNS_REPEATED,
  RUNS_VALUE,
  RUNS_WIDTH,
} from './parquet-layout';

/** Reads the head of the next run; false when the bytes end, or are none. */
function nextRun(runs: usize): bool {
  let at = <usize>load<u32>(runs, RUNS_AT);
  const end = <usize>load<u32>(runs, RUNS_END);
  const width = load<u32>(runs, RUNS_WIDTH);
  let head: u64 = 0;
  let shift: u64 = 0;
  for (;;) {
    if (at >= end || shift > 28) return false;
    const byte = <u64>load<u8>(at++);
    head |= (byte & 0x7f) << shift;
    if (byte < 0x80) break;
    shift += 7;
  }
  const count = head >> 1;
  if (head & 1) {
    // A last group may be cut off behind the last number that is there.
    const there = width == 0 ? count * 8 : (<u64>(end - at) * 8) / width;
    store<u32>(runs, <u32>min(count * 8, there), RUNS_LEFT);
    store<u32>(runs, 0, RUNS_BIT);
  } else {
    const bytes = (width + 7) >> 3;
    if (<u32>(end - at) < bytes) return false;
    const value = bytes == 0 ? 0 : load<u32>(at) & <u32>((<u64>1 << (bytes << 3)) - 1);
    if (width < 32 && value >>> width != 0) return false;
    store<u32>(runs, value, RUNS_VALUE);
    store<u32>(runs, <u32>count, RUNS_LEFT);
    store<u32>(runs, RUNS_REPEATED, RUNS_BIT);
    at += bytes;
  }
  store<u32>(runs, <u32>at, RUNS_AT);
  return true;
}

/** Behind `count` packed numbers. */
// @ts-ignore: decorator
@inline
function advance(runs: usize, count: u32, width: u32): void {
  const bits = <u64>load<u32>(runs, RUNS_BIT) + <u64>count * width;
  store<u32>(runs, load<u32>(runs, RUNS_AT) + <u32>(bits >> 3), RUNS_AT);
  store<u32>(runs, <u32>(bits & 7), RUNS_BIT);
}

/** The next `count` numbers as u32s; how many there were. */
export function takeRuns(runs: usize, count: u32, out: usize): u32 {
  const width = load<u32>(runs, RUNS_WIDTH);
  const mask: u64 = (<u64>1 << width) - 1;
  let done: u32 = 0;
  while (done < count) {
    const left = load<u32>(runs, RUNS_LEFT);
    if (left == 0) {
      if (!nextRun(runs)) return done;
      continue;
    }
    const taken = min(left, count - done);
    const bit = load<u32>(runs, RUNS_BIT);
    let to = out + (<usize>done << 2);
    if (bit == RUNS_REPEATED) {
      const value = load<u32>(runs, RUNS_VALUE);
      for (let i: u32 = 0; i < taken; i++) store<u32>(to + (<usize>i << 2), value);
    } else {
      const at = <usize>load<u32>(runs, RUNS_AT);
      let i: u32 = 0;
      if (bit == 0 && width <= 8) {
        // Eight numbers fill `width` bytes.
        for (let from = at; i + 8 <= taken; i += 8, from += width, to += 32) {
          const word = load<u64>(from);
          store<u32>(to, <u32>(word & mask));
          store<u32>(to, <u32>((word >> width) & mask), 4);
          store<u32>(to, <u32>((word >> (2 * width)) & mask), 8);
          store<u32>(to, <u32>((word >> (3 * width)) & mask), 12);
          store<u32>(to, <u32>((word >> (4 * width)) & mask), 16);
          store<u32>(to, <u32>((word >> (5 * width)) & mask), 20);
          store<u32>(to, <u32>((word >> (6 * width)) & mask), 24);
          store<u32>(to, <u32>((word >> (7 * width)) & mask), 28);
        }
      }
      for (let place = <u64>bit + <u64>i * width; i < taken; i++, place += width, to += 4) {
        store<u32>(to, <u32>((load<u64>(at + <usize>(place >> 3)) >> (place & 7)) & mask));
      }
      advance(runs, taken, width);
    }
    store<u32>(runs, left - taken, RUNS_LEFT);
    done += taken;
  }
  return done;
}

/** The next `count` numbers, of at most eight bits, as bytes; how many there were. */
export function takeLevels(runs: usize, count: u32, out: usize): u32 {
  const width = load<u32>(runs, RUNS_WIDTH);
  const mask: u64 = (<u64>1 << width) - 1;
  let done: u32 = 0;
  while (done < count) {
    const left = load<u32>(runs, RUNS_LEFT);
    if (left == 0) {
      if (!nextRun(runs)) return done;
      continue;
    }
    const taken = min(left, count - done);
    const bit = load<u32>(runs, RUNS_BIT);
    const to = out + done;
    if (bit == RUNS_REPEATED) memory.fill(to, <u8>load<u32>(runs, RUNS_VALUE), taken);
    else {
      const at = <usize>load<u32>(runs, RUNS_AT);
      let i: u32 = 0;
      if (bit == 0 && width == 1) i = spreadBits(at, taken, to);
      for (let place = <u64>bit + <u64>i * width; i < taken; i++, place += width) {
        store<u8>(to + i, <u8>((load<u64>(at + <usize>(place >> 3)) >> (place & 7)) & mask));
      }
      advance(runs, taken, width);
    }
    store<u32>(runs, left - taken, RUNS_LEFT);
    done += taken;
  }
  return done;
}

/** Sixteen bits at a time to bytes; how many of `count` were done. */
function spreadBits(from: usize, count: u32, out: usize): u32 {
  const bits = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
  const halves = i8x16(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1);
  const one = i8x16.splat(1);
  let i: u32 = 0;
  for (; i + 16 <= count; i += 16, from += 2) {
    const both = i8x16.swizzle(i16x8.splat(load<i16>(from)), halves);
    v128.store(out + i, v128.and(i8x16.eq(v128.and(both, bits), bits), one));
  }
  return i;
}

/** Booleans: `count` bits from bit `first` on as bytes. */
export function takeBits(from: usize, first: u32, count: u32, out: usize): void {
  let i: u32 = (first & 7) == 0 ? spreadBits(from + (first >> 3), count, out) : 0;
  for (; i < count; i++) {
    const bit = first + i;
    store<u8>(out + i, <u8>((<u32>load<u8>(from + (bit >> 3)) >> (bit & 7)) & 1));
  }
}

/** How many of `count` bytes are `value`. */
export function countLevels(levels: usize, count: u32, value: u32): u32 {
  const sought = i8x16.splat(<i8>value);
  let found: u32 = 0;
  let i: u32 = 0;
  for (; i + 16 <= count; i += 16) {
    found += popcnt(i8x16.bitmask(i8x16.eq(v128.load(levels + i), sought)));
  }
  for (; i < count; i++) found += <u32>(load<u8>(levels + i) == <u8>value);
  return found;
}
