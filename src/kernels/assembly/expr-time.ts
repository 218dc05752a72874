// Dates (days) and timestamps (microseconds, UTC): truncation, parts, conversion. Proleptic Gregorian calendar.
import { isNull, rowAt } from './expr-rows';

const MICROS_PER_DAY: i64 = 86400000000;

// Parts by number; the twin and the compiler use the same numbers.
const MICROSECOND = 0;
const MILLISECOND = 1;
const SECOND = 2;
const MINUTE = 3;
const HOUR = 4;
const DAY = 5;
const WEEK = 6;
const MONTH = 7;
const QUARTER = 8;
const YEAR = 9;
const DECADE = 10;
const CENTURY = 11;
const DAY_OF_WEEK = 13;
const ISO_DAY_OF_WEEK = 14;
const DAY_OF_YEAR = 15;
const ISO_YEAR = 16;

// @ts-ignore: decorator
@inline
function floorDivide(value: i64, by: i64): i64 {
  const quotient = value / by;
  return quotient * by > value ? quotient - 1 : quotient;
}

/** Civil year, month and day of a day number as year * 512 + month * 32 + day (Hinnant's algorithm). */
function civil(days: i64): i64 {
  const shifted = days + 719468;
  const era = floorDivide(shifted, 146097);
  const dayOfEra = shifted - era * 146097;
  const yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
  const dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const shiftedMonth = (5 * dayOfYear + 2) / 153;
  const day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = yearOfEra + era * 400 + <i64>(month <= 2);
  return year * 512 + month * 32 + day;
}

function dayNumber(year: i64, month: i64, day: i64): i64 {
  const y = year - <i64>(month <= 2);
  const era = floorDivide(y, 400);
  const yearOfEra = y - era * 400;
  const shiftedMonth = month > 2 ? month - 3 : month + 9;
  const dayOfYear = (153 * shiftedMonth + 2) / 5 + day - 1;
  const dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}

/** Monday is 0. */
// @ts-ignore: decorator
@inline
function weekday(days: i64): i64 {
  return days + 3 - floorDivide(days + 3, 7) * 7;
}

function truncateDays(part: i32, days: i64): i64 {
  if (part <= DAY) return days;
  if (part == WEEK) return days - weekday(days);
  const packed = civil(days);
  const year = packed >> 9;
  const month = (packed >> 5) & 15;
  if (part == MONTH) return days - (packed & 31) + 1;
  if (part == QUARTER) return dayNumber(year, ((month - 1) / 3) * 3 + 1, 1);
  if (part == YEAR) return dayNumber(year, 1, 1);
  // as DuckDB: cut off towards year 0
  const years: i64 = part == DECADE ? 10 : part == CENTURY ? 100 : 1000;
  return dayNumber((year / years) * years, 1, 1);
}

/** ISO year and week as year * 64 + week. */
function isoWeek(days: i64): i64 {
  const thursday = days - weekday(days) + 3;
  const year = civil(thursday) >> 9;
  return year * 64 + (thursday - dayNumber(year, 1, 1)) / 7 + 1;
}

function partOfDays(part: i32, days: i64): i64 {
  if (part == WEEK) return isoWeek(days) & 63;
  if (part == ISO_YEAR) return isoWeek(days) >> 6;
  if (part == ISO_DAY_OF_WEEK) return weekday(days) + 1;
  if (part == DAY_OF_WEEK) return (weekday(days) + 1) % 7;
  const packed = civil(days);
  const year = packed >> 9;
  const month = (packed >> 5) & 15;
  if (part == YEAR) return year;
  if (part == MONTH) return month;
  if (part == DAY) return packed & 31;
  if (part == QUARTER) return (month - 1) / 3 + 1;
  if (part == DAY_OF_YEAR) return days - dayNumber(year, 1, 1) + 1;
  return 0;
}

