/** strftime: a date or timestamp as text by a format, which must be written as such. English names, UTC. */
import { civilFromDays, dayOfMicros, isoWeekday, microsOfDay } from '../../columnar/calendar.js';
import { DATE, STRING, TIMESTAMP } from '../../columnar/data-type.js';
import { dayOfYear, isoWeek } from '../../columnar/date-fields.js';
import { DAY_NAMES, MONTH_NAMES } from '../../columnar/date-names.js';
import type { Value } from '../../columnar/value.js';
import { neverFails, type ScalarFunction } from './function.js';

interface Moment {
  readonly day: number;
  /** Microseconds since midnight. */
  readonly micros: number;
}

type Field = (moment: Moment) => string;

const pad = (value: number, width: number): string =>
  value < 0 ? `-${String(-value).padStart(width, '0')}` : String(value).padStart(width, '0');
const civil = ({ day }: Moment) => civilFromDays(day);
const hour = ({ micros }: Moment): number => Math.floor(micros / 3.6e9);
const hour12 = (moment: Moment): number => ((hour(moment) + 11) % 12) + 1;
const minute = ({ micros }: Moment): number => Math.floor(micros / 6e7) % 60;
const second = ({ micros }: Moment): number => Math.floor(micros / 1e6) % 60;

/** Numbers with their width: `%d` fills up with zeros, `%-d` does not. */
const NUMBERS: Readonly<Record<string, readonly [width: number, of: (moment: Moment) => number]>> = {
  d: [2, (moment) => civil(moment).day],
  m: [2, (moment) => civil(moment).month],
  y: [2, (moment) => ((civil(moment).year % 100) + 100) % 100],
  H: [2, hour],
  I: [2, hour12],
  M: [2, minute],
  S: [2, second],
  j: [3, ({ day }) => dayOfYear(day)],
};

const FIELDS: ReadonlyMap<string, Field> = new Map<string, Field>([
  ...Object.entries(NUMBERS).flatMap(([letter, [width, of]]): [string, Field][] => [
    [letter, (moment) => pad(of(moment), width)],
    [`-${letter}`, (moment) => String(of(moment))],
  ]),
  ['Y', (moment) => pad(civil(moment).year, 4)],
  ['f', ({ micros }) => pad(micros % 1e6, 6)],
  ['g', ({ micros }) => pad(Math.floor((micros % 1e6) / 1e3), 3)],
  ['p', (moment) => (hour(moment) < 12 ? 'AM' : 'PM')],
  ['a', ({ day }) => DAY_NAMES[isoWeekday(day) - 1].slice(0, 3)],
  ['A', ({ day }) => DAY_NAMES[isoWeekday(day) - 1]],
  ['b', (moment) => MONTH_NAMES[civil(moment).month - 1].slice(0, 3)],
  ['h', (moment) => MONTH_NAMES[civil(moment).month - 1].slice(0, 3)],
  ['B', (moment) => MONTH_NAMES[civil(moment).month - 1]],
  ['w', ({ day }) => String(isoWeekday(day) % 7)],
  ['u', ({ day }) => String(isoWeekday(day))],
  ['V', ({ day }) => pad(isoWeek(day).week, 2)],
  ['G', ({ day }) => pad(isoWeek(day).year, 4)],
  ['%', () => '%'],
]);

const SPECIFIER = /%(-?.)?/gsu;

/** The first specifier that means nothing, if there is one. */
function unknownSpecifier(format: string): string | undefined {
  for (const [specifier, letter] of format.matchAll(SPECIFIER)) {
    if (letter === undefined || !FIELDS.has(letter)) return specifier;
  }
  return undefined;
}

function write(value: Value, format: string): string {
  const moment: Moment =
    typeof value === 'number'
      ? { day: value, micros: 0 }
      : { day: dayOfMicros(value as bigint), micros: Number(microsOfDay(value as bigint)) };
  return format.replace(SPECIFIER, (_, letter: string) => (FIELDS.get(letter) as Field)(moment));
}

const USAGE = "strftime(date or timestamp, '%Y-%m-%d')";

function nameOf(
  id: string,
  names: readonly string[],
  of: (day: number) => number,
  summary: string,
  value: string,
): ScalarFunction {
  return {
    id,
    aliases: [],
    usage: `${id}(date or timestamp)`,
    summary,
    examples: [[`${id}(date '2026-11-01')`, value]],
    resolve: (args) =>
      args.length === 1 && (args[0].kind === 'date' || args[0].kind === 'timestamp')
        ? { args, result: STRING }
        : undefined,
    nullRule: 'propagate',
    mayFail: neverFails,
    evaluate: ([value]) => names[of(typeof value === 'number' ? value : dayOfMicros(value as bigint))],
  };
}

export const DATE_TEXTS: readonly ScalarFunction[] = [
  {
    id: 'strftime',
    aliases: [],
    usage: USAGE,
    summary:
      'The date as text: %Y %y %m %d %j %H %I %M %S %f (microseconds) %g (milliseconds) %p %a %A %b %B %w %u %G %V; %-d without zeros.',
    examples: [
      ["strftime(date '2026-11-01', '%d.%m.%Y')", '01.11.2026'],
      ["strftime(timestamp '2026-11-01 15:04:05', '%-I:%M %p on %A')", '3:04 PM on Sunday'],
    ],
    resolve: (args, [, format]) => {
      const [value, formatType] = args;
      if (args.length !== 2 || formatType.kind !== 'string') return undefined;
      if (value.kind !== 'date' && value.kind !== 'timestamp') return undefined;
      if (format === null) return { args: [value.kind === 'date' ? DATE : TIMESTAMP, STRING], result: STRING };
      if (typeof format !== 'string')
        return { refused: 'the format must be a text as such', hint: `it is called so: ${USAGE}` };
      const unknown = unknownSpecifier(format);
      if (unknown !== undefined)
        return { refused: `${unknown} is not a part of a format`, hint: 'a percent sign is written %%' };
      return { args: [value.kind === 'date' ? DATE : TIMESTAMP, STRING], result: STRING };
    },
    nullRule: 'propagate',
    mayFail: neverFails,
    evaluate: ([value, format]) => write(value, format as string),
  },
  nameOf('dayname', DAY_NAMES, (day) => isoWeekday(day) - 1, 'The English name of the weekday.', 'Sunday'),
  nameOf('monthname', MONTH_NAMES, (day) => civilFromDays(day).month - 1, 'The English name of the month.', 'November'),
];
