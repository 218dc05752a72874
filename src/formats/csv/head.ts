/**
 * The first bytes of a file, and the rows in them: what is looked at before a run. Rows that are not well formed or not
 * whole end the look; the run itself will say what is wrong with them.
 */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { LeatError, leatError } from '../../errors.js';
import { CR, LF } from '../../kernels/csv-kernels.js';
import { csvParseOptions, csvParseSync } from './csv-parse.js';
import { type CsvDialect, isBlockDialect } from './dialect.js';

export interface CsvHead {
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
  /** The first bytes of the file; all of them when `isWhole`. */
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

/** Reads the first `bytes` bytes. */
export function readHead(path: string, bytes: number): CsvHead {
  let descriptor = -1;
  try {
    // Asked before it is opened: opening a pipe waits for its writer.
    const stats = statSync(path);
    if (!stats.isFile() && !stats.isDirectory()) throw notRegular(path);
    const { size, mtimeMs } = stats;
    descriptor = openSync(path, 'r');
    // Files of /proc say that they are empty and are not.
    if (size === 0 && readSync(descriptor, Buffer.alloc(1), 0, 1, 0) > 0) throw notRegular(path);
    const buffer = Buffer.alloc(Math.min(size, bytes));
    let filled = 0;
    while (filled < buffer.length) {
      const more = readSync(descriptor, buffer, filled, buffer.length - filled, filled);
      if (more === 0) break;
      filled += more;
    }
    return { path, size, mtimeMs, bytes: buffer.subarray(0, filled), isWhole: filled >= size };
  } catch (cause) {
    if (cause instanceof LeatError) throw cause;
    throw openError(path, cause as NodeJS.ErrnoException);
  } finally {
    if (descriptor >= 0) closeSync(descriptor);
  }
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
  if (cause.code === 'ENOENT') return leatError('FORMAT_FILE_MISSING', `${path} does not exist`, { place, cause });
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

function plainRows({ bytes, isWhole }: CsvHead, start: number, dialect: CsvDialect, limit: number): HeadRow[] {
  const rows: HeadRow[] = [];
  for (let at = start; at < bytes.length && rows.length < limit; ) {
    const row = splitRow(bytes, at, dialect, isWhole);
    if (row === undefined) break;
    at = row.end;
    if (!isBlank(row)) rows.push(row);
  }
  return rows;
}

function isBlank(row: HeadRow): boolean {
  if (row.width !== 1) return false;
  const { text, isQuoted } = row.field(0);
  return text === '' && !isQuoted;
}

/** Knows where its fields lie; a field is decoded when somebody asks for it. */
class PlainRow implements HeadRow {
  readonly end: number;
  readonly #bytes: Buffer;
  readonly #dialect: CsvDialect;
  /** Begin and end of each field, quotes included. */
  readonly #bounds: readonly number[];

  constructor(bytes: Buffer, dialect: CsvDialect, bounds: readonly number[], end: number) {
    this.#bytes = bytes;
    this.#dialect = dialect;
    this.#bounds = bounds;
    this.end = end;
  }

  get width(): number {
    return this.#bounds.length / 2;
  }

  field(index: number): HeadField {
    const [start, end] = [this.#bounds[2 * index], this.#bounds[2 * index + 1]];
    const isQuoted = end > start && this.#bytes[start] === this.#dialect.quote?.charCodeAt(0);
    if (!isQuoted) return { text: this.#bytes.toString('utf8', start, end), isQuoted };
    return { text: unescapeText(this.#bytes.toString('utf8', start + 1, end - 1), this.#dialect), isQuoted };
  }
}

/** The row at `start`; undefined when it is not well formed or goes on behind the head. */
function splitRow(bytes: Buffer, start: number, dialect: CsvDialect, isWhole: boolean): PlainRow | undefined {
  const delimiter = dialect.delimiter.charCodeAt(0);
  const quote = dialect.quote?.charCodeAt(0) ?? -1;
  const escapeMark = dialect.escape.charCodeAt(0);
  const newline = dialect.newline === 'lf' ? LF : CR;
  const bounds: number[] = [];
  for (let at = start; ; ) {
    const field = at;
    const isQuoted = bytes[at] === quote;
    let isOpen = isQuoted;
    if (isOpen) at++;
    for (; at < bytes.length && (isOpen || (bytes[at] !== delimiter && bytes[at] !== newline)); at++) {
      if (!isOpen) continue;
      if (bytes[at] === escapeMark && (escapeMark !== quote || bytes[at + 1] === quote)) at++;
      else if (bytes[at] === quote) isOpen = false;
    }
    if (isOpen || (at >= bytes.length && !isWhole)) return undefined;
    const isRowEnd = at >= bytes.length || bytes[at] === newline;
    const end = isRowEnd && newline === LF && bytes[at - 1] === CR && at > field ? at - 1 : at;
    if (isQuoted && bytes[end - 1] !== quote) return undefined;
    bounds.push(field, end);
    at++;
    if (isRowEnd) return new PlainRow(bytes, dialect, bounds, Math.min(at, bytes.length));
  }
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
