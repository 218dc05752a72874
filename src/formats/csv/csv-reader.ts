/**
 * The face of everything that reads CSV: splits in, record batches out. One reader a task attempt; it holds its buffers
 * from one split to the next. A batch and what it points to live until the next call of `next`; its text is pending.
 *
 *     reader.start(split); while ((batch = reader.next()) !== null) ...
 *
 * Rows before a faulty one are handed out first; then `next` throws, with the row's position in the error, or goes on where `faults`
 * says so: good rows and faulty ones come in batches of their own, each kind in order.
 */
import type { DataType } from '../../columnar/data-type.js';
import type { FaultKind } from '../../columnar/fault.js';
import type { RecordBatch } from '../../columnar/record-batch.js';
import type { TextForm } from '../../columnar/text-form.js';
import type { CodecKernels } from '../../kernels/codec-kernels.js';
import type { CsvKernels } from '../../kernels/csv-kernels.js';
import { PAGE_BYTES } from '../../memory/heap.js';
import type { TaskMemory } from '../../memory/task-memory.js';
import { CsvBlockReader, LOOKAHEAD_BYTES } from './block-reader.js';

import { type CsvDialect, isBlockDialect } from './dialect.js';
import { windowPages } from './file-window.js';
import { FORMED_GROWTH } from './formed-fields.js';
import { rowsOfBatch } from './row-decoder.js';
import { CsvSequentialReader } from './sequential-reader.js';
import type { CsvFile, CsvSplit } from './splits.js';

/** A column to decode. */
export interface CsvColumn {
  /** Ordinal of the field in the file's rows. */
  readonly index: number;
  /** As the user knows it, for errors. */
  readonly name: string;
  readonly type: DataType;
  /** Instead of the dialect's. */
  readonly nulls?: readonly string[];
  /** How its values are written, if not in the usual form. */
  readonly form?: TextForm;
  /**
   * A span: so many fields from that one on, as one text, as they stand in an output with the same delimiter. Those that are read as
   * another type too stand there as such a value is written.
   */
  readonly fields?: number;
}

export interface CsvReaderOptions {
  readonly files: readonly CsvFile[];
  readonly dialect: CsvDialect;
  /** Fields of a row. */
  readonly fieldCount: number;
  /** What to decode; the vectors of a batch are in this order. May be empty: then batches only count rows. */
  readonly columns: readonly CsvColumn[];
  /** `blockStateBytes(splits.length)` zeroed bytes that all readers of the source share. */
  readonly states: SharedArrayBuffer;
  readonly splits: readonly CsvSplit[];
  /** The source's place in the plan, for row positions. */
  readonly source: number;
  readonly memory: TaskMemory;
  readonly kernels: CsvKernels;
  readonly codecs: CodecKernels;
  readonly batchRows: number;
  readonly chunkBytes: number;
  /** Rows that cannot be read become rows of these columns behind the others; undefined: the first one is thrown. */
  readonly faults?: readonly FaultKind[];
  /** Called for each such row. */
  readonly onFault?: () => void;
  /** Called at least once a batch and while waiting; throws to cancel. */
  readonly poll?: () => void;
}

export interface CsvReader {
  start(split: CsvSplit): void;
  /** The next rows of the split; null at its end. */
  next(): RecordBatch | null;
  /** Gives memory and files back; may be called at any time. */
  close(): void;
}

export function createCsvReader(options: CsvReaderOptions): CsvReader {
  return isBlockDialect(options.dialect) ? new CsvBlockReader(options) : new CsvSequentialReader(options);
}

/** Managed memory that a reader of so many columns, of which `formed` have a form of their own, cannot do without. */
export function csvReaderMinimumBytes(
  { columns, formed, hasSpans }: { readonly columns: number; readonly formed: number; readonly hasSpans: boolean },
  sizes: { chunkBytes: number; batchRows: number },
): number {
  const fields = Math.max(1, columns);
  const rows = rowsOfBatch(fields, sizes.batchRows, sizes.chunkBytes);
  // Index entries, and the widest values with their validity; window, unescaped text, and a page for the arena's seams. A span
  // is such a text too, and may be longer than what was read by as much again.
  const rowBytes = fields * 4 + columns * 17;
  const windows = hasSpans ? 4 : formed > 0 ? 3 : 2;
  const pages = windows * windowPages(sizes.chunkBytes + LOOKAHEAD_BYTES) + 1;
  const formedBytes = formed * rows * (4 + FORMED_GROWTH);
  return Math.ceil((rows * rowBytes + formedBytes + 1024 + 96 * columns) / PAGE_BYTES + pages) * PAGE_BYTES;
}
