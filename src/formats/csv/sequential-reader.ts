/**
 * The dialects that the kernels do not claim (delimiters of several characters, lax quotes, comments, marks beyond
 * ASCII), read by csv-parse in sequence: one split is a whole file. Records are written again as plain CSV into managed
 * memory and go through the same kernels, so a value means the same in every dialect.
 */

import type { CsvError, Info, Options } from 'csv-parse';
import type { RecordBatch, RowOrigin } from '../../columnar/record-batch.js';
import { type ErrorCode, type LeatError, leatError, type Place, type RowPosition } from '../../errors.js';
import { CR, INDEX_SLACK, LF } from '../../kernels/csv-kernels.js';
import { PAGE_BYTES } from '../../memory/heap.js';
import { formatSize } from '../../spec/size-text.js';
import { LineCounter } from '../line-counter.js';
import { csvParse, csvParseOptions } from './csv-parse.js';
import type { CsvReader, CsvReaderOptions } from './csv-reader.js';
import type { CsvDialect } from './dialect.js';
import { FaultyRows } from './faulty-rows.js';
import { FileWindow } from './file-window.js';
import { placeAt, readBytes, rowStart, shown } from './places.js';
import { RowDecoder } from './row-decoder.js';
import { ROW_SIZE_HINT, rowLimitBytes } from './row-size.js';
import type { CsvSplit } from './splits.js';

/** csv-parse's own synchronous core, which its sync and stream faces share. */
interface ParserCore {
  parse(
    bytes: Buffer | undefined,
    isEnd: boolean,
    push: (entry: { record: string[]; info: Info }) => void,
    close: () => void,
  ): CsvError | undefined;
}

interface PendingRow {
  readonly text: Uint8Array;
  /** Of its bytes in the file. */
  readonly offset: number;
  readonly end: number;
}

const NOTHING = (): void => {};

const encoder = new TextEncoder();

export class CsvSequentialReader implements CsvReader, RowOrigin {
  readonly #options: CsvReaderOptions;
  readonly #rows: RowDecoder;
  readonly #faulty: FaultyRows | undefined;
  readonly #window: FileWindow;
  readonly #newline: number;
  readonly #rowLimit: number;
  #core: ParserCore | undefined;
  #split: CsvSplit | undefined;
  /** Offset of the next byte that csv-parse gets. */
  #cursor = 0;
  /** Where the row that csv-parse is at begins. */
  #rowOffset = 0;
  #pending: PendingRow[] = [];
  #fault: { offset: number; error: LeatError } | undefined;
  #isEnded = false;
  /** Offsets of the rows of the batch. */
  #offsets: number[] = [];
  #buffer = 0;
  #bufferPages = 0;
  readonly #lines: LineCounter;

  constructor(options: CsvReaderOptions) {
    this.#options = options;
    this.#newline = options.dialect.newline === 'lf' ? LF : CR;
    this.#rowLimit = rowLimitBytes(options.memory, options.chunkBytes);
    this.#window = new FileWindow(options.memory, options.codecs);
    // What csv-parse read is written again in this dialect; nulls are empty fields by then.
    const dialect: CsvDialect = { ...PLAIN_DIALECT, header: false, nulls: [] };
    const columns = options.columns.map((column) => ({
      ...column,
      nulls: quotedEmptyNull(column.nulls ?? options.dialect.nulls),
    }));
    this.#faulty = options.faults && new FaultyRows(options, options.faults);
    this.#rows = new RowDecoder({ ...options, dialect, columns }, this.#faulty?.absent);
    this.#rows.batch.origin = this;
    this.#lines = new LineCounter(this.#newline);
  }

