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

describe('conditions and the ranges of row groups', () => {
  const rows = 20_000;
  const columns = [
    ['i', 'i'],
    ['d', `CASE WHEN i % 4000 = 17 THEN 'nan'::DOUBLE ELSE i / 8 - 1000 END`],
    ['f', `(i / 8)::FLOAT`],
    ['t', `'k' || lpad((i // 10)::VARCHAR, 5, '0') || CASE WHEN i % 3000 = 5 THEN 'é' ELSE '' END`],
    ['m', `(i * 0.25)::DECIMAL(12,2)`],
    ['w', `(i * -1000000000000.5)::DECIMAL(30,1)`],
    ['day', `DATE '2020-01-01' + (i // 20)::INTEGER`],
    ['stamp', `TIMESTAMP '2020-01-01' + to_seconds(i * 100)`],
    ['u', `(4294967295 - i)::UINTEGER`],
    ['n', `CASE WHEN i BETWEEN 4000 AND 9000 THEN NULL ELSE i END`],
    ['b', 'i > 10000'],
    ['ms', `(TIMESTAMP '2020-01-01' + to_seconds(i * 100))::TIMESTAMP_MS`],
    ['ns', `(TIMESTAMP '2020-01-01' + to_seconds(i * 100))::TIMESTAMP_NS`],
  ] as const;
  const file = join(folder, 'ranges.parquet');

  before(async () => {
    const made = await duckdbParquet(
      folder,
      `SELECT ${columns.map(([name, value]) => `${value} AS ${name}`).join(', ')} FROM range(${rows}) r(i)`,
      'ROW_GROUP_SIZE 2048',
    );
    copyFileSync(made, file);
  });

  /** With how many of the ten row groups are read for it; DuckDB tells no range of those with NaN. */
  const conditions: readonly (readonly [condition: string, groups: number])[] = [
    ['i = 5000', 1],
    ['i > 19000', 1],
    ['i >= 18432', 1],
    ['2047 >= i', 1],
    ['i < 0', 0],
    ['i BETWEEN 3000 AND 5000', 2],
    ['i IN (1, 19999)', 2],
    ['i = 3 OR i = 15000', 2],
    ['i < 100 AND t IS NOT NULL', 1],
    ['d < -990', 5],
    ['d > 1490', 10],
    ['d = 100', 6],
    [`d = CAST('nan' AS double)`, 10],
    ['f <= 10', 1],
    [`t < 'k00100'`, 1],
    [`t = 'k01500é'`, 1],
    ['m > 4900', 1],
    ['m = 100', 1],
    ['w > -1000000000000', 1],
    [`day = date '2020-02-01'`, 1],
    [`stamp < timestamp '2020-01-02'`, 1],
    [`ms < timestamp '2020-01-02'`, 1],
    [`ns < timestamp '2020-01-02'`, 1],
    ['u > 4294967290', 1],
    ['u < 4294950000', 2],
    ['n IS NULL', 4],
    ['n IS NOT NULL', 8],
    ['n = 5000', 0],
    ['b', 10],
    ['b = true', 6],
    ['NOT (i > 5)', 10],
    ['i % 2 = 1 AND i < 10', 10],
    ['i < 10 AND i % 2 = 1', 1],
    ['i + 1 = 10', 10],
  ];
  for (const [condition, groups] of conditions) {
    it(condition, async () => {
      const path = join(folder, 'c.yaml');
      writeFileSync(path, `steps:\n  - read: ranges.parquet\n  - filter: |\n      ${condition}\n  - write: out.csv\n`);
      const report = await runPipeline(path, { memoryBytes: 64 << 20 });
      assert.equal(readFileSync(join(folder, 'out.csv'), 'utf8'), await duckdb(`FROM '${file}' WHERE ${condition}`));
      assert.equal(report.vertices[0].splits, groups);
    });
  }

  it('a condition that can fail is not passed over', async () => {
    const error = await refusal('  - read: ranges.parquet\n  - filter: CAST(t AS int) > 5 AND i < 10\n');
    assert.equal(error.code, 'EXPR_CAST');
  });
});
