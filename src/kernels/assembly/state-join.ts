// The right side of a hash join; see state/join/join-rows.ts and state/join/join-directory.ts for its structure.
//
//     record      u32 next | u32 last | u32 epoch | met | validity, a byte a value | values, 8-byte aligned | key part
//     key part    as a group row has it: key flags, key slots
//     hashes      a u32 a record, apart from them
//     directory   slots of u32 record address (0: empty), u32 hash; open addressing
// Records of one batch follow one another from `records` on, `recordBytes` each: position i of from..to-1 is number
// i - from. Kernels for texts stop before the position whose bytes the table's arena cannot take, and return it.
import { rowAt } from './state-column';
import { rowEquals, tail } from './state-group';
import { fixedWord, hashKeys } from './state-hash';
import {
  COLUMN_BYTES,
  F64,
  I32,
  I64,
  I128,
  KEY_TEXT_BYTES,
  LAYOUT_ENTRY,
  LAYOUT_HEAD,
  LAYOUT_KEYS,
  LAYOUT_TOUCHED,
  PROBE_DIRECTORIES,
  PROBE_HASH_MASK,
  PROBE_KEY_PART,
  PROBE_LAYOUT,
  PROBE_SHIFT,
  PROBE_TOUCHED,
  RECORD_EPOCH,
  RECORD_LAST,
  RECORD_MET,
  RECORD_VALIDITY,
  TABLE_HASH_MASK,
  TABLE_LAYOUT,
  TEXT,
  U8,
} from './state-layout';
import { firstLanes, sameLanes, sameRest } from './state-text';

/** What comes before the values; the hash of position i goes to hashes[i]. */
export function beginRecords(table: usize, columns: usize, selection: usize, from: u32, to: u32, hashes: usize, records: usize, recordBytes: u32): void {
  hashKeys(load<u32>(table, TABLE_LAYOUT), columns, selection, from, to, hashes);
  const mask = load<u32>(table, TABLE_HASH_MASK);
  for (let i = from, record = records; i < to; i++, record += recordBytes) {
    store<u64>(record, 0);
    store<u32>(hashes + (i << 2), load<u32>(hashes + (i << 2)) & mask);
    store<u32>(record, 0, RECORD_EPOCH);
    store<u8>(record, 0, RECORD_MET);
  }
}

/** A copy of a text in the table's arena; 0: there is no room, which is noted. */
// @ts-ignore: decorator
@inline
function copyText(table: usize, address: usize, bytes: u32): usize {
  const copy = tail(table, bytes);
  if (copy != 0) memory.copy(copy, address, bytes);
  return copy;
}

// @ts-ignore: decorator
@inline
function keysOf(table: usize, column: usize, flag: usize, slot: usize, selection: usize, from: u32, to: u32, records: usize, recordBytes: u32, physical: u32): u32 {
  const values: usize = load<u32>(column);
  const stride = load<u32>(column, 4);
  const validity: usize = load<u32>(column, 8);
  const validityStride = load<u32>(column, 12);
  for (let i = from, record = records; i < to; i++, record += recordBytes) {
    const row = rowAt(selection, i);
    const isValid = validity == 0 || load<u8>(validity + row * validityStride) != 0;
    const at = record + slot;
    store<u8>(record + flag, u8(isValid));
    store<u64>(at, 0);
    if (physical == TEXT || physical == I128) store<u64>(at, 0, 8);
    if (physical == TEXT) store<u64>(at, 0, 16);
    if (!isValid) continue;
    const value = values + row * stride;
    if (physical == TEXT) {
      const address: usize = load<u32>(value);
      const bytes = load<u32>(value, 4);
      const copy = bytes <= u32(KEY_TEXT_BYTES) ? at + 8 : copyText(table, address, bytes);
      if (copy == 0) return i;
      store<u32>(at, copy);
      store<u32>(at, bytes, 4);
      v128.store(at, firstLanes(address, bytes), 8);
    } else {
      store<u64>(at, fixedWord(physical, value));
      if (physical == I128) store<u64>(at, load<u64>(value, 8), 8);
    }
  }
  return to;
}

