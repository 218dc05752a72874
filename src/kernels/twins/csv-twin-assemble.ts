/** Rows to CSV text. */
import type { Heap } from '../../memory/heap.js';
import {
  ASSEMBLE_COLUMN_BYTES,
  type CsvKernels,
  KIND_BIGINT,
  KIND_BOOLEAN,
  KIND_BYTES,
  KIND_DATE,
  KIND_DECIMAL,
  KIND_DOUBLE,
  KIND_INT,
  KIND_JSON,
  KIND_PLAIN_TEXT,
  KIND_TEXT,
  KIND_TIMESTAMP,
} from '../csv-kernels.js';
import { jsonToText } from '../json-text.js';

/** What a row leaves free behind it; the kernels scribble there. */
const ROOM = 128;
const encoder = new TextEncoder();

export function assembleTwin(heap: Heap): Pick<CsvKernels, 'assembleRows'> {
  const { u8, u32 } = heap;

  interface Column {
    readonly kind: number;
    readonly value: number;
    readonly isNull: boolean;
    readonly scale: number;
  }

  const columnAt = (address: number, row: number): Column => {
    const [kind, values, stride, validity, validityStride, scale] = u32.subarray(address >>> 2, (address >>> 2) + 6);
    const isNull = validity !== 0 && u8[validity + row * validityStride] === 0;
    return { kind, value: values + row * stride, isNull, scale };
  };

  /** The bytes of a field, and how many more the kernel wants to see free. */
  const fieldOf = ({ kind, value, scale }: Column, delimiter: number): { bytes: Uint8Array; room: number } => {
    if (kind < KIND_TEXT) return { bytes: encoder.encode(scalarText(heap, kind, value, scale)), room: 0 };
    const start = u32[value >>> 2];
    const length = u32[(value >>> 2) + 1];
    const bytes = spelled(u8.slice(start, start + length), kind);
    if (bytes === undefined) return { bytes: encoder.encode(''), room: 3 * length };
    if (kind === KIND_PLAIN_TEXT) return { bytes, room: bytes.length };
    const isSpecial = bytes.length === 0 || [delimiter, 34, 10, 13].some((byte) => bytes.includes(byte));
    const room = kind === KIND_TEXT ? 2 * length : kind === KIND_JSON ? 3 * length : 12 * length;
    return { bytes: isSpecial ? quoted(bytes) : bytes, room };
  };

  return {
    assembleRows(columns, columnCount, selection, from, count, delimiter, out, capacity, result) {
      const limit = (out >>> 0) + (capacity >>> 0);
      let at = out >>> 0;
      for (let k = from; k < count; k++) {
        const row = selection === 0 ? k : u32[(selection >>> 2) + k];
        const rowStart = at;
        for (let c = 0; c < columnCount; c++) {
          const column = columnAt((columns >>> 0) + c * ASSEMBLE_COLUMN_BYTES, row);
          const field = column.isNull ? undefined : fieldOf(column, delimiter);
          if (at + ROOM + (field?.room ?? 0) > limit) {
            u32[result >>> 2] = rowStart - (out >>> 0);
            return k;
          }
          u8.set(field?.bytes ?? [], at);
          at += field?.bytes.length ?? 0;
          u8[at++] = c === columnCount - 1 ? 10 : delimiter;
        }
      }
      u32[result >>> 2] = at - (out >>> 0);
      return count;
    },
  };
}

/** A value at an address that is not text. */
export function scalarText({ u8, i32, f64, i64, u64 }: Heap, kind: number, value: number, scale: number): string {
  switch (kind) {
    case KIND_BOOLEAN:
      return u8[value] === 0 ? 'false' : 'true';
    case KIND_INT:
      return String(i32[value / 4]);
    case KIND_BIGINT:
      return String(i64[value / 8]);
    case KIND_DOUBLE:
      return doubleText(f64[value / 8]);
    case KIND_DATE:
      return dateText(i32[value / 4]);
    case KIND_TIMESTAMP:
      return timestampText(i64[value / 8]);
    case KIND_DECIMAL:
      return decimalText(i64[value / 8], scale);
    default:
      return decimalText((i64[value / 8 + 1] << 64n) | u64[value / 8], scale);
  }
}

/** The text of a value that is written otherwise than it lies in memory; undefined: nothing, which JSON's null is. */
export function spelled(bytes: Uint8Array, kind: number): Uint8Array | undefined {
  if (kind === KIND_JSON) {
    const text = jsonToText(Buffer.from(bytes).toString());
    return text === null ? undefined : encoder.encode(text);
  }
  if (kind !== KIND_BYTES) return bytes;
  const isPlain = (byte: number): boolean => byte >= 32 && byte < 127 && ![34, 39, 92].includes(byte);
  const hex = (byte: number): string => byte.toString(16).toUpperCase().padStart(2, '0');
  return encoder.encode([...bytes].map((b) => (isPlain(b) ? String.fromCharCode(b) : `\\x${hex(b)}`)).join(''));
}

function quoted(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from([34, ...[...bytes].flatMap((byte) => (byte === 34 ? [34, 34] : [byte])), 34]);
}

function decimalText(value: bigint, scale: number): string {
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  return `${value < 0n ? '-' : ''}${whole}${scale > 0 ? `.${digits.slice(whole.length)}` : ''}`;
}

/** As DuckDB prints doubles. */
function doubleText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const [mantissa, power] = Math.abs(value).toExponential().split('e');
  const exponent = Number(power);
  if (value !== 0 && (exponent < -4 || exponent >= 16)) {
    return `${sign}${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  const digits = mantissa.replace('.', '');
  const padded = digits.padStart(digits.length + Math.max(0, -exponent), '0').padEnd(exponent + 2, '0');
  const point = Math.max(1, exponent + 1);
  return `${sign}${padded.slice(0, point)}.${padded.slice(point)}`;
}

function dateText(days: number): string {
  // Whole eras of 400 years are taken off, because JavaScript's dates do not reach far enough.
  const eras = Math.floor(days / 146_097);
  const date = new Date((days - eras * 146_097) * 86_400_000);
  const year = date.getUTCFullYear() + eras * 400;
  const shown = year > 0 ? year : 1 - year;
  const text = `${pad(shown, 4)}-${pad(date.getUTCMonth() + 1, 2)}-${pad(date.getUTCDate(), 2)}`;
  return year > 0 ? text : `${text} (BC)`;
}

function timestampText(micros: bigint): string {
  const day = 86_400_000_000n;
  const inDay = ((micros % day) + day) % day;
  const seconds = Number(inDay / 1_000_000n);
  const fraction = pad(Number(inDay % 1_000_000n), 6).replace(/0+$/, '');
  const time = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map((part) => pad(part, 2));
  return `${dateText(Number((micros - inDay) / day))} ${time.join(':')}${fraction === '' ? '' : `.${fraction}`}`;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
