/** The keys of a `read`, those of all formats; each format says which ones are its own. */
import { COMPRESSIONS } from '../../formats/compression/detect.js';
import { ENCODINGS } from '../../formats/encodings.js';
import { ERROR_OPTIONS } from '../../spec/error-options.js';
import type { OptionSchema, OptionValues } from '../../spec/option-schema.js';

export const READ_OPTIONS = {
  format: {
    kind: 'enum',
    values: ['csv', 'jsonl', 'json', 'parquet', 'lines'],
    doc: 'the format of the files; default: what their names say, else CSV',
  },
  compression: {
    kind: 'enum',
    values: ['auto', 'none', ...COMPRESSIONS],
    default: 'auto',
    doc: 'how the files are compressed; auto: what their first bytes say',
  },
  encoding: {
    kind: 'strings',
    doc: `what the text is written in; of a list the first that all of a file is of: ${ENCODINGS.join(', ')}`,
  },
  schema: { kind: 'schema', doc: 'the columns to read and their types; others are ignored' },
  allow_empty: {
    kind: 'boolean',
    default: false,
    doc: 'a pattern may fit no file, and stands for no rows then; takes a `schema`',
  },
  if_missing: {
    kind: 'enum',
    values: ['error', 'empty'],
    default: 'error',
    doc: 'empty: a file that is not there has no rows; takes a `schema`',
  },
  partitions: {
    kind: 'partitions',
    doc: 'folders such as `year=2026` are columns: `true` for all, a list of names, or `name: type`',
  },
  file_columns: {
    kind: 'boolean',
    default: false,
    doc: 'columns `_file`, the path as the step names it, and `_line`, where the row begins',
  },
  delimiter: { kind: 'string', doc: 'between fields; default: comma, in .tsv files a tab' },
  quote: { kind: 'character', orNone: true, default: '"', doc: 'around fields, or `none`' },
  quotes: {
    kind: 'enum',
    values: ['strict', 'lax'],
    default: 'strict',
    doc: 'lax: a quote inside a field that is not quoted is a character like others',
  },
  escape: { kind: 'character', doc: 'makes a quote inside a quoted field a character; default: the quote itself' },
  header: { kind: 'boolean', default: true, doc: 'the first row holds the names of the columns' },
  nulls: { kind: 'strings', doc: 'unquoted texts that mean null, besides the empty one' },
  comment: { kind: 'character', doc: 'lines that begin with it are skipped' },
  skip_lines: { kind: 'integer', min: 0, default: 0, doc: 'lines before the header, or before the first row' },
  union_by_name: {
    kind: 'boolean',
    default: false,
    doc: 'files may have different columns, in any order; what a file does not have is null',
  },
  ragged: {
    kind: 'enum',
    values: ['error', 'pad'],
    default: 'error',
    doc: 'pad: columns that a row lacks at its end are null; too many fields are an error still',
  },
  ...ERROR_OPTIONS,
} as const satisfies OptionSchema;

export type ReadOptions = OptionValues<typeof READ_OPTIONS>;
