/** The shape of TPC-H's query 1 over a Parquet file that DuckDB wrote, and that file as CSV. */
import { parquetOf } from '../data.js';
import type { Question } from '../question.js';
import { Q1 } from './q1.js';

const input = (): string => parquetOf(Q1.input());

export const PARQUET: readonly Question[] = [
  { ...Q1, name: 'parquet-q1', target: 1, input, sql: Q1.sql.replace("read_csv('$in')", "'$in'") },
  {
    name: 'parquet-to-csv',
    target: 2,
    input,
    pipeline: 'steps:\n  - read: $in\n  - write: $out\n',
    sql: `copy (from '$in') to '$out' (header)`,
    compare: 'count',
  },
];
