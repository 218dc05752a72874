/** What making, ordering and reading rows to sort means: see assembly/state-rows.ts, state-sort.ts, state-merge.ts. */
import type { Heap } from '../../memory/heap.js';
import {
  COLUMN_BYTES,
  I32,
  I128,
  ROWS_ENTRY,
  ROWS_FIXED,
  ROWS_HEAD,
  ROWS_KEYS,
  ROWS_VALUES,
  SORT_ENTRY_BYTES,
  SORT_ENTRY_RECORD,
  TEXT,
  U8,
} from '../assembly/state-layout.js';
import type { StateKernels } from '../state-kernels.js';
import {
  bytesAt,
  type Column,
  columnAt,
  isValid,
  pad8,
  rowAt,
  setSigned,
  setU32,
  u32,
  valueAt,
} from './state-twin-heap.js';
import { keyBytes, normalizedColumn, payloadOf, recordBytes } from './state-twin-records.js';

interface Field {
  readonly physical: number;
  readonly offset: number;
  readonly order: number;
}

/** The columns that rows are made of. */
interface Sources {
  readonly keys: readonly Source[];
  readonly values: readonly Source[];
  readonly fixed: number;
}

interface Source extends Field {
  readonly column: Column;
}

function fieldsAt(heap: Heap, format: number): { keys: Field[]; values: Field[]; fixed: number } {
  const [keys, values] = [u32(heap, format + ROWS_KEYS), u32(heap, format + ROWS_VALUES)];
  const fields = Array.from({ length: keys + values }, (_, i) => {
    const at = format + ROWS_HEAD + i * ROWS_ENTRY;
    return { physical: u32(heap, at), offset: u32(heap, at + 4), order: u32(heap, at + 8) };
  });
  return { keys: fields.slice(0, keys), values: fields.slice(keys), fixed: u32(heap, format + ROWS_FIXED) };
}

/** Bytes of a value's slot in a payload. */
function slotBytes(physical: number): number {
  return physical === U8 ? 1 : physical === I32 || physical === TEXT ? 4 : physical === I128 ? 16 : 8;
}

type Rows = Pick<
  StateKernels,
  | 'measureRows'
  | 'placeRows'
  | 'writeRows'
  | 'rowsBelow'
  | 'enterRows'
  | 'sortRows'
  | 'lowerEntry'
  | 'openRows'
  | 'readRows'
  | 'gatherRows'
>;

