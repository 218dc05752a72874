/** Values of rows compared and handed on where they lie, without an object for each. A row that is null is not looked at. */
import { PHYSICAL_BYTES } from '../../columnar/data-type.js';
import type { Vector } from '../../columnar/vector.js';
import { isNull } from '../../expr/compiler/row-values.js';
import type { Heap } from '../../memory/heap.js';

/** Below, above or equal to 0, as a sort has it: NaN is one and greatest, -0 is 0, texts by their bytes. */
export function compareValues(heap: Heap, a: Vector, rowA: number, b: Vector, rowB: number): number {
  switch (a.physical) {
    case 'u8':
      return heap.u8[(a.values >>> 0) + rowA] - heap.u8[(b.values >>> 0) + rowB];
    case 'i32':
      return heap.i32[(a.values >>> 2) + rowA] - heap.i32[(b.values >>> 2) + rowB];
    case 'i64':
      return compareWords(heap, (a.values >>> 2) + 2 * rowA, (b.values >>> 2) + 2 * rowB, 2);
    case 'i128':
      return compareWords(heap, (a.values >>> 2) + 4 * rowA, (b.values >>> 2) + 4 * rowB, 4);
    case 'f64':
      return compareDoubles(heap.f64[(a.values >>> 3) + rowA], heap.f64[(b.values >>> 3) + rowB]);
    case 'text':
      return compareTexts(heap, (a.values >>> 2) + 2 * rowA, (b.values >>> 2) + 2 * rowB);
  }
}

/** Nulls are equal to each other. */
export function isSameValue(heap: Heap, a: Vector, rowA: number, b: Vector, rowB: number): boolean {
  const isNullA = isNull(heap, a, rowA);
  if (isNullA !== isNull(heap, b, rowB)) return false;
  return isNullA || compareValues(heap, a, rowA, b, rowB) === 0;
}

/** The value of a row becomes that of another; both vectors are of one type. */
export function copyValue(heap: Heap, from: Vector, row: number, to: Vector, toRow: number): void {
  const { u8, u32 } = heap;
  const isValid = !isNull(heap, from, row);
  u8[(to.validity >>> 0) + toRow] = isValid ? 1 : 0;
  const width = PHYSICAL_BYTES[from.physical];
  if (width === 1) {
    u8[(to.values >>> 0) + toRow] = u8[(from.values >>> 0) + row];
    return;
  }
  const words = width >>> 2;
  const source = (from.values >>> 2) + words * row;
  const target = (to.values >>> 2) + words * toRow;
  for (let i = 0; i < words; i++) u32[target + i] = u32[source + i];
}

export function writeNull({ u8 }: Heap, { validity }: Vector, row: number): void {
  u8[(validity >>> 0) + row] = 0;
}

/** The highest word has the sign. */
function compareWords({ i32, u32 }: Heap, a: number, b: number, words: number): number {
  const high = i32[a + words - 1];
  const other = i32[b + words - 1];
  if (high !== other) return high < other ? -1 : 1;
  for (let i = words - 2; i >= 0; i--) if (u32[a + i] !== u32[b + i]) return u32[a + i] < u32[b + i] ? -1 : 1;
  return 0;
}

function compareDoubles(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}

function compareTexts({ u8, u32 }: Heap, a: number, b: number): number {
  const startA = u32[a];
  const startB = u32[b];
  const lengthA = u32[a + 1];
  const lengthB = u32[b + 1];
  const shorter = Math.min(lengthA, lengthB);
  for (let i = 0; i < shorter; i++) {
    const difference = u8[startA + i] - u8[startB + i];
    if (difference !== 0) return difference;
  }
  return lengthA - lengthB;
}
