/** What moves dates and timestamps, or counts whole units between them. All in UTC. */
import {
  civilFromDays,
  dayOfMicros,
  daysFromCivil,
  daysInMonth,
  MICROS_PER_DAY,
  microsOfDay,
} from '../../columnar/calendar.js';
import { BIGINT, DATE, type DataType, INT, STRING, TIMESTAMP } from '../../columnar/data-type.js';
import { addMonths } from '../../columnar/date-fields.js';
import { BIGINT_MAX, BIGINT_MIN } from '../../columnar/range.js';
import { formatValue } from '../../columnar/text.js';
import type { Value } from '../../columnar/value.js';
import { addIntervalEmit } from '../compiler/date-emit.js';
import { EvaluationError } from '../evaluation-error.js';
import { type DateUnit, findUnit, isTimeUnit, refuseUnit, UNIT_MICROS } from './date-units.js';
import { define } from './define.js';
import { type LiteralArgument, overloads, type Resolution, type ScalarFunction } from './function.js';
import { floorDivide, isMoment, timestamp } from './moments.js';

function addInterval([value, months, days, micros]: readonly Value[]): bigint {
  const moment = value as bigint;
  const day = addMonths(dayOfMicros(moment), months as number) + (days as number);
  return timestamp(
    BigInt(day) * MICROS_PER_DAY + microsOfDay(moment) + (micros as bigint),
    () => `${formatValue(moment, TIMESTAMP)} and the interval`,
  );
}

function bucketOf([months, micros, value, origin]: readonly Value[]): Value {
  if (typeof value === 'bigint') return bucket(months as number, micros as bigint, value, origin as bigint);
  const midnight = BigInt(value as number) * MICROS_PER_DAY;
  return dayOfMicros(bucket(months as number, micros as bigint, midnight, origin as bigint));
}

function bucket(months: number, width: bigint, moment: bigint, start: bigint): bigint {
  const describe = (): string => `the bucket of ${formatValue(moment, TIMESTAMP)}`;
  if (months === 0) return timestamp(floorDivide(moment - start, width) * width + start, describe);
  const first = monthOf(start);
  const month = Math.floor((monthOf(moment) - first) / months) * months + first;
  return timestamp(BigInt(daysFromCivil(0, month + 1, 1)) * MICROS_PER_DAY, describe);
}

/** Months since January of the year 0. */
function monthOf(micros: bigint): number {
  const { year, month } = civilFromDays(dayOfMicros(micros));
  return year * 12 + month - 1;
}

const MONTHS: Readonly<Partial<Record<DateUnit, number>>> = {
  month: 1,
  quarter: 3,
  year: 12,
  decade: 120,
  century: 1200,
  millennium: 12_000,
};

/** Whole units between the two, cut off towards zero. */
function wholeUnits(unit: DateUnit, from: bigint, to: bigint): bigint {
  const months = MONTHS[unit];
  if (months !== undefined) return BigInt(wholeMonths(from, to)) / BigInt(months);
  const apart = to - from;
  if (apart < BIGINT_MIN || apart > BIGINT_MAX) {
    throw new EvaluationError('EXPR_OVERFLOW', 'the two are too far apart to be counted in microseconds');
  }
  if (isTimeUnit(unit)) return apart / UNIT_MICROS[unit];
  return apart / (unit === 'week' ? 7n * MICROS_PER_DAY : MICROS_PER_DAY);
}

/** On the last day of a month the later days of longer months have come round, too. */
function wholeMonths(from: bigint, to: bigint): number {
  if (from > to) return -wholeMonths(to, from);
  const [start, end] = [civilFromDays(dayOfMicros(from)), civilFromDays(dayOfMicros(to))];
  const isLastDay = end.day === daysInMonth(end.year, end.month);
  const startDay = isLastDay ? Math.min(start.day, end.day) : start.day;
  const isBefore = end.day < startDay || (end.day === startDay && microsOfDay(to) < microsOfDay(from));
  return (end.year - start.year) * 12 + end.month - start.month - (isBefore ? 1 : 0);
}

const SUB_USAGE = "date_sub('day', from, to)";

function resolveSub(args: readonly DataType[], [unit]: readonly LiteralArgument[]): Resolution {
  const [unitType, from, to] = args;
  if (args.length !== 3 || unitType.kind !== 'string' || !isMoment(from) || !isMoment(to)) return undefined;
  return refuseUnit(unit, SUB_USAGE) ?? { args: [STRING, TIMESTAMP, TIMESTAMP], result: BIGINT };
}

export const DATE_INTERVALS: readonly ScalarFunction[] = [
  {
    id: 'add_interval',
    aliases: [],
    usage: "x + INTERVAL '1 month'",
    summary: 'Months first (to the last day where the month is shorter), then days, then time; always a timestamp.',
    examples: [
      ["date '2026-01-31' + INTERVAL '1 month'", '2026-02-28 00:00:00'],
      ["timestamp '2026-01-01 00:00:00' - INTERVAL 90 MINUTES", '2025-12-31 22:30:00'],
    ],
    resolve: overloads([[TIMESTAMP, INT, INT, BIGINT], TIMESTAMP]),
    nullRule: 'propagate',
    mayFail: () => true,
    evaluate: addInterval,
    emit: addIntervalEmit,
  },
  define({
    id: 'time_bucket',
    usage: "time_bucket(INTERVAL '15 minutes', x[, origin])",
    summary:
      'The beginning of the interval that x falls into, of intervals that follow each other from the origin (Monday, 2000-01-03; of months 2000-01-01) on.',
    examples: [
      ["time_bucket(INTERVAL '15 minutes', timestamp '2026-11-17 10:20:30')", '2026-11-17 10:15:00'],
      ["time_bucket(INTERVAL '2 weeks', date '2026-11-17')", '2026-11-16'],
      ["time_bucket(INTERVAL '3 months', date '2026-11-17')", '2026-10-01'],
    ],
    // What the binder makes of the interval: its months, or else its microseconds.
    takes: [
      [[INT, BIGINT, TIMESTAMP, TIMESTAMP], TIMESTAMP],
      [[INT, BIGINT, DATE, TIMESTAMP], DATE],
    ],
    mayFail: true,
    evaluate: bucketOf,
  }),
  {
    id: 'date_sub',
    aliases: ['datesub'],
    usage: SUB_USAGE,
    summary: 'How many whole units lie between the two. With an interval, date_sub(x, INTERVAL 1 DAY) is x minus it.',
    examples: [
      ["date_sub('month', date '2026-01-15', date '2026-02-14')", '0'],
      ["date_sub('hour', timestamp '2026-01-01 10:59:00', timestamp '2026-01-01 12:00:00')", '1'],
      ["date_sub(date '2026-03-31', INTERVAL 1 MONTH)", '2026-02-28 00:00:00'],
    ],
    resolve: resolveSub,
    nullRule: 'propagate',
    mayFail: () => true,
    evaluate: ([unit, from, to]) => wholeUnits(findUnit(unit as string) as DateUnit, from as bigint, to as bigint),
  },
];
