// Records of runs: a normalized key and a payload, here the partial accumulators of a group. See state-layout.ts.
import { encodeKey } from './state-key';
import {
  LAYOUT_ACCUMULATOR_BASE,
  LAYOUT_ACCUMULATORS,
  LAYOUT_ENTRY,
  LAYOUT_HEAD,
  LAYOUT_KEYS,
  LAYOUT_ROW_BYTES,
  MAX,
  MIN,
  SORT_ENTRY_BYTES,
  SUM_DOUBLE,
  SUPER_BYTES,
  TABLE_DIRECTORY,
  TABLE_LAYOUT,
  TABLE_NEEDED,
  TABLE_OUT,
  TEXT,
} from './state-layout';
import { READ_AHEAD, touchRows } from './state-sort';
import { compareBytes } from './state-text';

// @ts-ignore: decorator
@inline
export function pad8(bytes: u32): u32 {
  return (bytes + 7) & ~7;
}

// @ts-ignore: decorator
@inline
export function recordBytes(record: usize): u32 {
  return 8 + pad8(load<u32>(record)) + pad8(load<u32>(record, 4));
}

// @ts-ignore: decorator
@inline
export function payloadOf(record: usize): usize {
  return record + 8 + pad8(load<u32>(record));
}

// @ts-ignore: decorator
@inline
export function accumulatorEntry(layout: usize): usize {
  return layout + LAYOUT_HEAD + load<u32>(layout, LAYOUT_KEYS) * LAYOUT_ENTRY;
}

/** Bytes behind the fixed part that the accumulator in `slot` has. */
// @ts-ignore: decorator
@inline
export function tailBytes(entry: usize, slot: usize): u32 {
  const operation = load<u32>(entry);
  if (operation == SUM_DOUBLE) return load<u32>(slot, 32) ? SUPER_BYTES : 0;
  if ((operation == MIN || operation == MAX) && load<u32>(entry, 8) == TEXT) return pad8(load<u32>(slot, 4));
  return 0;
}

function recordBound(layout: usize, row: usize): u32 {
  const keys = load<u32>(layout, LAYOUT_KEYS);
  let bytes: u32 = 8 + 8 + load<u32>(layout, LAYOUT_ROW_BYTES) - load<u32>(layout, LAYOUT_ACCUMULATOR_BASE);
  for (let k: u32 = 0; k < keys; k++) {
    const key = layout + LAYOUT_HEAD + k * LAYOUT_ENTRY;
    bytes += load<u32>(key) == TEXT ? 2 * load<u32>(row + load<u32>(key, 4), 4) + 10 : 17;
  }
  const accumulators = load<u32>(layout, LAYOUT_ACCUMULATORS);
  let entry = accumulatorEntry(layout);
  for (let a: u32 = 0; a < accumulators; a++, entry += LAYOUT_ENTRY) bytes += tailBytes(entry, row + load<u32>(entry, 4));
  return bytes;
}

/**
 * Writes the sorted groups from..to-1 as records at `out`, as many as fit before `outEnd`; returns the first one not
 * written, and in TABLE_OUT where the records end. When not even one fits: TABLE_NEEDED says how many bytes it takes.
 */
export function writeGroups(table: usize, from: u32, to: u32, out: usize, outEnd: usize): u32 {
  const layout: usize = load<u32>(table, TABLE_LAYOUT);
  const entries: usize = load<u32>(table, TABLE_DIRECTORY);
  const base = load<u32>(layout, LAYOUT_ACCUMULATOR_BASE);
  const fixed = load<u32>(layout, LAYOUT_ROW_BYTES) - base;
  const accumulators = load<u32>(layout, LAYOUT_ACCUMULATORS);
  const firstEntry = accumulatorEntry(layout);
  let ahead = from;
  let i = from;
  for (; i < to; i++) {
    if (i == ahead) {
      ahead = min<u32>(to, i + READ_AHEAD);
      touchRows(table, entries + i * SORT_ENTRY_BYTES + 12, SORT_ENTRY_BYTES, ahead - i);
    }
    const row: usize = load<u32>(entries + i * SORT_ENTRY_BYTES, 12);
    const bound = recordBound(layout, row);
    if (outEnd - out < bound) {
      store<u32>(table, bound, TABLE_NEEDED);
      break;
    }
    const keyEnd = encodeKey(layout, row, out + 8, usize.MAX_VALUE);
    store<u64>(keyEnd, 0);
    const keyBytes = u32(keyEnd - out) - 8;
    const payload = out + 8 + pad8(keyBytes);
    memory.copy(payload, row + base, fixed);
    let tail = payload + fixed;
    let entry = firstEntry;
    for (let a: u32 = 0; a < accumulators; a++, entry += LAYOUT_ENTRY) {
      tail = writeTail(entry, payload + load<u32>(entry, 4) - base, tail);
    }
    store<u32>(out, keyBytes);
    store<u32>(out, tail - payload, 4);
    out = tail;
  }
  store<u32>(table, out, TABLE_OUT);
  return i;
}

