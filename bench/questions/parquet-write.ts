/** A CSV file written as Parquet, in the types that both infer. */
import { lineitem } from '../data.js';
import type { Question } from '../question.js';

export const PARQUET_WRITE: Question = {
  name: 'parquet-write',
  target: 1.5,
  input: () => lineitem(6_000_000),
  pipeline: `
steps:
  - read: $in
  - write: $out
    format: parquet
`,
  sql: `copy (from read_csv('$in')) to '$out' (format parquet)`,
  compare: 'parquet',
};
