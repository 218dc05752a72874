/**
 * Keys of rows to sort, where their records lie. The last column of such a key is the row's position, which is never null:
 * what is before it are the columns that the rows of two sides have in common. No such beginning is the beginning of
 * another one, so two of them are equal or differ at a byte that both have.
 */
import type { Heap } from '../memory/heap.js';

const KEY_AT = 8;
/** A marker and a bigint. */
const POSITION_BYTES = 9;

/** Where the key of a record begins. */
export function keyOf(record: number): number {
  return record + KEY_AT;
}

/** Bytes of the key of a record without the position. */
export function keyBytesOf({ u32 }: Heap, record: number): number {
  return u32[record >>> 2] - POSITION_BYTES;
}

/** Less than, equal to or more than 0, as the key at `a` comes before that at `b` or not. Both are 8-byte aligned. */
export function compareKeys({ u8, u32 }: Heap, a: number, aBytes: number, b: number, bBytes: number): number {
  const bytes = Math.min(aBytes, bBytes);
  let at = 0;
  while (at + 4 <= bytes && u32[(a + at) >>> 2] === u32[(b + at) >>> 2]) at += 4;
  while (at < bytes && u8[a + at] === u8[b + at]) at++;
  return at === bytes ? aBytes - bBytes : u8[a + at] - u8[b + at];
}
