/** Dates and timestamps to text and back; the forms are listed in text.ts. */
import { civilFromDays, dayOfMicros, daysFromCivil, daysInMonth, MICROS_PER_DAY, microsOfDay } from './calendar.js';
import { BIGINT_MAX, BIGINT_MIN } from './range.js';

const DATE_FORM = '([+-]?[0-9]{4,7})([-/])([0-9]{1,2})\\2([0-9]{1,2})( \\(BC\\))?';
const TIME_FORM = '([0-9]{1,2}):([0-9]{1,2})(?::([0-9]{1,2})(?:\\.([0-9]*))?)?';
const ZONE_FORM = ' ?(Z|z|UTC|([+-])([0-9]{2})(?::?([0-9]{2}))?)';
const BLANKS = '[ \\t\\n\\v\\f\\r]*';
const DATE = new RegExp(`^${BLANKS}${DATE_FORM}${BLANKS}$`);
const TIMESTAMP = new RegExp(`^${BLANKS}${DATE_FORM}(?:[ T]${TIME_FORM}(?:${ZONE_FORM})?)?${BLANKS}$`);

/** Days, or undefined. The outermost int32 values are left out: DuckDB keeps them for infinity. */
export function parseDate(text: string): number | undefined {
  const match = DATE.exec(text);
  return match === null ? undefined : civilDays(match);
}

function civilDays(match: RegExpExecArray): number | undefined {
  const [, yearText, , monthText, dayText, bc] = match;
  const year = bc === undefined ? Number(yearText) : 1 - Number(yearText);
  const month = Number(monthText);
  const day = Number(dayText);
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  const days = daysFromCivil(year, month, day);
  return isDateInRange(days) ? days : undefined;
}

/** Whether a day number is a date. */
export function isDateInRange(days: number): boolean {
  return days >= -2147483646 && days <= 2147483646;
}

/** Microseconds, or undefined. */
export function parseTimestamp(text: string): bigint | undefined {
  const match = TIMESTAMP.exec(text);
  if (match === null) return undefined;
  const days = civilDays(match);
  if (days === undefined) return undefined;
  const time = timeMicros(match);
  const micros = BigInt(days) * MICROS_PER_DAY + time - offsetMicros(match);
  return time >= 0n && isTimestampInRange(micros) ? micros : undefined;
}

/** The first midnight that 64 bits can hold. */
const EARLIEST_TIMESTAMP = (BIGINT_MIN / MICROS_PER_DAY) * MICROS_PER_DAY;

/** Whether a count of microseconds is a timestamp; what lies outside whole days or is infinity for DuckDB, is not. */
export function isTimestampInRange(micros: bigint): boolean {
  return micros >= EARLIEST_TIMESTAMP && micros < BIGINT_MAX;
}

/** Microseconds of the day, or -1 when the clock has no such time; 24:00:00 is the end of the day. */
function timeMicros(match: RegExpExecArray): bigint {
  const [hour, minute, second] = [match[6], match[7], match[8]].map((part) => Number(part ?? 0));
  const micros = Number((match[9] ?? '').slice(0, 6).padEnd(6, '0'));
  const isEndOfDay = hour === 24 && minute === 0 && second === 0 && micros === 0;
  if ((hour > 23 && !isEndOfDay) || minute > 59 || second > 59) return -1n;
  return BigInt((hour * 60 + minute) * 60 + second) * 1_000_000n + BigInt(micros);
}

function offsetMicros(match: RegExpExecArray): bigint {
  const [sign, hours, minutes] = [match[11], match[12], match[13]];
  if (sign === undefined) return 0n;
  const offset = BigInt(Number(hours) * 60 + Number(minutes ?? 0)) * 60_000_000n;
  return sign === '-' ? -offset : offset;
}

export function formatDate(days: number): string {
  const { year, month, day } = civilFromDays(days);
  const text = `${pad(year > 0 ? year : 1 - year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
  return year > 0 ? text : `${text} (BC)`;
}

export function formatTimestamp(micros: bigint): string {
  const inDay = microsOfDay(micros);
  const seconds = Number(inDay / 1_000_000n);
  const fraction = Number(inDay % 1_000_000n);
  const time = `${pad(Math.floor(seconds / 3600), 2)}:${pad(Math.floor(seconds / 60) % 60, 2)}:${pad(seconds % 60, 2)}`;
  const digits = fraction === 0 ? '' : `.${pad(fraction, 6).replace(/0+$/, '')}`;
  return `${formatDate(dayOfMicros(micros))} ${time}${digits}`;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