/** Key column k. `keyPart`: from the record's start. */
export function storeKeys(table: usize, columns: usize, k: u32, keyPart: u32, selection: usize, from: u32, to: u32, records: usize, recordBytes: u32): u32 {
  const key = <usize>load<u32>(table, TABLE_LAYOUT) + LAYOUT_HEAD + k * LAYOUT_ENTRY;
  const column = columns + k * COLUMN_BYTES;
  const flag: usize = keyPart + k;
  const slot: usize = keyPart + load<u32>(key, 4);
  switch (load<u32>(key)) {
    case U8:
      return keysOf(table, column, flag, slot, selection, from, to, records, recordBytes, U8);
    case I32:
      return keysOf(table, column, flag, slot, selection, from, to, records, recordBytes, I32);
    case I128:
      return keysOf(table, column, flag, slot, selection, from, to, records, recordBytes, I128);
    case F64:
      return keysOf(table, column, flag, slot, selection, from, to, records, recordBytes, F64);
    case TEXT:
      return keysOf(table, column, flag, slot, selection, from, to, records, recordBytes, TEXT);
    default:
      return keysOf(table, column, flag, slot, selection, from, to, records, recordBytes, I64);
  }
}

/** Value column `index`, which lies `offset` bytes behind the record's start. */
export function storeValues(table: usize, column: usize, index: u32, offset: u32, physical: u32, selection: usize, from: u32, to: u32, records: usize, recordBytes: u32): u32 {
  const values: usize = load<u32>(column);
  const stride = load<u32>(column, 4);
  const validity: usize = load<u32>(column, 8);
  const validityStride = load<u32>(column, 12);
  for (let i = from, record = records; i < to; i++, record += recordBytes) {
    const row = rowAt(selection, i);
    const isValid = validity == 0 || load<u8>(validity + row * validityStride) != 0;
    store<u8>(record + RECORD_VALIDITY + index, u8(isValid));
    if (!isValid) continue;
    const value = values + row * stride;
    const at = record + offset;
    switch (physical) {
      case U8:
        store<u8>(at, load<u8>(value));
        break;
      case I32:
        store<u32>(at, load<u32>(value));
        break;
      case I128:
        store<u64>(at, load<u64>(value));
        store<u64>(at, load<u64>(value, 8), 8);
        break;
      case TEXT: {
        const bytes = load<u32>(value, 4);
        const copy = bytes == 0 ? at : copyText(table, load<u32>(value), bytes);
        if (copy == 0) return i;
        store<u32>(at, copy);
        store<u32>(at, bytes, 4);
        break;
      }
      default:
        store<u64>(at, load<u64>(value));
    }
  }
  return to;
}

/** Whether the key parts of two records hold equal keys, none of them null. */
function sameKeys(layout: usize, a: usize, b: usize): bool {
  const keys = load<u32>(layout, LAYOUT_KEYS);
  for (let k: u32 = 0; k < keys; k++) {
    const key = layout + LAYOUT_HEAD + k * LAYOUT_ENTRY;
    const physical = load<u32>(key);
    const x = a + load<u32>(key, 4);
    const y = b + load<u32>(key, 4);
    if (physical == TEXT) {
      const bytes = load<u32>(x, 4);
      if (bytes != load<u32>(y, 4) || !sameLanes(v128.load(x, 8), v128.load(y, 8))) return false;
      if (bytes > u32(KEY_TEXT_BYTES) && !sameRest(load<u32>(x), load<u32>(y), bytes)) return false;
    } else {
      if (load<u64>(x) != load<u64>(y)) return false;
      if (physical == I128 && load<u64>(x, 8) != load<u64>(y, 8)) return false;
    }
  }
  return true;
}

/** Records linked at a time: what was touched for them is still in the cache when it is needed. */
const LINKED_ROWS: u32 = 1024;

