/**
 * How the values of a column are written, where that is not the usual form of text.ts: dates by a format, numbers with a comma,
 * blanks around. Bytes in such a form are written anew in the usual one; whoever reads that has the last word.
 */
import { civilFromDays, dayOfMicros, daysFromCivil, MICROS_PER_DAY, microsOfDay } from './calendar.js';
import type { DataType } from './data-type.js';
import { parseTimestamp } from './date-text.js';
import {
  DAY,
  HAS_OFFSET,
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
} from './time-format.js';
import { findTimeZone, type TimeZone } from './time-zone.js';

/** Plain data; at least one of them is there. */
export interface TextForm {
  /** Formats of strftime, of which the first that fits counts. */
  readonly formats?: readonly string[];
  /** Where clocks show timestamps that do not say their offset from UTC. */
  readonly timezone?: string;
  /** The decimal point. */
  readonly decimal?: string;
  /** What stands between thousands. */
  readonly thousands?: string;
  /** Blanks around a value do not belong to it. */
  readonly trim?: boolean;
}

/** What a value may be longer than before when it is written anew. */
export const USUAL_GROWTH = 32;

/** Writes text[from .. to) in the usual form to `out`, from `at` on: the place behind, or -1 when it is not in the other form. */
export type UsualForm = (text: Uint8Array, from: number, to: number, out: Uint8Array, at: number) => number;

export function usualForm(form: TextForm, type: DataType): UsualForm {
  const { formats, timezone } = form;
  const zone = timezone === undefined ? undefined : findTimeZone(timezone);
  if (formats !== undefined) return timesByFormat(formats, type, zone);
  if (zone !== undefined) return timesInZone(zone);
  return form.decimal !== undefined || form.thousands !== undefined ? numbers(form) : withoutBlanks;
}

/** Those of ASCII, as in text.ts. */
export function isBlank(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13);
}

const withoutBlanks: UsualForm = (text, from, to, out, at) => {
  let start = from;
  let end = to;
  while (end > start && isBlank(text[end - 1])) end--;
  while (start < end && isBlank(text[start])) start++;
  return copied(text, start, end, out, at);
};

function copied(text: Uint8Array, from: number, to: number, out: Uint8Array, at: number): number {
  for (let i = from; i < to; i++) out[at + i - from] = text[i];
  return at + to - from;
}

const POINT = 46;
const COMMA = 44;
const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;

/**
 * Thousands stand where they belong: three digits behind the last one, and two or three between them, as in 12,34,567. So 1.50
 * with a point for thousands is no number, rather than 150.
 */
function numbers({ decimal = '.', thousands = '' }: TextForm): UsualForm {
  const point = Buffer.from(decimal);
  const mark = Buffer.from(thousands);
  return (text, from, to, out, at) => {
    let end = to;
    let i = from;
    let place = at;
    while (end > i && isBlank(text[end - 1])) end--;
    while (i < end && isBlank(text[i])) i++;
    if (i < end && (text[i] === 43 || text[i] === 45)) out[place++] = text[i++];
    let group = 0;
    let isGrouped = false;
    for (; i < end; ) {
      if (isDigit(text[i])) {
        out[place++] = text[i++];
        group++;
      } else if (stands(mark, text, i, end)) {
        if (group === 0 || group > 3 || (isGrouped && group < 2)) return -1;
        isGrouped = true;
        group = 0;
        i += mark.length;
      } else break;
    }
    if (isGrouped && group !== 3) return -1;
    if (stands(point, text, i, end)) {
      out[place++] = POINT;
      i += point.length;
    }
    // Digits, an exponent, or a word such as nan; no other point.
    for (; i < end; i++) {
      if (text[i] === POINT || text[i] === COMMA) return -1;
      out[place++] = text[i];
    }
    return place;
  };
}

function stands(mark: Uint8Array, text: Uint8Array, at: number, end: number): boolean {
  if (mark.length === 0 || at + mark.length > end) return false;
  for (let i = 0; i < mark.length; i++) if (text[at + i] !== mark[i]) return false;
  return true;
}

