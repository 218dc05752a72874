/**
 * The first bytes of a file, and the rows in them: what is looked at before a run. Rows that are not well formed or not
 * whole end the look; the run itself will say what is wrong with them.
 */
import { isAscii } from 'node:buffer';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { LeatError, leatError } from '../../errors.js';
import { CR, LF } from '../../kernels/csv-kernels.js';
import { type Compression, compressionOf } from '../compression/detect.js';
import { streamHead } from '../compression/stream-head.js';
import { bytesPath, type InputFile } from '../input-file.js';
import { csvParseOptions, csvParseSync } from './csv-parse.js';
import { type CsvDialect, isBlockDialect } from './dialect.js';
import { refuseForeignFile } from './foreign-bytes.js';

export interface CsvHead extends InputFile {
  readonly compression?: Compression;
  readonly size: number;
  readonly mtimeMs: number;
  /** The first bytes of the file, decompressed; all of them when `isWhole`. */
  readonly bytes: Buffer;
  readonly isWhole: boolean;
}

export interface HeadField {
  readonly text: string;
  readonly isQuoted: boolean;
}

export interface HeadRow {
  /** How many fields it has. */
  readonly width: number;
  field(index: number): HeadField;
  /** Where the next row begins. */
  readonly end: number;
}

/** Reads the first `bytes` bytes of a file that is to be CSV, or JSON. */
export function readHead(file: InputFile, bytes: number, format: 'CSV' | 'JSON' = 'CSV'): CsvHead {
  const { path } = file;
  let descriptor = -1;
  try {
    // Asked before it is opened: opening a pipe waits for its writer.
    const stats = statSync(bytesPath(file));
    if (!stats.isFile() && !stats.isDirectory()) throw notRegular(path);
    const { size, mtimeMs } = stats;
    descriptor = openSync(bytesPath(file), 'r');
    // Files of /proc say that they are empty and are not.
    if (size === 0 && readSync(descriptor, Buffer.alloc(1), 0, 1, 0) > 0) throw notRegular(path);
    const buffer = Buffer.alloc(Math.min(size, bytes));
    let filled = 0;
    while (filled < buffer.length) {
      const more = readSync(descriptor, buffer, filled, buffer.length - filled, filled);
      if (more === 0) break;
      filled += more;
    }
    const head = buffer.subarray(0, filled);
    const compression = size === 0 ? undefined : compressionIn(file, head);
    if (compression !== undefined) {
      const { data, isWhole } = streamHead(path, descriptor, compression, bytes);
      return { ...file, compression, size, mtimeMs, bytes: data, isWhole };
    }
    refuseForeignFile(path, head, format);
    return { ...file, compression, size, mtimeMs, bytes: head, isWhole: filled >= size };
  } catch (cause) {
    if (cause instanceof LeatError) throw cause;
    throw openError(path, cause as NodeJS.ErrnoException);
  } finally {
    if (descriptor >= 0) closeSync(descriptor);
  }
}

function compressionIn({ compression }: InputFile, bytes: Buffer): Compression | undefined {
  return compression === 'none' ? undefined : (compression ?? compressionOf(bytes));
}

/** Blocks are read at their offsets, by several slots: that takes a regular file. */
function notRegular(path: string): Error {
  return leatError('FORMAT_IO', `${path} is not a regular file`, {
    place: { file: path },
    hint: 'pipes and devices cannot be read yet; put the data into a file first',
  });
}

function openError(path: string, cause: NodeJS.ErrnoException): Error {
  const place = { file: path };
  if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')
    return leatError('FORMAT_FILE_MISSING', `${path} does not exist`, { place, cause });
  const reason = cause.code === 'EISDIR' ? 'it is a folder' : cause.message;
  const hint = cause.code === 'EISDIR' ? 'name the files in it, for example with *.csv' : undefined;
  return leatError('FORMAT_IO', `${path} cannot be read: ${reason}`, { place, cause, hint });
}

/** 'cr' when lines end in CR and nothing else. */
export function newlineOf({ bytes }: CsvHead, quote: string | null): 'lf' | 'cr' {
  const mark = quote?.charCodeAt(0) ?? -1;
  let isInside = false;
  let hasReturn = false;
  for (const byte of bytes) {
    if (byte === mark) isInside = !isInside;
    else if (!isInside && byte === LF) return 'lf';
    else if (!isInside && byte === CR) hasReturn = true;
  }
  return hasReturn && !bytes.includes(LF) ? 'cr' : 'lf';
}

/** Behind the byte order mark and the lines to skip; undefined when the head ends before that. */
export function contentStart({ bytes, isWhole }: CsvHead, { skipLines, newline }: CsvDialect): number | undefined {
  let at = bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? 3 : 0;
  for (let line = 0; line < skipLines; line++) {
    const end = bytes.indexOf(newline === 'lf' ? LF : CR, at);
    if (end < 0) return isWhole ? bytes.length : undefined;
    at = end + 1;
  }
  return at;
}

/** The whole rows of the head from byte `start` on, at most `limit`. */
export function headRows(head: CsvHead, start: number, dialect: CsvDialect, limit: number): HeadRow[] {
  return isBlockDialect(dialect) ? plainRows(head, start, dialect, limit) : parsedRows(head, start, dialect, limit);
}

