/** Texts of a page, by strings. */
import type { Heap } from '../../memory/heap.js';
import { type ParquetKernels, TIME_TEXT_BYTES, UUID_TEXT_BYTES } from '../parquet-kernels.js';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

export function textTwin({
  u8,
  u32,
  memory,
}: Heap): Pick<ParquetKernels, 'firstInvalidText' | 'isAscii' | 'timeTexts' | 'uuidTexts'> {
  const data = new DataView(memory.buffer);

  const view = (views: number, index: number): Uint8Array => {
    const at = (views >>> 2) + 2 * index;
    return u8.slice(u32[at], u32[at] + u32[at + 1]);
  };
  const putText = (out: number, index: number, address: number, text: string): void => {
    u8.set(encoder.encode(text), address);
    u32[(out >>> 2) + 2 * index] = address;
    u32[(out >>> 2) + 2 * index + 1] = text.length;
  };

  return {
    firstInvalidText(views, count) {
      for (let i = 0; i < count; i++) {
        try {
          decoder.decode(view(views, i));
        } catch {
          return i;
        }
      }
      return -1;
    },
    isAscii: (from, to) => (u8.subarray(from >>> 0, to >>> 0).every((byte) => byte < 0x80) ? 1 : 0),
    timeTexts(from, count, isWide, perSecond, area, out) {
      for (let i = 0; i < count; i++) {
        const units = isWide
          ? data.getBigInt64((from >>> 0) + 8 * i, true)
          : BigInt(data.getInt32((from >>> 0) + 4 * i, true));
        const scale = BigInt(perSecond);
        if (units < 0n || units > 86400n * scale) return i;
        const seconds = Number(units / scale);
        const parts = [seconds / 3600, (seconds / 60) % 60, seconds % 60];
        const clock = parts.map((part) => String(Math.floor(part)).padStart(2, '0')).join(':');
        const fraction = String(units % scale)
          .padStart(String(perSecond).length - 1, '0')
          .replace(/0+$/, '');
        const text = fraction === '' ? clock : `${clock}.${fraction}`;
        putText(out, i, (area >>> 0) + i * TIME_TEXT_BYTES, text);
      }
      return -1;
    },
    uuidTexts(views, count, area, out) {
      for (let i = 0; i < count; i++) {
        const hex = Buffer.from(view(views, i)).toString('hex');
        const text = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
        putText(out, i, (area >>> 0) + i * UUID_TEXT_BYTES, text);
      }
    },
  };
}
