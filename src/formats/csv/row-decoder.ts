/**
 * Rows in managed memory to a record batch: index, prove, decode the columns asked for. Knows bytes and addresses, not
 * files; both readers stand on it.
 */

import { aTypeName, type TypeKind } from '../../columnar/data-type.js';
import type { PendingColumns, RecordBatch } from '../../columnar/record-batch.js';
import type { Vector } from '../../columnar/vector.js';
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
import type { CsvReaderOptions } from './csv-reader.js';
import { formSaid } from './formed-fields.js';
import { FormedRoom } from './formed-room.js';
import { shown } from './places.js';

/** Behind the index's answer: where the next unescaped text goes. */
const SCRATCH_CURSOR = INDEX_RESULT_BYTES;

/** Why the rows before `row` are all that could be decoded. */
export interface DecodeFault {
  readonly row: number;
  readonly code: 'FORMAT_CSV_UTF8' | 'FORMAT_CSV_VALUE';
  /** Address of the first offending byte. */
  readonly address: number;
  readonly message: string;
  readonly hint: string;
  /** The column whose value it is. */
  readonly column?: string;
}

/** What to declare instead, where there is something between the type and string. */
const WIDER: Readonly<Partial<Record<TypeKind, string>>> = {
  int: 'bigint, double or string',
  bigint: 'double or string',
};