  start(split: CsvSplit): void {
    this.#split = split;
    this.#cursor = split.start;
    this.#rowOffset = split.start;
    this.#pending = [];
    this.#fault = undefined;
    this.#isEnded = false;
    this.#window.open(this.#options.files[split.file]);
    this.#window.reserve(this.#options.chunkBytes);
    this.#lines.start(() => this.#window.reopened, split.start, split.line ?? 1);
    const parser = new (csvParse().Parser)(parserOptions(this.#options, this.#rowLimit));
    this.#core = (parser as unknown as { api: ParserCore }).api;
  }

  next(): RecordBatch | null {
    if (this.#faulty?.hasRows) return this.#faulty.take();
    this.#options.poll?.();
    let bytes = this.#pending.reduce((sum, { text }) => sum + text.length, 0);
    while (!this.#isEnded && this.#pending.length < this.#rows.maxRows && bytes < this.#options.chunkBytes) {
      const before = this.#pending.length;
      this.#parseMore();
      for (let i = before; i < this.#pending.length; i++) bytes += this.#pending[i].text.length;
    }
    const rows = this.#takeRows();
    if (rows.length > 0) return this.#decode(rows);
    if (this.#faulty?.hasRows) return this.#faulty.take();
    if (this.#fault !== undefined) throw this.#positioned(this.#fault.error, this.#fault.offset);
    this.#window.checkUnchanged();
    return null;
  }

  position(row: number): RowPosition {
    const { source } = this.#options;
    return { source, file: this.#split!.file, offset: this.#offsets[row] };
  }

  place(row: number): Place {
    return this.#placeOfRow(this.#offsets[row]);
  }

  line(row: number): number {
    return this.#lines.lineAt(this.#rowStart(this.#offsets[row]));
  }

  close(): void {
    this.#window.close();
    this.#rows.close();
    this.#faulty?.close();
    if (this.#bufferPages > 0) this.#options.memory.free(this.#buffer, this.#bufferPages);
    this.#bufferPages = 0;
  }

  /** Feeds the next piece of the file, which ends at a line end where possible, so that it is checked as UTF-8 alone. */
  #parseMore(): void {
    const { u8 } = this.#options.memory.heap;
    let end = Math.min(this.#split!.end, this.#window.size);
    let to = Math.min(end, this.#cursor + this.#window.capacity);
    if (to > this.#cursor) {
      to = this.#window.load(this.#cursor, to);
      end = Math.min(end, this.#window.size);
      const from = this.#window.addressOf(this.#cursor);
      if (to < end) {
        const lastLine = u8.lastIndexOf(this.#newline, this.#window.addressOf(to) - 1) + 1;
        if (lastLine > from) to = this.#window.offsetOf(lastLine);
        else if (
          !this.#window.tryReserve(Math.min(2 * this.#window.capacity, this.#rowLimit)) ||
          to - this.#cursor >= this.#rowLimit
        ) {
          this.#end(this.#cursor, this.#rowTooLarge(this.#cursor));
          return;
        } else return;
      }
      const bad = this.#options.kernels.firstInvalidUtf8(from, this.#window.addressOf(to)) >>> 0;
      if (bad !== 0) {
        const line = Math.max(from, u8.lastIndexOf(this.#newline, bad) + 1);
        this.#feed(from, line);
        // csv-parse holds its last record back until it knows what follows; a quote still open is not the first fault.
        if (!this.#isEnded) this.#core!.parse(undefined, true, (entry) => this.#push(entry), NOTHING);
        this.#end(this.#window.offsetOf(line), this.#notUtf8(bad));
        return;
      }
      this.#feed(from, this.#window.addressOf(to));
      this.#cursor = to;
    }
    if (to === end && !this.#isEnded) this.#feedEnd();
  }

  #feed(from: number, to: number): void {
    const bytes = Buffer.from(this.#options.memory.heap.u8.slice(from, to));
    this.#outcome(this.#core!.parse(bytes, false, (entry) => this.#push(entry), NOTHING));
  }

  #feedEnd(): void {
    this.#outcome(this.#core!.parse(undefined, true, (entry) => this.#push(entry), NOTHING));
    this.#isEnded = true;
  }

  #outcome(error: CsvError | undefined): void {
    if (error !== undefined) this.#end(this.#rowOffset, this.#translate(error));
  }

  #push({ record, info }: { record: string[]; info: Info }): void {
    if (this.#fault !== undefined) return;
    const offset = this.#rowOffset;
    this.#rowOffset = this.#split!.start + info.bytes;
    const { fieldCount, dialect } = this.#options;
    if (dialect.ragged === 'pad') while (record.length < fieldCount) record.push('');
    if (record.length !== fieldCount) {
      const error = this.#wrongCount(record, offset);
      if (this.#faulty === undefined) this.#end(offset, error);
      else this.#note(this.#faulty, error, offset, this.#rowOffset);
      return;
    }
    const text = encoder.encode(`${record.join(PLAIN_DIALECT.delimiter)}\n`);
    this.#pending.push({ text, offset, end: this.#rowOffset });
  }

  #end(offset: number, error: LeatError): void {
    this.#fault ??= { offset: Math.max(offset, this.#split!.start), error };
    this.#isEnded = true;
  }

  /** As many pending rows as make a batch. */
  #takeRows(): PendingRow[] {
    let bytes = 0;
    let count = 0;
    while (count < this.#pending.length && count < this.#rows.maxRows) {
      bytes += this.#pending[count].text.length;
      if (count > 0 && bytes > this.#options.chunkBytes) break;
      count++;
    }
    return this.#pending.splice(0, count);
  }

  #decode(rows: readonly PendingRow[]): RecordBatch | null {
    const { heap } = this.#options.memory;
    this.#reserve(rows.reduce((sum, { text }) => sum + text.length, 0));
    let at = this.#buffer;
    for (const { text } of rows) {
      heap.u8.set(text, at);
      at += text.length;
    }
    this.#offsets = rows.map(({ offset }) => offset);
    if (!this.#rows.index(this.#buffer, at) || this.#rows.rows !== rows.length) {
      throw leatError('INTERNAL', `rows from byte ${rows[0].offset} on were not understood when written again`);
    }
    if (this.#faulty !== undefined) return this.#decodeAll(this.#faulty, rows);
    const fault = this.#rows.decode();
    if (fault === undefined) return this.#rows.batch;
    const offset = this.#offsets[fault.row];
    const { code, message, hint } = fault;
    this.#pending = [];
    this.#isEnded = true;
    this.#fault = { offset, error: leatError(code, message, { hint, place: this.#placeOfRow(offset) }) };
    if (fault.row === 0) throw this.#positioned(this.#fault.error, offset);
    return this.#rows.batch;
  }

  /** Decodes what is good and notes the rest. */
  #decodeAll(faulty: FaultyRows, rows: readonly PendingRow[]): RecordBatch {
    for (const { row, code, message, column } of this.#rows.decodeAll()) {
      const { offset, end } = rows[row];
      this.#note(faulty, leatError(code, message, { place: this.#placeOfRow(offset) }), offset, end, column);
    }
    return this.#rows.batch.selectedCount > 0 ? this.#rows.batch : faulty.take();
  }

  #note(faulty: FaultyRows, error: LeatError, offset: number, end: number, column?: string): void {
    const { code, message, place } = error.diagnostics[0];
    const raw = readBytes(this.#window.reopened, offset, end - offset)
      .toString('utf8')
      .replace(/[\r\n]+$/, '');
    faulty.add({ file: place?.file, line: place?.line, byte_offset: offset, column, code, message, raw });
  }

  #reserve(bytes: number): void {
    const pages = Math.ceil((bytes + INDEX_SLACK) / PAGE_BYTES);
    if (pages <= this.#bufferPages) return;
    const { memory } = this.#options;
    if (this.#bufferPages > 0) memory.free(this.#buffer, this.#bufferPages);
    this.#bufferPages = 0;
    this.#buffer = memory.allocate(pages, 'reading CSV');
    this.#bufferPages = pages;
  }

  #positioned(error: LeatError, offset: number): LeatError {
    error.position = { source: this.#options.source, file: this.#split!.file, offset };
    return error;
  }

  #placeOf(offset: number): Place {
    return placeAt(this.#window.reopened, offset, this.#newline);
  }

  #placeOfRow(offset: number): Place {
    return this.#placeOf(this.#rowStart(offset));
  }

  /** Offsets of rows are where the row before ended; comments and empty lines may lie between. */
  #rowStart(offset: number): number {
    const { dialect, fieldCount } = this.#options;
    const skipped = { newline: this.#newline, comment: dialect.comment, skipsEmpty: skipsEmptyLines(fieldCount) };
    return rowStart(this.#window.reopened, offset, skipped);
  }

  #translate(error: CsvError): LeatError {
    const code = CODES[error.code] ?? 'FORMAT_CSV_STRAY_QUOTE';
    const isUnclosed = code === 'FORMAT_CSV_UNCLOSED_QUOTE';
    return leatError(code, isUnclosed ? 'a quoted field is not closed' : error.message, {
      place: this.#placeOfRow(this.#rowOffset),
      hint: isUnclosed ? 'close the quote, or read the file with `quote: none` when quotes mean nothing' : undefined,
      cause: error,
    });
  }

  #wrongCount(record: readonly string[], offset: number): LeatError {
    const message = `a row of ${record.length} fields, expected ${this.#options.fieldCount}: ${shown(record.join(this.#options.dialect.delimiter))}`;
    return leatError('FORMAT_CSV_FIELD_COUNT', message, {
      place: this.#placeOfRow(offset),
      hint: 'quote fields that hold the delimiter; if all rows look like this, the delimiter may be another one',
    });
  }

  #rowTooLarge(offset: number): LeatError {
    return leatError(
      'FORMAT_CSV_ROW_SIZE',
      `a row larger than ${formatSize(this.#rowLimit)}, the most that a slot has memory for`,
      {
        place: this.#placeOf(offset),
        hint: ROW_SIZE_HINT,
      },
    );
  }

  #notUtf8(address: number): LeatError {
    const found = [...this.#options.memory.heap.u8.slice(address, address + 4)]
      .map((byte) => byte.toString(16))
      .join(' ');
    return leatError('FORMAT_CSV_UTF8', `the bytes ${found} are not UTF-8`, {
      place: this.#placeOf(this.#window.offsetOf(address)),
      hint: 'say what the file is written in, for example `encoding: windows-1252`',
    });
  }
}

const PLAIN_DIALECT: CsvDialect = {
  delimiter: ',',
  quote: '"',
  escape: '"',
  newline: 'lf',
  header: false,
  nulls: [],
  comment: null,
  skipLines: 0,
  quotes: 'strict',
  ragged: 'error',
};

const CODES: Readonly<Record<string, ErrorCode>> = {
  CSV_INVALID_CLOSING_QUOTE: 'FORMAT_CSV_STRAY_QUOTE',
  INVALID_OPENING_QUOTE: 'FORMAT_CSV_STRAY_QUOTE',
  CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE: 'FORMAT_CSV_STRAY_QUOTE',
  CSV_QUOTE_NOT_CLOSED: 'FORMAT_CSV_UNCLOSED_QUOTE',
  CSV_MAX_RECORD_SIZE: 'FORMAT_CSV_ROW_SIZE',
};

/** Of the texts that mean null only the empty one still means something behind csv-parse: for quoted fields. */
function quotedEmptyNull(nulls: readonly string[]): readonly string[] {
  return nulls.includes('') ? [''] : [];
}

/** In a file of one column an empty line is a row. */
const skipsEmptyLines = (fieldCount: number): boolean => fieldCount > 1;

/** Those of ASCII, as in columnar/text.ts. */
const BLANKS_AROUND = /^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g;

/** Every field written as plain CSV: quoted fields stay quoted, nulls become nothing. */
function parserOptions({ dialect, columns, fieldCount }: CsvReaderOptions, rowLimit: number): Options {
  const nulls = Array.from({ length: fieldCount }, () => new Set(dialect.nulls));
  const trimmed = new Set<number>();
  for (const { index, nulls: own, form } of columns) {
    if (own !== undefined) nulls[index] = new Set(own);
    if (form?.trim) trimmed.add(index);
  }
  return {
    ...csvParseOptions(dialect),
    skip_empty_lines: skipsEmptyLines(fieldCount),
    max_record_size: rowLimit,
    cast: (text: string, { quoting, index }: { quoting: boolean; index: number }) => {
      const value = trimmed.has(index) ? text.replace(BLANKS_AROUND, '') : text;
      if (!quoting && (value === '' || nulls[index]?.has(value))) return '';
      return quoting || /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
    },
  } as Options;
}
