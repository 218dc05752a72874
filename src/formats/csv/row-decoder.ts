/**
 * Rows in managed memory to a record batch: index, prove, decode the columns asked for. Knows bytes and addresses, not
 * files; both readers stand on it.
 */

import { type TypeKind, typeName } from '../../columnar/data-type.js';
import type { PendingColumns, RecordBatch } from '../../columnar/record-batch.js';
import {
  CR,
  type CsvKernels,
  FLAG_BLANK,
  FLAG_CR,
  FLAG_DOUBLED,
  FLAG_LONE_CR,
  FLAG_NON_ASCII,
  FLAG_QUOTED,
  INDEX_FLAGS,
  INDEX_NEXT,
  INDEX_RESULT_BYTES,
  INDEX_ROWS,
  INDEX_SLACK,
  LF,
} from '../../kernels/csv-kernels.js';
import { Arena } from '../../memory/arena.js';
import { type Heap, PAGE_BYTES } from '../../memory/heap.js';
import type { TaskMemory } from '../../memory/task-memory.js';
import { ColumnDecoder, type IndexedRows } from './column-decoder.js';
import { mostValueBytes } from './column-kind.js';
import type { CsvColumn, CsvReaderOptions } from './csv-reader.js';
import { shown } from './places.js';

/** Behind the index's answer: where the next unescaped text goes. */
const SCRATCH_CURSOR = INDEX_RESULT_BYTES;
/** Kernels write some bytes more than they say. */
const SCRATCH_SLACK = 128;

/** Why the rows before `row` are all that could be decoded. */
export interface DecodeFault {
  readonly row: number;
  readonly code: 'FORMAT_CSV_UTF8' | 'FORMAT_CSV_VALUE';
  /** Address of the first offending byte. */
  readonly address: number;
  readonly message: string;
  readonly hint: string;
}

/** What to declare instead, where there is something between the type and string. */
const WIDER: Readonly<Partial<Record<TypeKind, string>>> = {
  int: 'bigint, double or string',
  bigint: 'double or string',
};

/** Whether a span is written as the values of the other column are. */
function isValueIn({ index, type }: CsvColumn, span: CsvColumn): boolean {
  return type.kind !== 'string' && index >= span.index && index < span.index + (span.fields ?? 0);
}

/** Bytes that the values in spans take at most, a row. */
function spanValueBytes(columns: readonly CsvColumn[]): number {
  const values = columns.flatMap((span) => columns.filter((column) => isValueIn(column, span)));
  return values.reduce((sum, { type }) => sum + mostValueBytes(type), 0);
}

/** How many decoders copy one and the same field, at most. */
function copiesOfField(columns: readonly CsvColumn[]): number {
  const texts = columns.filter(({ type }) => type.kind === 'string');
  const copies = texts.map(
    ({ index }) => texts.filter((other) => other.index <= index && index < other.index + (other.fields ?? 1)).length,
  );
  return Math.max(1, ...copies);
}

/** How many rows a batch can have: a row takes at least a byte a field. */
export function rowsOfBatch(fieldCount: number, batchRows: number, chunkBytes: number): number {
  return Math.max(1, Math.min(batchRows, Math.floor(chunkBytes / fieldCount) + 1));
}

export class RowDecoder implements PendingColumns {
  readonly batch: RecordBatch;
  readonly maxRows: number;
  /** What the last `index` found. */
  rows = 0;
  next = 0;
  readonly #heap: Heap;
  readonly #memory: TaskMemory;
  readonly #kernels: CsvKernels;
  readonly #arena: Arena;
  readonly #columns: readonly ColumnDecoder[];
  readonly #fieldCount: number;
  readonly #delimiter: number;
  readonly #quote: number;
  readonly #escape: number;
  readonly #newline: number;
  readonly #ends: number;
  readonly #result: number;
  readonly #hasSpans: boolean;
  readonly #spanValueBytes: number;
  readonly #copiesOfField: number;
  readonly #indexed: IndexedRows;
  #scratch = 0;
  #scratchPages = 0;
  #flags = 0;

