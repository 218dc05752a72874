// Dates, timestamps, booleans. `2026-11-01`, with `-` or `/`, and times to the microsecond, with Z or without zone, are
// read here; blanks, offsets, other years and shapes are left to the exact parser.
import { areDigits, powerOfTen, UNKNOWN, ZEROS } from './csv-fields';

const UNKNOWN_DAY: i32 = i32.MIN_VALUE;
const MICROS_PER_DAY: i64 = 86400000000;

/** Days of the months 1 .. 12, and none of those beyond; February without its leap day. */
const LAST_DAYS = memory.data<u8>([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0, 0, 0]);

/** Days since 1970-01-01 of the year 0 .. 9999; UNKNOWN_DAY when there is no such day. */
// @ts-ignore: decorator
@inline
function daysOf(year: u32, month: u32, day: u32): i32 {
  if (day - 1 >= <u32>load<u8>(LAST_DAYS + min<u32>(month, 13))) {
    const isLeap = (year & 3) == 0 && (year % 100 != 0 || year % 400 == 0);
    if (month != 2 || day != 29 || !isLeap) return UNKNOWN_DAY;
  }
  // Years begin in March; 4800 years are added so that nothing is negative. (979 m + 15) / 32 are the days before month m.
  // No choice is made but by arithmetic: V8 compiles a choice to a branch, and months cannot be predicted.
  const early = <u32>(month < 3);
  const y = year + 4800 - early;
  const m = month + 12 * early - 3;
  const century = y / 100;
  return <i32>(365 * y + (y >> 2) - century + (century >> 2) + ((979 * m + 15) >> 5) + day) - 2472633;
}

/** Ten characters at `start`. */
// @ts-ignore: decorator
@inline
function parseTen(start: usize): i32 {
  const word = load<u64>(start) ^ ZEROS;
  const tail = <u64>load<u16>(start, 8) ^ 0x3030;
  // Y Y Y Y - M M -, D D: the dashes leave and the digits move together.
  const dashes = word & 0xff0000ff00000000;
  const digits = (word & 0xffffffff) | ((word & 0x00ffff0000000000) >> 8) | (tail << 48);
  if ((dashes != 0x1d00001d00000000 && dashes != 0x1f00001f00000000) || !areDigits(digits)) return UNKNOWN_DAY;
  const pairs = digits * 10 + (digits >> 8);
  const year = (<u32>pairs & 0xff) * 100 + (<u32>(pairs >> 16) & 0xff);
  return daysOf(year, <u32>(pairs >> 32) & 0xff, <u32>(pairs >> 48) & 0xff);
}

/** Two digits, or 1000. */
// @ts-ignore: decorator
@inline
function twoDigits(at: usize): u32 {
  const a = <u32>load<u8>(at) - 0x30;
  const b = <u32>load<u8>(at, 1) - 0x30;
  return a > 9 || b > 9 ? 1000 : a * 10 + b;
}

/** `hh:mm[:ss[.f]][Z]` behind a date, as microseconds; -1: not this shape. */
function parseClock(start: usize, end: usize): i64 {
  if (end > start && load<u8>(end - 1) == 0x5a) end--;
  const length = end - start;
  if (length < 5 || load<u8>(start, 2) != 0x3a) return -1;
  const hour = twoDigits(start);
  const minute = twoDigits(start + 3);
  if (hour > 23 || minute > 59) return -1;
  let micros = <i64>(hour * 3600 + minute * 60) * 1000000;
  if (length == 5) return micros;
  if (length < 8 || load<u8>(start, 5) != 0x3a) return -1;
  const second = twoDigits(start + 6);
  if (second > 59) return -1;
  micros += <i64>second * 1000000;
  if (length == 8) return micros;
  if (load<u8>(start, 8) != 0x2e) return -1;
  let fraction: i64 = 0;
  let places: u32 = 0;
  for (let at = start + 9; at < end; at++) {
    const digit = <u32>load<u8>(at) - 0x30;
    if (digit > 9) return -1;
    if (places < 6) {
      fraction = fraction * 10 + digit;
      places++;
    }
  }
  return micros + fraction * <i64>powerOfTen(6 - places);
}

/** `2026-11-01` as days. */
// @ts-ignore: decorator
@inline
export function quickDate(start: usize, end: usize): i64 {
  if (end - start != 10) return UNKNOWN;
  const days = parseTen(start);
  return days == UNKNOWN_DAY ? UNKNOWN : <i64>days;
}

/** A date, and a time or none, as microseconds. */
export function parseTimestamp(start: usize, end: usize): i64 {
  if (end - start < 10) return UNKNOWN;
  const days = parseTen(start);
  if (days == UNKNOWN_DAY) return UNKNOWN;
  let micros: i64 = 0;
  if (end - start > 10) {
    const mark = load<u8>(start, 10);
    micros = mark == 0x20 || mark == 0x54 ? parseClock(start + 11, end) : -1;
    if (micros < 0) return UNKNOWN;
  }
  return micros + <i64>days * MICROS_PER_DAY;
}

/** true t yes y 1, false f no n 0 in any case. */
export function parseBoolean(start: usize, end: usize): i64 {
  const length = end - start;
  const first = <u32>load<u8>(start) | 0x20;
  if (length == 1) {
    const digit = <u32>load<u8>(start) - 0x30;
    if (digit < 2) return <i64>digit;
    if (first == 0x74 || first == 0x79) return 1;
    return first == 0x66 || first == 0x6e ? 0 : UNKNOWN;
  }
  if (length == 2) return first == 0x6e && (load<u8>(start, 1) | 0x20) == 0x6f ? 0 : UNKNOWN;
  if (length == 3) return (load<u32>(start) & 0xffffff | 0x202020) == 0x736579 ? 1 : UNKNOWN;
  const word = load<u32>(start) | 0x20202020;
  if (length == 4) return word == 0x65757274 ? 1 : UNKNOWN;
  return length == 5 && word == 0x736c6166 && (load<u8>(start, 4) | 0x20) == 0x65 ? 0 : UNKNOWN;
}
