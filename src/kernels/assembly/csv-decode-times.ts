// Dates, timestamps, booleans. `2026-11-01`, with `-` or `/`, and times to the microsecond, with Z or without zone, are
// read here; blanks, offsets, other years and shapes are left to the exact parser.
import { areDigits, eightDigits, fieldAt, powerOfTen, ZEROS } from './csv-fields';

const UNKNOWN_DAY: i32 = i32.MIN_VALUE;
const UNKNOWN_TIME: i64 = i64.MIN_VALUE;
const MICROS_PER_DAY: i64 = 86400000000;

/** Days since 1970-01-01 of the year 0 .. 9999; UNKNOWN_DAY when there is no such day. */
// @ts-ignore: decorator
@inline
function daysOf(year: i32, month: i32, day: i32): i32 {
  if (<u32>(month - 1) > 11 || <u32>(day - 1) > 30) return UNKNOWN_DAY;
  if (day > 28) {
    const isLeap = (year & 3) == 0 && (year % 100 != 0 || year % 400 == 0);
    // Bit m is set when month m has 31 days.
    const last = month == 2 ? 28 + <i32>isLeap : 30 + ((0x15aa >> month) & 1);
    if (day > last) return UNKNOWN_DAY;
  }
  // Years begin in March; 4800 years are added so that nothing is negative.
  const isEarly = <i32>(month < 3);
  const y = <u32>(year + 4800 - isEarly);
  const m = <u32>(month + (isEarly ? 9 : -3));
  const days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + <u32>day;
  return <i32>days - 2472633;
}

/** Ten characters at `start`. */
// @ts-ignore: decorator
@inline
function parseTen(start: usize): i32 {
  const word = load<u64>(start) ^ ZEROS;
  const tail = <u32>load<u16>(start, 8) ^ 0x3030;
  // Y Y Y Y - M M -, D D: the dashes leave and the digits move together.
  const dashes = word & 0xff0000ff00000000;
  const digits = (word & 0xffffffff) | ((word & 0x00ffff0000000000) >> 8) | (<u64>tail << 48);
  if ((dashes != 0x1d00001d00000000 && dashes != 0x1f00001f00000000) || !areDigits(digits)) return UNKNOWN_DAY;
  const number = <u32>eightDigits(digits);
  return daysOf(<i32>(number / 10000), <i32>((number / 100) % 100), <i32>(number % 100));
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

export function decodeDate(
  ends: usize,
  stride: u32,
  quote: i32,
  newline: i32,
  nulls: usize,
  from: u32,
  count: u32,
  out: usize,
  validity: usize,
): i32 {
  let saw: i32 = 0;
  for (let row = from; row < count; row++) {
    const field = fieldAt(ends + <usize>row * stride, quote, newline, nulls);
    const start = <usize>(<u32>field);
    const end = <usize>(field >> 32);
    const isNull = field == 0;
    let days: i32 = 0;
    if (!isNull) {
      if (end - start != 10) return <i32>row;
      days = parseTen(start);
      if (days == UNKNOWN_DAY) return <i32>row;
    }
    saw |= <i32>isNull;
    store<u8>(validity + row, <u8>!isNull);
    store<i32>(out + (<usize>row << 2), days);
  }
  return ~saw;
}

export function decodeTimestamp(
  ends: usize,
  stride: u32,
  quote: i32,
  newline: i32,
  nulls: usize,
  from: u32,
  count: u32,
  out: usize,
  validity: usize,
): i32 {
  let saw: i32 = 0;
  for (let row = from; row < count; row++) {
    const field = fieldAt(ends + <usize>row * stride, quote, newline, nulls);
    const start = <usize>(<u32>field);
    const end = <usize>(field >> 32);
    const isNull = field == 0;
    let micros: i64 = 0;
    if (!isNull) {
      if (end - start < 10) return <i32>row;
      const days = parseTen(start);
      if (days == UNKNOWN_DAY) return <i32>row;
      if (end - start > 10) {
        const mark = load<u8>(start, 10);
        micros = mark == 0x20 || mark == 0x54 ? parseClock(start + 11, end) : -1;
        if (micros < 0) return <i32>row;
      }
      micros += <i64>days * MICROS_PER_DAY;
    }
    saw |= <i32>isNull;
    store<u8>(validity + row, <u8>!isNull);
    store<i64>(out + (<usize>row << 3), micros);
  }
  return ~saw;
}

/** 1, 0, or -1 for neither: true t yes y 1, false f no n 0 in any case. */
function parseBoolean(start: usize, length: u32): i32 {
  const first = <u32>load<u8>(start) | 0x20;
  if (length == 1) {
    const digit = <u32>load<u8>(start) - 0x30;
    if (digit < 2) return <i32>digit;
    if (first == 0x74 || first == 0x79) return 1;
    return first == 0x66 || first == 0x6e ? 0 : -1;
  }
  if (length == 2) return first == 0x6e && (load<u8>(start, 1) | 0x20) == 0x6f ? 0 : -1;
  if (length == 3) return (load<u32>(start) & 0xffffff | 0x202020) == 0x736579 ? 1 : -1;
  const word = load<u32>(start) | 0x20202020;
  if (length == 4) return word == 0x65757274 ? 1 : -1;
  return length == 5 && word == 0x736c6166 && (load<u8>(start, 4) | 0x20) == 0x65 ? 0 : -1;
}

export function decodeBoolean(
  ends: usize,
  stride: u32,
  quote: i32,
  newline: i32,
  nulls: usize,
  from: u32,
  count: u32,
  out: usize,
  validity: usize,
): i32 {
  let saw: i32 = 0;
  for (let row = from; row < count; row++) {
    const field = fieldAt(ends + <usize>row * stride, quote, newline, nulls);
    const start = <usize>(<u32>field);
    const end = <usize>(field >> 32);
    const isNull = field == 0;
    let value: i32 = 0;
    if (!isNull) {
      value = parseBoolean(start, <u32>(end - start));
      if (value < 0) return <i32>row;
    }
    saw |= <i32>isNull;
    store<u8>(validity + row, <u8>!isNull);
    store<u8>(out + row, <u8>value);
  }
  return ~saw;
}
