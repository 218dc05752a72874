/**
 * Rows in managed memory to a record batch: where the wanted values lie, and what they are. Knows bytes and addresses,
 * not files. Numbers, dates and the like are decoded as the csv room decodes fields, so they mean the same in both.
 */
import { type TypeKind, typeName } from '../../columnar/data-type.js';
import type { PendingColumns, RecordBatch } from '../../columnar/record-batch.js';
import {
  OBJECTS_FAULT,
  OBJECTS_FAULT_AT,
  OBJECTS_FLAGS,
  OBJECTS_NEXT,
  OBJECTS_RESULT_BYTES,
  OBJECTS_ROWS,
  SAW_ESCAPE,
  SAW_LIST_END,
  SAW_NON_ASCII,
} from '../../kernels/jsonl-kernels.js';
import type { KernelSet } from '../../kernels/loader.js';
import { Arena } from '../../memory/arena.js';
import { type Heap, PAGE_BYTES } from '../../memory/heap.js';
import type { TaskMemory } from '../../memory/task-memory.js';
import { ColumnDecoder, type IndexedRows } from '../csv/column-decoder.js';
import { shown } from '../csv/places.js';
import type { JsonReaderOptions } from './reader.js';
import { TextColumn } from './text-column.js';
import { storeKeys, type WantedKeys } from './wanted-keys.js';

/** Behind the index's answer: where the next unescaped text goes. */
const SCRATCH_CURSOR = OBJECTS_RESULT_BYTES;
const QUOTE = 0x22;
const WORD = 4;

/** Why the rows before `row` are all that could be decoded. */
export interface DecodeFault {
  readonly row: number;
  readonly code: 'FORMAT_JSON_UTF8' | 'FORMAT_JSON_VALUE';
  /** Address of the first offending byte. */
  readonly address: number;
  readonly message: string;
  readonly hint: string;
}

/** What to declare instead, where there is something between the type and string. */
const WIDER: Readonly<Partial<Record<TypeKind, string>>> = {
  int: 'bigint, double or string',
  bigint: 'decimal(38,0), double or string',
};

/** Words of the index a row. */
const indexWords = (keys: number): number => 1 + 2 * keys;

/** How many rows a batch may have: those of a chunk, if they are not mostly without their keys. */
export function rowsOfBatch(keys: number, batchRows: number, chunkBytes: number): number {
  return Math.max(1, Math.min(batchRows, Math.floor(chunkBytes / (WORD * indexWords(keys)))));
}

export class RowDecoder implements PendingColumns {
  readonly batch: RecordBatch;
  readonly maxRows: number;
  /** What the last `index` found. */
  rows = 0;
  next = 0;
  /** What is wrong with the row at `next`, as the kernels say it; 0: nothing, or it ends behind the bytes. */
  fault = 0;
  faultAt = 0;
  hasListEnd = false;
  readonly #heap: Heap;
  readonly #memory: TaskMemory;
  readonly #kernels: Pick<KernelSet, 'csv' | 'jsonl'>;
  readonly #arena: Arena;
  readonly #keys: WantedKeys;
  readonly #columns: readonly (ColumnDecoder | TextColumn)[];
  readonly #index: number;
  readonly #result: number;
  /** How many columns read one and the same key, at most. */
  readonly #sharing: number;
  readonly #indexed: IndexedRows;
  #scratch = 0;
  #scratchPages = 0;
  #flags = 0;

