// Rows to sort, as records: columns in, a record a row out. See state/sort/sort-buffer.ts.
//
//     record      u32 key bytes, u32 payload bytes, normalized key padded to 8, payload padded to 8
//     payload     a bit a column (1: null), values without gaps, the bytes of texts in the order of their columns
//
// Columns are gone through one after another: each kernel keeps in an array of its own how far every row has come.
import { copyBytes } from './copy-bytes';
import { rowAt } from './state-column';
import { encodeText, orderedDouble, SIGN, VALUE_MARKER, nullMarker } from './state-key';
import {
  COLUMN_BYTES,
  DESCENDING,
  F64,
  I32,
  I64,
  I128,
  ROWS_ENTRY,
  ROWS_FIXED,
  ROWS_HEAD,
  ROWS_KEYS,
  ROWS_VALUES,
  SORT_ENTRY_BYTES,
  TEXT,
  U8,
} from './state-layout';
import { fixedWord } from './state-hash';
import { keyWord, pad8 } from './state-record';

/** Bytes that are 00 or 01, each of which takes two bytes in a key. */
function escapesOf(address: usize, bytes: u32): u32 {
  let escapes: u32 = 0;
  const end = address + bytes;
  while (end - address >= 16) {
    const low = i8x16.le_u(v128.load(address), i8x16.splat(1));
    if (v128.any_true(low)) escapes += popcnt<i32>(i8x16.bitmask(low));
    address += 16;
  }
  for (; address != end; address++) escapes += u32(load<u8>(address) <= 1);
  return escapes;
}

// @ts-ignore: decorator
@inline
export function widthOf(physical: u32): u32 {
  return physical == U8 ? 1 : physical == I32 ? 4 : physical == I128 ? 16 : 8;
}

function measureColumn(physical: u32, column: usize, selection: usize, from: u32, to: u32, sizes: usize, isKey: bool): void {
  const values: usize = load<u32>(column);
  const stride = load<u32>(column, 4);
  const validity: usize = load<u32>(column, 8);
  const validityStride = load<u32>(column, 12);
  if (physical != TEXT && validity == 0) {
    const width = widthOf(physical);
    for (let i = from; i < to; i++) store<u32>(sizes + (i << 2), load<u32>(sizes + (i << 2)) + width);
    return;
  }
  for (let i = from; i < to; i++) {
    const row = rowAt(selection, i);
    if (validity != 0 && load<u8>(validity + row * validityStride) == 0) continue;
    let bytes = widthOf(physical);
    if (physical == TEXT) {
      const value = values + row * stride;
      bytes = load<u32>(value, 4);
      if (isKey) bytes += escapesOf(load<u32>(value), bytes) + 1;
    }
    store<u32>(sizes + (i << 2), load<u32>(sizes + (i << 2)) + bytes);
  }
}

/** Bytes of the keys and of the payloads of the positions from..to-1. Columns: keys, then values. */
export function measureRows(layout: usize, columns: usize, selection: usize, from: u32, to: u32, keyBytes: usize, payloadBytes: usize): void {
  const keys = load<u32>(layout, ROWS_KEYS);
  const values = load<u32>(layout, ROWS_VALUES);
  const fixed = load<u32>(layout, ROWS_FIXED);
  for (let i = from; i < to; i++) {
    // A marker a key.
    store<u32>(keyBytes + (i << 2), keys);
    store<u32>(payloadBytes + (i << 2), fixed);
  }
  let entry = layout + ROWS_HEAD;
  let column = columns;
  for (let k: u32 = 0; k < keys; k++, entry += ROWS_ENTRY, column += COLUMN_BYTES) {
    measureColumn(load<u32>(entry), column, selection, from, to, keyBytes, true);
  }
  for (let v: u32 = 0; v < values; v++, entry += ROWS_ENTRY, column += COLUMN_BYTES) {
    if (load<u32>(entry) == TEXT) measureColumn(TEXT, column, selection, from, to, payloadBytes, false);
  }
}

/** The head of a record, whose `bytes` are all of it. */
// @ts-ignore: decorator
@inline
export function beginRecord(record: usize, key: u32, payload: u32, bytes: u32): void {
  store<u32>(record, key);
  store<u32>(record, payload, 4);
  // Padding: the key is written over the first of these, the payload over the others.
  if (key != 0) store<u64>(record + pad8(key), 0);
  if (payload != 0) store<u64>(record + bytes - 8, 0);
}

/**
 * The heads of records from `next` on, as many as fit before `end`; records[i] is where the one of position i begins.
 * Returns the position that does not fit, or `to`.
 */
export function placeRows(from: u32, to: u32, keyBytes: usize, payloadBytes: usize, next: usize, end: usize, records: usize): u32 {
  for (let i = from; i < to; i++) {
    const key = load<u32>(keyBytes + (i << 2));
    const payload = load<u32>(payloadBytes + (i << 2));
    const bytes: u32 = 8 + pad8(key) + pad8(payload);
    if (u32(end - next) < bytes) return i;
    beginRecord(next, key, payload, bytes);
    store<u32>(records + (i << 2), u32(next));
    next += bytes;
  }
  return to;
}

