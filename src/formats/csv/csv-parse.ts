/**
 * csv-parse, which reads the dialects that the kernels do not claim. It is loaded when such a dialect turns up: loading
 * takes 12 ms, and most runs do without.
 */
import { createRequire } from 'node:module';
import type { Options } from 'csv-parse';
import type { CsvDialect } from './dialect.js';

const load = createRequire(import.meta.url);

export function csvParse(): typeof import('csv-parse') {
  return load('csv-parse');
}

export function csvParseSync(): typeof import('csv-parse/sync') {
  return load('csv-parse/sync');
}

/** How csv-parse reads the dialect. */
export function csvParseOptions(dialect: CsvDialect): Options {
  const { delimiter, quote, comment, quotes, newline } = dialect;
  return {
    delimiter,
    quote: quote ?? false,
    escape: quote === null ? false : dialect.escape,
    comment: comment ?? null,
    comment_no_infix: true,
    record_delimiter: newline === 'lf' ? ['\n', '\r\n'] : ['\r'],
    relax_quotes: quotes === 'lax',
    relax_column_count: true,
    info: true,
  } as Options;
}
