/**
 * Values and their texts: what a CSV field, a cast and a CSV output mean. One text a value goes out (canonical), several
 * come in:
 *
 * | type      | out                               | in                                                                  |
 * |-----------|-----------------------------------|---------------------------------------------------------------------|
 * | boolean   | true, false                       | true t yes y 1, false f no n 0, in any case                         |
 * | int bigint| -12                               | sign, digits                                                        |
 * | decimal   | -12.50, with the whole scale      | sign, digits with a point, exponent; digits beyond the scale round, halves away from zero |
 * | double    | 1.5 1e+20 1e-07 nan inf -inf      | the same, nan, inf, infinity in any case; too large is inf          |
 * | date      | 2026-11-01, 0045-03-15 (BC)       | year of four digits or more, month and day of one or two, - or /    |
 * | timestamp | 2026-11-01 10:00:00[.ffffff]      | date, blank or T, h:m[:s[.f]], Z UTC ±hh[[:]mm]; a date alone       |
 * | bytes     | printable ASCII, \\xAB for others  | ASCII, \\xAB; a backslash alone does not fit                         |
 * | json      | as written; a string unquoted     | JSON with blanks around                                             |
 *
 * Blanks around a number, a date or a timestamp are ignored, around a boolean they are not. An offset is applied
 * (timestamps are UTC); digits beyond microseconds are cut off. Everything else does not fit, and is never guessed.
 */
import { assertNever } from '../errors.js';
import { jsonToText, parseJson } from '../kernels/json-text.js';
import { formatBytes, parseBytes } from './bytes-text.js';
import type { DataType } from './data-type.js';
import { formatDate, formatTimestamp, parseDate, parseTimestamp } from './date-text.js';
import { fitsExact, powerOfTen, rescale } from './range.js';
import type { Value } from './value.js';

/** The value that `text` stands for, or undefined when it does not fit the type. Never null. */
export function parseValue(text: string, type: DataType): NonNullable<Value> | undefined {
  switch (type.kind) {
    case 'boolean':
      return BOOLEAN_TEXTS.get(text.toLowerCase());
    case 'int':
    case 'bigint':
      return parseInteger(text, type);
    case 'double':
      return parseDouble(text);
    case 'decimal':
      return parseDecimal(text, type.precision, type.scale);
    case 'string':
      return text;
    case 'date':
      return parseDate(text);
    case 'timestamp':
      return parseTimestamp(text);
    case 'bytes':
      return parseBytes(text);
    case 'json':
      return parseJson(text);
    default:
      return assertNever(type, 'type');
  }
}

/** The canonical text of a value; null is the text NULL, which only messages show. */
export function formatValue(value: Value, type: DataType): string {
  if (value === null) return 'NULL';
  switch (type.kind) {
    case 'boolean':
    case 'int':
    case 'bigint':
    case 'string':
      return String(value);
    case 'double':
      return formatDouble(value as number);
    case 'decimal':
      return formatDecimal(value as bigint, type.scale);
    case 'date':
      return formatDate(value as number);
    case 'timestamp':
      return formatTimestamp(value as bigint);
    case 'bytes':
      return formatBytes(value as string);
    case 'json':
      return jsonToText(value as string) ?? 'NULL';
    default:
      return assertNever(type, 'type');
  }
}

const BOOLEAN_TEXTS = new Map([
  ...['true', 't', 'yes', 'y', '1'].map((text) => [text, true] as const),
  ...['false', 'f', 'no', 'n', '0'].map((text) => [text, false] as const),
]);

/** Blanks are ASCII's: JavaScript's trim would take more. */
const INTEGER = /^[ \t\n\v\f\r]*([+-]?[0-9]+)[ \t\n\v\f\r]*$/;
const NUMBER = /^[ \t\n\v\f\r]*([+-]?)(?:([0-9]+)(?:\.([0-9]*))?|\.([0-9]+))(?:[eE]([+-]?[0-9]+))?[ \t\n\v\f\r]*$/;
const SPECIAL_DOUBLE = /^[ \t\n\v\f\r]*([+-]?)(nan|inf|infinity)[ \t\n\v\f\r]*$/i;

function parseInteger(text: string, type: DataType): number | bigint | undefined {
  const match = INTEGER.exec(text);
  if (match === null) return undefined;
  const value = BigInt(match[1].replace('+', ''));
  if (!fitsExact(value, type)) return undefined;
  return type.kind === 'int' ? Number(value) : value;
}

function parseDouble(text: string): number | undefined {
  if (NUMBER.test(text)) return Number(text);
  const match = SPECIAL_DOUBLE.exec(text);
  if (match === null) return undefined;
  if (match[2].toLowerCase() === 'nan') return Number.NaN;
  return match[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** Exponents beyond this make zero or an overflow of any decimal. */
const EXPONENT_LIMIT = 10_000;

function parseDecimal(text: string, precision: number, scale: number): bigint | undefined {
  const match = NUMBER.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = match[4] ?? '', , exponentText = '0'] = match;
  const exponent = Number(exponentText);
  const digits = BigInt(whole + fraction);
  if (digits === 0n) return 0n;
  // The value is digits / 10^power.
  const power = fraction.length - exponent;
  if (power < -EXPONENT_LIMIT) return undefined;
  if (power > EXPONENT_LIMIT + fraction.length + whole.length) return 0n;
  const unsigned = power < 0 ? rescale(digits * powerOfTen(-power), 0, scale) : rescale(digits, power, scale);
  if (unsigned >= powerOfTen(precision)) return undefined;
  return sign === '-' ? -unsigned : unsigned;
}

/** The shortest digits that give the double back; with an exponent below 1e-4 and from 1e16 on. */
function formatDouble(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const [mantissa, exponentText] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 16) {
    const size = Math.abs(exponent);
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${size < 10 ? '0' : ''}${size}`;
  }
  const negative = mantissa.startsWith('-');
  const digits = mantissa.replace('-', '').replace('.', '');
  const point = exponent + 1;
  const text =
    point <= 0
      ? `0.${'0'.repeat(-point)}${digits}`
      : digits.length > point
        ? `${digits.slice(0, point)}.${digits.slice(point)}`
        : `${digits.padEnd(point, '0')}.0`;
  return negative ? `-${text}` : text;
}

function formatDecimal(value: bigint, scale: number): string {
  if (scale === 0) return String(value);
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0');
  const point = digits.length - scale;
  return `${value < 0n ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`;
}