/** A column of a normalized key, at `out`, of the value at an address; its end. */
// @ts-ignore: decorator
@inline
export function keyValue(physical: u32, order: u32, value: usize, isValid: bool, out: usize): usize {
  if (!isValid) {
    store<u8>(out, nullMarker(order));
    return out + 1;
  }
  const flip: u64 = order & DESCENDING ? ~u64(0) : 0;
  store<u8>(out++, VALUE_MARKER);
  if (physical == U8) {
    store<u8>(out, u8(load<u8>(value) ^ flip));
    return out + 1;
  }
  if (physical == I32) {
    store<u32>(out, bswap<u32>(load<u32>(value) ^ 0x80000000 ^ u32(flip)));
    return out + 4;
  }
  if (physical == I128) {
    store<u64>(out, bswap<u64>((load<u64>(value, 8) ^ SIGN) ^ flip));
    store<u64>(out, bswap<u64>(load<u64>(value) ^ flip), 8);
    return out + 16;
  }
  if (physical == F64) {
    store<u64>(out, bswap<u64>(orderedDouble(fixedWord(F64, value)) ^ flip));
    return out + 8;
  }
  if (physical == TEXT) return encodeText(load<u32>(value), load<u32>(value, 4), flip, out, usize.MAX_VALUE);
  store<u64>(out, bswap<u64>((load<u64>(value) ^ SIGN) ^ flip));
  return out + 8;
}

// @ts-ignore: decorator
@inline
function keyColumn(physical: u32, order: u32, column: usize, selection: usize, from: u32, to: u32, cursors: usize): void {
  const values: usize = load<u32>(column);
  const stride = load<u32>(column, 4);
  const validity: usize = load<u32>(column, 8);
  const validityStride = load<u32>(column, 12);
  for (let i = from; i < to; i++) {
    const row = rowAt(selection, i);
    const isValid = validity == 0 || load<u8>(validity + row * validityStride) != 0;
    const out: usize = load<u32>(cursors + (i << 2));
    store<u32>(cursors + (i << 2), u32(keyValue(physical, order, values + row * stride, isValid, out)));
  }
}

function writeKey(physical: u32, order: u32, column: usize, selection: usize, from: u32, to: u32, cursors: usize): void {
  switch (physical) {
    case U8:
      return keyColumn(U8, order, column, selection, from, to, cursors);
    case I32:
      return keyColumn(I32, order, column, selection, from, to, cursors);
    case I128:
      return keyColumn(I128, order, column, selection, from, to, cursors);
    case F64:
      return keyColumn(F64, order, column, selection, from, to, cursors);
    case TEXT:
      return keyColumn(TEXT, order, column, selection, from, to, cursors);
    default:
      return keyColumn(I64, order, column, selection, from, to, cursors);
  }
}

/** Value column `v`, `offset` bytes behind the payload's start; tails[i]: where the next text of position i goes. */
// @ts-ignore: decorator
@inline
function valueColumn(physical: u32, v: u32, offset: u32, column: usize, selection: usize, from: u32, to: u32, payloads: usize, tails: usize): void {
  const values: usize = load<u32>(column);
  const stride = load<u32>(column, 4);
  const validity: usize = load<u32>(column, 8);
  const validityStride = load<u32>(column, 12);
  for (let i = from; i < to; i++) {
    const row = rowAt(selection, i);
    const payload: usize = load<u32>(payloads + (i << 2));
    const at = payload + offset;
    if (validity != 0 && load<u8>(validity + row * validityStride) == 0) {
      const bits = payload + (v >>> 3);
      store<u8>(bits, load<u8>(bits) | (u8(1) << u8(v & 7)));
      if (physical == U8) store<u8>(at, 0);
      else if (physical == I32 || physical == TEXT) store<u32>(at, 0);
      else store<u64>(at, 0);
      if (physical == I128) store<u64>(at, 0, 8);
      continue;
    }
    const value = values + row * stride;
    if (physical == U8) store<u8>(at, load<u8>(value));
    else if (physical == I32) store<u32>(at, load<u32>(value));
    else if (physical == TEXT) {
      const bytes = load<u32>(value, 4);
      const tail: usize = load<u32>(tails + (i << 2));
      store<u32>(at, bytes);
      copyBytes(tail, load<u32>(value), bytes);
      store<u32>(tails + (i << 2), u32(tail) + bytes);
    } else {
      store<u64>(at, load<u64>(value));
      if (physical == I128) store<u64>(at, load<u64>(value, 8), 8);
    }
  }
}

function writeValue(physical: u32, v: u32, offset: u32, column: usize, selection: usize, from: u32, to: u32, payloads: usize, tails: usize): void {
  switch (physical) {
    case U8:
      return valueColumn(U8, v, offset, column, selection, from, to, payloads, tails);
    case I32:
      return valueColumn(I32, v, offset, column, selection, from, to, payloads, tails);
    case I128:
      return valueColumn(I128, v, offset, column, selection, from, to, payloads, tails);
    case TEXT:
      return valueColumn(TEXT, v, offset, column, selection, from, to, payloads, tails);
    default:
      return valueColumn(I64, v, offset, column, selection, from, to, payloads, tails);
  }
}