  constructor({ memory, kernels, columns, batchRows, chunkBytes }: JsonReaderOptions) {
    const { heap } = memory;
    const names = [...new Set(columns.map(({ key }) => key))];
    const words = indexWords(names.length);
    this.#memory = memory;
    this.#heap = heap;
    this.#kernels = kernels;
    this.maxRows = rowsOfBatch(names.length, batchRows, chunkBytes);
    const arena = new Arena(memory, 'reading JSON');
    this.#arena = arena;
    this.#result = arena.allocate(OBJECTS_RESULT_BYTES + 16);
    this.#index = arena.allocate(WORD * (this.maxRows * words + 1));
    this.#keys = storeKeys(names, heap, arena);
    this.#columns = columns.map((column) => {
      // The byte behind a value; the one before it stands in the entry before.
      const entry = 2 + 2 * names.indexOf(column.key);
      if (column.type.kind === 'string') {
        const place = { ends: this.#index + WORD * entry, stride: WORD * words, maxRows: this.maxRows };
        return new TextColumn(column, { ...place, ...kernels, heap, arena });
      }
      const context = { heap, kernels: kernels.csv, arena, unescape: meantText };
      return new ColumnDecoder({ ...column, index: entry }, [], words, this.maxRows, context);
    });
    const keys = columns.map(({ key }) => key);
    this.#sharing = Math.max(1, ...keys.map((key) => keys.filter((other) => other === key).length));
    const noMarks = { delimiter: -1, escape: -1, trim: 0, scratch: 0, plainDelimiter: -1 };
    this.#indexed = { ...noMarks, ends: this.#index, rows: 0, quote: QUOTE };
    const vectors = this.#columns.map(({ vector }) => vector);
    this.batch = { numRows: 0, vectors, selection: 0, selectedCount: 0 };
  }

  /** Indexes whole rows of [from, to) that begin before `limit`; behind `to` a 0 is written. */
  index(from: number, limit: number, to: number, mode: number): void {
    const { u8, u32 } = this.#heap;
    const { names, count, cache } = this.#keys;
    const result = this.#result;
    u8[to] = 0;
    this.#kernels.jsonl.indexObjects(from, limit, to, mode, names, count, cache, this.maxRows, this.#index, result);
    this.rows = u32[(result + OBJECTS_ROWS) >>> 2];
    this.next = u32[(result + OBJECTS_NEXT) >>> 2];
    this.fault = u32[(result + OBJECTS_FAULT) >>> 2];
    this.faultAt = u32[(result + OBJECTS_FAULT_AT) >>> 2];
    this.#flags = u32[(result + OBJECTS_FLAGS) >>> 2];
    this.hasListEnd = (this.#flags & SAW_LIST_END) !== 0;
  }

  /** Address of the brace of a row. */
  rowStart(row: number): number {
    return this.#heap.u32[(this.#index >>> 2) + row * indexWords(this.#keys.count)];
  }

  /**
   * Decodes the indexed rows into `batch`, those before a fault if there is one. Text waits until it is wanted, for the
   * rows that are wanted; text with escapes does not, because it may be wrong.
   */
  decode(): DecodeFault | undefined {
    let fault = this.#flags & SAW_NON_ASCII ? this.#encodingFault() : undefined;
    const indexed = this.#indexed;
    indexed.rows = this.rows;
    const isEscaped = (this.#flags & SAW_ESCAPE) !== 0;
    const scratch = isEscaped ? this.#scratchFor(this.next - this.rowStart(0)) : 0;
    for (const column of this.#columns) {
      const isText = column instanceof TextColumn;
      if (isText && !isEscaped) continue;
      const row = isText ? column.decode(this.rows, scratch) : column.decode(indexed);
      if (row < 0 || row >= (fault?.row ?? this.rows)) continue;
      fault = isText ? this.#surrogateFault(column, row) : this.#valueFault(column, row);
    }
    const rows = fault?.row ?? this.rows;
    this.batch.numRows = rows;
    this.batch.selection = 0;
    this.batch.selectedCount = rows;
    this.batch.pending = isEscaped ? undefined : this;
    return fault;
  }

  load(column: number, selection: number, count: number): void {
    const decoder = this.#columns[column];
    if (decoder instanceof TextColumn) decoder.view(selection, count);
  }

  close(): void {
    this.#arena.close();
    if (this.#scratchPages > 0) this.#memory.free(this.#scratch, this.#scratchPages);
    this.#scratchPages = 0;
  }

  /** The cursor of a room for all text without its escapes, which is never more than the rows' own bytes. */
  #scratchFor(bytes: number): number {
    const pages = Math.ceil((bytes * this.#sharing + 16) / PAGE_BYTES);
    if (pages > this.#scratchPages) {
      if (this.#scratchPages > 0) this.#memory.free(this.#scratch, this.#scratchPages);
      this.#scratchPages = 0;
      this.#scratch = this.#memory.allocate(pages, 'text with escapes');
      this.#scratchPages = pages;
    }
    this.#heap.u32[(this.#result + SCRATCH_CURSOR) >>> 2] = this.#scratch;
    return this.#result + SCRATCH_CURSOR;
  }

  #encodingFault(): DecodeFault | undefined {
    const address = this.#kernels.csv.firstInvalidUtf8(this.rowStart(0), this.next) >>> 0;
    if (address === 0) return undefined;
    const bytes = [...this.#heap.u8.slice(address, Math.min(address + 4, this.next))];
    let row = 0;
    while (row + 1 < this.rows && this.rowStart(row + 1) <= address) row++;
    return {
      row,
      code: 'FORMAT_JSON_UTF8',
      address,
      message: `the bytes ${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')} are not UTF-8`,
      hint: 'convert the file to UTF-8 first, for example with iconv -f windows-1252 -t utf-8',
    };
  }

  #surrogateFault(text: TextColumn, row: number): DecodeFault {
    const [address, end] = text.bounds(row);
    const found = Buffer.from(this.#heap.u8.slice(address + 1, end - 1)).toString();
    return {
      row,
      code: 'FORMAT_JSON_UTF8',
      address,
      message: `${shown(found)} in column "${text.column.name}" holds half of a surrogate pair, which is no character`,
      hint: 'whatever wrote the file has cut a character in two; mend the file, or leave the key out of `schema:`',
    };
  }

  #valueFault(decoder: ColumnDecoder, row: number): DecodeFault {
    const { name, type } = decoder.column;
    const expected = typeName(type);
    const other = WIDER[type.kind] ?? 'string';
    return {
      row,
      code: 'FORMAT_JSON_VALUE',
      address: this.#heap.u32[(this.#index >>> 2) + row * indexWords(this.#keys.count) + decoder.column.index - 1] + 1,
      message: `${shown(decoder.textOf(row, this.#indexed))} in column "${name}" is not ${/^[aeiou]/.test(expected) ? 'an' : 'a'} ${expected}`,
      hint: `declare the column as ${other} in \`schema:\``,
    };
  }
}

/** What stands between quotes, and is proven to be JSON, as the text that it means. */
function meantText(text: string): string {
  return text.includes('\\') ? (JSON.parse(`"${text}"`) as string) : text;
}
