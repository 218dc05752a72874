/**
 * Formats of strftime as they are read: a text, in bytes, must be written as such. English names. What a format lacks is that
 * of 1900-01-01 00:00:00.
 */
import { civilFromDays, daysFromCivil, daysInMonth, isLeapYear } from './calendar.js';
import { DAY_NAMES, MONTH_NAMES } from './date-names.js';

/** Where `parse` leaves what it read. */
export const YEAR = 0;
export const MONTH = 1;
export const DAY = 2;
export const HOUR = 3;
export const MINUTE = 4;
export const SECOND = 5;
export const MICROS = 6;
/** Minutes that the clock is ahead of UTC, if the text says it: see HAS_OFFSET. */
export const OFFSET = 7;
export const HAS_OFFSET = 8;
const DAY_OF_YEAR = 9;
/** 1 before noon, 2 after. */
const HALF = 10;
export const TIME_FIELDS = 11;

const UNSET = [1900, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0];

/** Reads at a place of the text, which ends at `end`: the place behind, or -1 when it is not there. */
type Reader = (text: Uint8Array, at: number, end: number, fields: Int32Array) => number;

export interface TimeFormat {
  /** Reads all of text[from .. to), but for blanks around it, into `fields`; false when it is not of this form. */
  parse(text: Uint8Array, from: number, to: number, fields: Int32Array): boolean;
}

const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;

function number(field: number, most: number, low: number, high: number): Reader {
  return (text, at, end, fields) => {
    let value = 0;
    let place = at;
    const last = Math.min(end, at + most);
    while (place < last && isDigit(text[place])) value = value * 10 + text[place++] - 48;
    if (place === at || value < low || value > high) return -1;
    if (field >= 0) fields[field] = value;
    return place;
  };
}

const NO_FIELD = -1;

function yearOfCentury(text: Uint8Array, at: number, end: number, fields: Int32Array): number {
  const place = number(YEAR, 2, 0, 99)(text, at, end, fields);
  if (place >= 0) fields[YEAR] += fields[YEAR] < 69 ? 2000 : 1900;
  return place;
}

/** Digits behind a point, so many at most; `.5` is half a second. */
function fraction(most: number): Reader {
  const digits = number(MICROS, most, 0, 999_999);
  return (text, at, end, fields) => {
    const place = digits(text, at, end, fields);
    if (place >= 0) fields[MICROS] *= 10 ** (6 - (place - at));
    return place;
  };
}

/** One of some words, in any case. */
function word(words: readonly string[], field: number, first: number): Reader {
  const known = words.map((name) => Buffer.from(name.toLowerCase()));
  return (text, at, end, fields) => {
    const index = known.findIndex(
      (name) => at + name.length <= end && name.every((byte, i) => (text[at + i] | 32) === byte),
    );
    if (index < 0) return -1;
    if (field >= 0) fields[field] = index + first;
    return at + known[index].length;
  };
}

/** Z, +hh, +hhmm or +hh:mm. */
function offset(text: Uint8Array, at: number, end: number, fields: Int32Array): number {
  const sign = at < end ? text[at] : 0;
  fields[HAS_OFFSET] = 1;
  fields[OFFSET] = 0;
  if (sign === 0x5a) return at + 1;
  const areDigits = (place: number): boolean => place + 2 <= end && isDigit(text[place]) && isDigit(text[place + 1]);
  const pair = (place: number): number => 10 * (text[place] - 48) + text[place + 1] - 48;
  if ((sign !== 0x2b && sign !== 0x2d) || !areDigits(at + 1)) return -1;
  const colon = text[at + 3] === 0x3a ? 1 : 0;
  const hasMinutes = areDigits(at + 3 + colon);
  const minutes = pair(at + 1) * 60 + (hasMinutes ? pair(at + 3 + colon) : 0);
  fields[OFFSET] = sign === 0x2d ? -minutes : minutes;
  return hasMinutes ? at + 5 + colon : at + 3;
}

