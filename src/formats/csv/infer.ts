/**
 * Looks at files before the run: the header's names, a column's type out of a sample, where the data begins.
 */

import type { DataType } from '../../columnar/data-type.js';
import { type Diagnostic, LeatError, leatError, type Place } from '../../errors.js';
import { CR, LF } from '../../kernels/csv-kernels.js';
import { formatSize } from '../../spec/size-text.js';
import type { InputFile } from '../input-file.js';
import { type CsvDialect, type CsvOptions, resolveDialect } from './dialect.js';
import { refuseForeignHeader } from './foreign-bytes.js';
import { type CsvHead, contentStart, type HeadRow, headRows, newlineOf, readHead } from './head.js';
import { inferType, oddText } from './infer-type.js';
import { shown } from './places.js';
import type { CsvFile } from './splits.js';

const SAMPLE_BYTES = 256 << 10;
/** Enough to see a header, whether rows follow it, and a delimiter that looks wrong. */
const FIRST_ROWS = 20;
/** A first row must end within this. */
const MAX_HEAD_BYTES = 16 << 20;

/** What one look at the first file tells. */
export interface CsvSample {
  /** The options, completed by what the file shows (line ends). */
  readonly dialect: CsvDialect;
  readonly names: readonly string[];
  /**
   * A type that all sampled values of a column have; string when in doubt. The sample is looked at when first asked:
   * most columns of a wide file nobody asks for.
   */
  readonly typeOf: (column: number) => DataType;
  /** Values of the sample that are not null. */
  readonly textsOf: (column: number) => Iterable<string>;
  /** Why a column is text whose values are mostly something else; undefined when it is not so. */
  readonly oddText: (column: number) => OddText | undefined;
  /** Something odd about the file that is no error: a delimiter that looks wrong, no rows to tell types from. */
  readonly hint?: SampleHint;
}

/** A value that is neither a number nor a date, among others that are. */
export interface OddText {
  readonly text: string;
  readonly place: Place;
}

export interface SampleHint {
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
}

/** Reads about the first 256 KiB of the file. Throws FORMAT_FILE_MISSING, FORMAT_IO, FORMAT_CSV_HEADER, FORMAT_CSV_DIALECT. */
export function sampleCsv(file: InputFile, options: CsvOptions): CsvSample {
  const given = Array.isArray(options.header) ? (options.header as readonly string[]) : undefined;
  let head = readHead(file, SAMPLE_BYTES);
  const dialect = resolveDialect(options, newlineOf(head, options.quote === undefined ? '"' : options.quote));
  let rows = firstRows(head, dialect, FIRST_ROWS);
  while (rows.length === 0 && !head.isWhole && head.bytes.length < MAX_HEAD_BYTES) {
    head = readHead(file, head.bytes.length * 4);
    rows = firstRows(head, dialect, FIRST_ROWS);
  }
  const names = given ?? (dialect.header ? headerNames(head, rows[0]) : numberedNames(rows[0]));
  const hasRows = rows.length > (dialect.header ? 1 : 0);
  const noRows = head.isWhole ? HINT_NO_ROWS : HINT_LONG_ROW;
  const hint = !hasRows && names.length > 0 ? noRows : delimiterHint(dialect, names, rows);
  const sample = new ColumnSample(head, dialect, names.length);
  return {
    dialect,
    names,
    typeOf: (i) => sample.typeOf(i),
    textsOf: (i) => sample.textsOf(i),
    oddText: (i) => sample.oddText(i),
    hint,
  };
}

/** The rows of the sample, which are looked for when the first column is asked for. */
class ColumnSample {
  readonly #head: CsvHead;
  readonly #dialect: CsvDialect;
  readonly #width: number;
  readonly #types: DataType[] = [];
  #rows: readonly HeadRow[] | undefined;

  constructor(head: CsvHead, dialect: CsvDialect, width: number) {
    this.#head = head;
    this.#dialect = dialect;
    this.#width = width;
  }

  /** Looked for once. */
  typeOf(column: number): DataType {
    this.#types[column] ??= inferType(this.textsOf(column));
    return this.#types[column];
  }

