/** Rows to JSON objects. */
import type { Heap } from '../../memory/heap.js';
import { KIND_BYTES, KIND_DATE, KIND_DOUBLE, KIND_JSON, KIND_TEXT, KIND_TIMESTAMP } from '../csv-kernels.js';
import { type JsonlKernels, OBJECT_COLUMN_BYTES } from '../jsonl-kernels.js';
import { scalarText, spelled } from './csv-twin-assemble.js';

/** What a value leaves free behind it; the kernels scribble there. */
const ROOM = 128;
/** Bytes that one of a text takes at most. */
const WIDEST = 6;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

export function assembleObjectsTwin(heap: Heap): Pick<JsonlKernels, 'assembleObjects'> {
  const { u8, u32 } = heap;

  const textAt = (address: number, length: number): string => decoder.decode(u8.slice(address, address + length));

  /** The value as JSON, and how many bytes the kernel wants to see free for it. */
  const jsonOf = (column: number, row: number): { json: string; room: number } => {
    const [kind, values, stride, validity, validityStride, scale] = u32.subarray(column >>> 2, (column >>> 2) + 6);
    if (validity !== 0 && u8[validity + row * validityStride] === 0) return { json: 'null', room: 0 };
    const value = values + row * stride;
    if (kind < KIND_TEXT) return { json: scalarJson(kind, scalarText(heap, kind, value, scale)), room: 0 };
    const [start, length] = u32.subarray(value >>> 2, (value >>> 2) + 2);
    if (kind === KIND_JSON) return { json: textAt(start, length).replace(/[\r\n]/g, ' '), room: length };
    if (kind === KIND_BYTES) {
      const text = decoder.decode(spelled(u8.slice(start, start + length), kind));
      return { json: JSON.stringify(text), room: 4 * WIDEST * length };
    }
    const json = JSON.stringify(textAt(start, length));
    return { json, room: encoder.encode(json).length === length + 2 ? length : WIDEST * length };
  };

  return {
    assembleObjects(columns, columnCount, selection, from, count, separator, out, capacity, result) {
      const limit = (out >>> 0) + (capacity >>> 0);
      let at = out >>> 0;
      const put = (text: string): void => {
        const bytes = encoder.encode(text);
        u8.set(bytes, at);
        at += bytes.length;
      };
      for (let k = from; k < count; k++) {
        const row = selection === 0 ? k : u32[(selection >>> 2) + k];
        const rowStart = at;
        for (let c = 0; c < columnCount; c++) {
          const column = (columns >>> 0) + c * OBJECT_COLUMN_BYTES;
          const [name, nameLength] = u32.subarray((column >>> 2) + 6, (column >>> 2) + 8);
          const { json, room } = jsonOf(column, row);
          if (at + nameLength + ROOM + room > limit) {
            u32[result >>> 2] = rowStart - (out >>> 0);
            return k;
          }
          if (separator !== 0 && c === 0) put(String.fromCharCode(separator));
          put(textAt(name, nameLength) + json);
        }
        put('}\n');
      }
      u32[result >>> 2] = at - (out >>> 0);
      return count;
    },
  };
}

const ODD_DOUBLES = new Map([
  ['nan', '"NaN"'],
  ['inf', '"Infinity"'],
  ['-inf', '"-Infinity"'],
]);

function scalarJson(kind: number, text: string): string {
  if (kind === KIND_DOUBLE) return ODD_DOUBLES.get(text) ?? text;
  return kind === KIND_DATE || kind === KIND_TIMESTAMP ? `"${text}"` : text;
}
