/** Texts as values: the forms that the kernels take, as regular expressions and BigInts. */
import type { Heap } from '../../memory/heap.js';

const MICROS_PER_DAY = 86_400_000_000n;
const INTEGER = /^[ \t\n\v\f\r]*([+-]?)0*([0-9]{0,18})[ \t\n\v\f\r]*$/;
const DECIMAL = /^[ \t\n\v\f\r]*([+-]?)([0-9]*)(?:\.([0-9]*))?[ \t\n\v\f\r]*$/;
const WIDE = /^([+-]?)([0-9]*)(?:\.([0-9]*))?$/;
const NUMBER = /^[ \t\n\v\f\r]*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[ \t\n\v\f\r]*$/;
const WORD = /^[ \t\n\v\f\r]*([+-]?)(nan|inf|infinity)[ \t\n\v\f\r]*$/i;
const DAY = /^([0-9]{4})([-/])([0-9]{2})\2([0-9]{2})$/;
const CLOCK = /^[ T]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]*))?)?Z?$/;
const BOOLEANS = new Map([
  ...['true', 't', 'yes', 'y', '1'].map((text) => [text, 1] as const),
  ...['false', 'f', 'no', 'n', '0'].map((text) => [text, 0] as const),
]);

function parseInteger(text: string): bigint | undefined {
  const match = INTEGER.exec(text);
  if (match === null || !/[0-9]/.test(text)) return undefined;
  return match[1] === '-' ? -BigInt(match[2]) : BigInt(match[2]);
}

/** Up to 18 digits with those behind the point; rounds half away from zero. */
function parseDecimal(text: string, scale: number): bigint | undefined {
  const match = DECIMAL.exec(text);
  if (match === null) return undefined;
  const [, sign, whole, fraction = ''] = match;
  if (whole + fraction === '' || whole.replace(/^0+/, '').length > 18) return undefined;
  let value = BigInt(whole);
  for (const digit of fraction.slice(0, scale)) {
    if (value >= 10n ** 17n) return undefined;
    value = value * 10n + BigInt(digit);
  }
  if (fraction.length > scale && fraction[scale] >= '5') value++;
  const missing = scale - Math.min(scale, fraction.length);
  if (missing > 18) return undefined;
  value *= 10n ** BigInt(missing);
  if (value >= 10n ** 18n) return undefined;
  return sign === '-' ? -value : value;
}

/** Without blanks, nothing beyond the scale, not more digits than the precision. */
function parseWide(text: string, precision: number, scale: number): bigint | undefined {
  const match = WIDE.exec(text);
  if (match === null) return undefined;
  const [, sign, whole, fraction = ''] = match;
  const digits = (whole + fraction).replace(/^0+/, '');
  if (whole + fraction === '' || fraction.length > scale || digits.length > 38) return undefined;
  const missing = scale - fraction.length;
  if (digits.length > 0 && digits.length + missing > precision) return undefined;
  const value = BigInt(digits) * 10n ** BigInt(missing);
  return sign === '-' ? -value : value;
}

function parseDouble(text: string): number | undefined {
  if (NUMBER.test(text)) return Number(text);
  const match = WORD.exec(text);
  if (match === null) return undefined;
  if (match[2].toLowerCase() === 'nan') return Number.NaN;
  return match[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

function parseDate(text: string): number | undefined {
  const match = DAY.exec(text);
  if (match === null) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[3]), Number(match[4])];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  return date.getTime() / 86_400_000;
}

function parseTimestamp(text: string): bigint | undefined {
  const days = parseDate(text.slice(0, 10));
  if (days === undefined) return undefined;
  if (text.length === 10) return BigInt(days) * MICROS_PER_DAY;
  const match = CLOCK.exec(text.slice(10));
  if (match === null) return undefined;
  const [hour, minute, second] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const micros = BigInt((match[4] ?? '').slice(0, 6).padEnd(6, '0'));
  return BigInt(days) * MICROS_PER_DAY + BigInt((hour * 60 + minute) * 60 + second) * 1_000_000n + micros;
}

/** Puts the value of a text, or a null, into a row; false leaves the row to the exact parser. */
export type StoreText = (out: number, row: number, text: string | undefined, shape: readonly number[]) => boolean;

/** By kind, as assembly/csv-values.ts numbers them. */
export function storesOf({ u8, i32, f64, i64, u64 }: Heap): readonly StoreText[] {
  const storeI64 = (out: number, row: number, value: bigint | undefined): boolean => {
    if (value === undefined) return false;
    i64[out / 8 + row] = value;
    return true;
  };
  return [
    (out, row, text) => {
      const value = text === undefined ? 0n : parseInteger(text);
      if (value === undefined || BigInt.asIntN(32, value) !== value) return false;
      i32[out / 4 + row] = Number(value);
      return true;
    },
    (out, row, text) => storeI64(out, row, text === undefined ? 0n : parseInteger(text)),
    (out, row, text) => {
      const value = text === undefined ? 0 : parseDouble(text);
      if (value !== undefined) f64[out / 8 + row] = value;
      return value !== undefined;
    },
    (out, row, text) => {
      const days = text === undefined ? 0 : parseDate(text);
      if (days !== undefined) i32[out / 4 + row] = days;
      return days !== undefined;
    },
    (out, row, text) => storeI64(out, row, text === undefined ? 0n : parseTimestamp(text)),
    (out, row, text) => {
      const value = text === undefined ? 0 : BOOLEANS.get(text.toLowerCase());
      if (value !== undefined) u8[out + row] = value;
      return value !== undefined;
    },
    (out, row, text, [precision, scale]) => {
      const value = text === undefined ? 0n : parseDecimal(text, scale);
      const limit = 10n ** BigInt(precision);
      if (value === undefined || value >= limit || value <= -limit) return false;
      return storeI64(out, row, value);
    },
    (out, row, text, [precision, scale]) => {
      const value = text === undefined ? 0n : (parseDecimal(text, scale) ?? parseWide(text, precision, scale));
      if (value === undefined) return false;
      u64[out / 8 + 2 * row] = BigInt.asUintN(64, value);
      return storeI64(out, 2 * row + 1, value >> 64n);
    },
  ];
}
