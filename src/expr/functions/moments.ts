/** What functions of dates and timestamps share. */
import { dayOfMicros } from '../../columnar/calendar.js';
import type { DataType } from '../../columnar/data-type.js';
import { isTimestampInRange } from '../../columnar/date-text.js';
import type { Value } from '../../columnar/value.js';
import { EvaluationError } from '../evaluation-error.js';

export const isMoment = (type: DataType | undefined): boolean => type?.kind === 'date' || type?.kind === 'timestamp';

export function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}

/** The microseconds, if they are a timestamp; `describe` says what is not one. */
export function timestamp(micros: bigint, describe: () => string): bigint {
  if (!isTimestampInRange(micros)) throw new EvaluationError('EXPR_OVERFLOW', `${describe()} is not a timestamp`);
  return micros;
}

/** The day of a date or timestamp. */
export function dayOf(value: Value): number {
  return typeof value === 'number' ? value : dayOfMicros(value as bigint);
}
