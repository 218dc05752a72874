/** `read: x.parquet` as people write it: names and types of the footer, casts by a schema, several files, any number of slots. */
import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { LeatError } from '../../src/errors.js';
import { duckdbParquet, parquetFolder } from '../formats/support/parquet-files.js';
import { duckdbRows } from '../support/duckdb.js';
import { runPipeline } from '../support/run-pipeline.js';

const folder = parquetFolder();
const ROWS = 30_000;
const QUERY = (from: number): string =>
  `SELECT i AS id, 'c' || (i % 7) AS country, (i * 1.25)::DECIMAL(12,2) AS amount, DATE '2026-01-01' + (i // 100)::INTEGER AS day,
   CASE WHEN i % 4 > 0 THEN 'note ' || i END AS note, i / 3 AS share FROM range(${from}, ${from + ROWS}) r(i)`;

async function leat(steps: string, slots = 1): Promise<string> {
  const path = join(folder, 'p.yaml');
  writeFileSync(path, `steps:\n${steps}  - write: out.csv\n`);
  await runPipeline(path, { slots, memoryBytes: 64 << 20 });
  return readFileSync(join(folder, 'out.csv'), 'utf8');
}

async function duckdb(sql: string): Promise<string> {
  const out = join(folder, 'duckdb.csv');
  await duckdbRows(`COPY (${sql}) TO '${out}' (header)`);
  return readFileSync(out, 'utf8');
}

async function refusal(steps: string): Promise<LeatError> {
  try {
    await leat(steps);
  } catch (error) {
    if (error instanceof LeatError) return error;
    throw error;
  }
  assert.fail('it was not refused');
}

describe('Parquet files as inputs', () => {
  before(async () => {
    for (const [name, from] of [
      ['a', 0],
      ['b', ROWS],
    ] as const) {
      const file = await duckdbParquet(folder, QUERY(from), 'ROW_GROUP_SIZE 4096');
      copyFileSync(file, join(folder, `${name}.parquet`));
    }
  });

  const cases: readonly (readonly [name: string, steps: string, sql: string])[] = [
    ['whole', '  - read: a.parquet\n', `FROM '${folder}/a.parquet'`],
    [
      'several',
      '  - read: [b.parquet, a.parquet]\n',
      `FROM read_parquet(['${folder}/b.parquet', '${folder}/a.parquet'])`,
    ],
    [
      'filtered and grouped',
      '  - read: "[ab].parquet"\n  - filter: amount > 100 AND note IS NOT NULL\n  - aggregate: { n: count(*), total: sum(amount) }\n    by: [country]\n',
      `SELECT country, count(*) AS n, sum(amount) AS total FROM '${folder}/[ab].parquet' WHERE amount > 100 AND note IS NOT NULL GROUP BY ALL ORDER BY ALL`,
    ],
    [
      'no column at all',
      '  - read: a.parquet\n  - aggregate: { n: count(*) }\n',
      `SELECT count(*) AS n FROM '${folder}/a.parquet'`,
    ],
    [
      'with other types and names',
      '  - read: a.parquet\n    schema:\n      key: { type: string, from: ID }\n      amount: double\n      day: timestamp\n      share: decimal(12,3)\n',
      `SELECT id::VARCHAR AS key, amount::DOUBLE AS amount, day::TIMESTAMP AS day, share::DECIMAL(12,3) AS share FROM '${folder}/a.parquet'`,
    ],
  ];
  for (const [name, steps, sql] of cases) {
    it(`${name}, at one slot and at four`, async () => {
      const expected = await duckdb(sql);
      assert.equal(await leat(steps), expected);
      assert.equal(await leat(steps, 4), expected);
    });
  }

  it('under another name, when the format is said', async () => {
    copyFileSync(join(folder, 'a.parquet'), join(folder, 'a.data'));
    assert.equal(await leat('  - read: a.data\n    format: parquet\n'), await duckdb(`FROM '${folder}/a.parquet'`));
  });

  it('refuses a column that is not there', async () => {
    const error = await refusal('  - read: a.parquet\n    schema: { amuont: double }\n');
    assert.equal(error.code, 'FORMAT_PARQUET_COLUMN');
    assert.match(error.diagnostics[0].hint!, /amount/);
    assert.equal(error.diagnostics[0].place?.line, 2);
  });

  it('refuses files with other types than the first', async () => {
    const file = await duckdbParquet(folder, `SELECT 1::DOUBLE AS amount, 2 AS id`);
    const error = await refusal(`  - read: [a.parquet, ${file}]\n  - select: [amount]\n`);
    assert.equal(error.code, 'FORMAT_PARQUET_COLUMN');
    assert.match(error.message, /"amount" is double in this file, not decimal\(12,2\)/);
  });

  it('says at the step that a file is none', async () => {
    writeFileSync(join(folder, 'none.parquet'), 'id,amount\n1,2\n');
    const error = await refusal('  - read: none.parquet\n');
    assert.equal(error.code, 'FORMAT_PARQUET');
    assert.deepEqual([error.diagnostics[0].place?.line, error.diagnostics[0].message], [2, 'it is no Parquet file']);
  });

  it('names the row that a cast refuses', async () => {
    const error = await refusal('  - read: a.parquet\n    schema: { note: int }\n');
    assert.equal(error.code, 'EXPR_CAST');
    assert.equal(error.diagnostics[0].related?.[0]?.place.line ?? error.diagnostics[0].place?.line, 2);
  });

  it('refuses nulls of CSV files', async () => {
    const error = await refusal('  - read: a.parquet\n    schema: { note: { type: string, nulls: [NA] } }\n');
    assert.equal(error.code, 'SPEC_BAD_VALUE');
  });
});
