/** What writes Parquet, value by value. */
import type { Heap } from '../../memory/heap.js';
import {
  DICTIONARY_ENTRIES,
  DICTIONARY_FILLED,
  DICTIONARY_MAX_BYTES,
  DICTIONARY_MAX_ENTRIES,
  DICTIONARY_PLACES,
  DICTIONARY_VALUES,
  type ParquetWriteKernels,
  PLAIN_BYTE,
  PLAIN_I32,
  PLAIN_TEXT,
  PLAIN_WIDE,
  TAKEN_BYTES,
  TAKEN_VALUES,
} from '../parquet-write-kernels.js';
import { boundsTwin } from './parquet-write-twin-bounds.js';
import { packedRuns } from './parquet-write-twin-runs.js';

export function parquetWriteTwin(heap: Heap): ParquetWriteKernels {
  const { u8 } = heap;
  const view = new DataView(u8.buffer);

  const plainValue = (kind: number, address: number): Uint8Array => {
    if (kind === PLAIN_TEXT) {
      const [start, bytes] = [view.getUint32(address, true), view.getUint32(address + 4, true)];
      const value = new Uint8Array(4 + bytes);
      new DataView(value.buffer).setUint32(0, bytes, true);
      value.set(u8.subarray(start, start + bytes), 4);
      return value;
    }
    const value = u8.slice(address, address + widthOf(kind));
    return kind === PLAIN_WIDE ? value.reverse() : value;
  };

  const bytesAt = (kind: number, address: number): number =>
    kind === PLAIN_TEXT ? 4 + view.getUint32(address, true) : widthOf(kind);

  return {
    ...boundsTwin(heap),
    appendPlain(kind, values, stride, validity, validityStride, selection, from, to, out, valid) {
      let at = out >>> 0;
      for (let k = from; k < to; k++) {
        const row = selection === 0 ? k : view.getUint32((selection >>> 0) + 4 * k, true);
        const isValid = validity === 0 || u8[(validity >>> 0) + row * validityStride] !== 0;
        u8[(valid >>> 0) + k - from] = isValid ? 1 : 0;
        if (!isValid) continue;
        const value = plainValue(kind, (values >>> 0) + row * stride);
        u8.set(value, at);
        at += value.length;
      }
      return at - (out >>> 0);
    },
    plainTextBytes(values, stride, validity, validityStride, selection, from, to) {
      let bytes = 0;
      for (let k = from; k < to; k++) {
        const row = selection === 0 ? k : view.getUint32((selection >>> 0) + 4 * k, true);
        if (validity !== 0 && u8[(validity >>> 0) + row * validityStride] === 0) continue;
        bytes += 4 + view.getUint32((values >>> 0) + row * stride + 4, true);
      }
      return bytes;
    },
    countValid(validity, rows) {
      return u8.subarray(validity >>> 0, (validity >>> 0) + rows).reduce((sum, byte) => sum + byte, 0);
    },
    takeTextRows(values, validity, rows, limit, result) {
      let [row, bytes, texts] = [0, 0, 0];
      for (; row < rows && bytes < limit >>> 0; row++) {
        if (validity !== 0 && u8[(validity >>> 0) + row] === 0) continue;
        bytes += bytesAt(PLAIN_TEXT, (values >>> 0) + bytes);
        texts++;
      }
      view.setUint32((result >>> 0) + TAKEN_BYTES, bytes, true);
      view.setUint32((result >>> 0) + TAKEN_VALUES, texts, true);
      return row;
    },
    packBooleans(values, count, out) {
      const bits = Array.from(u8.subarray(values >>> 0, (values >>> 0) + count));
      const packed = Uint8Array.from({ length: Math.ceil(count / 8) }, (_, byte) =>
        bits.slice(byte * 8, byte * 8 + 8).reduce((sum, bit, place) => sum | (bit << place), 0),
      );
      u8.set(packed, out >>> 0);
      return packed.length;
    },
    packIndices(indices, count, width, out) {
      const numbers = Array.from({ length: count }, (_, i) => view.getUint16((indices >>> 0) + 2 * i, true));
      const packed = packedRuns(numbers, width);
      u8.set(packed, out >>> 0);
      return packed.length;
    },
    packLevels(validity, count, out) {
      const packed = packedRuns(Array.from(u8.subarray(validity >>> 0, (validity >>> 0) + count)), 1);
      u8.set(packed, out >>> 0);
      return packed.length;
    },
    /** Looks through all entries in place of a hash table. */
    addToDictionary(kind, dictionary, values, count, indices) {
      const field = (offset: number): number => view.getUint32((dictionary >>> 0) + offset, true);
      const kept = field(DICTIONARY_VALUES);
      let value = values >>> 0;
      for (let i = 0; i < count; i++) {
        const bytes = bytesAt(kind, value);
        const [entries, filled] = [field(DICTIONARY_ENTRIES), field(DICTIONARY_FILLED)];
        const placeOf = (entry: number): number =>
          kind === PLAIN_TEXT ? view.getUint32(field(DICTIONARY_PLACES) + 4 * entry, true) : entry * bytes;
        const wanted = Buffer.from(u8.slice(value, value + bytes));
        let entry = 0;
        while (
          entry < entries &&
          !wanted.equals(u8.slice(kept + placeOf(entry), kept + placeOf(entry) + bytesAt(kind, kept + placeOf(entry))))
        )
          entry++;
        if (entry === entries) {
          if (entries === field(DICTIONARY_MAX_ENTRIES) || filled + bytes > field(DICTIONARY_MAX_BYTES)) return i;
          u8.set(wanted, kept + filled);
          if (kind === PLAIN_TEXT) view.setUint32(field(DICTIONARY_PLACES) + 4 * entry, filled, true);
          view.setUint32((dictionary >>> 0) + DICTIONARY_ENTRIES, entries + 1, true);
          view.setUint32((dictionary >>> 0) + DICTIONARY_FILLED, filled + bytes, true);
        }
        view.setUint16((indices >>> 0) + 2 * i, entry, true);
        value += bytes;
      }
      return count;
    },
  };
}

function widthOf(kind: number): number {
  if (kind === PLAIN_BYTE) return 1;
  if (kind === PLAIN_I32) return 4;
  return kind === PLAIN_WIDE ? 16 : 8;
}