/** Moves what the slot points to behind the fixed part. Addresses mean nothing in a record: they become 0 or 1. */
// @ts-ignore: decorator
@inline
function writeTail(entry: usize, slot: usize, tail: usize): usize {
  const bytes = tailBytes(entry, slot);
  if (load<u32>(entry) == SUM_DOUBLE) {
    if (bytes != 0) {
      memory.copy(tail, load<u32>(slot, 32), SUPER_BYTES);
      store<u32>(slot, 1, 32);
    }
  } else if (load<u32>(entry) >= u32(MIN) && load<u32>(entry, 8) == TEXT) {
    const text = load<u32>(slot, 4);
    if (bytes != 0) {
      store<u64>(tail + bytes - 8, 0);
      memory.copy(tail, load<u32>(slot), text);
    }
    store<u32>(slot, 0);
    store<u32>(slot, 0, 8);
  }
  return tail + bytes;
}

/**
 * Makes records readable as group rows: for each of the `count` records from `start` on, rows[i] is the address at which
 * a group row would begin whose accumulator slots are the payload, keyAt[i] is where its key begins; slots of texts and
 * superaccumulators get their addresses.
 */
export function indexRecords(layout: usize, start: usize, count: u32, rows: usize, keyAt: usize): void {
  const base = load<u32>(layout, LAYOUT_ACCUMULATOR_BASE);
  const fixed = load<u32>(layout, LAYOUT_ROW_BYTES) - base;
  const accumulators = load<u32>(layout, LAYOUT_ACCUMULATORS);
  const firstEntry = accumulatorEntry(layout);
  let record = start;
  for (let i: u32 = 0; i < count; i++) {
    const payload = payloadOf(record);
    store<u32>(rows + (i << 2), payload - base);
    store<u32>(keyAt + (i << 2), record + 8);
    let tail = payload + fixed;
    let entry = firstEntry;
    for (let a: u32 = 0; a < accumulators; a++, entry += LAYOUT_ENTRY) {
      const slot = payload - base + load<u32>(entry, 4);
      const bytes = tailBytes(entry, slot);
      if (bytes == 0) continue;
      store<u32>(slot + (load<u32>(entry) == SUM_DOUBLE ? 32 : 0), tail);
      tail += bytes;
    }
    record += recordBytes(record);
  }
}

/** The first record in [start, end) whose key is not less than `key`, or end. */
export function lowerBound(start: usize, end: usize, key: usize, keyBytes: u32): usize {
  let record = start;
  while (record != end && compareBytes(record + 8, load<u32>(record), key, keyBytes) < 0) record += recordBytes(record);
  return record;
}

/** Records in [start, end). */
export function countRecords(start: usize, end: usize): u32 {
  let count: u32 = 0;
  for (let record = start; record != end; record += recordBytes(record)) count++;
  return count;
}

/** A checksum of a block: `bytes` is a multiple of 8. */
export function checksum(address: usize, bytes: u32): u32 {
  let hash: u64 = bytes;
  for (let at = address; at != address + bytes; at += 8) {
    hash = (hash ^ load<u64>(at)) * 0x9e3779b97f4a7c15;
    hash ^= hash >>> 32;
  }
  return u32(hash);
}

/** Bytes at..at+7 of a record's key as a number that sorts as they do; zeroes behind its end. `at` is a multiple of 4. */
// @ts-ignore: decorator
@inline
export function keyWord(record: usize, at: u32): u64 {
  const padded = pad8(load<u32>(record));
  if (at + 8 <= padded) return bswap<u64>(load<u64>(record + 8 + at));
  return at < padded ? u64(bswap<u32>(load<u32>(record + 8 + at))) << 32 : 0;
}