export function rowTwins(heap: Heap): Rows {
  const sourcesAt = (format: number, columns: number): Sources => {
    const { keys, values, fixed } = fieldsAt(heap, format);
    const all = [...keys, ...values].map((field, i) => ({
      ...field,
      column: columnAt(heap, columns + i * COLUMN_BYTES),
    }));
    return { keys: all.slice(0, keys.length), values: all.slice(keys.length), fixed };
  };
  const keyOf = ({ keys }: Sources, row: number): number[] =>
    keys.flatMap(({ physical, order, column }) => {
      const value = isValid(heap, column, row) ? valueAt(heap, physical, column.values + row * column.stride) : null;
      return normalizedColumn(physical, order, value);
    });
  const textOf = (at: number): Uint8Array => bytesAt(heap, u32(heap, at), u32(heap, at + 4));
  const entryOf = (at: number, record: number): void => {
    const prefix = Buffer.concat([keyBytes(heap, record), Buffer.alloc(12)]);
    setSigned(heap, at, 1, prefix.readBigUInt64BE(0));
    setU32(heap, at + 8, prefix.readUInt32BE(8));
    setU32(heap, at + SORT_ENTRY_RECORD, record);
  };
  return {
    measureRows(format, columns, selection, from, to, keySizes, payloadSizes) {
      const sources = sourcesAt(format, columns);
      const texts = sources.values.filter(({ physical }) => physical === TEXT);
      for (let i = from; i < to; i++) {
        const row = rowAt(heap, selection, i);
        let payload = sources.fixed;
        for (const { column } of texts) {
          if (isValid(heap, column, row)) payload += u32(heap, column.values + row * column.stride + 4);
        }
        setU32(heap, keySizes + 4 * i, keyOf(sources, row).length);
        setU32(heap, payloadSizes + 4 * i, payload);
      }
    },
    placeRows(from, to, keySizes, payloadSizes, next, end, records) {
      let at = next;
      for (let i = from; i < to; i++) {
        const [key, payload] = [u32(heap, keySizes + 4 * i), u32(heap, payloadSizes + 4 * i)];
        const bytes = 8 + pad8(key) + pad8(payload);
        if ((end >>> 0) - at < bytes) return i;
        setU32(heap, at, key);
        setU32(heap, at + 4, payload);
        setU32(heap, records + 4 * i, at);
        at += bytes;
      }
      return to;
    },
    writeRows(format, columns, selection, from, to, records, cursors, tails, entries) {
      const sources = sourcesAt(format, columns);
      for (let i = from; i < to; i++) {
        const row = rowAt(heap, selection, i);
        const record = u32(heap, records + 4 * i);
        heap.u8.fill(0, record + 8, record + recordBytes(heap, record));
        heap.u8.set(keyOf(sources, row), record + 8);
        const payload = payloadOf(heap, record);
        let tail = payload + sources.fixed;
        for (const [v, { physical, offset, column }] of sources.values.entries()) {
          const at = column.values + row * column.stride;
          if (!isValid(heap, column, row)) {
            heap.u8[payload + (v >>> 3)] |= 1 << (v & 7);
          } else if (physical === TEXT) {
            const text = textOf(at);
            heap.u8.set(bytesAt(heap, at + 4, 4), payload + offset);
            heap.u8.set(text, tail);
            tail += text.length;
          } else {
            heap.u8.set(bytesAt(heap, at, slotBytes(physical)), payload + offset);
          }
        }
        entryOf(entries + (i - from) * SORT_ENTRY_BYTES, record);
        setU32(heap, cursors + 4 * i, payload);
        setU32(heap, tails + 4 * i, tail);
      }
    },
    rowsBelow(format, columns, selection, from, to, bound, rows) {
      const sources = sourcesAt(format, columns);
      let count = 0;
      for (let i = from; i < to; i++) {
        const row = rowAt(heap, selection, i);
        if (Buffer.compare(Buffer.from(keyOf(sources, row)), keyBytes(heap, bound)) >= 0) continue;
        setU32(heap, rows + 4 * count++, row);
      }
      return count;
    },
    enterRows(first, count, entries) {
      let record = first;
      for (let i = 0; i < count; i++) {
        entryOf(entries + i * SORT_ENTRY_BYTES, record);
        record += recordBytes(heap, record);
      }
    },
    sortRows(entries, count) {
      // Only where the beginnings are equal are the records asked.
      const sorted = Array.from({ length: count }, (_, i) => {
        const at = entries + i * SORT_ENTRY_BYTES;
        return { high: u32(heap, at + 4), low: u32(heap, at), next: u32(heap, at + 8), record: u32(heap, at + 12) };
      }).sort(
        (a, b) =>
          a.high - b.high ||
          a.low - b.low ||
          a.next - b.next ||
          Buffer.compare(keyBytes(heap, a.record), keyBytes(heap, b.record)),
      );
      for (const [i, { high, low, next, record }] of sorted.entries()) {
        [low, high, next, record].forEach((word, w) => {
          setU32(heap, entries + i * SORT_ENTRY_BYTES + 4 * w, word);
        });
      }
    },
    lowerEntry(start, end, key, bytes) {
      const wanted = bytesAt(heap, key, bytes);
      let entry = start;
      while (entry < end && Buffer.compare(keyBytes(heap, u32(heap, entry + SORT_ENTRY_RECORD)), wanted) < 0) {
        entry += SORT_ENTRY_BYTES;
      }
      return entry;
    },
    openRows(format, records, count, payloads, tails) {
      const { fixed } = fieldsAt(heap, format);
      for (let i = 0; i < count; i++) {
        const payload = payloadOf(heap, u32(heap, records + 4 * i));
        setU32(heap, payloads + 4 * i, payload);
        setU32(heap, tails + 4 * i, payload + fixed);
      }
    },
    readRows(format, index, payloads, tails, count, values, validity) {
      const { physical, offset } = fieldsAt(heap, format).values[index];
      const width = physical === TEXT ? 8 : slotBytes(physical);
      let nulls = 0;
      for (let i = 0; i < count; i++) {
        const payload = u32(heap, payloads + 4 * i);
        const isNull = (heap.u8[payload + (index >>> 3)] >> (index & 7)) & 1;
        heap.u8[validity + i] = 1 - isNull;
        nulls += isNull;
        const slot = bytesAt(heap, payload + offset, slotBytes(physical));
        if (physical === TEXT) {
          const tail = u32(heap, tails + 4 * i);
          const bytes = Buffer.from(slot).readUInt32LE(0);
          setU32(heap, values + width * i, tail);
          setU32(heap, values + width * i + 4, bytes);
          setU32(heap, tails + 4 * i, tail + bytes);
        } else {
          heap.u8.set(slot, values + width * i);
        }
      }
      return nulls;
    },
    gatherRows(records, from, to, out, outEnd, endAt) {
      let at = out >>> 0;
      let i = from;
      for (; i < to; i++) {
        const record = u32(heap, records + 4 * i);
        const bytes = recordBytes(heap, record);
        if ((outEnd >>> 0) - at < bytes) break;
        heap.u8.copyWithin(at, record, record + bytes);
        at += bytes;
      }
      setU32(heap, endAt, at);
      return i;
    },
  };
}