function plainRows(head: CsvHead, start: number, dialect: CsvDialect, limit: number): HeadRow[] {
  const rows: HeadRow[] = [];
  const text = head.bytes.toString('latin1');
  const delimiters = new Finder(text, dialect.delimiter);
  const newlines = new Finder(text, dialect.newline === 'lf' ? '\n' : '\r');
  const decode = isAscii(head.bytes)
    ? (from: number, to: number) => text.slice(from, to)
    : (from: number, to: number) => head.bytes.toString('utf8', from, to);
  for (let at = start; at < text.length && rows.length < limit; ) {
    const bounds = splitRow(text, at, dialect, delimiters, newlines);
    if (bounds === undefined) break;
    const rowEnd = newlines.from(bounds[bounds.length - 1]);
    if (rowEnd === text.length && !head.isWhole) break;
    at = Math.min(rowEnd + 1, text.length);
    const row = new PlainRow(text, dialect, bounds, decode, at);
    if (!isBlank(row)) rows.push(row);
  }
  return rows;
}

/** The first place of a mark at or behind a position; positions must not go back. */
class Finder {
  readonly #text: string;
  readonly #mark: string;
  #place = -1;

  constructor(text: string, mark: string) {
    this.#text = text;
    this.#mark = mark;
  }

  /** The end of the text when there is none. */
  from(position: number): number {
    if (this.#place < position) {
      const found = this.#text.indexOf(this.#mark, position);
      this.#place = found < 0 ? this.#text.length : found;
    }
    return this.#place;
  }
}

function isBlank(row: HeadRow): boolean {
  if (row.width !== 1) return false;
  const { text, isQuoted } = row.field(0);
  return text === '' && !isQuoted;
}

/** Knows where its fields lie; a field is decoded when somebody asks for it. */
class PlainRow implements HeadRow {
  readonly end: number;
  readonly #text: string;
  readonly #dialect: CsvDialect;
  /** Begin and end of each field, quotes included. */
  readonly #bounds: readonly number[];
  readonly #decode: (from: number, to: number) => string;

  constructor(
    text: string,
    dialect: CsvDialect,
    bounds: readonly number[],
    decode: (from: number, to: number) => string,
    end: number,
  ) {
    this.#text = text;
    this.#dialect = dialect;
    this.#bounds = bounds;
    this.#decode = decode;
    this.end = end;
  }

  get width(): number {
    return this.#bounds.length / 2;
  }

  field(index: number): HeadField {
    const start = this.#bounds[2 * index];
    const end = this.#bounds[2 * index + 1];
    const isQuoted = end > start && this.#text[start] === this.#dialect.quote;
    if (!isQuoted) return { text: this.#decode(start, end), isQuoted };
    return { text: unescapeText(this.#decode(start + 1, end - 1), this.#dialect), isQuoted };
  }
}

/**
 * Begin and end of each field of the row at `start`; undefined when it is not well formed. `text` has a character a byte:
 * it is searched by the engine's own code, which is fast from the first row on.
 */
function splitRow(
  text: string,
  start: number,
  dialect: CsvDialect,
  delimiters: Finder,
  newlines: Finder,
): number[] | undefined {
  const bounds: number[] = [];
  for (let field = start; ; ) {
    const isQuoted = text[field] === dialect.quote;
    const closed = isQuoted ? closingQuote(text, field + 1, dialect) : field;
    if (closed === undefined) return undefined;
    const rowEnd = newlines.from(closed);
    const end = Math.min(delimiters.from(closed), rowEnd);
    const isLast = end === rowEnd;
    const hasReturn = isLast && dialect.newline === 'lf' && end > field && text[end - 1] === '\r';
    bounds.push(field, hasReturn ? end - 1 : end);
    if (isQuoted && text[bounds[bounds.length - 1] - 1] !== dialect.quote) return undefined;
    if (isLast) return bounds;
    field = end + 1;
  }
}

/** Where the quoted text that begins at `start` is closed. */
function closingQuote(text: string, start: number, { quote, escape: mark }: CsvDialect): number | undefined {
  for (let at = start; at < text.length; at++) {
    if (text[at] === mark && (mark !== quote || text[at + 1] === quote)) at++;
    else if (text[at] === quote) return at;
  }
  return undefined;
}

function unescapeText(text: string, { quote, escape: escapeMark }: CsvDialect): string {
  if (escapeMark === quote) return text.replaceAll(`${quote}${quote}`, quote!);
  let result = '';
  for (let i = 0; i < text.length; i++) {
    if (text[i] === escapeMark && i + 1 < text.length) i++;
    result += text[i];
  }
  return result;
}

function parsedRows({ bytes, isWhole }: CsvHead, start: number, dialect: CsvDialect, limit: number): HeadRow[] {
  const lastLine = bytes.lastIndexOf(dialect.newline === 'lf' ? LF : CR) + 1;
  const rows: HeadRow[] = [];
  const { CsvError, parse } = csvParseSync();
  const options = {
    ...csvParseOptions(dialect),
    ...(Number.isFinite(limit) ? { to: limit } : {}),
    skip_empty_lines: true,
    cast: (text: string, { quoting }: { quoting: boolean }) => ({ text, isQuoted: quoting }),
    on_record: ({ record, info }: { record: HeadField[]; info: { bytes: number } }) => {
      rows.push({ width: record.length, field: (index) => record[index], end: start + info.bytes });
    },
  };
  try {
    parse(bytes.subarray(start, isWhole ? bytes.length : lastLine), options as never);
  } catch (error) {
    // The rows before the one that cannot be read are what there is to see.
    if (!(error instanceof CsvError) || error.code.startsWith('CSV_OPTION')) throw error;
  }
  return rows;
}
