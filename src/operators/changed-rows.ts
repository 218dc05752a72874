/** Which rows of a batch differ from the one before them. */
import type { RecordBatch } from '../columnar/record-batch.js';
import type { Vector } from '../columnar/vector.js';
import { selectedRow } from '../expr/compiler/row-values.js';
import type { Heap } from '../memory/heap.js';
import { isSameValue } from './windows/values.js';

/** Writes a byte for each selected row but the first one at `marks`: 1 where one of the columns has another value than in the row before. */
export function changedRows(
  heap: Heap,
  { selection, selectedCount }: RecordBatch,
  columns: readonly Vector[],
  marks: number,
): void {
  heap.u8.fill(0, marks + 1, marks + selectedCount);
  for (const vector of columns) {
    if (vector.isConstant) continue;
    for (let i = 1; i < selectedCount; i++) {
      const [before, row] = [selectedRow(heap, selection, i - 1), selectedRow(heap, selection, i)];
      if (!isSameValue(heap, vector, before, vector, row)) heap.u8[marks + i] = 1;
    }
  }
}
