/** Where the first columns of a normalized key end; see kernels/assembly/state-key.ts for its shape. */
import { type DataType, physicalOf } from '../../columnar/data-type.js';
import type { KeyOrder } from '../sort/sort-format.js';

const VALUE_MARKER = 1;
const KEY_BYTES = { u8: 1, i32: 4, i64: 8, f64: 8, i128: 16 } as const;

/** Bytes of the first `columns` columns of the key that begins at `start`; it may be cut off at its end. */
export function keyPrefixBytes(
  key: Uint8Array,
  types: readonly DataType[],
  orders: readonly KeyOrder[],
  columns: number,
  start = 0,
): number {
  let at = start;
  for (let column = 0; column < columns; column++) {
    if (key[at++] !== VALUE_MARKER) continue;
    const physical = physicalOf(types[column]);
    at = physical === 'text' ? endOfText(key, at, orders[column]?.descending ? 0xff : 0) : at + KEY_BYTES[physical];
  }
  return Math.min(at, key.length) - start;
}

/** Behind the 00 that ends the text; 01 begins two bytes that stand for one. */
function endOfText(key: Uint8Array, start: number, flip: number): number {
  let at = start;
  while (at < key.length) {
    const byte = key[at++] ^ flip;
    if (byte === 0) break;
    if (byte === 1) at++;
  }
  return at;
}