  *textsOf(column: number): Generator<string> {
    for (const { text } of this.#valuesOf(column)) yield text;
  }

  oddText(column: number): OddText | undefined {
    if (this.typeOf(column).kind !== 'string') return undefined;
    const values = [...this.#valuesOf(column)];
    const odd = oddText(values.map(({ text }) => text));
    if (odd === undefined) return undefined;
    const { text, row } = values[odd];
    return { text: shown(text), place: { file: this.#head.path, line: this.#lineOf(row) } };
  }

  /** Those that are not null. */
  *#valuesOf(column: number): Generator<{ readonly text: string; readonly row: HeadRow }> {
    const { header, nulls, ragged } = this.#dialect;
    this.#rows ??= firstRows(this.#head, this.#dialect, Number.POSITIVE_INFINITY).slice(header ? 1 : 0);
    for (const row of this.#rows) {
      const isShort = ragged === 'pad' && row.width < this.#width;
      if ((row.width !== this.#width && !isShort) || column >= row.width) continue;
      const { text, isQuoted } = row.field(column);
      const isNull = text === '' ? !isQuoted || nulls.includes('') : !isQuoted && nulls.includes(text);
      if (!isNull) yield { text, row };
    }
  }

  /** Of the end of the row, since lines without a row may stand before it. */
  #lineOf({ end }: HeadRow): number {
    const newline = this.#dialect.newline === 'lf' ? LF : CR;
    return this.#head.bytes.subarray(0, end - 1).reduce((lines, byte) => (byte === newline ? lines + 1 : lines), 1);
  }
}

const HINT_NO_ROWS: SampleHint = {
  message: 'the first file has no rows, so its columns are taken as text',
  hint: 'a `schema:` says which types they have',
};

const HINT_LONG_ROW: SampleHint = {
  ...HINT_NO_ROWS,
  message: `the first row of the first file does not end within ${formatSize(SAMPLE_BYTES)}, so the columns are taken as text`,
};

/** Files as they are when the run begins, and the names in their headers. */
export interface InspectedFiles {
  readonly files: readonly CsvFile[];
  readonly headers: readonly (readonly string[])[];
}

/**
 * Size, time and first row of every file; each header must hold the same names in the same order (FORMAT_CSV_HEADER), unless
 * `names` is undefined. What is wrong with any of them is told of all.
 */
export function inspectCsvFiles(
  inputs: readonly InputFile[],
  dialect: CsvDialect,
  names: readonly string[] | undefined,
): InspectedFiles {
  const wrong: Diagnostic[] = [];
  const inspected = inputs.flatMap((input) => {
    try {
      const [file, header] = inspectFile(input, dialect);
      const difference = names && dialect.header ? differenceOf(header, names) : undefined;
      if (difference === undefined) return [{ file, header }];
      throw headerError(input.path, `${difference} in ${inputs[0].path}`, HINT_SAME_HEADER);
    } catch (error) {
      if (!(error instanceof LeatError)) throw error;
      wrong.push(...error.diagnostics);
      return [];
    }
  });
  if (wrong.length > 0) throw new LeatError(wrong);
  return { files: inspected.map(({ file }) => file), headers: inspected.map(({ header }) => header) };
}

function inspectFile(file: InputFile, dialect: CsvDialect): readonly [CsvFile, readonly string[]] {
  for (let bytes = 16 << 10; ; bytes *= 4) {
    const head = readHead(file, bytes);
    const { size, mtimeMs, isWhole, compression } = head;
    const start = contentStart(head, dialect);
    const isLast = isWhole || bytes >= MAX_HEAD_BYTES;
    if (!dialect.header && start !== undefined) return [{ ...file, compression, size, mtimeMs, dataOffset: start }, []];
    const [header] = start === undefined ? [] : headRows(head, start, dialect, 1);
    if (header === undefined && !isLast) continue;
    const names = headerNames(head, header);
    return [{ ...file, compression, size, mtimeMs, dataOffset: header.end }, names];
  }
}

/** The first difference of two headers, to be followed by the name of the file that has the second; undefined: there is none. */
function differenceOf(found: readonly string[], names: readonly string[]): string | undefined {
  const at = names.findIndex((name, index) => found[index] !== name);
  if (at < 0) return found.length === names.length ? undefined : `the column "${found[names.length]}" is not`;
  if (!found.includes(names[at])) return `there is no column "${names[at]}", which is`;
  return `column ${at + 1} is "${found[at]}", and "${names[at]}"`;
}

const HINT_SAME_HEADER =
  'files of one read have the same columns in the same order, unless it says `union_by_name: true`; or read the others in a step of their own';

function firstRows(head: CsvHead, dialect: CsvDialect, limit: number): HeadRow[] {
  const start = contentStart(head, dialect);
  return start === undefined ? [] : headRows(head, start, dialect, limit);
}

function headerNames({ path, bytes }: CsvHead, row: HeadRow | undefined): string[] {
  refuseForeignHeader(path, bytes, row?.end ?? bytes.length);
  if (row === undefined) {
    throw headerError(
      path,
      'there is no header: no first row can be read',
      'a file without rows still needs its header, unless the read says `header: false`',
    );
  }
  const names = Array.from({ length: row.width }, (_, index) => row.field(index).text);
  const empty = names.indexOf('');
  if (empty >= 0) throw headerError(path, `column ${empty + 1} of the header has no name`, HINT_NAMES);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw headerError(path, `the header has the column "${twice}" twice`, HINT_NAMES);
  return names;
}

const HINT_NAMES =
  'mend the header, or read the file with `skip_lines: 1`, `header: false` and a `schema:` that names the columns in their order';

function headerError(path: string, message: string, hint: string): Error {
  return leatError('FORMAT_CSV_HEADER', message, { place: { file: path, line: 1 }, hint });
}

function numberedNames(row: HeadRow | undefined): string[] {
  return Array.from({ length: row?.width ?? 0 }, (_, i) => `column${i}`);
}

const OTHER_DELIMITERS = [',', ';', '\t', '|'];

/** One column, and another delimiter stands equally often in every row. */
function delimiterHint(
  dialect: CsvDialect,
  names: readonly string[],
  rows: readonly HeadRow[],
): SampleHint | undefined {
  if (names.length !== 1 || rows.length === 0) return undefined;
  for (const other of OTHER_DELIMITERS) {
    const counts = rows.map((row) => {
      const { text, isQuoted } = row.field(0);
      return isQuoted ? 0 : text.split(other).length - 1;
    });
    if (other === dialect.delimiter || counts[0] === 0 || counts.some((count) => count !== counts[0])) continue;
    const times = counts[0] === 1 ? 'once' : `${counts[0]} times`;
    return {
      message: `the file has one column, and ${JSON.stringify(other)} stands ${times} in every row`,
      hint: `if it is the delimiter, write \`delimiter: ${JSON.stringify(other)}\``,
    };
  }
  return undefined;
}
