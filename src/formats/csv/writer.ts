/**
 * Record batches to CSV bytes, through a buffer of bounded size in managed memory. When it is full, `flush` gets it.
 *
 * The output is canonical (columnar/text.ts): LF, fields quoted only where they must be (delimiter, quote, CR, LF, or
 * empty text), nulls as nothing between the delimiters. A null in a file of one column is an empty line, which reads
 * back as that.
 */
import type { DataType } from '../../columnar/data-type.js';
import { PHYSICAL_BYTES } from '../../columnar/data-type.js';
import type { RecordBatch } from '../../columnar/record-batch.js';
import type { Schema } from '../../columnar/schema.js';
import type { Vector } from '../../columnar/vector.js';
import { assertNever } from '../../errors.js';
import {
  ASSEMBLE_COLUMN_BYTES,
  type CsvKernels,
  KIND_BIGINT,
  KIND_BOOLEAN,
  KIND_BYTES,
  KIND_DATE,
  KIND_DECIMAL,
  KIND_DOUBLE,
  KIND_INT,
  KIND_JSON,
  KIND_PLAIN_TEXT,
  KIND_TEXT,
  KIND_TIMESTAMP,
  KIND_WIDE_DECIMAL,
} from '../../kernels/csv-kernels.js';
import { type Heap, PAGE_BYTES } from '../../memory/heap.js';
import type { TaskMemory } from '../../memory/task-memory.js';

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
  /** Takes the bytes at `address` of managed memory; they are overwritten afterwards. */
  readonly flush: (address: number, bytes: number) => void;
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
  #buffer = 0;
  #pages = 0;
  #filled = 0;

  constructor(options: CsvWriterOptions) {
    this.#options = options;
    this.#heap = options.memory.heap;
    this.#kernels = options.kernels;
    this.#memory = options.memory;
    this.#delimiter = options.delimiter.charCodeAt(0);
    this.#columnPages = columnPages(options.schema.length);
    this.#columns = this.#memory.allocate(this.#columnPages, 'writing CSV') + 8;
    this.#grow(bufferPages(options.chunkBytes));
  }

  write({ vectors, selection, selectedCount }: RecordBatch): void {
    const { spans } = this.#options;
    for (let i = 0; i < vectors.length; i++) {
      this.#describe(vectors[i], this.#columns + i * ASSEMBLE_COLUMN_BYTES, spans.includes(i));
    }
    const result = this.#columns - 8;
    for (let row = 0; row < selectedCount; ) {
      const out = this.#buffer + this.#filled;
      const room = this.#pages * PAGE_BYTES - this.#filled;
      const next = this.#kernels.assembleRows(
        ...([
          this.#columns,
          vectors.length,
          selection,
          row,
          selectedCount,
          this.#delimiter,
          out,
          room,
          result,
        ] as const),
      );
      this.#filled += this.#heap.u32[result >>> 2];
      if (next < selectedCount) {
        // The next row does not fit: make room, or more room when there is nothing to flush.
        if (this.#filled === 0) this.#grow(2 * this.#pages);
        else this.finish();
      }
      row = next;
    }
  }

  /** Flushes what is in the buffer. */
  finish(): void {
    const bytes = this.#filled;
    this.#filled = 0;
    if (bytes > 0) this.#options.flush(this.#buffer, bytes);
  }

  close(): void {
    if (this.#pages > 0) {
      this.#memory.free(this.#buffer, this.#pages);
      this.#memory.free(this.#columns - 8, this.#columnPages);
    }
    this.#pages = 0;
  }

  #grow(pages: number): void {
    const buffer = this.#memory.allocate(pages, 'writing CSV');
    if (this.#pages > 0) this.#memory.free(this.#buffer, this.#pages);
    this.#buffer = buffer;
    this.#pages = pages;
  }

  #describe(
    { type, physical, isConstant, values, validity, plainDelimiter }: Vector,
    at: number,
    isSpan: boolean,
  ): void {
    const { u32 } = this.#heap;
    const column = at >>> 2;
    u32[column] = kindOf(type, isSpan || plainDelimiter === this.#delimiter);
    u32[column + 1] = values;
    u32[column + 2] = isConstant ? 0 : PHYSICAL_BYTES[physical];
    u32[column + 3] = validity;
    u32[column + 4] = isConstant ? 0 : 1;
    u32[column + 5] = type.kind === 'decimal' ? type.scale : 0;
  }
}

/** How a column is written; `isPlain`: text that needs no quotes. */
export function kindOf(type: DataType, isPlain: boolean): number {
  switch (type.kind) {
    case 'decimal':
      return type.precision <= 18 ? KIND_DECIMAL : KIND_WIDE_DECIMAL;
    case 'string':
      return isPlain ? KIND_PLAIN_TEXT : KIND_TEXT;
    case 'boolean':
      return KIND_BOOLEAN;
    case 'int':
      return KIND_INT;
    case 'bigint':
      return KIND_BIGINT;
    case 'double':
      return KIND_DOUBLE;
    case 'date':
      return KIND_DATE;
    case 'timestamp':
      return KIND_TIMESTAMP;
    case 'bytes':
      return KIND_BYTES;
    case 'json':
      return KIND_JSON;
    default:
      return assertNever(type, 'type');
  }
}

function columnPages(columns: number): number {
  return Math.ceil((columns * ASSEMBLE_COLUMN_BYTES + 8) / PAGE_BYTES);
}

function bufferPages(chunkBytes: number): number {
  return Math.max(1, Math.ceil(chunkBytes / PAGE_BYTES));
}

/** Managed memory that a writer cannot do without. */
export function csvWriterMinimumBytes(columns: number, sizes: { chunkBytes: number }): number {
  return (columnPages(columns) + bufferPages(sizes.chunkBytes)) * PAGE_BYTES;
}
