// Dates and timestamps: `2026-11-01`, `2026-11-01 10:00:00.25`, years before 1 as `0045-03-15 (BC)`.
import { eightDigits, putPadded, putTwo, putUnsigned } from './csv-format-integers';

const MICROS_PER_DAY: i64 = 86400000000;

/** The date of a day number; answers the end, and nothing behind the day yet. */
export function putDate(out: usize, days: i32): usize {
  let era: i32;
  let dayOfEra: u32;
  if (days >= -719468 && days < 2000000000) {
    const shifted = <u32>(days + 719468);
    era = <i32>(shifted / 146097);
    dayOfEra = shifted - <u32>era * 146097;
  } else {
    const shifted = <i64>days + 719468;
    era = <i32>((shifted >= 0 ? shifted : shifted - 146096) / 146097);
    dayOfEra = <u32>(shifted - <i64>era * 146097);
  }
  const yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
  const dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const fromMarch = (5 * dayOfYear + 2) / 153;
  const day = dayOfYear - (153 * fromMarch + 2) / 5 + 1;
  const isNextYear = <u32>(fromMarch >= 10);
  const month = fromMarch + 3 - 12 * isNextYear;
  const year = <i32>(yearOfEra + isNextYear) + era * 400;
  if (<u32>(year - 1) < 9999) {
    const digits = eightDigits(<u32>year * 10000 + month * 100 + day) + 0x3030303030303030;
    store<u64>(out, (digits & 0xffffffff) | (((digits >> 32) & 0xffff) << 40) | 0x2d00002d00000000);
    store<u16>(out, <u16>(digits >> 48), 8);
    return out + 10;
  }
  const shown = <u32>(year > 0 ? year : 1 - year);
  out = shown < 10000 ? putPadded(out, shown, 4) : putUnsigned(out, shown);
  store<u8>(out, 0x2d);
  out = putTwo(out + 1, month);
  store<u8>(out, 0x2d);
  out = putTwo(out + 1, day);
  if (year > 0) return out;
  store<u32>(out, 0x43422820);
  store<u8>(out, 0x29, 4);
  return out + 5;
}

export function putTimestamp(out: usize, micros: i64): usize {
  const days = (micros >= 0 ? micros : micros - (MICROS_PER_DAY - 1)) / MICROS_PER_DAY;
  const inDay = micros - days * MICROS_PER_DAY;
  const seconds = <u32>(inDay / 1000000);
  let fraction = <u32>(inDay - <i64>seconds * 1000000);
  out = putDate(out, <i32>days);
  store<u8>(out, 0x20);
  out = putTwo(out + 1, seconds / 3600);
  store<u8>(out, 0x3a);
  out = putTwo(out + 1, (seconds / 60) % 60);
  store<u8>(out, 0x3a);
  out = putTwo(out + 1, seconds % 60);
  if (fraction == 0) return out;
  let width: u32 = 6;
  for (; fraction % 10 == 0; width--) fraction /= 10;
  store<u8>(out, 0x2e);
  return putPadded(out + 1, fraction, width);
}
