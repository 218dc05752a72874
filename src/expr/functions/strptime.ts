/** strptime: a text as a timestamp by a format, which must be written as such. English names, UTC. */
import { daysFromCivil, MICROS_PER_DAY } from '../../columnar/calendar.js';
import { type DataType, STRING, TIMESTAMP } from '../../columnar/data-type.js';
import {
  DAY,
  HOUR,
  MICROS,
  MINUTE,
  MONTH,
  OFFSET,
  SECOND,
  TIME_FIELDS,
  type TimeFormat,
  timeFormat,
  YEAR,
} from '../../columnar/time-format.js';
import type { Value } from '../../columnar/value.js';
import { EvaluationError } from '../evaluation-error.js';
import type { Example, LiteralArgument, Refusal, Resolution, ScalarFunction } from './function.js';

const encoder = new TextEncoder();
const fields = new Int32Array(TIME_FIELDS);

function parse(text: string, format: string): bigint | undefined {
  const bytes = encoder.encode(text);
  return (timeFormat(format) as TimeFormat).parse(bytes, 0, bytes.length, fields) ? microsOf(fields) : undefined;
}

function microsOf(read: Int32Array): bigint {
  const days = daysFromCivil(read[YEAR], read[MONTH], read[DAY]);
  const seconds = (read[HOUR] * 60 + read[MINUTE] - read[OFFSET]) * 60 + read[SECOND];
  return BigInt(days) * MICROS_PER_DAY + BigInt(seconds) * 1_000_000n + BigInt(read[MICROS]);
}

const USAGE = "strptime(text, '%Y-%m-%d')";

function refuseFormat(format: LiteralArgument): Refusal | undefined {
  if (format === null) return undefined;
  if (typeof format !== 'string') {
    return { refused: 'the format must be a text as such', hint: `it is called so: ${USAGE}`, argument: 1 };
  }
  if (format === '') return { refused: 'the format is empty', hint: `it is called so: ${USAGE}`, argument: 1 };
  const found = timeFormat(format);
  if (typeof found !== 'string') return undefined;
  const hint = 'a percent sign is written %%';
  return { refused: `${found} is not a part of a format that can be read`, hint, argument: 1 };
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
