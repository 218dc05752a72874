/** Batches of one column of doubles, for the toy operators. */
import type { RecordBatch } from '../../../src/columnar/record-batch.js';
import { createVector } from '../../../src/columnar/vector.js';
import type { Heap } from '../../../src/memory/heap.js';

/** `count` doubles at `address`. */
export function numberBatch(address: number, count: number): RecordBatch {
  return {
    numRows: count,
    vectors: [createVector({ kind: 'double' }, address)],
    selection: 0,
    selectedCount: count,
  };
}

export function numbersOf(batch: RecordBatch, heap: Heap): Float64Array {
  const first = batch.vectors[0].values / 8;
  return heap.f64.subarray(first, first + batch.numRows);
}