  constructor(options: CsvReaderOptions) {
    const { memory, kernels, dialect, fieldCount, columns, batchRows, chunkBytes } = options;
    this.#memory = memory;
    this.#heap = memory.heap;
    this.#kernels = kernels;
    this.#fieldCount = fieldCount;
    this.#delimiter = dialect.delimiter.charCodeAt(0);
    this.#quote = dialect.quote === null ? -1 : dialect.quote.charCodeAt(0);
    this.#escape = dialect.quote === null ? -1 : dialect.escape.charCodeAt(0);
    this.#newline = dialect.newline === 'lf' ? LF : CR;
    this.#spanValueBytes = spanValueBytes(columns);
    this.#copiesOfField = copiesOfField(columns);
    // Values that are written anew take a chunk at most.
    const mostRows = Math.max(1, Math.floor(chunkBytes / Math.max(1, this.#spanValueBytes)));
    this.maxRows = Math.min(mostRows, rowsOfBatch(fieldCount, batchRows, chunkBytes));
    this.#arena = new Arena(memory, 'reading CSV');
    this.#result = this.#arena.allocate(INDEX_RESULT_BYTES + 16);
    this.#ends = this.#arena.allocate(4 * ((this.maxRows + 1) * fieldCount + INDEX_SLACK + 4)) + 16;
    const context = { heap: memory.heap, kernels, arena: this.#arena };
    this.#columns = columns.map(
      (column) => new ColumnDecoder(column, column.nulls ?? dialect.nulls, fieldCount, this.maxRows, context),
    );
    for (const span of this.#columns) {
      if (!span.isSpan) continue;
      const values = this.#columns.filter(({ column }) => isValueIn(column, span.column));
      span.writeValues(values, this.#arena);
    }
    this.#hasSpans = this.#columns.some(({ isSpan }) => isSpan);
    this.#indexed = {
      ends: this.#ends,
      delimiter: this.#delimiter,
      escape: this.#escape,
      rows: 0,
      quote: -1,
      trim: 0,
      scratch: 0,
      spanScratch: 0,
      plainDelimiter: -1,
    };
    const vectors = this.#columns.map(({ vector }) => vector);
    this.batch = { numRows: 0, vectors, selection: 0, selectedCount: 0 };
  }

  /** Indexes whole rows of [from, to), at most `maxRows`; false when one is not well formed. */
  index(from: number, to: number): boolean {
    const kernels = this.#kernels;
    const delimiter = this.#delimiter;
    const quote = this.#quote;
    const escapeMark = this.#escape;
    const newline = this.#newline;
    const fields = this.#fieldCount;
    const ends = this.#ends;
    const result = this.#result;
    const answer =
      quote === escapeMark
        ? kernels.indexRows(from, to, delimiter, quote, newline, fields, this.maxRows, ends, result)
        : kernels.indexEscapedRows(from, to, delimiter, quote, escapeMark, newline, fields, this.maxRows, ends, result);
    if (answer !== 0) return false;
    const { u32 } = this.#heap;
    this.rows = u32[(result + INDEX_ROWS) >>> 2];
    this.next = u32[(result + INDEX_NEXT) >>> 2];
    this.#flags = u32[(result + INDEX_FLAGS) >>> 2];
    return true;
  }

  /** Address of the first byte of a row; row number `rows` is the one behind the last. */
  rowStart(row: number): number {
    return this.#heap.u32[(this.#ends >>> 2) + row * this.#fieldCount - 1] + 1;
  }

  /** Drops the indexed rows that begin at or behind `address`. */
  cutAt(address: number): void {
    if (this.rows === 0 || this.rowStart(this.rows - 1) < address) return;
    this.rows = this.#firstRowFrom(address);
    this.next = this.rowStart(this.rows);
  }

  /**
   * Decodes the indexed rows into `batch`, those before a fault if there is one. Text waits until it is wanted, for the
   * rows that are wanted; text that has to be copied does not, because it is copied once.
   */
  decode(): DecodeFault | undefined {
    let fault = this.#flags & FLAG_NON_ASCII ? this.#encodingFault() : undefined;
    const indexed = this.#describeRows();
    const isCopied = indexed.scratch !== 0;
    for (const column of this.#columns) {
      const row = column.isText ? -1 : column.decode(indexed);
      if (row >= 0 && row < (fault?.row ?? this.rows)) fault = this.#valueFault(column, row, indexed);
    }
    const rows = fault?.row ?? this.rows;
    // Behind the values, which spans may be written by.
    if (isCopied) for (const column of this.#columns) if (column.isText) column.decodeText(indexed, 0, rows);
    this.batch.numRows = rows;
    this.batch.selection = 0;
    this.batch.selectedCount = rows;
    this.batch.pending = isCopied ? undefined : this;
    return fault;
  }

  load(column: number, selection: number, count: number): void {
    const decoder = this.#columns[column];
    if (decoder.isText) decoder.decodeText(this.#indexed, selection, count);
  }

  close(): void {
    this.#arena.close();
    if (this.#scratchPages > 0) this.#memory.free(this.#scratch, this.#scratchPages);
    this.#scratchPages = 0;
  }

  #describeRows(): IndexedRows {
    const flags = this.#flags;
    const isQuoted = (flags & FLAG_QUOTED) !== 0;
    const isPlain = this.#quote === 34 && this.#newline === LF && (flags & FLAG_LONE_CR) === 0;
    const indexed = this.#indexed;
    indexed.rows = this.rows;
    indexed.quote = isQuoted ? this.#quote : -1;
    indexed.trim = flags & (FLAG_CR | FLAG_BLANK) ? this.#newline : 0;
    const isCopied = flags & FLAG_DOUBLED || (this.#hasSpans && flags & (FLAG_QUOTED | FLAG_LONE_CR));
    const scratch =
      isCopied || this.#spanValueBytes > 0 ? this.#scratchFor(this.next - this.rowStart(0), this.rows) : 0;
    indexed.scratch = isCopied ? scratch : 0;
    indexed.spanScratch = scratch;
    indexed.plainDelimiter = isPlain ? this.#delimiter : -1;
    return indexed;
  }

  /**
   * The cursor of a room for all text without its doubled quotes, which is never more than the rows' own bytes; in a span each
   * field may get quotes, and each value be longer than what was read. Nobody loads a span twice.
   */
  #scratchFor(bytes: number, rows: number): number {
    const added = rows * (this.#hasSpans ? 2 * this.#fieldCount + this.#spanValueBytes : 0);
    const pages = Math.ceil((bytes * this.#copiesOfField + added + SCRATCH_SLACK) / PAGE_BYTES);
    if (pages > this.#scratchPages) {
      if (this.#scratchPages > 0) this.#memory.free(this.#scratch, this.#scratchPages);
      this.#scratchPages = 0;
      this.#scratch = this.#memory.allocate(pages, 'quoted text');
      this.#scratchPages = pages;
    }
    this.#heap.u32[(this.#result + SCRATCH_CURSOR) >>> 2] = this.#scratch;
    return this.#result + SCRATCH_CURSOR;
  }

  #firstRowFrom(address: number): number {
    let [low, high] = [0, this.rows];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.rowStart(middle) < address) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #encodingFault(): DecodeFault | undefined {
    const address = this.#kernels.firstInvalidUtf8(this.rowStart(0), this.next) >>> 0;
    if (address === 0) return undefined;
    const bytes = [...this.#heap.u8.slice(address, Math.min(address + 4, this.next))];
    const found = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    return {
      row: this.#firstRowFrom(address + 1) - 1,
      code: 'FORMAT_CSV_UTF8',
      address,
      message: `the bytes ${found} are not UTF-8`,
      hint: 'convert the file to UTF-8 first, for example with iconv -f windows-1252 -t utf-8',
    };
  }

  #valueFault(decoder: ColumnDecoder, row: number, indexed: IndexedRows): DecodeFault {
    const { name, type, index } = decoder.column;
    const text = decoder.textOf(row, indexed);
    const expected = typeName(type);
    const other = WIDER[type.kind] ?? 'string';
    return {
      row,
      code: 'FORMAT_CSV_VALUE',
      address: this.#heap.u32[(this.#ends >>> 2) + row * this.#fieldCount + index - 1] + 1,
      message: `${shown(text)} in column "${name}" is not ${/^[aeiou]/.test(expected) ? 'an' : 'a'} ${expected}`,
      hint:
        text === ''
          ? `add '' to \`nulls:\` to read quoted empty fields as null, or declare the column as string in \`schema:\``
          : `declare the column as ${other} in \`schema:\`, or list the text in \`nulls:\` when it stands for no value`,
    };
  }
}