// @ts-ignore: decorator
@inline
function isOfPartition(hash: u32, partition: u32, shift: u32): bool {
  return shift == 32 || hash >>> shift == partition;
}

/** Puts the record behind the others of the key whose first one is `first`. */
// @ts-ignore: decorator
@inline
function chain(first: usize, record: usize, epoch: u32): void {
  const last: usize = load<u32>(first, RECORD_EPOCH) == epoch ? load<u32>(first, RECORD_LAST) : first;
  store<u32>(record, 0);
  store<u32>(last, u32(record));
  store<u32>(first, u32(record), RECORD_LAST);
  store<u32>(first, epoch, RECORD_EPOCH);
}

/**
 * Puts the records of a partition (hash >>> shift, all at 32) into its directory. Records of one key are chained in their
 * order. With `checksNulls`, those with a null key are passed over; else there are none. Records are only touched where
 * hashes are equal. Returns 1 when some key has two records. Does the same again when it is repeated with an empty
 * directory and another epoch, which is not 0.
 */
export function linkRecords(layout: usize, directory: usize, slots: u32, records: usize, recordBytes: u32, keyPart: u32, hashes: usize, count: u32, partition: u32, shift: u32, epoch: u32, checksNulls: u32): u32 {
  const keys = load<u32>(layout, LAYOUT_KEYS);
  const mask = slots - 1;
  let repeated: u32 = 0;
  for (let start: u32 = 0; start < count; start += LINKED_ROWS) {
    const end = min<u32>(count, start + LINKED_ROWS);
    let seen: u32 = 0;
    for (let i = start; i < end; i++) {
      const hash = load<u32>(hashes + (i << 2));
      if (isOfPartition(hash, partition, shift)) seen ^= load<u32>(directory + ((hash & mask) << 3));
    }
    // Stored, or the loop would be nothing to the compiler.
    store<u32>(layout, seen, LAYOUT_TOUCHED);
    for (let i = start; i < end; i++) {
      const hash = load<u32>(hashes + (i << 2));
      if (!isOfPartition(hash, partition, shift)) continue;
      const record = records + i * recordBytes;
      let hasKeys = true;
      if (checksNulls) for (let k: u32 = 0; k < keys; k++) hasKeys = hasKeys && load<u8>(record + keyPart + k) != 0;
      if (!hasKeys) continue;
      let slot = hash & mask;
      while (true) {
        const entry = directory + (slot << 3);
        const first: usize = load<u32>(entry);
        if (first == 0) {
          store<u32>(entry, u32(record));
          store<u32>(entry, hash, 4);
          break;
        }
        if (load<u32>(entry, 4) == hash && sameKeys(layout, first + keyPart, record + keyPart)) {
          chain(first, record, epoch);
          repeated = 1;
          break;
        }
        slot = (slot + 1) & mask;
      }
    }
  }
  return repeated;
}

/** Rows looked up at a time. */
const LOOK_UP_ROWS: u32 = 1024;

// @ts-ignore: decorator
@inline
function directoryOf(probe: usize, hash: u32, shift: u32): usize {
  return probe + PROBE_DIRECTORIES + (shift == 32 ? 0 : <usize>(hash >>> shift) << 3);
}

/**
 * The first record of each row's key, 0 where there is none. What a large table costs are lines that are in no cache;
 * they are asked for ahead, in loops so short that a core waits for many at once: first the directory, then the records
 * that it leads to.
 */
