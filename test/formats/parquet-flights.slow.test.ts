/** A file of three million rows that Arrow wrote: many pages a column, which end at other rows in each. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { duckdbRows } from '../support/duckdb.js';
import { projectRoot } from '../support/project-root.js';
import { readParquet } from './support/parquet-files.js';

test('three million flights, by Arrow', async () => {
  const file = join(projectRoot, 'node_modules/vega-datasets/data/flights-3m.parquet');
  const columns = (await duckdbRows(`SELECT column_name FROM (DESCRIBE FROM '${file}')`)).map(([name]) => name!);
  for (const column of columns) {
    const { rows, error } = readParquet(file, { batchRows: 16_384, pages: 3000, only: [column] });
    assert.equal(error, undefined);
    const every = 997;
    const expected = await duckdbRows(
      `SELECT text FROM (SELECT "${column}"::VARCHAR AS text, file_row_number AS n FROM read_parquet('${file}', file_row_number = true))
       WHERE n % ${every} = 0 ORDER BY n`,
    );
    const some = rows.filter((_, row) => row % every === 0);
    assert.deepEqual(
      some.map(([text]) => number(text)),
      expected.map(([text]) => number(text)),
      column,
    );
  }
});

/** DuckDB shows whole doubles without a point here. */
function number(text: string | null): string | null {
  return text === null ? null : text.replace(/\.0$/, '');
}
