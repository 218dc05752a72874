/** strptime: a text as a timestamp by a format, which must be written as such. English names, UTC. */
import { daysFromCivil, daysInMonth, isLeapYear, MICROS_PER_DAY } from '../../columnar/calendar.js';
import { type DataType, STRING, TIMESTAMP } from '../../columnar/data-type.js';
import type { Value } from '../../columnar/value.js';
import { EvaluationError } from '../evaluation-error.js';
import { DAY_NAMES, MONTH_NAMES } from './date-names.js';
import type { Example, LiteralArgument, Refusal, Resolution, ScalarFunction } from './function.js';

/** What has been read so far; a later specifier of the same field counts. */
interface Fields {
  year: number;
  month: number;
  day: number;
  dayOfYear: number | undefined;
  hour: number;
  minute: number;
  second: number;
  micros: number;
  afternoon: boolean | undefined;
  offsetMinutes: number;
}

/** Reads at a place of the text: the place behind, or -1 when it is not there. */
type Reader = (text: string, at: number, fields: Fields) => number;

function number(most: number, low: number, high: number, sets: (value: number) => Partial<Fields>): Reader {
  const digits = new RegExp(`[0-9]{1,${most}}`, 'y');
  return (text, at, fields) => {
    digits.lastIndex = at;
    const found = digits.exec(text)?.[0];
    if (found === undefined || Number(found) < low || Number(found) > high) return -1;
    Object.assign(fields, sets(Number(found)));
    return at + found.length;
  };
}

/** Digits behind a point, so many at most; `.5` is half a second. */
function fraction(most: number): Reader {
  const digits = new RegExp(`[0-9]{1,${most}}`, 'y');
  return (text, at, fields) => {
    digits.lastIndex = at;
    const found = digits.exec(text)?.[0];
    if (found === undefined) return -1;
    fields.micros = Number(found.padEnd(6, '0'));
    return at + found.length;
  };
}

/** One of some words, in any case. */
function word(words: readonly string[], sets: (index: number) => Partial<Fields>): Reader {
  return (text, at, fields) => {
    const index = words.findIndex((name) => text.slice(at, at + name.length).toLowerCase() === name.toLowerCase());
    if (index < 0) return -1;
    Object.assign(fields, sets(index));
    return at + words[index].length;
  };
}

const OFFSET = /Z|([+-])([0-9]{2})(?::?([0-9]{2}))?/y;

function offset(text: string, at: number, fields: Fields): number {
  OFFSET.lastIndex = at;
  const match = OFFSET.exec(text);
  if (match === null) return -1;
  const [whole, sign, hours = '0', minutes = '0'] = match;
  fields.offsetMinutes = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
  return at + whole.length;
}

const short = (names: readonly string[]): string[] => names.map((name) => name.slice(0, 3));
const setMonth = (index: number): Partial<Fields> => ({ month: index + 1 });
const ignore = (): Partial<Fields> => ({});

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['Y', number(4, 0, 9999, (year) => ({ year }))],
  ['y', number(2, 0, 99, (value) => ({ year: value + (value < 69 ? 2000 : 1900) }))],
  ['m', number(2, 1, 12, (month) => ({ month }))],
  ['d', number(2, 1, 31, (day) => ({ day }))],
  ['j', number(3, 1, 366, (dayOfYear) => ({ dayOfYear }))],
  ['H', number(2, 0, 23, (hour) => ({ hour }))],
  ['I', number(2, 1, 12, (hour) => ({ hour }))],
  ['M', number(2, 0, 59, (minute) => ({ minute }))],
  ['S', number(2, 0, 59, (second) => ({ second }))],
  ['f', fraction(6)],
  ['g', fraction(3)],
  ['p', word(['AM', 'PM'], (index) => ({ afternoon: index === 1 }))],
  ['b', word(short(MONTH_NAMES), setMonth)],
  ['h', word(short(MONTH_NAMES), setMonth)],
  ['B', word(MONTH_NAMES, setMonth)],
  // The weekday follows from the date; a wrong one is not a reason to lose the row.
  ['a', word(short(DAY_NAMES), ignore)],
  ['A', word(DAY_NAMES, ignore)],
  ['w', number(1, 0, 6, ignore)],
  ['u', number(1, 1, 7, ignore)],
  ['z', offset],
]);

