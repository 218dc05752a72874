/** year(x) and its like: one number out of a date or a timestamp. `EXTRACT(year FROM x)` and date_part call these. */

import {
  civilFromDays,
  dayOfMicros,
  daysInMonth,
  isoWeekday,
  MICROS_PER_DAY,
  microsOfDay,
} from '../../columnar/calendar.js';
import { BIGINT, DATE, DOUBLE, TIMESTAMP } from '../../columnar/data-type.js';
import { dayOfYear, isoWeek, quarterOf } from '../../columnar/date-fields.js';
import type { Value } from '../../columnar/value.js';
import type { TIME_PARTS } from '../../kernels/expr-kernels.js';
import { partEmit } from '../compiler/date-emit.js';
import { findUnit } from './date-units.js';
import { type Example, neverFails, overloads, type ScalarFunction } from './function.js';

/** Parts that kernels call otherwise. */
const KERNEL_PARTS: Readonly<Record<string, keyof typeof TIME_PARTS>> = { dayofweek: 'dow', dayofyear: 'doy' };

/** `day` is the day number, `micros` what lies after its midnight. */
type Part = (day: number, micros: bigint) => number;

/** One that a kernel computes. */
function part(id: string, aliases: readonly string[], summary: string, example: Example, of: Part): ScalarFunction {
  const emit = partEmit(KERNEL_PARTS[id] ?? (id as keyof typeof TIME_PARTS));
  return { ...plainPart(id, aliases, summary, example, of), emit };
}

function plainPart(
  id: string,
  aliases: readonly string[],
  summary: string,
  example: Example,
  of: Part,
): ScalarFunction {
  return {
    id,
    aliases,
    usage: `${id}(date or timestamp)`,
    summary,
    examples: [example],
    resolve: overloads([[DATE], BIGINT], [[TIMESTAMP], BIGINT]),
    nullRule: 'propagate',
    mayFail: neverFails,
    evaluate: ([value]) => {
      if (typeof value === 'number') return BigInt(of(value, 0n));
      return BigInt(of(dayOfMicros(value as bigint), microsOfDay(value as bigint)));
    },
  };
}

/** Centuries and millennia begin with the year 1, and before it with -1: there is none with the number 0. */
function countOfYears(day: number, size: number): number {
  const { year } = civilFromDays(day);
  return year > 0 ? Math.floor((year - 1) / size) + 1 : -Math.floor(-year / size) - 1;
}

function yearAndWeek(day: number): number {
  const { year, week } = isoWeek(day);
  return year * 100 + (year > 0 ? week : -week);
}

/** Day numbers of astronomers, which count from 4714 BC. */
const JULIAN_EPOCH = 2_440_588;

const seconds = (micros: bigint): number => Number(micros / 1_000_000n);
const DAY = "date '2026-11-01'";
const TIME = "timestamp '2026-11-01 10:20:30.456789'";

