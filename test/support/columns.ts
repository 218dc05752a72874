/** Columns of values in managed memory and back, for tests of rooms that work on vectors. */
import { type DataType, PHYSICAL_BYTES, physicalOf } from '../../src/columnar/data-type.js';
import type { RecordBatch } from '../../src/columnar/record-batch.js';
import type { Value } from '../../src/columnar/value.js';
import { createVector, type Vector } from '../../src/columnar/vector.js';
import type { Heap } from '../../src/memory/heap.js';

/** Bytes handed out one behind the other from a region; `reset` starts anew. */
export class Region {
  readonly heap: Heap;
  readonly #start: number;
  readonly #end: number;
  #next: number;

  constructor(heap: Heap, start: number, bytes: number) {
    this.heap = heap;
    this.#start = start;
    this.#next = start;
    this.#end = start + bytes;
  }

  reset(): void {
    this.#next = this.#start;
  }

  place(bytes: number): number {
    const at = Math.ceil(this.#next / 16) * 16;
    if (at + bytes > this.#end) throw new Error('the test region is too small');
    this.#next = at + bytes;
    return at;
  }

  selection(rows: readonly number[]): number {
    const at = this.place(rows.length * 4);
    this.heap.u32.set(rows, at >>> 2);
    return at;
  }

  vector(type: DataType, values: readonly Value[], isConstant = false): Vector {
    const physical = physicalOf(type);
    const at = this.place(values.length * PHYSICAL_BYTES[physical]);
    const hasNull = values.includes(null);
    const validity = hasNull ? this.place(values.length) : 0;
    values.forEach((value, i) => {
      if (hasNull) this.heap.u8[validity + i] = value === null ? 0 : 1;
      if (value !== null) this.#store(physical, at, i, value);
    });
    return createVector(type, at, validity, isConstant);
  }

  #store(physical: string, at: number, i: number, value: Value): void {
    const { heap } = this;
    if (physical === 'u8') heap.u8[at + i] = Number(value);
    else if (physical === 'i32') heap.i32[(at >>> 2) + i] = value as number;
    else if (physical === 'i64') heap.i64[(at >>> 3) + i] = value as bigint;
    else if (physical === 'f64') heap.f64[(at >>> 3) + i] = value as number;
    else if (physical === 'i128') {
      heap.i64[(at >>> 3) + 2 * i] = BigInt.asIntN(64, value as bigint);
      heap.i64[(at >>> 3) + 2 * i + 1] = (value as bigint) >> 64n;
    } else {
      const bytes = Buffer.from(value as string);
      // Not aligned, as texts in a file are not.
      const text = this.place(bytes.length + 1) + 1;
      heap.u8.set(bytes, text);
      heap.u32.set([text, bytes.length], (at >>> 2) + 2 * i);
    }
  }
}

export function valueAt(heap: Heap, vector: Vector, row: number): Value {
  const i = vector.isConstant ? 0 : row;
  if (vector.validity !== 0 && heap.u8[vector.validity + i] === 0) return null;
  switch (vector.physical) {
    case 'u8':
      return heap.u8[vector.values + i] !== 0;
    case 'i32':
      return heap.i32[(vector.values >>> 2) + i];
    case 'i64':
      return heap.i64[(vector.values >>> 3) + i];
    case 'f64':
      return heap.f64[(vector.values >>> 3) + i];
    case 'i128':
      return (heap.i64[(vector.values >>> 3) + 2 * i + 1] << 64n) | heap.u64[(vector.values >>> 3) + 2 * i];
    default: {
      const at = heap.u32[(vector.values >>> 2) + 2 * i];
      return Buffer.from(heap.u8.slice(at, at + heap.u32[(vector.values >>> 2) + 2 * i + 1])).toString();
    }
  }
}

/** The selected rows of a batch as arrays of values. */
export function rowsOf(heap: Heap, batch: RecordBatch): Value[][] {
  return Array.from({ length: batch.selectedCount }, (_, i) => {
    const row = batch.selection === 0 ? i : heap.u32[(batch.selection >>> 2) + i];
    return batch.vectors.map((vector) => valueAt(heap, vector, row));
  });
}
