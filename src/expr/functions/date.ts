/** Dates and timestamps: truncation, distance, and the run's own clock. All in UTC. */
import { civilFromDays, dayOfMicros, daysFromCivil, daysInMonth, MICROS_PER_DAY } from '../../columnar/calendar.js';
import { BIGINT, DATE, type DataType, STRING, TIMESTAMP } from '../../columnar/data-type.js';
import { truncateDays, unitsBetween } from '../../columnar/date-fields.js';
import { isDateInRange } from '../../columnar/date-text.js';
import { BIGINT_MAX, BIGINT_MIN } from '../../columnar/range.js';
import { formatValue } from '../../columnar/text.js';
import type { Value } from '../../columnar/value.js';
import { truncateEmit } from '../compiler/date-emit.js';
import { EvaluationError } from '../evaluation-error.js';
import { DATE_PARTS } from './date-parts.js';
import { type DateUnit, findUnit, isTimeUnit, refuseUnit, UNIT_MICROS } from './date-units.js';
import { type LiteralArgument, neverFails, overloads, type Resolution, type ScalarFunction } from './function.js';
import { dayOf, floorDivide, isMoment, timestamp } from './moments.js';

function truncate(value: bigint, unit: DateUnit): bigint {
  if (isTimeUnit(unit)) return floorDivide(value, UNIT_MICROS[unit]) * UNIT_MICROS[unit];
  const day = truncateDays(dayOfMicros(value), unit);
  return timestamp(BigInt(day) * MICROS_PER_DAY, () => `the ${unit} of ${formatValue(value, TIMESTAMP)}`);
}

const TRUNC_USAGE = "date_trunc('month', date or timestamp)";
const DIFF_USAGE = "date_diff('day', from, to)";

function resolveTrunc(args: readonly DataType[], [unit]: readonly LiteralArgument[]): Resolution {
  if (args.length !== 2 || args[0].kind !== 'string' || !isMoment(args[1])) return undefined;
  return refuseUnit(unit, TRUNC_USAGE) ?? { args: [STRING, TIMESTAMP], result: TIMESTAMP };
}

function resolveDiff(args: readonly DataType[], [unit]: readonly LiteralArgument[]): Resolution {
  const [unitType, from, to] = args;
  if (args.length !== 3 || unitType.kind !== 'string' || !isMoment(from) || !isMoment(to)) return undefined;
  const type = from.kind === 'date' && to.kind === 'date' ? DATE : TIMESTAMP;
  return refuseUnit(unit, DIFF_USAGE) ?? { args: [STRING, type, type], result: BIGINT };
}

function distance(unit: DateUnit, from: Value, to: Value): bigint {
  if (!isTimeUnit(unit)) return BigInt(unitsBetween(dayOf(from), dayOf(to), unit));
  const micros = UNIT_MICROS[unit];
  const count =
    typeof from === 'number'
      ? BigInt((to as number) - from) * (MICROS_PER_DAY / micros)
      : floorDivide(to as bigint, micros) - floorDivide(from as bigint, micros);
  if (count < BIGINT_MIN || count > BIGINT_MAX) {
    throw new EvaluationError('EXPR_OVERFLOW', `the distance in ${unit}s does not fit bigint`, 'count a larger unit');
  }
  return count;
}

export const DATES: readonly ScalarFunction[] = [
  {
    id: 'date_trunc',
    aliases: ['datetrunc'],
    usage: TRUNC_USAGE,
    summary: 'The beginning of the unit that holds it, as a timestamp. Weeks begin on Monday.',
    examples: [
      ["date_trunc('month', date '2026-11-17')", '2026-11-01 00:00:00'],
      ["date_trunc('hour', timestamp '2026-11-17 10:20:30')", '2026-11-17 10:00:00'],
      ["date_trunc('week', date '2026-11-01')", '2026-10-26 00:00:00'],
    ],
    resolve: resolveTrunc,
    nullRule: 'propagate',
    // Only where a unit begins before the first timestamp.
    mayFail: () => true,
    evaluate: ([unit, value]) => truncate(value as bigint, findUnit(unit as string) as DateUnit),
    emit: truncateEmit(findUnit),
  },
  {
    id: 'date_diff',
    aliases: ['datediff'],
    usage: DIFF_USAGE,
    summary: 'How many times the unit begins between the two; negative when the second comes first.',
    examples: [
      ["date_diff('day', date '2026-02-27', date '2026-03-01')", '2'],
      ["date_diff('month', date '2026-01-31', date '2026-02-01')", '1'],
      ["date_diff('hour', timestamp '2026-01-01 10:59:00', timestamp '2026-01-01 09:00:00')", '-1'],
    ],
    resolve: resolveDiff,
    nullRule: 'propagate',
    mayFail: () => true,
    evaluate: ([unit, from, to]) => distance(findUnit(unit as string) as DateUnit, from, to),
  },
  {
    id: 'last_day',
    aliases: [],
    usage: 'last_day(date or timestamp)',
    summary: 'The last day of the month.',
    examples: [["last_day(date '2024-02-03')", '2024-02-29']],
    resolve: overloads([[DATE], DATE], [[TIMESTAMP], DATE]),
    nullRule: 'propagate',
    mayFail: () => true,
    evaluate: ([value]) => {
      const { year, month } = civilFromDays(dayOf(value));
      const days = daysFromCivil(year, month, daysInMonth(year, month));
      if (!isDateInRange(days)) throw new EvaluationError('EXPR_OVERFLOW', 'the last day of the month is not a date');
      return days;
    },
  },
  {
    id: 'now',
    aliases: ['get_current_timestamp'],
    usage: 'now()',
    summary: 'When the run started (--now sets it), the same for every row; also current_timestamp.',
    examples: [['now() = now()', 'true']],
    resolve: overloads([[], TIMESTAMP]),
    nullRule: 'propagate',
    mayFail: neverFails,
    evaluate: (_args, _types, { nowMicros }) => nowMicros,
  },
  {
    id: 'current_date',
    aliases: ['today'],
    usage: 'current_date',
    summary: 'The date of now().',
    examples: [["current_date = date_trunc('day', now())", 'true']],
    resolve: overloads([[], DATE]),
    nullRule: 'propagate',
    mayFail: neverFails,
    evaluate: (_args, _types, { nowMicros }) => dayOfMicros(nowMicros),
  },
  ...DATE_PARTS,
];