const NO_VECTORS: readonly Vector[] = [];

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
  readonly #hasBytes: boolean;
  /** How many decoders read one and the same field, at most. */
  readonly #sharing: number;
  readonly #indexed: IndexedRows;
  /** Room for a selection, where rows are decoded without the faulty ones. */
  readonly #good: number;
  #scratch = 0;
  #scratchPages = 0;
  readonly #formed: FormedRoom;
  #flags = 0;

  /** `absent`: vectors that are no columns of the file, behind those that are. */
  constructor(options: CsvReaderOptions, absent: readonly Vector[] = NO_VECTORS) {
    const { memory, kernels, dialect, fieldCount, columns, batchRows, chunkBytes } = options;
    this.#memory = memory;
    this.#heap = memory.heap;
    this.#kernels = kernels;
    this.#fieldCount = fieldCount;
    this.#delimiter = dialect.delimiter.charCodeAt(0);
    this.#quote = dialect.quote === null ? -1 : dialect.quote.charCodeAt(0);
    this.#escape = dialect.quote === null ? -1 : dialect.escape.charCodeAt(0);
    this.#newline = dialect.newline === 'lf' ? LF : CR;
    this.maxRows = rowsOfBatch(fieldCount, batchRows, chunkBytes);
    this.#arena = new Arena(memory, 'reading CSV');
    this.#result = this.#arena.allocate(INDEX_RESULT_BYTES + 16);
    this.#ends = this.#arena.allocate(4 * ((this.maxRows + 1) * fieldCount + INDEX_SLACK + 4)) + 16;
    const context = { heap: memory.heap, kernels, arena: this.#arena };
    this.#columns = columns.map(
      (column) => new ColumnDecoder(column, column.nulls ?? dialect.nulls, fieldCount, this.maxRows, context),
    );
    const indices = columns.map(({ index }) => index);
    this.#sharing = Math.max(1, ...indices.map((index) => indices.filter((other) => other === index).length));
    this.#formed = new FormedRoom(memory, this.#columns);
    this.#hasSpans = this.#columns.some(({ isSpan }) => isSpan);
    this.#hasBytes = columns.some(({ type }) => type.kind === 'bytes');
    this.#indexed = {
      ends: this.#ends,
      delimiter: this.#delimiter,
      escape: this.#escape,
      rows: 0,
      quote: -1,
      trim: 0,
      scratch: 0,
      plainDelimiter: -1,
    };
    const vectors = this.#columns.map(({ vector }) => vector);
    this.batch = { numRows: 0, vectors: [...vectors, ...absent], selection: 0, selectedCount: 0 };
    this.#good = absent === NO_VECTORS ? 0 : this.#arena.allocate(4 * this.maxRows, 4);
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
    this.#formed.write(indexed, (this.next - this.rowStart(0)) * this.#sharing);
    for (const column of this.#columns) {
      if (column.isText) {
        if (isCopied) column.decodeText(indexed, 0, indexed.rows);
        continue;
      }
      const row = column.decode(indexed);
      if (row >= 0 && row < (fault?.row ?? this.rows)) fault = this.#valueFault(column, row, indexed);
    }
    const rows = fault?.row ?? this.rows;
    this.batch.numRows = rows;
    this.batch.selection = 0;
    this.batch.selectedCount = rows;
    this.batch.pending = isCopied ? undefined : this;
    return fault;
  }

  /** Decodes all rows into `batch`, of which it selects those that are whole; the others, in order. */
  decodeAll(): readonly DecodeFault[] {
    const faults = new Map<number, DecodeFault>();
    if (this.#flags & FLAG_NON_ASCII) {
      for (let fault = this.#encodingFault(); fault !== undefined; fault = this.#encodingFault(fault.row + 1)) {
        faults.set(fault.row, fault);
      }
    }
    const indexed = this.#describeRows();
    const isCopied = indexed.scratch !== 0;
    this.#formed.write(indexed, (this.next - this.rowStart(0)) * this.#sharing);
    for (const column of this.#columns) {
      if (column.isText) {
        if (isCopied) column.decodeText(indexed, 0, indexed.rows);
        continue;
      }
      for (let row = column.decode(indexed); row >= 0; row = column.decode(indexed, row + 1)) {
        if (!faults.has(row)) faults.set(row, this.#valueFault(column, row, indexed));
        if (row + 1 === this.rows) break;
      }
    }
    const { batch } = this;
    batch.numRows = this.rows;
    batch.pending = isCopied ? undefined : this;
    batch.selection = 0;
    batch.selectedCount = this.rows;
    if (faults.size > 0) this.#select((row) => !faults.has(row));
    return [...faults.values()].sort((a, b) => a.row - b.row);
  }

  /** The bytes of a row as text, without its line end. */
  rowText(row: number): string {
    const bytes = this.#heap.u8.slice(this.rowStart(row), this.rowStart(row + 1));
    return Buffer.from(bytes)
      .toString('utf8')
      .replace(/[\r\n]+$/, '');
  }

  #select(isTaken: (row: number) => boolean): void {
    const { batch } = this;
    batch.selection = this.#good;
    batch.selectedCount = 0;
    for (let row = 0; row < batch.numRows; row++) {
      if (isTaken(row)) this.#heap.u32[(this.#good >>> 2) + batch.selectedCount++] = row;
    }
  }

  load(column: number, selection: number, count: number): void {
    const decoder: ColumnDecoder | undefined = this.#columns[column];
    if (decoder?.isText) decoder.decodeText(this.#indexed, selection, count);
  }

  close(): void {
    this.#arena.close();
    if (this.#scratchPages > 0) this.#memory.free(this.#scratch, this.#scratchPages);
    this.#scratchPages = 0;
    this.#formed.close();
  }

  #describeRows(): IndexedRows {
    const flags = this.#flags;
    const isQuoted = (flags & FLAG_QUOTED) !== 0;
    const isPlain = this.#quote === 34 && this.#newline === LF && (flags & FLAG_LONE_CR) === 0;
    const indexed = this.#indexed;
    indexed.rows = this.rows;
    indexed.quote = isQuoted ? this.#quote : -1;
    indexed.trim = flags & (FLAG_CR | FLAG_BLANK) ? this.#newline : 0;
    const isCopied = flags & FLAG_DOUBLED || this.#hasBytes || (this.#hasSpans && flags & (FLAG_QUOTED | FLAG_LONE_CR));
    indexed.scratch = isCopied ? this.#scratchFor(this.next - this.rowStart(0)) : 0;
    indexed.plainDelimiter = isPlain ? this.#delimiter : -1;
    return indexed;
  }

  /**
   * The cursor of a room for all text without its doubled quotes, which is never more than the rows' own bytes; bytes are copied
   * once more, and in a span each field may get quotes.
   */
  #scratchFor(bytes: number): number {
    const quotes = this.#hasSpans ? 2 * this.#fieldCount * this.rows : 0;
    const pages = Math.ceil((bytes * this.#sharing * (this.#hasBytes ? 2 : 1) + quotes + 16) / PAGE_BYTES);
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

  #encodingFault(from = 0): DecodeFault | undefined {
    if (from >= this.rows) return undefined;
    const address = this.#kernels.firstInvalidUtf8(this.rowStart(from), this.next) >>> 0;
    if (address === 0) return undefined;
    const bytes = [...this.#heap.u8.slice(address, Math.min(address + 4, this.next))];
    const found = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    return {
      row: this.#firstRowFrom(address + 1) - 1,
      code: 'FORMAT_CSV_UTF8',
      address,
      message: `the bytes ${found} are not UTF-8`,
      hint: 'say what the file is written in, for example `encoding: windows-1252`',
    };
  }

  #valueFault(decoder: ColumnDecoder, row: number, indexed: IndexedRows): DecodeFault {
    const { name, type, index, form } = decoder.column;
    const text = decoder.textOf(row, indexed);
    const other = WIDER[type.kind] ?? 'string';
    return {
      row,
      code: 'FORMAT_CSV_VALUE',
      column: name,
      address: this.#heap.u32[(this.#ends >>> 2) + row * this.#fieldCount + index - 1] + 1,
      message: `${shown(text)} in column "${name}" is not ${aTypeName(type)}`,
      hint:
        form !== undefined
          ? `${formSaid(form)}list the text in \`nulls:\` when it stands for no value`
          : text === ''
            ? `add '' to \`nulls:\` to read quoted empty fields as null, or declare the column as string in \`schema:\``
            : `declare the column as ${other} in \`schema:\`, or list the text in \`nulls:\` when it stands for no value`,
    };
  }
}
