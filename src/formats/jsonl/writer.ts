/**
 * Record batches to lines of JSON objects, through a buffer of bounded size in managed memory. When it is full, `flush`
 * gets it.
 *
 * The output is canonical: no white space, keys in the order of the columns, nulls written, values as columnar/text.ts has
 * them, those that are no number or boolean in quotes. In strings only quotes, backslashes and control characters are
 * escaped. NaN and the infinities are the strings "NaN", "Infinity" and "-Infinity", which a double reads back.
 */
import { PHYSICAL_BYTES } from '../../columnar/data-type.js';
import type { RecordBatch } from '../../columnar/record-batch.js';
import type { Schema } from '../../columnar/schema.js';
import type { Vector } from '../../columnar/vector.js';
import { type JsonlKernels, OBJECT_COLUMN_BYTES } from '../../kernels/jsonl-kernels.js';
import { type Heap, PAGE_BYTES } from '../../memory/heap.js';
import type { TaskMemory } from '../../memory/task-memory.js';
import { kindOf } from '../csv/writer.js';

export interface JsonWriterOptions {
  readonly schema: Schema;
  /** Stands before each row; null: nothing. */
  readonly separator: string | null;
  readonly memory: TaskMemory;
  readonly kernels: JsonlKernels;
  readonly chunkBytes: number;
  /** Takes the bytes at `address` of managed memory; they are overwritten afterwards. */
  readonly flush: (address: number, bytes: number) => void;
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
  #buffer = 0;
  #pages = 0;
  #filled = 0;

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
    this.#grow(bufferPages(chunkBytes));
  }

  write({ vectors, selection, selectedCount }: RecordBatch): void {
    for (let i = 0; i < vectors.length; i++) this.#describe(vectors[i], this.#columns + i * OBJECT_COLUMN_BYTES);
    const { kernels } = this.#options;
    const columns = this.#columns;
    const result = this.#result;
    for (let row = 0; row < selectedCount; ) {
      const out = this.#buffer + this.#filled;
      const room = this.#pages * PAGE_BYTES - this.#filled;
      const rows = [selection, row, selectedCount, this.#separator] as const;
      const next = kernels.assembleObjects(columns, vectors.length, ...rows, out, room, result);
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
      this.#memory.free(this.#result, this.#columnPages);
    }
    this.#pages = 0;
  }

  #grow(pages: number): void {
    const buffer = this.#memory.allocate(pages, 'writing JSON');
    if (this.#pages > 0) this.#memory.free(this.#buffer, this.#pages);
    this.#buffer = buffer;
    this.#pages = pages;
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

  #describe({ type, physical, isConstant, values, validity }: Vector, at: number): void {
    const { u32 } = this.#heap;
    const column = at >>> 2;
    u32[column] = kindOf(type, false);
    u32[column + 1] = values;
    u32[column + 2] = isConstant ? 0 : PHYSICAL_BYTES[physical];
    u32[column + 3] = validity;
    u32[column + 4] = isConstant ? 0 : 1;
    u32[column + 5] = type.kind === 'decimal' ? type.scale : 0;
  }
}

function columnPages(schema: Schema): number {
  const literals = schema.reduce((bytes, { name }, i) => bytes + literalOf(name, i).length, 0);
  return Math.ceil((RESULT_BYTES + schema.length * OBJECT_COLUMN_BYTES + literals + SLACK_BYTES) / PAGE_BYTES);
}

function bufferPages(chunkBytes: number): number {
  return Math.max(1, Math.ceil(chunkBytes / PAGE_BYTES));
}

/** Managed memory that a writer cannot do without. */
export function jsonWriterMinimumBytes(schema: Schema, sizes: { chunkBytes: number }): number {
  return (columnPages(schema) + bufferPages(sizes.chunkBytes)) * PAGE_BYTES;
}
