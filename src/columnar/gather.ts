/** Values brought together from rows that lie apart. */
import type { Heap } from '../memory/heap.js';
import { PHYSICAL_BYTES } from './data-type.js';
import type { Vector } from './vector.js';

/**
 * Value i of `target`, for i below `count`, becomes the one at address `u32[addresses + i] + offset`; it is null where
 * that address is 0 or the byte at `u32[addresses + i] + validityOffset` is.
 */
export function gatherRecords(
  heap: Heap,
  addresses: number,
  count: number,
  offset: number,
  validityOffset: number,
  target: Vector,
): void {
  const { u8, u32 } = heap;
  const from = addresses >>> 2;
  const width = PHYSICAL_BYTES[target.physical];
  const words = width >>> 2;
  for (let i = 0; i < count; i++) {
    const record = u32[from + i];
    const isValid = record === 0 ? 0 : u8[record + validityOffset];
    u8[target.validity + i] = isValid;
    if (isValid === 0) continue;
    if (words === 0) u8[target.values + i] = u8[record + offset];
    else
      for (let w = 0; w < words; w++) u32[((target.values + i * width) >>> 2) + w] = u32[((record + offset) >>> 2) + w];
  }
}

/** Value i of `target` becomes that of row `u32[rows + i]` of `source`. */
export function gatherRows(heap: Heap, rows: number, count: number, source: Vector, target: Vector): void {
  const { u32 } = heap;
  const from = rows >>> 2;
  for (let i = 0; i < count; i++) gatherValue(heap, source, u32[from + i], target, i);
}

/** Value `i` of `target` becomes that of row `row` of `source`. */
export function gatherValue({ u8, u32 }: Heap, source: Vector, row: number, target: Vector, i: number): void {
  const from = source.isConstant ? 0 : row;
  const width = PHYSICAL_BYTES[target.physical];
  const words = width >>> 2;
  u8[target.validity + i] = source.validity === 0 ? 1 : u8[source.validity + from];
  if (words === 0) u8[target.values + i] = u8[source.values + from];
  else {
    const at = (source.values + from * width) >>> 2;
    for (let w = 0; w < words; w++) u32[((target.values + i * width) >>> 2) + w] = u32[at + w];
  }
}
