/** What packed texts are: see assembly/state-pack.ts and state-pack-layout.ts. */
import { Buffer } from 'node:buffer';
import type { Heap } from '../../memory/heap.js';
import { COLUMN_BYTES, I32, I128, TEXT, U8 } from '../assembly/state-layout.js';
import {
  PACK_ENTRY,
  PACK_FLAGS,
  PACK_HAS_CONDITION,
  PACK_HEAD,
  PACK_KEYS,
  PACK_NEEDED,
  PACK_PHYSICAL,
  PACK_POSITION,
  PACK_POSITION_BYTES,
  PACK_SKIPS_NULL_KEYS,
  PACK_SKIPS_NULL_VALUES,
  PACK_TAIL_BYTES,
  PACK_TAKES_LAST,
} from '../assembly/state-pack-layout.js';
import type { StateKernels } from '../state-kernels.js';
import { bytesAt, columnAt, isValid, rowAt, setU32, u32, valueAt } from './state-twin-heap.js';
import { normalizedColumn } from './state-twin-records.js';

const WIDTH: Readonly<Record<number, number>> = { [U8]: 1, [I32]: 4, [I128]: 16 };

export function packTwins(heap: Heap): Pick<StateKernels, 'packTexts'> {
  return {
    packTexts(pack, columns, selection, from, to, out, outEnd, values, validity) {
      const count = u32(heap, pack + PACK_KEYS);
      const flags = u32(heap, pack + PACK_FLAGS);
      const column = (index: number) => columnAt(heap, columns + index * COLUMN_BYTES);
      const keys = Array.from({ length: count }, (_, k) => {
        const entry = pack + PACK_HEAD + k * PACK_ENTRY;
        return { ...column(k), physical: u32(heap, entry), order: u32(heap, entry + 4) };
      });
      const value = { ...column(count), physical: u32(heap, pack + PACK_PHYSICAL) };
      const width = (physical: number): number => WIDTH[physical] ?? 8;
      const bytesOf = ({ physical, values: at, stride }: typeof value, row: number): number =>
        physical === TEXT ? u32(heap, at + row * stride + 4) : width(physical);

      const counts = (row: number): boolean => {
        if (flags & PACK_SKIPS_NULL_VALUES && !isValid(heap, value, row)) return false;
        if (flags & PACK_SKIPS_NULL_KEYS && keys.some((key) => !isValid(heap, key, row))) return false;
        if (!(flags & PACK_HAS_CONDITION)) return true;
        const condition = column(count + 1);
        return isValid(heap, condition, row) && heap.u8[condition.values + row * condition.stride] !== 0;
      };
      const valueBytes = (row: number): Uint8Array => {
        const at = value.values + row * value.stride;
        if (value.physical === TEXT) return bytesAt(heap, u32(heap, at), u32(heap, at + 4));
        return bytesAt(heap, at, width(value.physical));
      };

      let end = out >>> 0;
      for (let i = from; i < to; i++) {
        const row = rowAt(heap, selection, i);
        heap.u8[(validity >>> 0) + row] = counts(row) ? 1 : 0;
        if (!counts(row)) continue;
        const bounds = [...keys, value].map((part) => (isValid(heap, part, row) ? 2 + 2 * bytesOf(part, row) : 1));
        const bound = bounds.reduce((sum, bytes) => sum + bytes, PACK_POSITION_BYTES + PACK_TAIL_BYTES);
        if ((outEnd >>> 0) - end < bound) {
          setU32(heap, pack + PACK_NEEDED, bound);
          return i;
        }
        const order = keys.flatMap((key) => {
          const isPresent = isValid(heap, key, row);
          const word = isPresent ? valueAt(heap, key.physical, key.values + row * key.stride) : null;
          return normalizedColumn(key.physical, key.order, word);
        });
        const isPresent = isValid(heap, value, row);
        const own = isPresent ? valueBytes(row) : new Uint8Array(0);
        const place = heap.u64[(pack + PACK_POSITION) >>> 3] + BigInt(i - from);
        const rest = Buffer.alloc(PACK_POSITION_BYTES);
        rest.writeBigUInt64BE(flags & PACK_TAKES_LAST ? BigInt.asUintN(64, ~place) : place);
        const tail = Buffer.alloc(PACK_TAIL_BYTES);
        tail[0] = isPresent ? 1 : 0;
        tail.writeUInt32LE(own.length, 1);
        const text = Buffer.concat([Buffer.from(order), rest, own, tail]);
        heap.u8.set(text, end);
        setU32(heap, values + 8 * row, end);
        setU32(heap, values + 8 * row + 4, text.length);
        end += text.length;
      }
      return to;
    },
  };
}
