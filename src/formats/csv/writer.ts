/**
 * Record batches to CSV bytes, through a buffer of bounded size in managed memory. When it is full, `flush` gets it.
 */
import type { RecordBatch } from '../../columnar/record-batch.js';
import type { Schema } from '../../columnar/schema.js';
import { leatError } from '../../errors.js';
import type { CsvKernels } from '../../kernels/csv-kernels.js';
import type { TaskMemory } from '../../memory/task-memory.js';

export interface CsvWriterOptions {
  readonly schema: Schema;
  /** One ASCII character; the quote is always '"'. */
  readonly delimiter: string;
  readonly memory: TaskMemory;
  readonly kernels: CsvKernels;
  readonly batchRows: number;
  readonly chunkBytes: number;
  /** Takes the bytes at `address` of managed memory; they are overwritten afterwards. */
  readonly flush: (address: number, bytes: number) => void;
}

export class CsvBatchWriter {
  constructor(readonly options: CsvWriterOptions) {}
  /** The names of the columns as a row. */
  writeHeader(): void {
    throw leatError('INTERNAL', 'not built yet');
  }
  write(_batch: RecordBatch): void {
    throw leatError('INTERNAL', 'not built yet');
  }
  /** Flushes what is left in the buffer. */
  finish(): void {}
  close(): void {}
}

/** Managed memory that a writer cannot do without. */
export function csvWriterMinimumBytes(_columns: number, _sizes: { chunkBytes: number; batchRows: number }): number {
  return 4 * 65536;
}
