/** What sorting groups, records and normalized keys mean: see assembly/state-sort.ts, state-record.ts, state-key.ts. */
import type { Heap } from '../../memory/heap.js';
import {
  DESCENDING,
  F64,
  I32,
  I128,
  LAYOUT_ACCUMULATOR_BASE,
  LAYOUT_ROW_BYTES,
  MIN,
  NULLS_FIRST,
  SORT_ENTRY_BYTES,
  SUM_DOUBLE,
  SUPER_BYTES,
  TABLE_DIRECTORY,
  TABLE_LAYOUT,
  TABLE_NEEDED,
  TABLE_OUT,
  TABLE_SLOTS,
  TEXT,
  U8,
} from '../assembly/state-layout.js';
import type { StateKernels } from '../state-kernels.js';
import {
  accumulatorEntries,
  bytesAt,
  type Entry,
  type KeyEntry,
  keyEntries,
  pad8,
  setSigned,
  setU32,
  signedAt,
  u32,
  type Word,
} from './state-twin-heap.js';

const WIDTH: Readonly<Record<number, number>> = { [U8]: 1, [I32]: 4, [I128]: 16 };

export function widthOf(physical: number): number {
  return WIDTH[physical] ?? 8;
}

/** The unsigned number whose big-endian bytes sort as the values do; its own inverse but for doubles. */
function ordered(physical: number, value: bigint): bigint {
  const bits = BigInt(8 * widthOf(physical));
  const sign = 1n << (bits - 1n);
  const unsigned = BigInt.asUintN(Number(bits), value);
  if (physical === U8) return unsigned;
  if (physical === F64 && unsigned >= sign) return BigInt.asUintN(64, ~unsigned);
  return unsigned ^ sign;
}

function unordered(physical: number, number: bigint): bigint {
  if (physical === U8) return number;
  const bits = 8 * widthOf(physical);
  const sign = 1n << BigInt(bits - 1);
  if (physical === F64 && number < sign) return BigInt.asUintN(64, ~number);
  return BigInt.asIntN(bits, number ^ sign);
}

/** A column of a normalized key. */
export function normalizedColumn(physical: number, order: number, value: Word | null): number[] {
  if (value === null) return [order & NULLS_FIRST ? 0 : 2];
  const flip = order & DESCENDING ? 0xff : 0;
  if (typeof value !== 'bigint') {
    return [
      1,
      ...[...[...value].flatMap((byte) => (byte <= 1 ? [1, byte + 1] : [byte])), 0].map((byte) => byte ^ flip),
    ];
  }
  const width = widthOf(physical);
  const number = ordered(physical, value);
  const bytes = Array.from({ length: width }, (_, i) => Number((number >> BigInt(8 * (width - 1 - i))) & 0xffn) ^ flip);
  return [1, ...bytes];
}

/** The normalized key of a group row: ascending, with nulls last. */
export function keyOf(heap: Heap, keys: readonly KeyEntry[], row: number): number[] {
  return keys.flatMap(({ physical, offset }, k) => {
    const slot = row + offset;
    if (heap.u8[row + k] === 0) return normalizedColumn(physical, 0, null);
    if (physical === TEXT) {
      return normalizedColumn(physical, 0, bytesAt(heap, u32(heap, slot), u32(heap, slot + 4)));
    }
    return normalizedColumn(physical, 0, signedAt(heap, slot, physical === I128 ? 2 : 1));
  });
}

/** Bytes behind the payload's fixed part that belong to the accumulator in `slot`. */
export function tailBytes(heap: Heap, entry: Entry, slot: number): number {
  if (entry.operation === SUM_DOUBLE) return u32(heap, slot + 32) === 0 ? 0 : SUPER_BYTES;
  return entry.operation >= MIN && entry.physical === TEXT ? pad8(u32(heap, slot + 4)) : 0;
}

/** A bound on a record's bytes, as the kernel computes it: texts may double. */
function recordBound(heap: Heap, layout: number, row: number): number {
  let bytes = 16 + u32(heap, layout + LAYOUT_ROW_BYTES) - u32(heap, layout + LAYOUT_ACCUMULATOR_BASE);
  for (const key of keyEntries(heap, layout)) {
    bytes += key.physical === TEXT ? 2 * u32(heap, row + key.offset + 4) + 10 : 17;
  }
  for (const entry of accumulatorEntries(heap, layout)) bytes += tailBytes(heap, entry, row + entry.offset);
  return bytes;
}

export function recordBytes(heap: Heap, record: number): number {
  return 8 + pad8(u32(heap, record)) + pad8(u32(heap, record + 4));
}

export function payloadOf(heap: Heap, record: number): number {
  return record + 8 + pad8(u32(heap, record));
}

export function keyBytes(heap: Heap, record: number): Uint8Array {
  return bytesAt(heap, record + 8, u32(heap, record));
}

function writeRecord(heap: Heap, layout: number, row: number, out: number): number {
  const base = u32(heap, layout + LAYOUT_ACCUMULATOR_BASE);
  const fixed = u32(heap, layout + LAYOUT_ROW_BYTES) - base;
  const key = keyOf(heap, keyEntries(heap, layout), row);
  setU32(heap, out, key.length);
  heap.u8.fill(0, out + 8, out + 8 + pad8(key.length));
  heap.u8.set(key, out + 8);
  const payload = payloadOf(heap, out);
  heap.u8.copyWithin(payload, row + base, row + base + fixed);
  let tail = payload + fixed;
  for (const entry of accumulatorEntries(heap, layout)) {
    const slot = payload + entry.offset - base;
    const bytes = tailBytes(heap, entry, slot);
    heap.u8.fill(0, tail, tail + bytes);
    if (entry.operation === SUM_DOUBLE && bytes > 0) {
      heap.u8.set(bytesAt(heap, u32(heap, slot + 32), SUPER_BYTES), tail);
      setU32(heap, slot + 32, 1);
    } else if (entry.operation >= MIN && entry.physical === TEXT) {
      heap.u8.set(bytesAt(heap, u32(heap, slot), u32(heap, slot + 4)), tail);
      setU32(heap, slot, 0);
      setU32(heap, slot + 8, 0);
    }
    tail += bytes;
  }
  setU32(heap, out + 4, tail - payload);
  return tail;
}

