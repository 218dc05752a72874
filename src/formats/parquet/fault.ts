/** What is wrong with a Parquet file, before it is known where: whoever knows the column and the row group says so. */
import { type ErrorCode, type LeatError, leatError } from '../../errors.js';

type ParquetCode = Extract<ErrorCode, `FORMAT_PARQUET${string}`>;

const HINTS: Readonly<Record<ParquetCode, string>> = {
  FORMAT_PARQUET: 'fetch or write the file again; if other programs read it, please report it',
  FORMAT_PARQUET_UNSUPPORTED: 'leave the column out: `schema:` lists those that are read',
  FORMAT_PARQUET_VALUE: 'leave the column out, or write the file anew with a type that leat has',
  FORMAT_PARQUET_COLUMN: 'read files that differ in steps of their own, and bring them together with `union`',
  FORMAT_PARQUET_PAGE_SIZE:
    'give it more with --memory, use fewer --slots, or write the file with smaller pages or row groups',
};

export class ParquetFault extends Error {
  readonly code: ParquetCode;
  readonly hint: string;

  constructor(message: string, code: ParquetCode = 'FORMAT_PARQUET', hint = HINTS[code]) {
    super(message);
    this.code = code;
    this.hint = hint;
  }

  /** `where`: in words, behind the message. */
  at(file: string, where = '', offset?: number): LeatError {
    const { code, hint, message } = this;
    const text = where === '' ? message : `${message} (${where})`;
    return leatError(code, text, { place: { file, offset }, hint, cause: this });
  }
}

/** Throws that the file is damaged. */
export function damaged(what: string): never {
  throw new ParquetFault(what);
}