/** Plain characters of the format; a blank takes any number of blanks. */
function plain(characters: string): Reader {
  return (text, at) => {
    let place = at;
    for (const character of characters) {
      if (text[place] !== character) return -1;
      place++;
      while (character === ' ' && text[place] === ' ') place++;
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

const knownFormats = new Map<string, readonly Reader[] | string>();

function compiled(format: string): readonly Reader[] | string {
  let readers = knownFormats.get(format);
  if (readers === undefined) {
    readers = readersOf(format);
    knownFormats.set(format, readers);
  }
  return readers;
}

/** The blanks that a cast takes, too. */
const BLANKS_AROUND = /^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g;

function parse(text: string, format: string): bigint | undefined {
  const fields: Fields = {
    year: 1900,
    month: 1,
    day: 1,
    dayOfYear: undefined,
    hour: 0,
    minute: 0,
    second: 0,
    micros: 0,
    afternoon: undefined,
    offsetMinutes: 0,
  };
  const trimmed = text.replace(BLANKS_AROUND, '');
  let at = 0;
  for (const read of compiled(format) as readonly Reader[]) {
    at = read(trimmed, at, fields);
    if (at < 0) return undefined;
  }
  return at === trimmed.length ? microsOf(fields) : undefined;
}

function microsOf(fields: Fields): bigint | undefined {
  const { year, month, day, dayOfYear, afternoon, minute, second, micros, offsetMinutes } = fields;
  let { hour } = fields;
  if (afternoon !== undefined) {
    if (hour > 12) return undefined;
    hour = (hour % 12) + (afternoon ? 12 : 0);
  }
  let days: number;
  if (dayOfYear === undefined) {
    if (day > daysInMonth(year, month)) return undefined;
    days = daysFromCivil(year, month, day);
  } else {
    if (dayOfYear > (isLeapYear(year) ? 366 : 365)) return undefined;
    days = daysFromCivil(year, 1, dayOfYear);
  }
  const seconds = (hour * 60 + minute - offsetMinutes) * 60 + second;
  return BigInt(days) * MICROS_PER_DAY + BigInt(seconds) * 1_000_000n + BigInt(micros);
}

const USAGE = "strptime(text, '%Y-%m-%d')";

function refuseFormat(format: LiteralArgument): Refusal | undefined {
  if (format === null) return undefined;
  if (typeof format !== 'string') {
    return { refused: 'the format must be a text as such', hint: `it is called so: ${USAGE}`, argument: 1 };
  }
  if (format === '') return { refused: 'the format is empty', hint: `it is called so: ${USAGE}`, argument: 1 };
  const readers = compiled(format);
  if (typeof readers !== 'string') return undefined;
  const hint = 'a percent sign is written %%';
  return { refused: `${readers} is not a part of a format that can be read`, hint, argument: 1 };
}

function parser(
  id: string,
  summary: string,
  examples: readonly Example[],
  otherwise: (text: string, format: string) => Value,
  mayFail: boolean,
): ScalarFunction {
  return {
    id,
    aliases: [],
    usage: USAGE.replace('strptime', id),
    summary,
    examples,
    resolve: (args: readonly DataType[], [, format]): Resolution => {
      if (args.length !== 2 || args.some((type) => type.kind !== 'string')) return undefined;
      return refuseFormat(format) ?? { args: [STRING, STRING], result: TIMESTAMP };
    },
    nullRule: 'propagate',
    mayFail: () => mayFail,
    evaluate: ([text, format]) =>
      parse(text as string, format as string) ?? otherwise(text as string, format as string),
  };
}

export const STRPTIME: readonly ScalarFunction[] = [
  parser(
    'strptime',
    'The timestamp that a text shows by a format of strftime; %z is an offset from UTC. What the format lacks is that of 1900-01-01 00:00:00.',
    [
      ["strptime('1.11.2026', '%d.%m.%Y')", '2026-11-01 00:00:00'],
      ["strptime('Nov 1 2026 3:04 PM', '%b %d %Y %I:%M %p')", '2026-11-01 15:04:00'],
      ["strptime('2026-11-01T10:00:00+0200', '%Y-%m-%dT%H:%M:%S%z')", '2026-11-01 08:00:00'],
    ],
    (text, format) => {
      throw new EvaluationError(
        'EXPR_CAST',
        `'${text}' is not of the form ${format}`,
        'try_strptime gives NULL instead',
      );
    },
    true,
  ),
  parser(
    'try_strptime',
    'Like strptime; NULL where the text is not of that form.',
    [["try_strptime('soon', '%d.%m.%Y')", 'NULL']],
    () => null,
    false,
  ),
];