/** Reads one column of a key at `at`; returns where the next one begins. */
function decodeOne(heap: Heap, key: KeyEntry, at: number, value: number, validity: number): number {
  const isNotNull = heap.u8[at] === 1;
  heap.u8[validity] = isNotNull ? 1 : 0;
  const width = widthOf(key.physical);
  heap.u8.fill(0, value, value + width);
  if (!isNotNull) return at + 1;
  let from = at + 1;
  if (key.physical === TEXT) {
    let to = from;
    for (let byte = heap.u8[from++]; byte !== 0; byte = heap.u8[from++]) {
      heap.u8[to++] = byte === 1 ? heap.u8[from++] - 1 : byte;
    }
    setU32(heap, value, at + 1);
    setU32(heap, value + 4, to - at - 1);
    return from;
  }
  let number = 0n;
  for (let i = 0; i < width; i++) number = (number << 8n) | BigInt(heap.u8[from++]);
  const decoded = unordered(key.physical, number);
  for (let i = 0; i < width; i++) heap.u8[value + i] = Number((decoded >> BigInt(8 * i)) & 0xffn);
  return from;
}

type Records = Pick<
  StateKernels,
  'sortGroups' | 'writeGroups' | 'indexRecords' | 'lowerBound' | 'countRecords' | 'checksum' | 'decodeKeys'
>;

export function recordTwins(heap: Heap): Records {
  return {
    sortGroups(table) {
      const directory = u32(heap, table + TABLE_DIRECTORY);
      const layout = u32(heap, table + TABLE_LAYOUT);
      const keys = layout === 0 ? [] : keyEntries(heap, layout);
      const rows = Array.from({ length: u32(heap, table + TABLE_SLOTS) }, (_, i) => u32(heap, directory + 8 * i))
        .filter((row) => row !== 0)
        .map((row) => ({ row, key: Buffer.from(layout === 0 ? keyBytes(heap, row) : keyOf(heap, keys, row)) }))
        .sort((a, b) => Buffer.compare(a.key, b.key));
      rows.forEach(({ row, key }, i) => {
        const entry = directory + i * SORT_ENTRY_BYTES;
        const prefix = Buffer.concat([key, Buffer.alloc(12)]);
        setSigned(heap, entry, 1, prefix.readBigUInt64BE(0));
        setU32(heap, entry + 8, prefix.readUInt32BE(8));
        setU32(heap, entry + 12, row);
      });
    },
    writeGroups(table, from, to, out, outEnd) {
      const layout = u32(heap, table + TABLE_LAYOUT);
      const entries = u32(heap, table + TABLE_DIRECTORY);
      let end = out >>> 0;
      let i = from;
      for (; i < to; i++) {
        const row = u32(heap, entries + i * SORT_ENTRY_BYTES + 12);
        const bound = recordBound(heap, layout, row);
        if ((outEnd >>> 0) - end < bound) {
          setU32(heap, table + TABLE_NEEDED, bound);
          break;
        }
        end = writeRecord(heap, layout, row, end);
      }
      setU32(heap, table + TABLE_OUT, end);
      return i;
    },
    indexRecords(layout, start, count, rows, keyAt) {
      const base = u32(heap, layout + LAYOUT_ACCUMULATOR_BASE);
      const fixed = u32(heap, layout + LAYOUT_ROW_BYTES) - base;
      let record = start;
      for (let i = 0; i < count; i++) {
        const payload = payloadOf(heap, record);
        setU32(heap, rows + 4 * i, payload - base);
        setU32(heap, keyAt + 4 * i, record + 8);
        let tail = payload + fixed;
        for (const entry of accumulatorEntries(heap, layout)) {
          const slot = payload + entry.offset - base;
          const bytes = tailBytes(heap, entry, slot);
          if (bytes > 0) setU32(heap, slot + (entry.operation === SUM_DOUBLE ? 32 : 0), tail);
          tail += bytes;
        }
        record += recordBytes(heap, record);
      }
    },
    lowerBound(start, end, key, bytes) {
      const wanted = bytesAt(heap, key, bytes);
      let record = start;
      while (record < end && Buffer.compare(keyBytes(heap, record), wanted) < 0) record += recordBytes(heap, record);
      return record;
    },
    countRecords(start, end) {
      let count = 0;
      for (let record = start; record < end; record += recordBytes(heap, record)) count++;
      return count;
    },
    checksum(address, bytes) {
      let hash = BigInt(bytes);
      for (let i = 0; i < bytes; i += 8) {
        hash = BigInt.asUintN(64, (hash ^ heap.u64[(address + i) >>> 3]) * 0x9e3779b97f4a7c15n);
        hash ^= hash >> 32n;
      }
      return Number(hash & 0xffffffffn);
    },
    decodeKeys(layout, k, keyAt, count, values, validity) {
      const key = keyEntries(heap, layout)[k];
      const width = widthOf(key.physical);
      let nulls = 0;
      for (let i = 0; i < count; i++) {
        const next = decodeOne(heap, key, u32(heap, keyAt + 4 * i), values + width * i, validity + i);
        setU32(heap, keyAt + 4 * i, next);
        if (heap.u8[validity + i] === 0) nulls++;
      }
      return nulls;
    },
  };
}
