/**
 * Reads splits of JSON files: lines of objects in blocks, lists of objects and objects one behind another whole. The
 * lines that begin in a block belong to it; a line end stands in no string, so nothing before the block has to be known.
 * One reader a task attempt; a batch and what it points to live until the next call of `next`.
 *
 * Rows before a faulty one are handed out first; then `next` throws, with the row's position in the error.
 */
import type { DataType } from '../../columnar/data-type.js';
import type { Fault, FaultKind } from '../../columnar/fault.js';
import type { RecordBatch, RowOrigin } from '../../columnar/record-batch.js';
import type { TextForm } from '../../columnar/text-form.js';
import { type LeatError, leatError, type Place, type RowPosition } from '../../errors.js';
import { LF } from '../../kernels/csv-kernels.js';
import {
  KEY_CACHE_BYTES,
  NO_OBJECT,
  NO_ROW_END,
  OBJECTS_RESULT_BYTES,
  ROWS_ARE_A_LIST,
  ROWS_ARE_LINES,
} from '../../kernels/jsonl-kernels.js';
import type { KernelSet } from '../../kernels/loader.js';
import { PAGE_BYTES } from '../../memory/heap.js';
import type { TaskMemory } from '../../memory/task-memory.js';
import { formatSize } from '../../spec/size-text.js';
import { FaultyRows } from '../csv/faulty-rows.js';
import { FileWindow, windowPages } from '../csv/file-window.js';
import { FORMED_GROWTH } from '../csv/formed-fields.js';
import { lineEnd, placeAt, readBytes } from '../csv/places.js';
import { rowLimitBytes } from '../csv/row-size.js';
import type { CsvSplit } from '../csv/splits.js';
import { LineCounter } from '../line-counter.js';
import { firstNonWhite, type JsonFile } from './json-file.js';
import { type DecodeFault, RowDecoder, rowsOfBatch } from './row-decoder.js';
import { syntaxError } from './syntax-error.js';

/** Bytes read behind a split at first, to finish its last row; few rows are longer. */
const LOOKAHEAD_BYTES = 4096;

const CLOSE_BRACKET = 0x5d;

/** A column to decode. */
export interface JsonColumn {
  readonly key: string;
  /** As the user knows it, for errors. */
  readonly name: string;
  readonly type: DataType;
  /** How its strings are written, if not in the usual form. */
  readonly form?: TextForm;
}

export interface JsonReaderOptions {
  readonly files: readonly JsonFile[];
  /** What to decode; the vectors of a batch are in this order. May be empty: then batches only count rows. */
  readonly columns: readonly JsonColumn[];
  /** The source's place in the plan, for row positions. */
  readonly source: number;
  readonly memory: TaskMemory;
  readonly kernels: Pick<KernelSet, 'csv' | 'jsonl' | 'codec'>;
  readonly batchRows: number;
  readonly chunkBytes: number;
  /** Called at least once a batch; throws to cancel. */
  readonly poll?: () => void;
  /** What to tell of rows that cannot be read, in vectors behind those of the columns; undefined: such a row is an error. */
  readonly faults?: readonly FaultKind[];
  /** Called for each of them. */
  readonly onFault?: () => void;
}

/** Managed memory that a reader of so many columns, of which `formed` have a form of their own, cannot do without. */
export function jsonReaderMinimumBytes(
  { columns, formed }: { readonly columns: number; readonly formed: number },
  sizes: { chunkBytes: number; batchRows: number },
): number {
  const rows = rowsOfBatch(columns, sizes.batchRows, sizes.chunkBytes);
  // Index entries, and the widest values with their validity; window, unescaped text, and a page for the arena's seams.
  const rowBytes = 4 + columns * 25 + formed * (4 + FORMED_GROWTH);
  const pages = (formed > 0 ? 3 : 2) * windowPages(sizes.chunkBytes + LOOKAHEAD_BYTES) + 1;
  const bytes = rows * rowBytes + KEY_CACHE_BYTES + OBJECTS_RESULT_BYTES + 64 + 160 * columns;
  return Math.ceil(bytes / PAGE_BYTES + pages) * PAGE_BYTES;
}

export class JsonReader implements RowOrigin {
  readonly #options: JsonReaderOptions;
  readonly #rowLimit: number;
  readonly #window: FileWindow;
  readonly #rows: RowDecoder;
  readonly #faulty: FaultyRows | undefined;
  readonly #lines = new LineCounter(LF);
  readonly #poll: () => void;
  #split: CsvSplit | undefined;
  #mode = ROWS_ARE_LINES;
  /** Offset of the next row of the split. */
  #cursor = 0;
  /** The list of rows was closed. */
  #isClosed = false;
  /** Row 0 of a list may be the bracket that closes it. */
  #hasRows = false;

