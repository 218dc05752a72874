/** What storing, linking and looking up the records of a join means: see assembly/state-join.ts. */
import type { Heap } from '../../memory/heap.js';
import {
  COLUMN_BYTES,
  I32,
  I128,
  KEY_TEXT_BYTES,
  PROBE_DIRECTORIES,
  PROBE_HASH_MASK,
  PROBE_KEY_PART,
  PROBE_LAYOUT,
  PROBE_SHIFT,
  RECORD_EPOCH,
  RECORD_LAST,
  RECORD_MET,
  RECORD_NEXT,
  RECORD_VALIDITY,
  TABLE_HASH_MASK,
  TABLE_LAYOUT,
  TEXT,
  U8,
} from '../assembly/state-layout.js';
import type { StateKernels } from '../state-kernels.js';
import { hashAll, keyValues, sameWord, setLanes, slotValue, takeTail } from './state-twin-groups.js';
import { bytesAt, columnAt, isValid, keyEntries, rowAt, setSigned, setU32, u32 } from './state-twin-heap.js';

type JoinKernels = Pick<StateKernels, 'beginRecords' | 'storeKeys' | 'storeValues' | 'linkRecords' | 'lookUpRecords'>;

/** The address of a copy of the text in the table's arena; 0: there is no room. */
function copyText(heap: Heap, table: number, text: Uint8Array): number {
  const copy = takeTail(heap, table, text.length);
  if (copy !== 0) heap.u8.set(text, copy);
  return copy;
}

const partitionOf = (hash: number, shift: number): number => (shift === 32 ? 0 : hash >>> shift);

export function joinTwins(heap: Heap): JoinKernels {
  const keysAt = (layout: number, columnsAt: number) => {
    const keys = keyEntries(heap, layout);
    return { keys, columns: keys.map((_, k) => columnAt(heap, columnsAt + k * COLUMN_BYTES)) };
  };
  return {
    beginRecords(table, columnsAt, selection, from, to, hashes, records, recordBytes) {
      const { keys, columns } = keysAt(u32(heap, table + TABLE_LAYOUT), columnsAt);
      for (let i = from; i < to; i++) {
        const record = records + (i - from) * recordBytes;
        const whole = Number(hashAll(keys, keyValues(heap, keys, columns, rowAt(heap, selection, i))));
        const hash = (whole & u32(heap, table + TABLE_HASH_MASK)) >>> 0;
        setU32(heap, hashes + 4 * i, hash);
        setU32(heap, record + RECORD_NEXT, 0);
        setU32(heap, record + RECORD_LAST, 0);
        setU32(heap, record + RECORD_EPOCH, 0);
        heap.u8[record + RECORD_MET] = 0;
      }
    },
    storeKeys(table, columnsAt, k, keyPart, selection, from, to, records, recordBytes) {
      const { keys, columns } = keysAt(u32(heap, table + TABLE_LAYOUT), columnsAt);
      const key = keys[k];
      for (let i = from; i < to; i++) {
        const group = records + (i - from) * recordBytes + keyPart;
        const slot = group + key.offset;
        const value = keyValues(heap, keys, columns, rowAt(heap, selection, i))[k];
        heap.u8[group + k] = value === null ? 0 : 1;
        heap.u8.fill(0, slot, slot + (key.physical === TEXT ? 24 : key.physical === I128 ? 16 : 8));
        if (value === null) continue;
        if (!(value instanceof Uint8Array)) {
          setSigned(heap, slot, key.physical === I128 ? 2 : 1, value);
          continue;
        }
        const copy = value.length <= KEY_TEXT_BYTES ? slot + 8 : copyText(heap, table, value);
        if (copy === 0) return i;
        setU32(heap, slot, copy);
        setU32(heap, slot + 4, value.length);
        setLanes(heap, slot + 8, value);
      }
      return to;
    },
    storeValues(table, columnAddress, index, offset, physical, selection, from, to, records, recordBytes) {
      const column = columnAt(heap, columnAddress);
      const width = physical === U8 ? 1 : physical === I32 ? 4 : physical === I128 ? 16 : 8;
      for (let i = from; i < to; i++) {
        const record = records + (i - from) * recordBytes;
        const row = rowAt(heap, selection, i);
        heap.u8[record + RECORD_VALIDITY + index] = isValid(heap, column, row) ? 1 : 0;
        if (!isValid(heap, column, row)) continue;
        const value = column.values + row * column.stride;
        if (physical !== TEXT) {
          heap.u8.copyWithin(record + offset, value, value + width);
          continue;
        }
        const text = bytesAt(heap, u32(heap, value), u32(heap, value + 4));
        const copy = text.length === 0 ? record + offset : copyText(heap, table, text);
        if (copy === 0) return i;
        setU32(heap, record + offset, copy);
        setU32(heap, record + offset + 4, text.length);
      }
      return to;
    },
    linkRecords(
      layout,
      directory,
      slots,
      records,
      recordBytes,
      keyPart,
      hashes,
      count,
      partition,
      shift,
      epoch,
      checksNulls,
    ) {
      const keys = keyEntries(heap, layout);
      let repeated = 0;
      for (let i = 0; i < count; i++) {
        const record = records + i * recordBytes;
        const hash = u32(heap, hashes + 4 * i);
        if (partitionOf(hash, shift) !== partition) continue;
        if (checksNulls !== 0 && keys.some((_, k) => heap.u8[record + keyPart + k] === 0)) continue;
        for (let slot = hash & (slots - 1); ; slot = (slot + 1) & (slots - 1)) {
          const first = u32(heap, directory + 8 * slot);
          if (first === 0) {
            setU32(heap, directory + 8 * slot, record);
            setU32(heap, directory + 8 * slot + 4, hash);
            break;
          }
          const word = (key: (typeof keys)[number], at: number) => slotValue(heap, key, at + keyPart);
          if (keys.every((key) => sameWord(word(key, first), word(key, record)))) {
            const last = u32(heap, first + RECORD_EPOCH) === epoch ? u32(heap, first + RECORD_LAST) : first;
            setU32(heap, record + RECORD_NEXT, 0);
            setU32(heap, last + RECORD_NEXT, record);
            setU32(heap, first + RECORD_LAST, record);
            setU32(heap, first + RECORD_EPOCH, epoch);
            repeated = 1;
            break;
          }
        }
      }
      return repeated;
    },
    lookUpRecords(probe, columnsAt, selection, from, to, found) {
      const { keys, columns } = keysAt(u32(heap, probe + PROBE_LAYOUT), columnsAt);
      const keyPart = u32(heap, probe + PROBE_KEY_PART);
      for (let i = from; i < to; i++) {
        const values = keyValues(heap, keys, columns, rowAt(heap, selection, i));
        const hash = (Number(hashAll(keys, values)) & u32(heap, probe + PROBE_HASH_MASK)) >>> 0;
        const partition = probe + PROBE_DIRECTORIES + 8 * partitionOf(hash, u32(heap, probe + PROBE_SHIFT));
        const [directory, mask] = [u32(heap, partition), u32(heap, partition + 4)];
        const isMatch = (record: number): boolean =>
          keys.every((key, k) => {
            const value = values[k];
            return value !== null && sameWord(slotValue(heap, key, record + keyPart), value);
          });
        let slot = (hash & mask) >>> 0;
        let record = u32(heap, directory + 8 * slot);
        while (record !== 0 && !isMatch(record)) {
          slot = (slot + 1) & mask;
          record = u32(heap, directory + 8 * slot);
        }
        setU32(heap, found + 4 * i, record);
      }
    },
  };
}