/**
 * Fills the records that placeRows has made. `cursors` and `tails` take 4 bytes a position. Also makes the sort entries of
 * these rows: the one of position `from` at `entries`.
 */
export function writeRows(layout: usize, columns: usize, selection: usize, from: u32, to: u32, records: usize, cursors: usize, tails: usize, entries: usize): void {
  const keys = load<u32>(layout, ROWS_KEYS);
  const values = load<u32>(layout, ROWS_VALUES);
  const fixed = load<u32>(layout, ROWS_FIXED);
  for (let i = from; i < to; i++) store<u32>(cursors + (i << 2), load<u32>(records + (i << 2)) + 8);
  let entry = layout + ROWS_HEAD;
  let column = columns;
  for (let k: u32 = 0; k < keys; k++, entry += ROWS_ENTRY, column += COLUMN_BYTES) {
    writeKey(load<u32>(entry), load<u32>(entry, 8), column, selection, from, to, cursors);
  }
  const bits = (values + 7) >>> 3;
  for (let i = from, at = entries; i < to; i++, at += SORT_ENTRY_BYTES) {
    const record: usize = load<u32>(records + (i << 2));
    const keyBytes = load<u32>(record);
    const payload = record + 8 + pad8(keyBytes);
    entryOf(at, record);
    for (let b: u32 = 0; b < bits; b++) store<u8>(payload + b, 0);
    store<u32>(cursors + (i << 2), u32(payload));
    store<u32>(tails + (i << 2), u32(payload) + fixed);
  }
  for (let v: u32 = 0; v < values; v++, entry += ROWS_ENTRY, column += COLUMN_BYTES) {
    writeValue(load<u32>(entry), v, load<u32>(entry, 4), column, selection, from, to, cursors, tails);
  }
}

/** The sort entry of a record: 12 bytes of its key, zeroes behind the key's end, and its address. */
// @ts-ignore: decorator
@inline
export function entryOf(at: usize, record: usize): void {
  store<u64>(at, keyWord(record, 0));
  store<u32>(at, u32(keyWord(record, 8) >>> 32), 8);
  store<u32>(at, u32(record), 12);
}

/** Where payloads begin, and where the bytes of their first texts lie. */
export function openRows(layout: usize, records: usize, count: u32, payloads: usize, tails: usize): void {
  const fixed = load<u32>(layout, ROWS_FIXED);
  for (let i: u32 = 0; i < count; i++) {
    const record: usize = load<u32>(records + (i << 2));
    const payload = u32(record) + 8 + pad8(load<u32>(record));
    store<u32>(payloads + (i << 2), payload);
    store<u32>(tails + (i << 2), payload + fixed);
  }
}

// @ts-ignore: decorator
@inline
function readColumn(physical: u32, v: u32, offset: u32, payloads: usize, tails: usize, count: u32, values: usize, validity: usize): u32 {
  const bit: u32 = 1 << (v & 7);
  let nulls: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const payload: usize = load<u32>(payloads + (i << 2));
    const at = payload + offset;
    const isNull = u32((load<u8>(payload + (v >>> 3)) & bit) != 0);
    store<u8>(validity + i, u8(1 - isNull));
    nulls += isNull;
    if (physical == U8) store<u8>(values + i, load<u8>(at));
    else if (physical == I32) store<u32>(values + (i << 2), load<u32>(at));
    else if (physical == TEXT) {
      const bytes = load<u32>(at);
      const tail = load<u32>(tails + (i << 2));
      store<u32>(values + (i << 3), tail);
      store<u32>(values + (i << 3), bytes, 4);
      store<u32>(tails + (i << 2), tail + bytes);
    } else if (physical == I128) {
      store<u64>(values + (i << 4), load<u64>(at));
      store<u64>(values + (i << 4), load<u64>(at, 8), 8);
    } else store<u64>(values + (i << 3), load<u64>(at));
  }
  return nulls;
}

/** Value column `v` of the rows that openRows has opened; texts in order, once. Returns the number of nulls. */
export function readRows(layout: usize, v: u32, payloads: usize, tails: usize, count: u32, values: usize, validity: usize): u32 {
  const entry = layout + ROWS_HEAD + (load<u32>(layout, ROWS_KEYS) + v) * ROWS_ENTRY;
  const offset = load<u32>(entry, 4);
  switch (load<u32>(entry)) {
    case U8:
      return readColumn(U8, v, offset, payloads, tails, count, values, validity);
    case I32:
      return readColumn(I32, v, offset, payloads, tails, count, values, validity);
    case I128:
      return readColumn(I128, v, offset, payloads, tails, count, values, validity);
    case TEXT:
      return readColumn(TEXT, v, offset, payloads, tails, count, values, validity);
    default:
      return readColumn(I64, v, offset, payloads, tails, count, values, validity);
  }
}
