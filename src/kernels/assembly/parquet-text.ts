// Texts of a page: those that are not UTF-8 are found, and those of times and UUIDs are made.
import { putPadded, putTwo } from './csv-format-integers';
import { firstInvalidUtf8 } from './csv-utf8';
import { TIME_TEXT_BYTES, UUID_TEXT_BYTES } from './parquet-layout';

/** The first of `count` views whose bytes are not UTF-8, or -1. */
export function firstInvalidText(views: usize, count: u32): i32 {
  for (let i: u32 = 0; i < count; i++) {
    const at = <usize>load<u32>(views + (<usize>i << 3));
    if (firstInvalidUtf8(at, at + <usize>load<u32>(views + (<usize>i << 3), 4)) != 0) return <i32>i;
  }
  return -1;
}

/** Whether all bytes in [from, to) are ASCII. */
export function isAscii(from: usize, to: usize): bool {
  while (from + 64 <= to) {
    const first = v128.or(v128.load(from), v128.load(from, 16));
    const second = v128.or(v128.load(from, 32), v128.load(from, 48));
    if (i8x16.bitmask(v128.or(first, second)) != 0) return false;
    from += 64;
  }
  for (; from < to; from++) if (load<u8>(from) >= 0x80) return false;
  return true;
}

/**
 * `count` times of a day, i32s or i64s (`isWide`), in units of which `perSecond` are a second, as texts in `area`, which has
 * TIME_TEXT_BYTES for each. The first that is none, or -1.
 */
export function timeTexts(from: usize, count: u32, isWide: i32, perSecond: u32, area: usize, out: usize): i32 {
  const digits: u32 = perSecond == 1000 ? 3 : perSecond == 1000000 ? 6 : 9;
  for (let i: u32 = 0; i < count; i++) {
    const units = isWide ? load<i64>(from + (<usize>i << 3)) : <i64>load<i32>(from + (<usize>i << 2));
    // 24:00:00 is a time of day, too.
    if (units < 0 || units > 86400 * <i64>perSecond) return <i32>i;
    const seconds = <u32>(units / perSecond);
    let fraction = <u32>(units - <i64>seconds * perSecond);
    const start = area + <usize>i * TIME_TEXT_BYTES;
    let at = putTwo(start, seconds / 3600);
    store<u8>(at, 0x3a);
    at = putTwo(at + 1, (seconds / 60) % 60);
    store<u8>(at, 0x3a);
    at = putTwo(at + 1, seconds % 60);
    if (fraction != 0) {
      let width = digits;
      for (; fraction % 10 == 0; width--) fraction /= 10;
      store<u8>(at, 0x2e);
      at = putPadded(at + 1, fraction, width);
    }
    store<u32>(out + (<usize>i << 3), <u32>start);
    store<u32>(out + (<usize>i << 3), <u32>(at - start), 4);
  }
  return -1;
}

/** UUIDs of 16 bytes behind `count` views as texts in `area`, UUID_TEXT_BYTES each. */
export function uuidTexts(views: usize, count: u32, area: usize, out: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    const bytes = <usize>load<u32>(views + (<usize>i << 3));
    const start = area + <usize>i * UUID_TEXT_BYTES;
    let at = start;
    for (let b: u32 = 0; b < 16; b++) {
      if (b == 4 || b == 6 || b == 8 || b == 10) store<u8>(at++, 0x2d);
      const byte = <u32>load<u8>(bytes + b);
      store<u8>(at++, hexDigit(byte >>> 4));
      store<u8>(at++, hexDigit(byte & 15));
    }
    store<u32>(out + (<usize>i << 3), <u32>start);
    store<u32>(out + (<usize>i << 3), UUID_TEXT_BYTES, 4);
  }
}

// @ts-ignore: decorator
@inline
function hexDigit(value: u32): u32 {
  return value < 10 ? 48 + value : 87 + value;
}