export const DATE_PARTS: readonly ScalarFunction[] = [
  part('year', ['years'], 'The year.', [`year(${DAY})`, '2026'], (day) => civilFromDays(day).year),
  part('quarter', ['quarters'], 'The quarter, 1 to 4.', [`quarter(${DAY})`, '4'], (day) =>
    quarterOf(civilFromDays(day).month),
  ),
  part('month', ['months'], 'The month, 1 to 12.', [`month(${DAY})`, '11'], (day) => civilFromDays(day).month),
  part('week', ['weeks', 'weekofyear'], 'The ISO week, 1 to 53.', [`week(${DAY})`, '44'], (day) => isoWeek(day).week),
  part('isoyear', [], 'The year that the ISO week belongs to.', ["isoyear(date '2021-01-01')", '2020'], (day) => {
    return isoWeek(day).year;
  }),
  part('day', ['days', 'dayofmonth'], 'The day of the month.', [`day(${DAY})`, '1'], (day) => civilFromDays(day).day),
  part('dayofweek', ['weekday', 'dow'], 'The day of the week, 0 (Sunday) to 6.', [`dayofweek(${DAY})`, '0'], (day) => {
    return isoWeekday(day) % 7;
  }),
  part('isodow', [], 'The day of the week, 1 (Monday) to 7.', [`isodow(${DAY})`, '7'], isoWeekday),
  part('dayofyear', ['doy'], 'The day of the year, from 1.', [`dayofyear(${DAY})`, '305'], dayOfYear),
  part('hour', ['hours'], 'The hour.', [`hour(${TIME})`, '10'], (_, micros) => Math.floor(seconds(micros) / 3600)),
  part('minute', ['minutes'], 'The minute.', [`minute(${TIME})`, '20'], (_, micros) => {
    return Math.floor(seconds(micros) / 60) % 60;
  }),
  part('second', ['seconds'], 'The second.', [`second(${TIME})`, '30'], (_, micros) => seconds(micros) % 60),
  part(
    'millisecond',
    ['milliseconds'],
    'Milliseconds of the minute.',
    [`millisecond(${TIME})`, '30456'],
    (_, micros) => {
      return Number((micros % 60_000_000n) / 1_000n);
    },
  ),
  part(
    'microsecond',
    ['microseconds'],
    'Microseconds of the minute.',
    [`microsecond(${TIME})`, '30456789'],
    (_, micros) => {
      return Number(micros % 60_000_000n);
    },
  ),
  plainPart('era', [], '1 after Christ, 0 before.', [`era(${DAY})`, '1'], (day) =>
    civilFromDays(day).year > 0 ? 1 : 0,
  ),
  plainPart('decade', ['decades'], 'The year by ten.', [`decade(${DAY})`, '202'], (day) => {
    return Math.trunc(civilFromDays(day).year / 10);
  }),
  plainPart('century', ['centuries'], 'The century.', [`century(${DAY})`, '21'], (day) => countOfYears(day, 100)),
  plainPart('millennium', ['millennia'], 'The millennium.', [`millennium(${DAY})`, '3'], (day) => {
    return countOfYears(day, 1000);
  }),
  plainPart('yearweek', [], 'ISO year and week in one number.', [`yearweek(${DAY})`, '202644'], yearAndWeek),
  plainPart('days_in_month', [], 'How many days the month has.', [`days_in_month(${DAY})`, '30'], (day) => {
    const { year, month } = civilFromDays(day);
    return daysInMonth(year, month);
  }),
  {
    id: 'julian',
    aliases: [],
    usage: 'julian(date or timestamp)',
    summary: 'The Julian day number that begins at this midnight, with the part of the day that has gone.',
    examples: [[`julian(${DAY})`, '2461346.0']],
    resolve: overloads([[DATE], DOUBLE], [[TIMESTAMP], DOUBLE]),
    nullRule: 'propagate',
    mayFail: neverFails,
    evaluate: ([value]) =>
      typeof value === 'number'
        ? value + JULIAN_EPOCH
        : dayOfMicros(value as bigint) + JULIAN_EPOCH + Number(microsOfDay(value as bigint)) / Number(MICROS_PER_DAY),
  },
  {
    id: 'epoch',
    aliases: [],
    usage: 'epoch(date or timestamp)',
    summary: 'Seconds since 1970-01-01 00:00:00, as a double.',
    examples: [["epoch(timestamp '1970-01-02 00:00:00.5')", '86400.5']],
    resolve: overloads([[DATE], DOUBLE], [[TIMESTAMP], DOUBLE]),
    nullRule: 'propagate',
    mayFail: neverFails,
    evaluate: ([value]) => epoch(value),
  },
];

const byPart = new Map(DATE_PARTS.flatMap((fn) => [fn.id, ...fn.aliases].map((name) => [name, fn])));

/** The function for EXTRACT(part FROM x). */
export function findDatePart(part: string): ScalarFunction | undefined {
  const word = part.toLowerCase();
  return byPart.get(findUnit(word) ?? word);
}

export function datePartNames(): readonly string[] {
  return DATE_PARTS.map(({ id }) => id);
}

function epoch(value: Value): number {
  const micros = typeof value === 'number' ? BigInt(value) * MICROS_PER_DAY : (value as bigint);
  return Number(micros) / 1e6;
}
