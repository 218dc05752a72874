/** The generated rows as a table of DuckDB, and generated expressions over it: a second opinion on every value. */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { type DataType, typeName } from '../../../src/columnar/data-type.js';
import type { Schema } from '../../../src/columnar/schema.js';
import { formatValue } from '../../../src/columnar/text.js';
import type { Value } from '../../../src/columnar/value.js';

export class DuckdbTable {
  private readonly connection: DuckDBConnection;

  private constructor(connection: DuckDBConnection) {
    this.connection = connection;
  }

  static async of(schema: Schema, rows: readonly (readonly Value[])[]): Promise<DuckdbTable> {
    const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
    // They would take operands that fail out of TRY, and `i + 100 = 7` apart so that it no longer overflows.
    await connection.run("SET disabled_optimizers = 'common_subexpressions, expression_rewriter'");
    const columns = schema.map(({ name, type }) => `"${name}" ${duckdbType(type)}`).join(', ');
    await connection.run(`CREATE TABLE rows (row_id int, ${columns})`);
    const tuples = rows.map((row, id) => {
      const values = row.map((value, column) => literal(value, schema[column].type));
      return `(${[id, ...values].join(', ')})`;
    });
    await connection.run(`INSERT INTO rows VALUES ${tuples.join(', ')}`);
    return new DuckdbTable(connection);
  }

  /** What DuckDB calls the type of each expression. Throws when it refuses one. */
  async types(expressions: readonly string[]): Promise<string[]> {
    const list = expressions.map((text, index) => `${text} AS c${index}`).join(', ');
    const reader = await this.connection.runAndReadAll(`DESCRIBE SELECT ${list} FROM rows`);
    return reader.getRows().map((row) => row[1] as string);
  }

  /** The texts of each expression's values; null for NULL and for rows where it fails. undefined: refused. */
  async values(expressions: readonly string[]): Promise<((string | null)[] | undefined)[]> {
    return this.columns(expressions, (text) => `CAST(TRY(${text}) AS varchar)`, 'ORDER BY row_id');
  }

  /** All in one query; when DuckDB refuses it, in two halves. */
  private async columns(
    expressions: readonly string[],
    wrap: (text: string) => string,
    tail: string,
  ): Promise<((string | null)[] | undefined)[]> {
    const rows = await this.select(expressions.map(wrap), tail);
    if (rows !== undefined) return expressions.map((_, index) => rows.map((row) => row[index]));
    if (expressions.length === 1) return [undefined];
    const half = expressions.length >> 1;
    const first = await this.columns(expressions.slice(0, half), wrap, tail);
    return [...first, ...(await this.columns(expressions.slice(half), wrap, tail))];
  }

  /** Whether the expression fails on that row. */
  async fails(expression: string, row: number): Promise<boolean> {
    return (await this.select([expression], `WHERE row_id = ${row}`)) === undefined;
  }

  close(): void {
    this.connection.closeSync();
  }

  private async select(list: readonly string[], tail: string): Promise<(string | null)[][] | undefined> {
    try {
      const reader = await this.connection.runAndReadAll(`SELECT ${list.join(', ')} FROM rows ${tail}`);
      return reader.getRows() as (string | null)[][];
    } catch {
      return undefined;
    }
  }
}

function duckdbType(type: DataType): string {
  return type.kind === 'string' ? 'varchar' : typeName(type);
}

function literal(value: Value, type: DataType): string {
  if (value === null) return 'NULL';
  return `CAST('${formatValue(value, type).replaceAll("'", "''")}' AS ${duckdbType(type)})`;
}