  constructor(options: JsonReaderOptions) {
    this.#options = options;
    this.#poll = options.poll ?? (() => {});
    this.#rowLimit = rowLimitBytes(options.memory, options.chunkBytes);
    this.#window = new FileWindow(options.memory, options.kernels.codec);
    this.#faulty = options.faults && new FaultyRows(options, options.faults);
    this.#rows = new RowDecoder(options, this.#faulty?.absent);
    this.#rows.batch.origin = this;
  }

  start(split: CsvSplit): void {
    const file = this.#options.files[split.file];
    this.#split = split;
    this.#mode = file.mode;
    this.#isClosed = false;
    this.#hasRows = false;
    this.#window.open(file);
    this.#reserve(split);
    this.#cursor = this.#firstRow(split);
    this.#lines.start(() => this.#window.reopened, split.start, split.line ?? 1);
  }

  next(): RecordBatch | null {
    const { end } = this.#split!;
    if (this.#faulty?.hasRows) return this.#faulty.take();
    for (let wanted = 0; this.#cursor < Math.min(end, this.#window.size) && !this.#isClosed; ) {
      this.#poll();
      const to = Math.min(this.#window.size, Math.max(this.#chunkEnd(), this.#cursor + wanted));
      if (to - this.#cursor > this.#rowLimit || !this.#window.tryReserve(to - this.#cursor)) throw this.#rowTooLarge();
      if (this.#window.load(this.#cursor, to) === this.#cursor) break;
      this.#index();
      if (this.#rows.rows > 0) {
        const batch = this.#faulty === undefined ? this.#decode() : this.#decodeAll(this.#faulty);
        if (batch !== null) return batch;
        wanted = 0;
        continue;
      }
      if (this.#isFaulty()) {
        if (this.#isEmptyList()) break;
        return this.#passOver(this.#syntaxError());
      }
      const next = this.#window.offsetOf(this.#rows.next);
      if (next > this.#cursor) this.#cursor = next;
      // Not one whole row in what was looked at.
      else wanted = Math.min(2 * (to - this.#cursor), Math.max(this.#rowLimit, to - this.#cursor + 1));
    }
    if (this.#mode === ROWS_ARE_A_LIST) this.#checkListEnd();
    this.#window.checkUnchanged();
    return null;
  }

  position(row: number): RowPosition {
    return this.#positionAt(this.#window.offsetOf(this.#rows.rowStart(row)));
  }

  place(row: number): Place {
    return placeAt(this.#window.reopened, this.#window.offsetOf(this.#rows.rowStart(row)), LF);
  }

  line(row: number): number {
    return this.#lines.lineAt(this.#window.offsetOf(this.#rows.rowStart(row)));
  }

  close(): void {
    this.#window.close();
    this.#rows.close();
    this.#faulty?.close();
  }

  /** The whole split in one window, if that is not too much of the task's memory; else a chunk at a time. */
  #reserve({ start, end }: CsvSplit): void {
    const whole = end - start + LOOKAHEAD_BYTES;
    const isWhole = this.#mode === ROWS_ARE_LINES && whole <= this.#rowLimit && this.#window.tryReserve(whole);
    if (!isWhole) this.#window.reserve(this.#options.chunkBytes + LOOKAHEAD_BYTES);
  }

  /** Offset of the first line that begins in the split; its end when none does. */
  #firstRow({ index, firstOfFile, start, end }: CsvSplit): number {
    if (index === firstOfFile) return start;
    const { csv } = this.#options.kernels;
    // A line end at end - 1 makes a row of the next split.
    for (let from = start - 1; from < end - 1; ) {
      this.#poll();
      const to = Math.min(end - 1, from + Math.min(this.#options.chunkBytes, this.#window.capacity));
      this.#window.load(from, to);
      const [a, b] = [this.#window.addressOf(from), this.#window.addressOf(to)];
      const found = csv.findRowStart(a, b, 0, -1, -1, LF) >>> 0;
      if (found !== 0) return this.#window.offsetOf(found);
      from = to;
    }
    return end;
  }

  /** The rest of the split in even chunks, so that none is tiny. */
  #chunkEnd(): number {
    const left = this.#split!.end + LOOKAHEAD_BYTES - this.#cursor;
    const chunks = Math.ceil(left / this.#options.chunkBytes);
    return this.#cursor + Math.ceil(left / chunks);
  }

  /** All that is loaded from the cursor on. */
  #index(): void {
    const { u8 } = this.#options.memory.heap;
    const { loadedEnd, size } = this.#window;
    let to = this.#window.addressOf(loadedEnd);
    // A last line without an end gets one.
    if (loadedEnd === size && this.#mode === ROWS_ARE_LINES && u8[to - 1] !== LF) u8[to++] = LF;
    const limit = Math.min(this.#window.addressOf(this.#split!.end), to);
    this.#rows.index(this.#window.addressOf(this.#cursor), limit, to, this.#mode);
  }

  /** Something is wrong with the row at the cursor, and not only that it ends behind what is loaded. */
  #isFaulty(): boolean {
    const { fault, faultAt } = this.#rows;
    const { loadedEnd, size } = this.#window;
    return fault !== 0 && (loadedEnd === size || this.#window.offsetOf(faultAt) < loadedEnd);
  }

  #isEmptyList(): boolean {
    const { fault, faultAt } = this.#rows;
    const byte = this.#options.memory.heap.u8[faultAt];
    if (this.#mode !== ROWS_ARE_A_LIST || this.#hasRows || fault !== NO_OBJECT || byte !== CLOSE_BRACKET) return false;
    this.#cursor = this.#window.offsetOf(faultAt) + 1;
    this.#isClosed = true;
    return true;
  }

  /** Nothing but the end of the file may follow. */
  #checkListEnd(): void {
    const file = this.#window.reopened;
    const other = this.#isClosed ? firstNonWhite(file, this.#cursor) : file.size;
    if (this.#isClosed && other === file.size) return;
    throw this.#faultAtCursor(
      this.#isClosed
        ? leatError('FORMAT_JSON_SYNTAX', 'something stands behind the list that the file is', {
            place: placeAt(file, other, LF),
            hint: 'a JSON file is one list of objects, or objects one behind another',
          })
        : syntaxError(file, file.size, NO_ROW_END, this.#mode),
    );
  }

  #decode(): RecordBatch {
    this.#hasRows = true;
    const fault = this.#rows.decode();
    if (fault === undefined) {
      this.#cursor = this.#window.offsetOf(this.#rows.next);
      this.#isClosed = this.#rows.hasListEnd;
      return this.#rows.batch;
    }
    this.#cursor = this.#window.offsetOf(this.#rows.rowStart(fault.row));
    if (fault.row === 0) throw this.#faultAtCursor(this.#errorOf(fault));
    return this.#rows.batch;
  }

  /** Decodes what is good and notes the rest. */
  #decodeAll(faulty: FaultyRows): RecordBatch | null {
    this.#hasRows = true;
    for (const { row, code, message, address, column } of this.#rows.decodeAll()) {
      const byte_offset = this.#window.offsetOf(this.#rows.rowStart(row));
      const raw = this.#rows.rowText(row);
      this.#note(faulty, this.#window.offsetOf(address), { byte_offset, column, code, message, raw });
    }
    this.#cursor = this.#window.offsetOf(this.#rows.next);
    this.#isClosed = this.#rows.hasListEnd;
    if (this.#rows.batch.selectedCount > 0) return this.#rows.batch;
    return faulty.hasRows ? faulty.take() : null;
  }

  /** A row that is not well formed: throws, or notes it and goes on behind its line. */
  #passOver(error: LeatError): RecordBatch {
    // Where a row that is not well formed ends is only known of lines.
    if (this.#faulty === undefined || this.#mode !== ROWS_ARE_LINES) throw this.#faultAtCursor(error);
    const { reopened } = this.#window;
    const { code, message, place } = error.diagnostics[0];
    const byte_offset = this.#cursor;
    this.#cursor = lineEnd(reopened, byte_offset, LF);
    const raw = readBytes(reopened, byte_offset, this.#cursor - byte_offset).toString('utf8');
    this.#note(this.#faulty, place!.offset!, { byte_offset, code, message, raw: raw.replace(/[\r\n]+$/, '') });
    return this.#faulty.take();
  }

  /** `at`: offset of what is wrong. */
  #note(faulty: FaultyRows, at: number, fault: Fault): void {
    const file = this.#window.reopened;
    const { line } = faulty.placesIn(file, LF).placeAt(file, at);
    faulty.add({ file: file.path, line, ...fault });
  }

  #errorOf({ code, message, hint, address }: DecodeFault): LeatError {
    const place = placeAt(this.#window.reopened, this.#window.offsetOf(address), LF);
    return leatError(code, message, { hint, place });
  }

  #syntaxError(): LeatError {
    const { fault, faultAt } = this.#rows;
    return syntaxError(this.#window.reopened, this.#window.offsetOf(faultAt), fault, this.#mode);
  }

  #rowTooLarge(): LeatError {
    return leatError(
      'FORMAT_JSON_ROW_SIZE',
      `an object larger than ${formatSize(this.#rowLimit)}, or than the memory that is left for a row`,
      {
        place: placeAt(this.#window.reopened, this.#cursor, LF),
        hint: 'look for a line that does not end; else give the job more with --memory, or fewer slots with --slots',
        position: this.#positionAt(this.#cursor),
      },
    );
  }

  #faultAtCursor(error: LeatError): LeatError {
    error.position = this.#positionAt(this.#cursor);
    return error;
  }

  #positionAt(offset: number): RowPosition {
    return { source: this.#options.source, file: this.#split!.file, offset };
  }
}
