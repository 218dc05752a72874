/** Fields to values: the forms that the kernels take, as regular expressions and BigInts. */
import type { Heap } from '../../memory/heap.js';
import { CR, type CsvKernels, LF, SAW_NULL, SAW_QUOTED, SPAN_VALUE_BYTES, SPAN_VALUE_FIELD } from '../csv-kernels.js';
import { valueTexts } from './csv-twin-assemble.js';

type DecodeKernels = Pick<
  CsvKernels,
  | 'decodeText'
  | 'decodeSpan'
  | 'decodeI32'
  | 'decodeI64'
  | 'decodeDouble'
  | 'decodeDate'
  | 'decodeTimestamp'
  | 'decodeBoolean'
  | 'decodeDecimal'
  | 'decodeI128'
>;

interface Field {
  readonly start: number;
  readonly end: number;
  readonly isQuoted: boolean;
}

const QUOTE = 0x22;
const MICROS_PER_DAY = 86_400_000_000n;

const decoder = new TextDecoder();

export function decodeTwin(heap: Heap): DecodeKernels {
  const { u8, u32, i32, f64, i64, u64 } = heap;

  const valueText = valueTexts(heap);

  const textAt = (start: number, end: number): string => decoder.decode(u8.slice(start, end));

  /** undefined: null. */
  const fieldAt = (at: number, quote: number, newline: number, nulls: number): Field | undefined => {
    const start = u32[(at >>> 2) - 1] + 1;
    const end = newline === 0 ? u32[at >>> 2] : trimmedEnd(u8, start, u32[at >>> 2], newline);
    if (start === end) return undefined;
    const isQuoted = u8[start] === quote;
    const field = isQuoted ? { start: start + 1, end: end - 1, isQuoted } : { start, end, isQuoted };
    if (isQuoted && field.start !== field.end) return field;
    return nullTexts(nulls).includes(textAt(field.start, field.end)) ? undefined : field;
  };

  const nullTexts = (nulls: number): string[] => {
    if (nulls === 0) return [];
    const list = nulls >>> 2;
    return Array.from({ length: u32[list] }, (_, i) => {
      const start = u32[list + 2 + 2 * i];
      return textAt(start, start + u32[list + 3 + 2 * i]);
    });
  };

  /** A decode kernel out of what to do with a text: false leaves the row to the exact parser. */
  const column =
    (store: (out: number, row: number, text: string | undefined, shape: readonly number[]) => boolean) =>
    (
      ends: number,
      stride: number,
      quote: number,
      newline: number,
      nulls: number,
      from: number,
      count: number,
      out: number,
      validity: number,
      ...shape: number[]
    ): number => {
      let saw = 0;
      for (let row = from; row < count; row++) {
        const field = fieldAt((ends >>> 0) + row * stride, quote, newline, nulls);
        const text = field === undefined ? undefined : textAt(field.start, field.end);
        if (!store(out >>> 0, row, text, shape)) return row;
        if (field === undefined) saw |= SAW_NULL;
        u8[(validity >>> 0) + row] = field === undefined ? 0 : 1;
      }
      return ~saw;
    };

  const storeI64 = (out: number, row: number, value: bigint | undefined): boolean => {
    if (value === undefined) return false;
    i64[out / 8 + row] = value;
    return true;
  };

  return {
    decodeI32: column((out, row, text) => {
      const value = text === undefined ? 0n : parseInteger(text);
      if (value === undefined || BigInt.asIntN(32, value) !== value) return false;
      i32[out / 4 + row] = Number(value);
      return true;
    }),
    decodeI64: column((out, row, text) => storeI64(out, row, text === undefined ? 0n : parseInteger(text))),
    decodeDouble: column((out, row, text) => {
      const value = text === undefined ? 0 : parseDouble(text);
      if (value !== undefined) f64[out / 8 + row] = value;
      return value !== undefined;
    }),
    decodeDate: column((out, row, text) => {
      const days = text === undefined ? 0 : parseDate(text);
      if (days !== undefined) i32[out / 4 + row] = days;
      return days !== undefined;
    }),
    decodeTimestamp: column((out, row, text) => storeI64(out, row, text === undefined ? 0n : parseTimestamp(text))),
    decodeBoolean: column((out, row, text) => {
      const value = text === undefined ? 0 : BOOLEANS.get(text.toLowerCase());
      if (value !== undefined) u8[out + row] = value;
      return value !== undefined;
    }),
    decodeDecimal: column((out, row, text, [precision, scale]) => {
      const value = text === undefined ? 0n : parseDecimal(text, scale);
      if (value === undefined || magnitude(value) >= 10n ** BigInt(precision)) return false;
      return storeI64(out, row, value);
    }),
    decodeI128: column((out, row, text, [precision, scale]) => {
      const value = text === undefined ? 0n : (parseDecimal(text, scale) ?? parseWide(text, precision, scale));
      if (value === undefined) return false;
      u64[out / 8 + 2 * row] = BigInt.asUintN(64, value);
      return storeI64(out, 2 * row + 1, value >> 64n);
    }),
    decodeText(ends, stride, quote, escapeMark, newline, nulls, selection, count, out, validity, scratch) {
      let saw = 0;
      let free = scratch === 0 ? 0 : u32[scratch >>> 2];
      for (let k = 0; k < count; k++) {
        const row = selection === 0 ? k : u32[(selection >>> 2) + k];
        const at = (ends >>> 0) + row * stride;
        const field = fieldAt(at, quote, newline, nulls);
        const raw = u32[(at >>> 2) - 1] + 1;
        if (u8[raw] === quote) saw |= SAW_QUOTED;
        if (field === undefined) saw |= SAW_NULL;
        u8[(validity >>> 0) + row] = field === undefined ? 0 : 1;
        let [start, end] = [field?.start ?? raw, field?.end ?? raw];
        if (field?.isQuoted && scratch !== 0 && u8.subarray(start, end).includes(escapeMark)) {
          const target = free;
          for (let from = start; from < end; ) {
            if (u8[from] === escapeMark && from + 1 < end) from++;
            u8[free++] = u8[from++];
          }
          [start, end] = [target, free];
        }
        u32[(out >>> 2) + 2 * row] = start;
        u32[(out >>> 2) + 2 * row + 1] = end - start;
      }
      if (scratch !== 0) u32[scratch >>> 2] = free;
      return ~saw;
    },
    decodeSpan(ends, stride, fields, newline, delimiter, values, valueCount, _, selection, count, out, scratch) {
      const special = new Set([delimiter, QUOTE, CR, LF]);
      const columns = new Map(
        Array.from({ length: valueCount }, (_, index) => {
          const address = (values >>> 0) + index * SPAN_VALUE_BYTES;
          return [u32[(address + SPAN_VALUE_FIELD) >>> 2], address];
        }),
      );
      /** As it is written. */
      const canonical = (at: number, isLast: boolean, column: number | undefined, row: number): Buffer => {
        if (column !== undefined) return Buffer.from(valueText(column, row));
        const field = fieldAt(at, QUOTE, isLast ? newline : 0, 0);
        if (field === undefined) return Buffer.alloc(0);
        const bytes = Buffer.from(u8.slice(field.start, field.end));
        const isInQuotes = bytes.length === 0 || bytes.some((byte) => special.has(byte));
        return isInQuotes ? Buffer.concat([Buffer.from('"'), bytes, Buffer.from('"')]) : bytes;
      };
      for (let k = 0; k < count; k++) {
        const row = selection === 0 ? k : u32[(selection >>> 2) + k];
        const first = (ends >>> 0) + row * stride;
        const start = u32[(first >>> 2) - 1] + 1;
        const texts = Array.from({ length: fields }, (_, field) =>
          canonical(first + 4 * field, field === fields - 1, columns.get(field), row),
        );
        const text = Buffer.from(
          texts.map((bytes) => bytes.toString('latin1')).join(String.fromCharCode(delimiter)),
          'latin1',
        );
        const last = u32[(first >>> 2) + fields - 1];
        const end = newline === 0 ? last : trimmedEnd(u8, u32[(first >>> 2) + fields - 2] + 1, last, newline);
        const isThere = Buffer.compare(text, u8.subarray(start, end)) === 0;
        const free = scratch === 0 || isThere ? 0 : u32[scratch >>> 2];
        if (free !== 0) {
          u8.set(text, free);
          u32[scratch >>> 2] = free + text.length;
        }
        u32[(out >>> 2) + 2 * row] = free === 0 ? start : free;
        u32[(out >>> 2) + 2 * row + 1] = text.length;
      }
    },
  };
}

/** Without the CR of the line end, and without blank lines. */
function trimmedEnd(u8: Uint8Array, start: number, end: number, newline: number): number {
  const isReturn = (): boolean => end > start && u8[end - 1] === CR;
  if (newline === CR) {
    while (isReturn()) end--;
    return end;
  }
  if (isReturn()) end--;
  while (end > start && u8[end - 1] === LF) {
    end--;
    if (isReturn()) end--;
  }
  return end;
}

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

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

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