function timesByFormat(formats: readonly string[], type: DataType, zone: TimeZone | undefined): UsualForm {
  const readers = formats.map((format) => timeFormat(format) as TimeFormat);
  const fields = new Int32Array(TIME_FIELDS);
  return (text, from, to, out, at) => {
    if (!readers.some((reader) => reader.parse(text, from, to, fields))) return -1;
    if (type.kind === 'timestamp') {
      if (fields[HAS_OFFSET] === 1) shift(fields, -fields[OFFSET]);
      else if (zone !== undefined) setMicros(fields, zone.toUtc(microsOf(fields)));
    }
    return writeTime(fields, type.kind === 'timestamp', out, at);
  };
}

/** How a text that names its offset ends. */
const NAMES_OFFSET = /(?:Z|UTC|:[0-9]+(?:\.[0-9]*)? ?[+-][0-9]{2}(?::?[0-9]{2})?)[ \t\n\v\f\r]*$/i;

function timesInZone(zone: TimeZone): UsualForm {
  const fields = new Int32Array(TIME_FIELDS);
  return (bytes, from, to, out, at) => {
    const text = Buffer.from(bytes.subarray(from, to)).toString();
    const local = parseTimestamp(text);
    if (local === undefined || NAMES_OFFSET.test(text)) return copied(bytes, from, to, out, at);
    const utc = zone.toUtc(local);
    setMicros(fields, utc);
    // Years that the usual form writes otherwise are left to who knows them; no clock had zones then.
    return fields[YEAR] >= 1 && fields[YEAR] <= 9999
      ? writeTime(fields, true, out, at)
      : copied(bytes, from, to, out, at);
  };
}

function microsOf(fields: Int32Array): bigint {
  const days = daysFromCivil(fields[YEAR], fields[MONTH], fields[DAY]);
  const seconds = (fields[HOUR] * 60 + fields[MINUTE]) * 60 + fields[SECOND];
  return BigInt(days) * MICROS_PER_DAY + BigInt(seconds) * 1_000_000n + BigInt(fields[MICROS]);
}

function setMicros(fields: Int32Array, micros: bigint): void {
  const inDay = microsOfDay(micros);
  const seconds = Number(inDay / 1_000_000n);
  fields[MICROS] = Number(inDay % 1_000_000n);
  fields[SECOND] = seconds % 60;
  setMinutes(fields, dayOfMicros(micros), Math.floor(seconds / 60));
}

/** So many minutes later. */
function shift(fields: Int32Array, minutes: number): void {
  const total = fields[HOUR] * 60 + fields[MINUTE] + minutes;
  const days = Math.floor(total / 1440);
  setMinutes(fields, daysFromCivil(fields[YEAR], fields[MONTH], fields[DAY]) + days, total - 1440 * days);
}

function setMinutes(fields: Int32Array, day: number, minutes: number): void {
  const civil = civilFromDays(day);
  fields[YEAR] = civil.year;
  fields[MONTH] = civil.month;
  fields[DAY] = civil.day;
  fields[HOUR] = Math.floor(minutes / 60);
  fields[MINUTE] = minutes % 60;
}

function writeTime(fields: Int32Array, hasTime: boolean, out: Uint8Array, at: number): number {
  let place = digits(out, at, fields[YEAR], 4, 45);
  place = digits(out, place, fields[MONTH], 2, 45);
  place = digits(out, place, fields[DAY], 2, 32);
  if (!hasTime) return place - 1;
  place = digits(out, place, fields[HOUR], 2, 58);
  place = digits(out, place, fields[MINUTE], 2, 58);
  place = digits(out, place, fields[SECOND], 2, POINT);
  return digits(out, place, fields[MICROS], 6, 0) - 1;
}

/** The digits of a number, and what stands behind them. */
function digits(out: Uint8Array, at: number, value: number, width: number, behind: number): number {
  let rest = value;
  for (let i = at + width - 1; i >= at; i--) {
    out[i] = 48 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  out[at + width] = behind;
  return at + width + 1;
}
