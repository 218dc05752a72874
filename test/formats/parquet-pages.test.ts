/** Columns whose pages end at different rows: batches take pieces of several, and a text outlives no page. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { duckdbRows } from '../support/duckdb.js';
import { random } from '../support/random.js';
import { byTier } from '../support/tier.js';
import { madeParquet } from './support/made-parquet.js';
import { parquetFolder, readParquet } from './support/parquet-files.js';

const folder = parquetFolder();

test('pages of any number of rows', async () => {
  for (let seed = 1; seed <= byTier(30, 500); seed++) {
    const rng = random(seed);
    const rows = rng.between(1, 400);
    const pageRows = (): readonly number[] => Array.from({ length: rows }, () => rng.pick([0, 1, 2, 7, 40, 200]));
    const columns = [
      { name: 'id', values: Array.from({ length: rows }, (_, i) => BigInt(i) * 1_000_003n), pageRows: pageRows() },
      { name: 'a', values: Array.from({ length: rows }, (_, i) => `a${i}`), pageRows: pageRows() },
      { name: 'b', values: Array.from({ length: rows }, (_, i) => 'é'.repeat(i % 9) + i), pageRows: pageRows() },
    ];
    const file = join(folder, 'pages.parquet');
    writeFileSync(file, madeParquet(columns));
    const expected = columns[0].values.map((_, row) => columns.map(({ values }) => String(values[row])));
    for (const batchRows of [16, 100, 1000]) {
      const { rows: read, error } = readParquet(file, { batchRows });
      assert.equal(error, undefined);
      assert.deepEqual(read, expected, `seed ${rng.seed}, ${batchRows} rows a batch`);
    }
    if (seed === 1) assert.deepEqual(await duckdbRows(`FROM '${file}'`), expected);
  }
});
