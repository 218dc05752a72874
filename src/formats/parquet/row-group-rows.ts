/** Which rows of spooled splits make a row group. */

import { PLAIN_TEXT } from '../../kernels/parquet-write-kernels.js';
import type { Heap } from '../../memory/heap.js';
import type { PlainLayout } from './column-shape.js';
import type { PageRun } from './page-run.js';
import { type RowGroupSizes, type RowPlace, rowGroupAt } from './row-group-sizes.js';
import type { SplitIndex, SpooledBlock, SpoolReader } from './spooled-split.js';

/** Rows `from` .. `to`-1 of a block. */
export interface BlockRows {
  readonly block: SpooledBlock;
  readonly from: number;
  readonly to: number;
}

/** A split, and how much lies before it. */
export interface PlacedSplit {
  readonly index: SplitIndex;
  readonly start: RowPlace;
}

export interface RowGroupContext {
  readonly sizes: RowGroupSizes;
  readonly layouts: readonly PlainLayout[];
  readonly reader: SpoolReader;
  readonly heap: Heap;
  /** For a block's texts, when a border by bytes lies in it. */
  readonly buffer: PageRun;
}

/** The rows of group `group`, as they lie in `splits`, which are neighbours. */
export function rowsOfGroup(group: number, splits: readonly PlacedSplit[], context: RowGroupContext): BlockRows[] {
  const found: BlockRows[] = [];
  for (const { index, start } of splits) {
    let place = start;
    for (let number = 0; number < index.blocks; number++) {
      const { rows, bytes } = index.size(number);
      const end = { row: place.row + rows, bytes: place.bytes + bytes };
      const [first, last] = [rowGroupAt(place, context.sizes), rowGroupAt(end, context.sizes)];
      if (first > group) return found;
      if (last >= group) {
        const block = index.block(number);
        const { from, to } = first === last ? { from: 0, to: rows } : rowsInBlock(group, block, place, end, context);
        if (to > from) found.push({ block, from, to });
      }
      place = end;
    }
  }
  return found;
}

function rowsInBlock(
  group: number,
  block: SpooledBlock,
  start: RowPlace,
  end: RowPlace,
  context: RowGroupContext,
): { readonly from: number; readonly to: number } {
  const { sizes } = context;
  const byBytes = Math.floor(start.bytes / sizes.bytes);
  if (byBytes === Math.floor(end.bytes / sizes.bytes)) {
    // Only the rows count.
    const first = (group - byBytes) * sizes.rows - start.row;
    const within = (row: number): number => Math.min(block.rows, Math.max(0, row));
    return { from: within(first), to: within(first + sizes.rows) };
  }
  const weights = rowBytes(block, context);
  let [from, to] = [block.rows, 0];
  let { bytes } = start;
  for (let row = 0; row < block.rows; row++) {
    if (rowGroupAt({ row: start.row + row, bytes }, sizes) === group) {
      from = Math.min(from, row);
      to = row + 1;
    }
    bytes += weights[row];
  }
  return { from, to };
}

/** Bytes that the values of each row take: rarely asked for, so one row at a time. */
function rowBytes(block: SpooledBlock, { layouts, reader, heap, buffer }: RowGroupContext): Float64Array {
  const weights = new Float64Array(block.rows);
  const view = new DataView(heap.u8.buffer);
  block.columns.forEach(({ offset, bytes, values }, column) => {
    const { kind, width } = layouts[column];
    const hasNulls = values < block.rows;
    const total = bytes + (hasNulls ? block.rows : 0);
    buffer.reserve(total);
    reader.read(block, offset, buffer.address, total);
    let at = buffer.address;
    const valid = at + bytes;
    for (let row = 0; row < block.rows; row++) {
      if (hasNulls && heap.u8[valid + row] === 0) continue;
      const taken = kind === PLAIN_TEXT ? width + view.getUint32(at, true) : width;
      weights[row] += taken;
      at += taken;
    }
  });
  return weights;
}
