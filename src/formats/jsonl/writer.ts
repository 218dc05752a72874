/**
 * Record batches to lines of JSON objects, through a buffer of bounded size in managed memory. When it is full, `flush`
 * gets it.
 *
 * The output is canonical: no white space, keys in the order of the columns, nulls written, values as columnar/text.ts has
 * them, those that are no number or boolean in quotes. In strings only quotes, backslashes and control characters are
 * escaped. NaN and the infinities are the strings "NaN", "Infinity" and "-Infinity", which a double reads back.
 */
import type { RecordBatch } from '../../columnar/record-batch.js';
import type { Schema } from '../../columnar/schema.js';
import { type JsonlKernels, OBJECT_COLUMN_BYTES } from '../../kernels/jsonl-kernels.js';
import { type Heap, PAGE_BYTES } from '../../memory/heap.js';
import type { TaskMemory } from '../../memory/task-memory.js';
import { describeColumn } from '../csv/column-kind.js';
import { type FlushBuffer, RowBuffer, rowBufferBytes } from '../row-buffer.js';

export interface JsonWriterOptions {
  readonly schema: Schema;
  /** Stands before each row; null: nothing. */
  readonly separator: string | null;
  readonly memory: TaskMemory;
  readonly kernels: JsonlKernels;
  readonly chunkBytes: number;
  readonly flush: FlushBuffer;
}

const RESULT_BYTES = 8;
/** What a kernel may read behind a literal. */
const SLACK_BYTES = 16;
const encoder = new TextEncoder();

/** What stands before the value of a column. */
function literalOf(name: string, column: number): Uint8Array {
  return encoder.encode(`${column === 0 ? '{' : ','}${JSON.stringify(name)}:`);
}

export class JsonBatchWriter {
  readonly #options: JsonWriterOptions;
  readonly #heap: Heap;
  readonly #memory: TaskMemory;
  readonly #separator: number;
  /** The kernel's answer, descriptions of the columns, their literals. */
  readonly #result: number;
  readonly #columns: number;
  readonly #columnPages: number;
  readonly #rows: RowBuffer;
  #isClosed = false;

  constructor(options: JsonWriterOptions) {
    const { schema, memory, separator, chunkBytes } = options;
    this.#options = options;
    this.#heap = memory.heap;
    this.#memory = memory;
    this.#separator = separator === null ? 0 : separator.charCodeAt(0);
    this.#columnPages = columnPages(schema);
    this.#result = memory.allocate(this.#columnPages, 'writing JSON');
    this.#columns = this.#result + RESULT_BYTES;
    this.#storeLiterals();
    this.#rows = new RowBuffer(memory, chunkBytes, 'writing JSON', options.flush);
  }

  write({ vectors, selection, selectedCount }: RecordBatch): void {
    const [columns, result, separator] = [this.#columns, this.#result, this.#separator];
    const { kernels } = this.#options;
    for (let i = 0; i < vectors.length; i++) {
      describeColumn(this.#heap, vectors[i], columns + i * OBJECT_COLUMN_BYTES, false);
    }
    this.#rows.write(selectedCount, result, (row, out, room) =>
      kernels.assembleObjects(columns, vectors.length, selection, row, selectedCount, separator, out, room, result),
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
    this.#memory.free(this.#result, this.#columnPages);
  }

  #storeLiterals(): void {
    const { u8, u32 } = this.#heap;
    const { schema } = this.#options;
    let address = this.#columns + schema.length * OBJECT_COLUMN_BYTES;
    schema.forEach(({ name }, i) => {
      const literal = literalOf(name, i);
      const column = (this.#columns + i * OBJECT_COLUMN_BYTES) >>> 2;
      u8.set(literal, address);
      u32[column + 6] = address;
      u32[column + 7] = literal.length;
      address += literal.length;
    });
  }
}

function columnPages(schema: Schema): number {
  const literals = schema.reduce((bytes, { name }, i) => bytes + literalOf(name, i).length, 0);
  return Math.ceil((RESULT_BYTES + schema.length * OBJECT_COLUMN_BYTES + literals + SLACK_BYTES) / PAGE_BYTES);
}

/** Managed memory that a writer cannot do without. */
export function jsonWriterMinimumBytes(schema: Schema, sizes: { chunkBytes: number }): number {
  return columnPages(schema) * PAGE_BYTES + rowBufferBytes(sizes.chunkBytes);
}