/** out (i64) = the first microsecond of the second, hour, day, month ... that holds the timestamp a; fails below the range. */
export function truncateTimestamp(
  part: i32,
  a: usize,
  aStride: u32,
  out: usize,
  validity: usize,
  selection: usize,
  count: u32,
): i32 {
  const unit: i64 =
    part == MICROSECOND
      ? 1
      : part == MILLISECOND
        ? 1000
        : part == SECOND
          ? 1000000
          : part == MINUTE
            ? 60000000
            : part == HOUR
              ? 3600000000
              : MICROS_PER_DAY;
  for (let k: u32 = 0; k < count; k++) {
    const row = rowAt(selection, k);
    if (isNull(validity, row)) continue;
    const micros = load<i64>(a + <usize>row * aStride);
    let units = floorDivide(micros, unit);
    if (part > DAY) units = truncateDays(part, units);
    if (units < i64.MIN_VALUE / unit) return row;
    store<i64>(out + (<usize>row << 3), units * unit);
  }
  return -1;
}

/** out (i64) = a part of the date a (i32). */
export function partOfDate(
  part: i32,
  a: usize,
  aStride: u32,
  out: usize,
  validity: usize,
  selection: usize,
  count: u32,
): void {
  for (let k: u32 = 0; k < count; k++) {
    const row = rowAt(selection, k);
    if (isNull(validity, row)) continue;
    store<i64>(out + (<usize>row << 3), partOfDays(part, load<i32>(a + <usize>row * aStride)));
  }
}

/** out (i64) = a part of the timestamp a; seconds and below as Postgres counts them: within the minute. */
export function partOfTimestamp(
  part: i32,
  a: usize,
  aStride: u32,
  out: usize,
  validity: usize,
  selection: usize,
  count: u32,
): void {
  for (let k: u32 = 0; k < count; k++) {
    const row = rowAt(selection, k);
    if (isNull(validity, row)) continue;
    const micros = load<i64>(a + <usize>row * aStride);
    const days = floorDivide(micros, MICROS_PER_DAY);
    const ofDay = micros - days * MICROS_PER_DAY;
    let result: i64;
    if (part == HOUR) result = ofDay / 3600000000;
    else if (part == MINUTE) result = (ofDay / 60000000) % 60;
    else if (part == SECOND) result = (ofDay / 1000000) % 60;
    else if (part == MILLISECOND) result = (ofDay % 60000000) / 1000;
    else if (part == MICROSECOND) result = ofDay % 60000000;
    else result = partOfDays(part, days);
    store<i64>(out + (<usize>row << 3), result);
  }
}

/** out (i64) = midnight of the date a (i32); fails where no timestamp is that far. */
export function dateToTimestamp(
  a: usize,
  aStride: u32,
  out: usize,
  validity: usize,
  selection: usize,
  count: u32,
): i32 {
  for (let k: u32 = 0; k < count; k++) {
    const row = rowAt(selection, k);
    if (isNull(validity, row)) continue;
    const days = load<i32>(a + <usize>row * aStride);
    if (days > 106751991 || days < -106751991) return row;
    store<i64>(out + (<usize>row << 3), <i64>days * MICROS_PER_DAY);
  }
  return -1;
}

/** out (i32) = the day of the timestamp a. */
export function timestampToDate(
  a: usize,
  aStride: u32,
  out: usize,
  validity: usize,
  selection: usize,
  count: u32,
): void {
  for (let k: u32 = 0; k < count; k++) {
    const row = rowAt(selection, k);
    if (isNull(validity, row)) continue;
    const micros = load<i64>(a + <usize>row * aStride);
    store<i32>(out + (<usize>row << 2), <i32>floorDivide(micros, MICROS_PER_DAY));
  }
}

/** The first midnight, and the number that is none: beyond both there are no timestamps. */
const EARLIEST: i64 = -106751991 * MICROS_PER_DAY;
const INFINITE: i64 = i64.MAX_VALUE;

/** out = a + b microseconds; fails where that is no timestamp. */
export function addMicros(
  a: usize,
  aStride: u32,
  b: usize,
  bStride: u32,
  out: usize,
  validity: usize,
  selection: usize,
  count: u32,
): i32 {
  for (let k: u32 = 0; k < count; k++) {
    const row = rowAt(selection, k);
    if (isNull(validity, row)) continue;
    const moment = load<i64>(a + <usize>row * aStride);
    const micros = load<i64>(b + <usize>row * bStride);
    const result = moment + micros;
    const overflows = ((moment ^ result) & (micros ^ result)) < 0;
    if (overflows || result < EARLIEST || result == INFINITE) return row;
    store<i64>(out + (<usize>row << 3), result);
  }
  return -1;
}
