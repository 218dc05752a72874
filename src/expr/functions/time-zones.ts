/** Between timestamps, which are UTC, and what clocks in a time zone show. The zone must be written as such. */
import { type DataType, STRING, TIMESTAMP } from '../../columnar/data-type.js';
import { isTimestampInRange } from '../../columnar/date-text.js';
import { formatValue } from '../../columnar/text.js';
import { findTimeZone, type TimeZone, timeZoneNames } from '../../columnar/time-zone.js';
import { didYouMean } from '../../spec/suggest.js';
import { EvaluationError } from '../evaluation-error.js';
import type { Example, LiteralArgument, Resolution, ScalarFunction } from './function.js';

function refuseZone(zone: LiteralArgument): Resolution {
  if (typeof zone !== 'string') {
    const hint = "write it: 'Europe/Oslo', or 'UTC'";
    return { refused: 'the time zone must be a text as such', hint, argument: 1 };
  }
  if (findTimeZone(zone) !== undefined) return undefined;
  const names = timeZoneNames();
  // Oslo is Europe/Oslo to whoever looks at a clock.
  const city = names.find((name) => name.toLowerCase().endsWith(`/${zone.toLowerCase().replaceAll(' ', '_')}`));
  const hint = city === undefined ? didYouMean(zone, names, 'time zones') : `did you mean \`${city}\`?`;
  return { refused: `there is no time zone '${zone}'`, hint, argument: 1 };
}

function conversion(
  id: string,
  usage: string,
  summary: string,
  examples: readonly Example[],
  convert: (zone: TimeZone, micros: bigint) => bigint,
): ScalarFunction {
  return {
    id,
    aliases: [],
    usage,
    summary,
    examples,
    resolve: (args: readonly DataType[], [, zone]) => {
      const [value, zoneType] = args;
      if (args.length !== 2 || zoneType.kind !== 'string') return undefined;
      if (value.kind !== 'date' && value.kind !== 'timestamp') return undefined;
      return (zone === null ? undefined : refuseZone(zone)) ?? { args: [TIMESTAMP, STRING], result: TIMESTAMP };
    },
    nullRule: 'propagate',
    // Only at the ends of what a timestamp can be.
    mayFail: () => true,
    evaluate: ([value, zone]) => {
      const micros = convert(findTimeZone(zone as string) as TimeZone, value as bigint);
      if (isTimestampInRange(micros)) return micros;
      throw new EvaluationError('EXPR_OVERFLOW', `${formatValue(value, TIMESTAMP)} in ${zone} is not a timestamp`);
    },
  };
}

export const TIME_ZONES: readonly ScalarFunction[] = [
  conversion(
    'from_utc_timestamp',
    "x AT TIME ZONE 'Europe/Oslo'",
    'What clocks in the zone show at that time, which is UTC. Also called from_utc_timestamp(x, zone).',
    [
      ["timestamp '2026-07-01 12:00:00' AT TIME ZONE 'Europe/Oslo'", '2026-07-01 14:00:00'],
      ["from_utc_timestamp(timestamp '2026-01-01 12:00:00', 'America/New_York')", '2026-01-01 07:00:00'],
    ],
    (zone, micros) => zone.toLocal(micros),
  ),
  conversion(
    'to_utc_timestamp',
    "to_utc_timestamp(x, 'Europe/Oslo')",
    'The time, in UTC, at which clocks in the zone show this; the later one in the hour that comes twice in autumn.',
    [
      ["to_utc_timestamp(timestamp '2026-07-01 14:00:00', 'Europe/Oslo')", '2026-07-01 12:00:00'],
      ["to_utc_timestamp(timestamp '2026-10-25 02:30:00', 'Europe/Oslo')", '2026-10-25 01:30:00'],
    ],
    (zone, micros) => zone.toUtc(micros),
  ),
];
