/** The least and the greatest of plain values, one at a time. */
import type { Heap } from '../../memory/heap.js';
import {
  BOUND_TEXT_BYTES,
  BOUNDS_FOUND,
  BOUNDS_MAX,
  BOUNDS_MAX_BYTES,
  BOUNDS_MAX_CUT,
  BOUNDS_MIN,
  BOUNDS_MIN_BYTES,
  BOUNDS_MIN_CUT,
  type ParquetWriteKernels,
  PLAIN_BYTE,
  PLAIN_F64,
  PLAIN_I32,
  PLAIN_I64,
  PLAIN_TEXT,
} from '../parquet-write-kernels.js';

/** One end of the bounds: where it lies, and which way it moves. */
const MIN = { value: BOUNDS_MIN, bytes: BOUNDS_MIN_BYTES, cut: BOUNDS_MIN_CUT, sign: -1 };
const MAX = { value: BOUNDS_MAX, bytes: BOUNDS_MAX_BYTES, cut: BOUNDS_MAX_CUT, sign: 1 };

export function boundsTwin(heap: Heap): Pick<ParquetWriteKernels, 'addBounds' | 'mergeBounds'> {
  const { u8 } = heap;
  const view = new DataView(u8.buffer);

  const take = (kind: number, value: Buffer, isCut: boolean, bounds: number): void => {
    const isFound = view.getUint32(bounds + BOUNDS_FOUND, true) !== 0;
    for (const end of [MIN, MAX]) {
      const length = view.getUint32(bounds + end.bytes, true);
      const kept = Buffer.from(u8.slice(bounds + end.value, bounds + end.value + length));
      const order = isFound ? compare(kind, value, kept) * end.sign : 1;
      const wasCut = view.getUint32(bounds + end.cut, true) !== 0;
      // Of texts that begin alike the uncut one is the least, a cut one the greatest.
      if (order < 0 || (order === 0 && isCut === wasCut) || (order === 0 && (end === MIN) === isCut)) continue;
      u8.set(value, bounds + end.value);
      view.setUint32(bounds + end.bytes, value.length, true);
      if (kind === PLAIN_TEXT) view.setUint32(bounds + end.cut, isCut ? 1 : 0, true);
    }
    view.setUint32(bounds + BOUNDS_FOUND, 1, true);
  };

  return {
    addBounds(kind, values, count, bounds) {
      let at = values >>> 0;
      for (let i = 0; i < count; i++) {
        const isText = kind === PLAIN_TEXT;
        const bytes = isText ? view.getUint32(at, true) : widthOf(kind);
        if (isText) at += 4;
        const value = Buffer.from(u8.slice(at, at + Math.min(bytes, BOUND_TEXT_BYTES)));
        at += bytes;
        if (kind === PLAIN_F64 && Number.isNaN(value.readDoubleLE())) continue;
        take(kind, value, bytes > BOUND_TEXT_BYTES, bounds >>> 0);
      }
    },
    mergeBounds(kind, other, bounds) {
      const from = other >>> 0;
      if (view.getUint32(from + BOUNDS_FOUND, true) === 0) return;
      for (const end of [MIN, MAX]) {
        const length = view.getUint32(from + end.bytes, true);
        const value = Buffer.from(u8.slice(from + end.value, from + end.value + length));
        take(kind, value, view.getUint32(from + end.cut, true) !== 0, bounds >>> 0);
      }
    },
  };
}

function compare(kind: number, a: Buffer, b: Buffer): number {
  if (kind === PLAIN_TEXT) return Buffer.compare(a, b);
  const [x, y] = [numberOf(kind, a), numberOf(kind, b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

function numberOf(kind: number, value: Buffer): number | bigint {
  if (kind === PLAIN_BYTE) return value[0];
  if (kind === PLAIN_I32) return value.readInt32LE();
  if (kind === PLAIN_I64) return value.readBigInt64LE();
  if (kind === PLAIN_F64) return value.readDoubleLE();
  return (value.readBigInt64BE() << 64n) | value.readBigUInt64BE(8);
}

function widthOf(kind: number): number {
  if (kind === PLAIN_BYTE) return 1;
  if (kind === PLAIN_I32) return 4;
  return kind === PLAIN_I64 || kind === PLAIN_F64 ? 8 : 16;
}
