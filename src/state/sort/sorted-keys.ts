/**
 * Keys of rows to sort, where their records lie. The last column of such a key is the row's position, which is never null:
 * what is before it are the columns that the rows of two sides have in common. No such beginning is the beginning of
 * another one, so two of them are equal or differ at a byte that both have.
 */
import type { Heap } from '../../memory/heap.js';
import type { KeyRange } from '../runs/sorted-run.js';

const KEY_AT = 8;
/** A marker and a bigint. */
export const POSITION_BYTES = 9;

/** Where the key of a record begins. */
export function keyOf(record: number): number {
  return record + KEY_AT;
}

/** Bytes of the key of a record without the position. */
export function keyBytesOf({ u32 }: Heap, record: number): number {
  return u32[record >>> 2] - POSITION_BYTES;
}

/** The key of a record without the position. */
export function copyOfKey(heap: Heap, record: number): Buffer {
  const key = keyOf(record);
  return Buffer.from(heap.u8.slice(key, key + keyBytesOf(heap, record)));
}

/** The records of a range that have a key, and those behind them. */
export function divideRange({ low, high }: KeyRange, key: Buffer): { within: KeyRange; behind: KeyRange } {
  const isDivided = low !== null && Buffer.compare(Buffer.from(low, 'base64'), key) > 0;
  const behind = behindKey(key);
  const isLast = high !== null && Buffer.compare(Buffer.from(high, 'base64'), behind) <= 0;
  const end = isLast ? high : behind.toString('base64');
  return { within: { low: isDivided ? low : key.toString('base64'), high: end }, behind: { low: end, high } };
}

/** Where the records end that have a key: what follows it there begins with a marker, which is less than ff. */
export function behindKey(key: Uint8Array): Buffer {
  return Buffer.concat([key, Buffer.from([0xff])]);
}

/** Less than, equal to or more than 0, as the key at `a` comes before that at `b` or not. Both are 8-byte aligned. */
export function compareKeys({ u8, u32 }: Heap, a: number, aBytes: number, b: number, bBytes: number): number {
  const bytes = Math.min(aBytes, bBytes);
  let at = 0;
  while (at + 4 <= bytes && u32[(a + at) >>> 2] === u32[(b + at) >>> 2]) at += 4;
  while (at < bytes && u8[a + at] === u8[b + at]) at++;
  return at === bytes ? aBytes - bBytes : u8[a + at] - u8[b + at];
}