const short = (names: readonly string[]): string[] => names.map((name) => name.slice(0, 3));

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['Y', number(YEAR, 4, 0, 9999)],
  ['y', yearOfCentury],
  ['m', number(MONTH, 2, 1, 12)],
  ['d', number(DAY, 2, 1, 31)],
  ['j', number(DAY_OF_YEAR, 3, 1, 366)],
  ['H', number(HOUR, 2, 0, 23)],
  ['I', number(HOUR, 2, 1, 12)],
  ['M', number(MINUTE, 2, 0, 59)],
  ['S', number(SECOND, 2, 0, 59)],
  ['f', fraction(6)],
  ['g', fraction(3)],
  ['p', word(['AM', 'PM'], HALF, 1)],
  ['b', word(short(MONTH_NAMES), MONTH, 1)],
  ['h', word(short(MONTH_NAMES), MONTH, 1)],
  ['B', word(MONTH_NAMES, MONTH, 1)],
  // The weekday follows from the date; a wrong one is not a reason to lose the row.
  ['a', word(short(DAY_NAMES), NO_FIELD, 0)],
  ['A', word(DAY_NAMES, NO_FIELD, 0)],
  ['w', number(NO_FIELD, 1, 0, 6)],
  ['u', number(NO_FIELD, 1, 1, 7)],
  ['z', offset],
]);

/** Plain characters of the format; a blank takes any number of blanks. */
function plain(characters: string): Reader {
  const bytes = Buffer.from(characters);
  return (text, at, end) => {
    let place = at;
    for (const byte of bytes) {
      if (place >= end || text[place] !== byte) return -1;
      place++;
      while (byte === 32 && place < end && text[place] === 32) place++;
    }
    return place;
  };
}

const PIECE = /%(-?.)?|[^%]+/gsu;

/** The readers of a format, or the specifier that none reads. */
function readersOf(format: string): readonly Reader[] | string {
  const readers: Reader[] = [];
  for (const [piece, letter] of format.matchAll(PIECE)) {
    if (!piece.startsWith('%')) readers.push(plain(piece));
    else if (letter === '%') readers.push(plain('%'));
    else {
      const reader = READERS.get(letter?.replace('-', '') ?? '');
      if (reader === undefined) return piece;
      readers.push(reader);
    }
  }
  return readers;
}

const known = new Map<string, TimeFormat | string>();

/** The format, or the specifier in it that cannot be read. */
export function timeFormat(text: string): TimeFormat | string {
  let format = known.get(text);
  if (format === undefined) {
    const readers = readersOf(text);
    format = typeof readers === 'string' ? readers : { parse: (...args) => parseWith(readers, ...args) };
    known.set(text, format);
  }
  return format;
}

function parseWith(
  readers: readonly Reader[],
  text: Uint8Array,
  from: number,
  to: number,
  fields: Int32Array,
): boolean {
  fields.set(UNSET);
  let end = to;
  let at = from;
  while (end > from && isBlank(text[end - 1])) end--;
  while (at < end && isBlank(text[at])) at++;
  for (const read of readers) {
    at = read(text, at, end, fields);
    if (at < 0) return false;
  }
  return at === end && settle(fields);
}

/** The blanks that a cast takes, too. */
function isBlank(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13);
}

/** The day of the year and the half of the day become date and hour; false when there is no such day or hour. */
function settle(fields: Int32Array): boolean {
  if (fields[HALF] > 0) {
    if (fields[HOUR] > 12) return false;
    fields[HOUR] = (fields[HOUR] % 12) + (fields[HALF] === 2 ? 12 : 0);
  }
  const year = fields[YEAR];
  if (fields[DAY_OF_YEAR] === 0) return fields[DAY] <= daysInMonth(year, fields[MONTH]);
  if (fields[DAY_OF_YEAR] > (isLeapYear(year) ? 366 : 365)) return false;
  const { month, day } = civilFromDays(daysFromCivil(year, 1, fields[DAY_OF_YEAR]));
  fields[MONTH] = month;
  fields[DAY] = day;
  return true;
}