export function lookUpRecords(probe: usize, columns: usize, selection: usize, from: u32, to: u32, found: usize): void {
  const layout: usize = load<u32>(probe, PROBE_LAYOUT);
  const keys = load<u32>(layout, LAYOUT_KEYS);
  const keyPart: usize = load<u32>(probe, PROBE_KEY_PART);
  const shift = load<u32>(probe, PROBE_SHIFT);
  const hashMask = load<u32>(probe, PROBE_HASH_MASK);
  for (let start = from; start < to; start += LOOK_UP_ROWS) {
    const end = min<u32>(to, start + LOOK_UP_ROWS);
    hashKeys(layout, columns, selection, start, end, found);
    let seen: u32 = 0;
    for (let i = start; i < end; i++) {
      const at = found + (i << 2);
      const hash = load<u32>(at) & hashMask;
      store<u32>(at, hash);
      const directory = directoryOf(probe, hash, shift);
      seen ^= load<u32>(<usize>load<u32>(directory) + ((hash & load<u32>(directory, 4)) << 3));
    }
    for (let i = start; i < end; i++) {
      const hash = load<u32>(found + (i << 2));
      const directory = directoryOf(probe, hash, shift);
      // An empty entry leads to address 0, which can be read like any other.
      const record: usize = load<u32>(<usize>load<u32>(directory) + ((hash & load<u32>(directory, 4)) << 3));
      seen ^= load<u32>(record + keyPart);
    }
    store<u32>(probe, seen, PROBE_TOUCHED);
    const physical = keys == 1 ? load<u32>(layout, LAYOUT_HEAD) : TEXT;
    switch (physical) {
      case I32:
        matchWord(probe, columns, selection, start, end, found, I32);
        break;
      case I64:
        matchWord(probe, columns, selection, start, end, found, I64);
        break;
      default:
        matchRows(probe, columns, selection, start, end, found);
    }
  }
}

/** found[i] is the hash of row i, and becomes its record. */
function matchRows(probe: usize, columns: usize, selection: usize, from: u32, to: u32, found: usize): void {
  const layout: usize = load<u32>(probe, PROBE_LAYOUT);
  const keys = load<u32>(layout, LAYOUT_KEYS);
  const keyPart: usize = load<u32>(probe, PROBE_KEY_PART);
  const shift = load<u32>(probe, PROBE_SHIFT);
  for (let i = from; i < to; i++) {
    const at = found + (i << 2);
    const hash = load<u32>(at);
    const row = rowAt(selection, i);
    const directory = directoryOf(probe, hash, shift);
    const mask = load<u32>(directory, 4);
    let slot = hash & mask;
    let record: usize = 0;
    while (true) {
      const entry = <usize>load<u32>(directory) + (slot << 3);
      record = load<u32>(entry);
      if (record == 0) break;
      if (load<u32>(entry, 4) == hash && rowEquals(record + keyPart, layout, keys, columns, row)) break;
      slot = (slot + 1) & mask;
    }
    store<u32>(at, u32(record));
  }
}

/** The same for one key of a word, the most frequent one. */
// @ts-ignore: decorator
@inline
function matchWord(probe: usize, columns: usize, selection: usize, from: u32, to: u32, found: usize, physical: u32): void {
  const layout: usize = load<u32>(probe, PROBE_LAYOUT);
  const keySlot: usize = load<u32>(probe, PROBE_KEY_PART) + load<u32>(layout + LAYOUT_HEAD, 4);
  const shift = load<u32>(probe, PROBE_SHIFT);
  const values: usize = load<u32>(columns);
  const stride = load<u32>(columns, 4);
  const validity: usize = load<u32>(columns, 8);
  const validityStride = load<u32>(columns, 12);
  for (let i = from; i < to; i++) {
    const at = found + (i << 2);
    const hash = load<u32>(at);
    const row = rowAt(selection, i);
    const isValid = validity == 0 || load<u8>(validity + row * validityStride) != 0;
    const word = fixedWord(physical, values + row * stride);
    const directory = directoryOf(probe, hash, shift);
    const mask = load<u32>(directory, 4);
    let slot = hash & mask;
    let record: usize = 0;
    while (isValid) {
      const entry = <usize>load<u32>(directory) + (slot << 3);
      record = load<u32>(entry);
      if (record == 0 || load<u64>(record + keySlot) == word) break;
      slot = (slot + 1) & mask;
    }
    store<u32>(at, u32(record));
  }
}
