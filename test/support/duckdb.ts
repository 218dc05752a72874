/** The pinned DuckDB as a second opinion: rows of a statement as text, NULL as null. */
import { DuckDBInstance } from '@duckdb/node-api';

/** That optimizer of 1.5.6 ends some window functions with an internal error. */
const DISABLED = 'top_n_window_elimination';
const instance = DuckDBInstance.create(':memory:', { threads: '1', disabled_optimizers: DISABLED });

export async function duckdbRows(sql: string): Promise<(string | null)[][]> {
  const connection = await (await instance).connect();
  try {
    const reader = await connection.runAndReadAll(sql);
    return reader.getRows().map((row) => row.map((value) => (value === null ? null : String(value))));
  } finally {
    connection.closeSync();
  }
}

/** Equal as text, or as numbers within a relative 1e-9 (sums of doubles: leat's are exact, DuckDB's are not). */
export function sameText(a: string | null, b: string | null): boolean {
  if (a === b) return true;
  if (a === null || b === null) return false;
  const [x, y] = [Number(a), Number(b)];
  return Math.abs(x - y) <= 1e-9 * Math.max(Math.abs(x), Math.abs(y));
}
