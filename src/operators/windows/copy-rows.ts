/** Rows of a batch copied into columns of a chunk, one behind another. */
import { PHYSICAL_BYTES } from '../../columnar/data-type.js';
import type { RecordBatch } from '../../columnar/record-batch.js';
import type { Vector } from '../../columnar/vector.js';
import { isNull, selectedRow } from '../../expr/compiler/row-values.js';
import type { ExprKernels } from '../../kernels/expr-kernels.js';
import type { Heap } from '../../memory/heap.js';

/** `rows` selected rows from number `from` on of a column of the batch, and where they go. */
export interface RowsToCopy {
  readonly batch: RecordBatch;
  readonly column: number;
  readonly from: number;
  readonly target: Vector;
  readonly index: number;
  readonly rows: number;
}

/** Answers whether the column may have nulls. */
export function copyValidity(heap: Heap, { batch, column, from, target, index, rows }: RowsToCopy): boolean {
  const source = batch.vectors[column];
  const validity = (target.validity >>> 0) + index;
  if (source.validity === 0) {
    heap.u8.fill(1, validity, validity + rows);
    return false;
  }
  if (batch.selection === 0 && !source.isConstant) {
    const given = (source.validity >>> 0) + from;
    heap.u8.copyWithin(validity, given, given + rows);
    return true;
  }
  for (let i = 0; i < rows; i++) {
    heap.u8[validity + i] = isNull(heap, source, selectedRow(heap, batch.selection, from + i)) ? 0 : 1;
  }
  return true;
}

/** Of a column that holds no texts. */
export function copyValues(heap: Heap, { batch, column, from, target, index, rows }: RowsToCopy): void {
  const { u8 } = heap;
  const source = batch.vectors[column];
  const width = PHYSICAL_BYTES[source.physical];
  const values = (target.values >>> 0) + width * index;
  const given = source.values >>> 0;
  if (batch.selection === 0 && !source.isConstant) {
    u8.copyWithin(values, given + width * from, given + width * (from + rows));
    return;
  }
  for (let i = 0; i < rows; i++) {
    const row = source.isConstant ? 0 : selectedRow(heap, batch.selection, from + i);
    u8.copyWithin(values + width * i, given + width * row, given + width * (row + 1));
  }
}

/** Behind `copyValidity`; `allocate` answers where the bytes of the texts go. */
export function copyTexts(
  kernels: ExprKernels,
  { batch, column, from, target, index, rows }: RowsToCopy,
  allocate: (bytes: number) => number,
): void {
  const source = batch.vectors[column];
  const stride = source.isConstant ? 0 : PHYSICAL_BYTES.text;
  const selection = batch.selection === 0 ? 0 : batch.selection + 4 * from;
  const texts = source.values + (batch.selection === 0 ? stride * from : 0);
  const validity = target.validity + index;
  const bytes = kernels.measureTexts(texts, stride, validity, selection, rows) >>> 0;
  const next = bytes === 0 ? 0 : allocate(bytes);
  kernels.packTexts(texts, stride, validity, selection, rows, target.values + PHYSICAL_BYTES.text * index, next);
}
