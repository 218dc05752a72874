/** Dates and timestamps out of numbers, and numbers out of them. All in UTC. */
import { daysFromCivil, daysInMonth, MICROS_PER_DAY } from '../../columnar/calendar.js';
import { BIGINT, DATE, DOUBLE, INT, TIMESTAMP } from '../../columnar/data-type.js';
import { isDateInRange } from '../../columnar/date-text.js';
import { BIGINT_MAX, BIGINT_MIN } from '../../columnar/range.js';
import type { Value } from '../../columnar/value.js';
import { EvaluationError } from '../evaluation-error.js';
import { define, type Overload } from './define.js';
import { type Example, overloads, type ScalarFunction } from './function.js';
import { timestamp } from './moments.js';

function makeDate([year, month, day]: readonly Value[]): number {
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  const exists = Math.abs(y) < 6_000_000 && m >= 1 && m <= 12 && d >= 1 && d <= daysInMonth(y, m);
  const days = exists ? daysFromCivil(y, m, d) : Number.NaN;
  if (!isDateInRange(days)) throw new EvaluationError('EXPR_DOMAIN', `there is no date ${year}-${month}-${day}`);
  return days;
}

const MICROS_PER_SECOND = 1_000_000n;

/** Seconds may have a fraction, and reach 60: clocks are set by leap seconds so. */
function makeTimestamp([year, month, day, hour, minute, second]: readonly Value[]): bigint {
  const date = BigInt(makeDate([year, month, day])) * MICROS_PER_DAY;
  const [h, m, s] = [Number(hour), Number(minute), second as number];
  const isEndOfDay = h === 24 && m === 0 && s === 0;
  if (!(isEndOfDay || (h >= 0 && h < 24 && m >= 0 && m < 60 && s >= 0 && s < 61))) {
    throw new EvaluationError('EXPR_DOMAIN', `there is no time ${hour}:${minute}:${second}`);
  }
  const whole = Math.trunc(s);
  const micros = BigInt((h * 60 + m) * 60 + whole) * MICROS_PER_SECOND + BigInt(Math.round((s - whole) * 1e6));
  return timestamp(date + micros, () => `${year}-${month}-${day} ${hour}:${minute}:${second}`);
}

function fromSeconds([seconds]: readonly Value[]): bigint {
  const micros = Math.round((seconds as number) * 1e6);
  const describe = (): string => `the moment ${seconds} seconds after 1970`;
  if (!Number.isFinite(micros)) throw new EvaluationError('EXPR_OVERFLOW', `${describe()} is not a timestamp`);
  return timestamp(BigInt(micros), describe);
}

function fromUnits(value: Value, factor: bigint): bigint {
  return timestamp((value as bigint) * factor, () => `the count ${value}`);
}

const microsOf = (value: Value): bigint =>
  typeof value === 'number' ? BigInt(value) * MICROS_PER_DAY : (value as bigint);

const NUMBER_OF_MOMENT: readonly Overload[] = [
  [[DATE], BIGINT],
  [[TIMESTAMP], BIGINT],
];

/** A count since 1970 of a date or a timestamp, cut off towards zero. */
function epochOf(id: string, unit: string, examples: readonly Example[], count: (micros: bigint) => bigint) {
  return define({
    id,
    usage: `${id}(date or timestamp)`,
    summary: `${unit} since 1970-01-01 00:00:00.`,
    examples,
    takes: NUMBER_OF_MOMENT,
    mayFail: true,
    evaluate: ([value]) => {
      const result = count(microsOf(value));
      if (result >= BIGINT_MIN && result <= BIGINT_MAX) return result;
      throw new EvaluationError('EXPR_OVERFLOW', `the ${unit.toLowerCase()} since 1970 do not fit bigint`);
    },
  });
}

export const DATE_MAKERS: readonly ScalarFunction[] = [
  {
    id: 'make_date',
    aliases: [],
    usage: 'make_date(year, month, day)',
    summary: 'The date with that year, month and day.',
    examples: [['make_date(2024, 2, 29)', '2024-02-29']],
    resolve: overloads([[INT, INT, INT], DATE], [[BIGINT, BIGINT, BIGINT], DATE]),
    nullRule: 'propagate',
    mayFail: () => true,
    evaluate: makeDate,
  },
  define({
    id: 'make_timestamp',
    usage: 'make_timestamp(year, month, day, hour, minute, second)',
    summary:
      'The timestamp with these fields; the seconds may have a fraction. With one number, microseconds since 1970.',
    examples: [
      ['make_timestamp(2026, 11, 1, 10, 20, 30.5)', '2026-11-01 10:20:30.5'],
      ['make_timestamp(1000000)', '1970-01-01 00:00:01'],
    ],
    takes: [
      [[BIGINT], TIMESTAMP],
      [[INT, INT, INT, INT, INT, DOUBLE], TIMESTAMP],
      [[BIGINT, BIGINT, BIGINT, BIGINT, BIGINT, DOUBLE], TIMESTAMP],
    ],
    mayFail: true,
    evaluate: (args) => (args.length === 1 ? fromUnits(args[0], 1n) : makeTimestamp(args)),
  }),
  define({
    id: 'make_timestamp_ms',
    usage: 'make_timestamp_ms(count)',
    summary: 'The timestamp so many milliseconds after 1970-01-01 00:00:00.',
    examples: [['make_timestamp_ms(1500)', '1970-01-01 00:00:01.5']],
    takes: [[[BIGINT], TIMESTAMP]],
    mayFail: true,
    evaluate: ([value]) => fromUnits(value, 1000n),
  }),
  define({
    id: 'to_timestamp',
    usage: 'to_timestamp(seconds)',
    summary: 'The timestamp so many seconds after 1970-01-01 00:00:00.',
    examples: [['to_timestamp(1.5)', '1970-01-01 00:00:01.5']],
    takes: [[[DOUBLE], TIMESTAMP]],
    mayFail: true,
    evaluate: fromSeconds,
  }),
  define({
    id: 'epoch_ms',
    usage: 'epoch_ms(date or timestamp)',
    summary: 'Milliseconds since 1970-01-01 00:00:00; of a number the timestamp so many milliseconds after it.',
    examples: [
      ["epoch_ms(timestamp '1970-01-01 00:00:01.5')", '1500'],
      ['epoch_ms(1500)', '1970-01-01 00:00:01.5'],
    ],
    takes: [...NUMBER_OF_MOMENT, [[BIGINT], TIMESTAMP]],
    mayFail: true,
    evaluate: ([value], { result }) =>
      result.kind === 'timestamp' ? fromUnits(value, 1000n) : microsOf(value) / 1000n,
  }),
  epochOf('epoch_us', 'Microseconds', [["epoch_us(timestamp '1970-01-01 00:00:01.5')", '1500000']], (micros) => micros),
  epochOf('epoch_ns', 'Nanoseconds', [["epoch_ns(date '1970-01-01')", '0']], (micros) => micros * 1000n),
];
