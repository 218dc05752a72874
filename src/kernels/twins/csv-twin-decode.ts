/** Fields to values. */
import type { Heap } from '../../memory/heap.js';
import { CR, type CsvKernels, LF, SAW_NULL, SAW_QUOTED, SPAN_VALUE_BYTES, SPAN_VALUE_FIELD } from '../csv-kernels.js';
import { valueText } from './csv-twin-assemble.js';
import { type StoreText, storesOf } from './csv-twin-values.js';

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

const decoder = new TextDecoder();

export function decodeTwin(heap: Heap): DecodeKernels {
  const { u8, u32 } = heap;

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
    (store: StoreText) =>
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

  const [i32Column, i64Column, double, date, timestamp, boolean, decimal, wide] = storesOf(heap).map(column);
  return {
    decodeI32: i32Column,
    decodeI64: i64Column,
    decodeDouble: double,
    decodeDate: date,
    decodeTimestamp: timestamp,
    decodeBoolean: boolean,
    decodeDecimal: decimal,
    decodeI128: wide,
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
        if (column !== undefined) return Buffer.from(valueText(heap, column, row));
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
