/**
 * Looks at files before the run: the header's names, a type for every column out of a sample, where the data begins.
 */
import type { DataType } from '../../columnar/data-type.js';
import { leatError } from '../../errors.js';
import type { CsvDialect, CsvOptions } from './dialect.js';
import type { CsvFile } from './splits.js';

/** What one look at the first file tells. */
export interface CsvSample {
  /** The options, completed by what the file shows (line ends). */
  readonly dialect: CsvDialect;
  readonly names: readonly string[];
  /** A type that all sampled values of the column have; string when in doubt. */
  readonly types: readonly DataType[];
  /** Something odd about the file that is no error: a delimiter that looks wrong. */
  readonly hint?: string;
}

/** Reads about the first 256 KiB of `path`. Throws FORMAT_FILE_MISSING, FORMAT_IO, FORMAT_CSV_HEADER, FORMAT_CSV_DIALECT. */
export function sampleCsv(_path: string, _options: CsvOptions): CsvSample {
  throw leatError('INTERNAL', 'not built yet');
}

/** Size, time and first row of every file; each header must hold the same names in the same order (FORMAT_CSV_HEADER). */
export function inspectCsvFiles(
  _paths: readonly string[],
  _dialect: CsvDialect,
  _names: readonly string[],
): readonly CsvFile[] {
  throw leatError('INTERNAL', 'not built yet');
}
