// Columns to plain values of Parquet: those of the valid rows, one behind the other, and a byte of validity for each row.
import { copyBytes } from './copy-bytes';
import {
  PLAIN_BYTE,
  PLAIN_I32,
  PLAIN_SLACK,
  PLAIN_TEXT,
  PLAIN_WIDE,
  TAKEN_BYTES,
  TAKEN_VALUES,
} from './parquet-write-layout';

/** Short texts are copied 16 bytes at a time, so up to 15 too many. */
// @ts-ignore: decorator
@inline
function copyText(to: usize, from: usize, bytes: u32, memoryEnd: u64): void {
  if (bytes > 64 || <u64>from + bytes + PLAIN_SLACK > memoryEnd) copyBytes(to, from, bytes);
  else for (let i: u32 = 0; i < bytes; i += 16) v128.store(to + i, v128.load(from + i));
}

// @ts-ignore: decorator
@inline
function putValue(kind: u32, out: usize, value: usize, memoryEnd: u64): usize {
  if (kind == PLAIN_BYTE) {
    store<u8>(out, load<u8>(value));
    return out + 1;
  }
  if (kind == PLAIN_I32) {
    store<u32>(out, load<u32>(value));
    return out + 4;
  }
  if (kind == PLAIN_TEXT) {
    const bytes = load<u32>(value, 4);
    store<u32>(out, bytes);
    copyText(out + 4, <usize>load<u32>(value), bytes, memoryEnd);
    return out + 4 + bytes;
  }
  if (kind == PLAIN_WIDE) {
    store<u64>(out, bswap<u64>(load<u64>(value, 8)));
    store<u64>(out, bswap<u64>(load<u64>(value)), 8);
    return out + 16;
  }
  store<u64>(out, load<u64>(value));
  return out + 8;
}

// @ts-ignore: decorator
@inline
function append(
  kind: u32,
  values: usize,
  stride: u32,
  validity: usize,
  validityStride: u32,
  selection: usize,
  from: u32,
  to: u32,
  out: usize,
  valid: usize,
): u32 {
  const memoryEnd = <u64>memory.size() << 16;
  let at = out;
  for (let k = from; k < to; k++) {
    const row = selection == 0 ? k : load<u32>(selection + (<usize>k << 2));
    const isValid = validity == 0 || load<u8>(validity + <usize>row * validityStride) != 0;
    store<u8>(valid++, isValid ? 1 : 0);
    if (isValid) at = putValue(kind, at, values + <usize>row * stride, memoryEnd);
  }
  return <u32>(at - out);
}

/** Rows number `from` .. `to`-1 of the selection; answers the bytes at `out`. */
export function appendPlain(
  kind: u32,
  values: usize,
  stride: u32,
  validity: usize,
  validityStride: u32,
  selection: usize,
  from: u32,
  to: u32,
  out: usize,
  valid: usize,
): u32 {
  switch (kind) {
    case PLAIN_BYTE:
      return append(PLAIN_BYTE, values, stride, validity, validityStride, selection, from, to, out, valid);
    case PLAIN_I32:
      return append(PLAIN_I32, values, stride, validity, validityStride, selection, from, to, out, valid);
    case PLAIN_TEXT:
      return append(PLAIN_TEXT, values, stride, validity, validityStride, selection, from, to, out, valid);
    case PLAIN_WIDE:
      return append(PLAIN_WIDE, values, stride, validity, validityStride, selection, from, to, out, valid);
    default:
      return append(kind, values, stride, validity, validityStride, selection, from, to, out, valid);
  }
}

/** Bytes that the texts of these rows take as plain values. */
export function plainTextBytes(
  values: usize,
  stride: u32,
  validity: usize,
  validityStride: u32,
  selection: usize,
  from: u32,
  to: u32,
): f64 {
  let bytes: u64 = 0;
  for (let k = from; k < to; k++) {
    const row = selection == 0 ? k : load<u32>(selection + (<usize>k << 2));
    if (validity != 0 && load<u8>(validity + <usize>row * validityStride) == 0) continue;
    bytes += 4 + load<u32>(values + <usize>row * stride, 4);
  }
  return <f64>bytes;
}

export function countValid(validity: usize, rows: u32): u32 {
  let count: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) count += load<u8>(validity + row);
  return count;
}

/**
 * Rows up to and with the one whose text makes `limit` bytes or more, at most `rows`; answers how many they are, and at
 * `result` the bytes and the number of their texts.
 */
export function takeTextRows(values: usize, validity: usize, rows: u32, limit: u32, result: usize): u32 {
  let bytes: u32 = 0;
  let texts: u32 = 0;
  let row: u32 = 0;
  while (row < rows && bytes < limit) {
    if (validity == 0 || load<u8>(validity + row) != 0) {
      bytes += 4 + load<u32>(values + bytes);
      texts++;
    }
    row++;
  }
  store<u32>(result, bytes, TAKEN_BYTES);
  store<u32>(result, texts, TAKEN_VALUES);
  return row;
}

/** One bit a byte, the first lowest; answers the bytes. */
export function packBooleans(values: usize, count: u32, out: usize): u32 {
  let byte: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    byte |= <u32>load<u8>(values + i) << (i & 7);
    if ((i & 7) == 7) {
      store<u8>(out + (i >> 3), <u8>byte);
      byte = 0;
    }
  }
  if (count & 7) store<u8>(out + (count >> 3), <u8>byte);
  return (count + 7) >> 3;
}
