/** The words for parts of a date: 'year', 'years', 'yr', 'y' are one. */

import type { DayUnit } from '../../columnar/date-fields.js';
import { didYouMean } from '../../spec/suggest.js';
import type { LiteralArgument, Refusal } from './function.js';

export type TimeUnit = 'hour' | 'minute' | 'second' | 'millisecond' | 'microsecond';
export type DateUnit = DayUnit | TimeUnit;

export const UNIT_MICROS: Readonly<Record<TimeUnit, bigint>> = {
  hour: 3_600_000_000n,
  minute: 60_000_000n,
  second: 1_000_000n,
  millisecond: 1_000n,
  microsecond: 1n,
};

/** Other spellings, as DuckDB has them; plurals with s are understood anyway. */
const SPELLINGS: Readonly<Record<DateUnit, readonly string[]>> = {
  millennium: ['mil', 'millenniums', 'millennia', 'millenium'],
  century: ['c', 'cent', 'centuries'],
  decade: ['dec', 'decs'],
  year: ['y', 'yr', 'yrs'],
  quarter: [],
  month: ['mon', 'mons'],
  week: ['w'],
  day: ['d', 'dayofmonth'],
  hour: ['h', 'hr', 'hrs'],
  minute: ['m', 'min', 'mins'],
  second: ['s', 'sec', 'secs'],
  millisecond: ['ms', 'msec', 'msecs'],
  microsecond: ['us', 'usec', 'usecs'],
};

const UNITS = Object.keys(SPELLINGS) as DateUnit[];
const bySpelling = new Map(
  UNITS.flatMap((unit) => [unit, `${unit}s`, ...SPELLINGS[unit]].map((word) => [word, unit] as const)),
);

export function findUnit(word: string): DateUnit | undefined {
  return bySpelling.get(word.toLowerCase());
}

export function isTimeUnit(unit: DateUnit): unit is TimeUnit {
  return Object.hasOwn(UNIT_MICROS, unit);
}

/** What is wrong with a unit argument, which must be a text as written; undefined: nothing. */
export function refuseUnit(unit: LiteralArgument, usage: string): Refusal | undefined {
  if (typeof unit !== 'string')
    return { refused: 'the unit must be a text as such', hint: `it is called so: ${usage}` };
  if (findUnit(unit) !== undefined) return undefined;
  return { refused: `'${unit}' is not a unit of time`, hint: didYouMean(unit, UNITS, 'units') };
}
