/**
 * Record batches to CSV bytes, through a buffer of bounded size in managed memory. When it is full, `flush` gets it.
 *
 * The output is canonical (columnar/text.ts): LF, fields quoted only where they must be (delimiter, quote, CR, LF, or
 * empty text), nulls as nothing between the delimiters. A null in a file of one column is an empty line, which reads
 * back as that.
 */
import type { RecordBatch } from '../../columnar/record-batch.js';
import type { Schema } from '../../columnar/schema.js';
import { ASSEMBLE_COLUMN_BYTES, type CsvKernels } from '../../kernels/csv-kernels.js';
import { type Heap, PAGE_BYTES } from '../../memory/heap.js';
import type { TaskMemory } from '../../memory/task-memory.js';
import { type FlushBuffer, RowBuffer, rowBufferBytes } from '../row-buffer.js';
import { describeColumn } from './column-kind.js';

export interface CsvWriterOptions {
  readonly schema: Schema;
  /** Columns that are fields already, as they are written. */
  readonly spans: readonly number[];
  /** One ASCII character; the quote is always '"'. */
  readonly delimiter: string;
  readonly memory: TaskMemory;
  readonly kernels: CsvKernels;
  readonly batchRows: number;
  readonly chunkBytes: number;
  readonly flush: FlushBuffer;
}

/** The names of the columns as a row. */
export function csvHeader(names: readonly string[], delimiter: string): Uint8Array {
  const special = new RegExp(`[\\r\\n"${delimiter.replace(/[\]\\^-]/, '\\$&')}]`);
  const cells = names.map((name) => (name === '' || special.test(name) ? `"${name.replaceAll('"', '""')}"` : name));
  return new TextEncoder().encode(`${cells.join(delimiter)}\n`);
}

export class CsvBatchWriter {
  readonly #options: CsvWriterOptions;
  readonly #heap: Heap;
  readonly #kernels: CsvKernels;
  readonly #memory: TaskMemory;
  readonly #delimiter: number;
  /** Column descriptions and the kernel's answer. */
  readonly #columns: number;
  readonly #columnPages: number;
  readonly #rows: RowBuffer;
  #isClosed = false;

  constructor(options: CsvWriterOptions) {
    this.#options = options;
    this.#heap = options.memory.heap;
    this.#kernels = options.kernels;
    this.#memory = options.memory;
    this.#delimiter = options.delimiter.charCodeAt(0);
    this.#columnPages = columnPages(options.schema.length);
    this.#columns = this.#memory.allocate(this.#columnPages, 'writing CSV') + 8;
    this.#rows = new RowBuffer(this.#memory, options.chunkBytes, 'writing CSV', options.flush);
  }

  write({ vectors, selection, selectedCount }: RecordBatch): void {
    const { spans } = this.#options;
    for (let i = 0; i < vectors.length; i++) {
      const isPlain = spans.includes(i) || vectors[i].plainDelimiter === this.#delimiter;
      describeColumn(this.#heap, vectors[i], this.#columns + i * ASSEMBLE_COLUMN_BYTES, isPlain);
    }
    const result = this.#columns - 8;
    const [kernels, columns, delimiter] = [this.#kernels, this.#columns, this.#delimiter];
    this.#rows.write(selectedCount, result, (row, out, room) =>
      kernels.assembleRows(columns, vectors.length, selection, row, selectedCount, delimiter, out, room, result),
    );
  }

  /** Flushes what is in the buffer. */
  finish(): void {
    this.#rows.finish();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#rows.close();
    this.#memory.free(this.#columns - 8, this.#columnPages);
  }
}

function columnPages(columns: number): number {
  return Math.ceil((columns * ASSEMBLE_COLUMN_BYTES + 8) / PAGE_BYTES);
}

/** Managed memory that a writer cannot do without. */
export function csvWriterMinimumBytes(columns: number, sizes: { chunkBytes: number }): number {
  return columnPages(columns) * PAGE_BYTES + rowBufferBytes(sizes.chunkBytes);
}
