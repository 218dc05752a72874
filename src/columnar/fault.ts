/**
 * Rows that cannot be read or computed, where a step is to go on without them (`on_error: skip` or `reject`). They travel with the
 * others: columns that say what is wrong are null in good rows, and in faulty ones all other columns are.
 */
import { BIGINT, type DataType, STRING } from './data-type.js';

/** What is known of a faulty row, a column each. */
export const FAULT_TYPES = {
  file: STRING,
  line: BIGINT,
  byte_offset: BIGINT,
  column: STRING,
  code: STRING,
  message: STRING,
  raw: STRING,
} as const satisfies Record<string, DataType>;

export type FaultKind = keyof typeof FAULT_TYPES;

export const FAULT_KINDS = Object.keys(FAULT_TYPES) as readonly FaultKind[];

/** One faulty row. What is not known is undefined. */
export interface Fault {
  readonly file?: string;
  readonly line?: number;
  /** Where the row begins in the file. */
  readonly byte_offset?: number;
  /** The column whose value is wrong, if it is one. */
  readonly column?: string;
  readonly code: string;
  readonly message: string;
  /** The row as it stands in the file. */
  readonly raw?: string;
}
