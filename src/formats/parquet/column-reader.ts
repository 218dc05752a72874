/** One column of the rows of a row group, block by block out of the spool. */
import type { ParquetKernels } from '../../kernels/parquet-kernels.js';
import { PLAIN_SLACK, PLAIN_TEXT, TAKEN_BYTES } from '../../kernels/parquet-write-kernels.js';
import type { Heap } from '../../memory/heap.js';
import type { PlainLayout } from './column-shape.js';
import type { PageRun } from './page-run.js';
import type { BlockRows } from './row-group-rows.js';
import type { SpoolReader } from './spooled-split.js';

/** Rows of a column; valid until the next ones are read. */
export interface ColumnRows {
  readonly rows: number;
  /** Address of the plain values. */
  readonly values: number;
  readonly valueCount: number;
  /** 0: there are no nulls. */
  readonly validity: number;
}

export interface ColumnReaderEnv {
  readonly heap: Heap;
  readonly kernels: ParquetKernels;
  readonly reader: SpoolReader;
  readonly buffer: PageRun;
}

export function* columnRows(
  { heap, kernels, reader, buffer }: ColumnReaderEnv,
  blocks: readonly BlockRows[],
  column: number,
  { kind, width }: PlainLayout,
): Generator<ColumnRows> {
  for (const { block, from, to } of blocks) {
    const { offset, bytes, values } = block.columns[column];
    const hasNulls = values < block.rows;
    const total = bytes + (hasNulls ? block.rows : 0);
    // Behind the column the answer of a kernel has its place.
    buffer.reserve(total + 2 * PLAIN_SLACK);
    reader.read(block, offset, buffer.address, total);
    const validity = hasNulls ? buffer.address + bytes : 0;
    const rows = to - from;
    const countOf = (row: number, count: number): number =>
      hasNulls ? kernels.countValid(validity + row, count) : count;
    const skipped = countOf(0, from);
    let start = buffer.address + skipped * width;
    if (kind === PLAIN_TEXT && from > 0) {
      const result = Math.ceil((buffer.address + total) / 4) * 4 + PLAIN_SLACK;
      kernels.takeTextRows(buffer.address, validity, from, 0xffff_ffff, result);
      start = buffer.address + heap.u32[(result + TAKEN_BYTES) >>> 2];
    }
    const valueCount = countOf(from, rows);
    yield { rows, values: start, valueCount, validity: valueCount < rows ? validity + from : 0 };
  }
}
