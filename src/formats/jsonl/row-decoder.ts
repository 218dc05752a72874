/**
 * Rows in managed memory to a record batch: where the wanted values lie, and what they are. Knows bytes and addresses,
 * not files. Numbers, dates and the like are decoded as the csv room decodes fields, so they mean the same in both.
 */
import { aTypeName, type DataType, physicalOf, type TypeKind } from '../../columnar/data-type.js';
import type { PendingColumns, RecordBatch } from '../../columnar/record-batch.js';
import type { Vector } from '../../columnar/vector.js';
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
import { formSaid } from '../csv/formed-fields.js';
import { FormedRoom } from '../csv/formed-room.js';
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
  /** The column whose value it is. */
  readonly column?: string;
}

/** What to declare instead, where there is something between the type and string. */
const WIDER: Readonly<Partial<Record<TypeKind, string>>> = {
  int: 'bigint, double or string',
  bigint: 'decimal(38,0), double or string',
};

const NO_VECTORS: readonly Vector[] = [];

const isText = (type: DataType): boolean => physicalOf(type) === 'text';

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
  /** Of each column the word of an index row that holds the byte behind its value. */
  readonly #entries: readonly number[];
  readonly #hasBytes: boolean;
  readonly #formed: FormedRoom;
  /** Room for a selection, where rows are decoded without the faulty ones. */
  readonly #good: number;
  #scratch = 0;
  #scratchPages = 0;
  #flags = 0;

  /** `absent`: vectors that are no keys of the file, behind those that are. */
  constructor(options: JsonReaderOptions, absent: readonly Vector[] = NO_VECTORS) {
    const { memory, kernels, columns, batchRows, chunkBytes } = options;
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
    this.#entries = columns.map(({ key }) => 2 + 2 * names.indexOf(key));
    this.#hasBytes = columns.some(({ type }) => type.kind === 'bytes');
    this.#columns = columns.map((column, i) => {
      const entry = this.#entries[i];
      if (column.form === undefined && isText(column.type)) {
        const place = { ends: this.#index + WORD * entry, stride: WORD * words, maxRows: this.maxRows };
        return new TextColumn(column, { ...place, ...kernels, heap, arena });
      }
      const context = { heap, kernels: kernels.csv, arena, unescape: meantText };
      return new ColumnDecoder({ ...column, index: entry }, [], words, this.maxRows, context);
    });
    const keys = columns.map(({ key }) => key);
    this.#sharing = Math.max(1, ...keys.map((key) => keys.filter((other) => other === key).length));
    // A delimiter stands behind fields that are written anew, and is not looked at.
    const noMarks = { delimiter: 0, escape: -1, trim: 0, scratch: 0, plainDelimiter: -1 };
    this.#indexed = { ...noMarks, ends: this.#index, rows: 0, quote: QUOTE };
    this.#formed = new FormedRoom(
      memory,
      this.#columns.filter((column) => column instanceof ColumnDecoder),
    );
    const vectors = this.#columns.map(({ vector }) => vector);
    this.batch = { numRows: 0, vectors: [...vectors, ...absent], selection: 0, selectedCount: 0 };
    this.#good = absent === NO_VECTORS ? 0 : arena.allocate(WORD * this.maxRows);
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
   * rows that are wanted; text with escapes does not, because it is copied once.
   */
  decode(): DecodeFault | undefined {
    let fault = this.#encodingFault(0);
    const scratch = this.#beginRows();
    for (const column of this.#columns) {
      const row = this.#decodeColumn(column, 0, scratch);
      if (row >= 0 && row < (fault?.row ?? this.rows)) fault = this.#valueFault(column, row);
    }
    this.#fill(fault?.row ?? this.rows, scratch);
    return fault;
  }

  /** Decodes all rows into `batch`, of which it selects those that are whole; the others, in order. */
  decodeAll(): readonly DecodeFault[] {
    const faults = new Map<number, DecodeFault>();
    for (let fault = this.#encodingFault(0); fault !== undefined; fault = this.#encodingFault(fault.row + 1)) {
      faults.set(fault.row, fault);
    }
    const scratch = this.#beginRows();
    for (const column of this.#columns) {
      for (let row = this.#decodeColumn(column, 0, scratch); row >= 0; ) {
        if (!faults.has(row)) faults.set(row, this.#valueFault(column, row));
        row = row + 1 === this.rows ? -1 : this.#decodeColumn(column, row + 1, scratch);
      }
    }
    this.#fill(this.rows, scratch);
    if (faults.size > 0) this.#select((row) => !faults.has(row));
    return [...faults.values()].sort((a, b) => a.row - b.row);
  }

  /** A row as it stands in the file, without what parts it from the next one. */
  rowText(row: number): string {
    const bytes = this.#heap.u8.slice(this.rowStart(row), this.rowStart(row + 1));
    return Buffer.from(bytes)
      .toString('utf8')
      .replace(/[\s,\]]+$/, '');
  }

  load(column: number, selection: number, count: number): void {
    const decoder: ColumnDecoder | TextColumn | undefined = this.#columns[column];
    if (decoder instanceof TextColumn) decoder.view(selection, count);
  }

  close(): void {
    this.#arena.close();
    this.#formed.close();
    if (this.#scratchPages > 0) this.#memory.free(this.#scratch, this.#scratchPages);
    this.#scratchPages = 0;
  }

  /** The scratch of texts that must be copied; 0: none. */
  #beginRows(): number {
    this.#indexed.rows = this.rows;
    this.#formed.write(this.#indexed, (this.next - this.rowStart(0)) * this.#sharing);
    const isCopied = this.#hasBytes || (this.#flags & SAW_ESCAPE) !== 0;
    return isCopied ? this.#scratchFor(this.next - this.rowStart(0)) : 0;
  }

  /** The first row from `from` on whose value does not fit, or -1; text waits where it need not be copied. */
  #decodeColumn(column: ColumnDecoder | TextColumn, from: number, scratch: number): number {
    if (column instanceof ColumnDecoder) {
      if (!column.isText) return column.decode(this.#indexed, from);
      column.decodeText(this.#indexed, 0, this.rows);
      return -1;
    }
    if (from === 0 && scratch !== 0) column.decode(this.rows, scratch);
    return column.isBytes ? column.spell(from, this.rows, scratch) : -1;
  }

  #fill(rows: number, scratch: number): void {
    const { batch } = this;
    batch.numRows = rows;
    batch.selection = 0;
    batch.selectedCount = rows;
    batch.pending = scratch === 0 ? this : undefined;
  }

  #select(isTaken: (row: number) => boolean): void {
    const { batch } = this;
    batch.selection = this.#good;
    batch.selectedCount = 0;
    for (let row = 0; row < batch.numRows; row++) {
      if (isTaken(row)) this.#heap.u32[(this.#good >>> 2) + batch.selectedCount++] = row;
    }
  }

  /** The cursor of a room for all text without its escapes, which is never more than the rows' own bytes; bytes are copied again. */
  #scratchFor(bytes: number): number {
    const copies = this.#hasBytes ? 2 * this.#sharing : this.#sharing;
    const pages = Math.ceil((bytes * copies + 16) / PAGE_BYTES);
    if (pages > this.#scratchPages) {
      if (this.#scratchPages > 0) this.#memory.free(this.#scratch, this.#scratchPages);
      this.#scratchPages = 0;
      this.#scratch = this.#memory.allocate(pages, 'text with escapes');
      this.#scratchPages = pages;
    }
    this.#heap.u32[(this.#result + SCRATCH_CURSOR) >>> 2] = this.#scratch;
    return this.#result + SCRATCH_CURSOR;
  }

  /** From row `from` on. */
  #encodingFault(from: number): DecodeFault | undefined {
    if ((this.#flags & SAW_NON_ASCII) === 0 || from >= this.rows) return undefined;
    const address = this.#kernels.csv.firstInvalidUtf8(this.rowStart(from), this.next) >>> 0;
    if (address === 0) return undefined;
    const bytes = [...this.#heap.u8.slice(address, Math.min(address + 4, this.next))];
    let row = from;
    while (row + 1 < this.rows && this.rowStart(row + 1) <= address) row++;
    return {
      row,
      code: 'FORMAT_JSON_UTF8',
      address,
      message: `the bytes ${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')} are not UTF-8`,
      hint: 'say what the file is written in, for example `encoding: windows-1252`',
    };
  }

  #valueFault(decoder: ColumnDecoder | TextColumn, row: number): DecodeFault {
    const { name, type, form } = decoder.column;
    const entry =
      (this.#index >>> 2) + row * indexWords(this.#keys.count) + this.#entries[this.#columns.indexOf(decoder)];
    const { u8, u32 } = this.#heap;
    const [start, end] = [u32[entry - 1] + 1, u32[entry]];
    const found = Buffer.from(u8.slice(start, end)).toString();
    return {
      row,
      code: 'FORMAT_JSON_VALUE',
      column: name,
      address: start,
      message: `${shown(found.startsWith('"') ? meantText(found.slice(1, -1)) : found)} in column "${name}" is not ${aTypeName(type)}`,
      hint: `${form === undefined ? '' : formSaid(form)}declare the column as ${WIDER[type.kind] ?? 'string'} in \`schema:\``,
    };
  }
}

/** What stands between quotes, and is proven to be JSON, as the text that it means. */
function meantText(text: string): string {
  return text.includes('\\') ? (JSON.parse(`"${text}"`) as string) : text;
}
