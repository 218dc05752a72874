/** Single values between vectors and the interpreter: for the walk after a failure, boxed calls and tests. */
import type { RecordBatch } from '../../columnar/record-batch.js';
import { textBytes, textValue } from '../../columnar/text-bytes.js';
import type { Value } from '../../columnar/value.js';
import type { Vector } from '../../columnar/vector.js';
import type { Heap } from '../../memory/heap.js';

export function isNull({ u8 }: Heap, { validity, isConstant }: Vector, row: number): boolean {
  return validity !== 0 && u8[(validity >>> 0) + (isConstant ? 0 : row)] === 0;
}

/** The value of row `row`; see the table in data-type.ts. */
export function readValue(heap: Heap, vector: Vector, row: number): Value {
  if (isNull(heap, vector, row)) return null;
  const index = vector.isConstant ? 0 : row;
  const start = vector.values;
  switch (vector.physical) {
    case 'u8':
      return heap.u8[(start >>> 0) + index] !== 0;
    case 'i32':
      return heap.i32[(start >>> 2) + index];
    case 'f64':
      return heap.f64[(start >>> 3) + index];
    case 'i64':
      return heap.i64[(start >>> 3) + index];
    case 'i128': {
      const at = (start >>> 3) + 2 * index;
      return (heap.i64[at + 1] << 64n) | heap.u64[at];
    }
    case 'text': {
      const at = (start >>> 2) + 2 * index;
      return textValue(heap.u8.slice(heap.u32[at], heap.u32[at] + heap.u32[at + 1]), vector.type);
    }
  }
}

/** Every column of a row. */
export function readRow(heap: Heap, batch: RecordBatch, row: number): Value[] {
  return batch.vectors.map((vector) => readValue(heap, vector, row));
}

/** Row number `k` of the rows that are alive. */
export function selectedRow(heap: Heap, selection: number, k: number): number {
  return selection === 0 ? k : heap.u32[(selection >>> 2) + k];
}

/**
 * Writes a value that is not null as row `index` of a column of that type; `allocateText` answers where the bytes of a text go.
 * Does not touch the validity.
 */
export function writeValue(
  heap: Heap,
  { type, physical }: Pick<Vector, 'type' | 'physical'>,
  values: number,
  index: number,
  value: Exclude<Value, null>,
  allocateText: (bytes: number) => number,
): void {
  switch (physical) {
    case 'u8':
      heap.u8[(values >>> 0) + index] = Number(value);
      return;
    case 'i32':
      heap.i32[(values >>> 2) + index] = value as number;
      return;
    case 'f64':
      heap.f64[(values >>> 3) + index] = value as number;
      return;
    case 'i64':
      heap.i64[(values >>> 3) + index] = value as bigint;
      return;
    case 'i128':
      heap.i64[(values >>> 3) + 2 * index] = value as bigint;
      heap.i64[(values >>> 3) + 2 * index + 1] = (value as bigint) >> 64n;
      return;
    case 'text': {
      const bytes = textBytes(value as string, type);
      const address = allocateText(bytes.length);
      heap.u8.set(bytes, address >>> 0);
      heap.u32[(values >>> 2) + 2 * index] = address;
      heap.u32[(values >>> 2) + 2 * index + 1] = bytes.length;
    }
  }
}
