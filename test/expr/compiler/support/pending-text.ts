/** Text columns that are not there until they are loaded: their values are rubbish, row by row. */
import type { RecordBatch } from '../../../../src/columnar/record-batch.js';
import { selectedRow } from '../../../../src/expr/compiler/row-values.js';
import type { Heap } from '../../../../src/memory/heap.js';

/** Takes the text out of a batch; loading puts back the rows that are asked for, and no others. */
export function withPendingText(heap: Heap, batch: RecordBatch): void {
  const views = batch.vectors.map((vector) => {
    if (vector.physical !== 'text' || vector.isConstant) return undefined;
    const { values, validity } = vector;
    const bytes = heap.u8.slice(values, values + 8 * batch.numRows);
    for (let row = 0; row < batch.numRows; row++) heap.u32.set([values, 3], values / 4 + 2 * row);
    vector.validity = 0;
    return { bytes, validity };
  });
  batch.pending = {
    load(column, selection, count) {
      const view = views[column];
      if (view === undefined) return;
      const vector = batch.vectors[column];
      vector.validity = view.validity;
      for (let k = 0; k < count; k++) {
        const row = selectedRow(heap, selection, k);
        heap.u8.set(view.bytes.subarray(8 * row, 8 * row + 8), vector.values + 8 * row);
      }
    },
  };
}
