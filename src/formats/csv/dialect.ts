/**
 * How a CSV file is written: what the user may say (`CsvOptions`), and what the readers work with (`CsvDialect`, plain
 * data, every choice made). The block decoder claims dialects of single ASCII characters read strictly; the others go
 * to csv-parse behind the same face (`isBlockDialect` decides).
 */
import { leatError } from '../../errors.js';

/** As the user says it; what is left out is the default. */
export interface CsvOptions {
  readonly delimiter?: string;
  /** null: fields are never quoted. */
  readonly quote?: string | null;
  /** What makes the next quote inside a quoted field a character; by default the quote itself. */
  readonly escape?: string;
  /** true: the first row holds the names. A list: there is no header, these are the names. */
  readonly header?: boolean | readonly string[];
  /** Unquoted texts that mean null, besides the empty one. '' in the list: a quoted empty field is null too. */
  readonly nulls?: readonly string[];
  /** Lines that begin with it are skipped. */
  readonly comment?: string;
  /** Lines before the header (or the first row). */
  readonly skipLines?: number;
  readonly quotes?: 'strict' | 'lax';
  /** pad: what a row lacks at its end is null. */
  readonly ragged?: 'error' | 'pad';
}

export interface CsvDialect {
  readonly delimiter: string;
  readonly quote: string | null;
  readonly escape: string;
  /** 'lf' also takes CRLF, and both in one file; 'cr' is for files without any LF. */
  readonly newline: 'lf' | 'cr';
  readonly header: boolean;
  readonly nulls: readonly string[];
  readonly comment: string | null;
  readonly skipLines: number;
  readonly quotes: 'strict' | 'lax';
  readonly ragged: 'error' | 'pad';
}

/** Fills in the defaults and refuses what makes no sense (FORMAT_CSV_DIALECT). */
export function resolveDialect(options: CsvOptions, newline: 'lf' | 'cr' = 'lf'): CsvDialect {
  const { delimiter = ',', quote = '"', comment = null, skipLines = 0, quotes = 'strict', ragged = 'error' } = options;
  const escapeMark = options.escape ?? quote ?? '';
  const header = options.header === undefined || options.header === true;
  const nulls = options.nulls ?? [];
  const dialect = { delimiter, quote, escape: escapeMark, newline, header, nulls, comment, skipLines, quotes, ragged };
  const marks = { delimiter, quote, escape: escapeMark, comment };
  for (const [name, mark] of Object.entries(marks)) {
    if (mark === null || (name === 'escape' && quote === null)) continue;
    if (mark === '') throw badDialect(`${name} is empty`, `give ${name} a character`);
    if (/[\r\n]/.test(mark)) throw badDialect(`${name} holds a line break`, 'rows end at line breaks already');
  }
  if (delimiter === quote) throw badDialect(`delimiter and quote are both ${show(delimiter)}`, 'they must differ');
  if (delimiter === escapeMark)
    throw badDialect(`delimiter and escape are both ${show(delimiter)}`, 'they must differ');
  if (comment !== null && (comment === delimiter || comment === quote)) {
    throw badDialect(`comment ${show(comment)} has another meaning already`, 'choose another comment mark');
  }
  if (quote !== null && [...quote].length > 1)
    throw badDialect(`quote ${show(quote)} is not one character`, 'give one');
  if (quote !== null && [...escapeMark].length > 1)
    throw badDialect(`escape ${show(escapeMark)} is not one character`, 'give one');
  if (!Number.isInteger(skipLines) || skipLines < 0)
    throw badDialect(`skip_lines is ${skipLines}`, 'give a whole number');
  return dialect;
}

/** Rows are one field: begins with a byte that no text has, and is longer than what somebody can write as a delimiter. */
export const NO_DELIMITER = '\u00ff\0';

/** True when the block decoder reads it; else csv-parse does, in sequence. */
export function isBlockDialect({ delimiter, quote, comment, quotes, ragged, ...rest }: CsvDialect): boolean {
  if (quotes === 'lax' || ragged === 'pad' || comment !== null || !(isAscii(delimiter) || delimiter === NO_DELIMITER))
    return false;
  return quote === null || (isAscii(quote) && isAscii(rest.escape));
}

/** True when fields stand in such a file as they are written: then some of them can be read, and written, as one text. */
export function hasSpans(dialect: CsvDialect): boolean {
  const { quote, newline, nulls } = dialect;
  return isBlockDialect(dialect) && quote === '"' && dialect.escape === quote && newline === 'lf' && nulls.length === 0;
}

/** By which a source and a sink know that they mean the same by a row's text. */
export function csvRowText(delimiter: string): string {
  return `csv ${delimiter}`;
}

function isAscii(mark: string): boolean {
  return mark.length === 1 && mark.charCodeAt(0) < 128;
}

function badDialect(found: string, hint: string): Error {
  return leatError('FORMAT_CSV_DIALECT', found, { hint });
}

function show(mark: string | null): string {
  return JSON.stringify(mark);
}
