/** Columns whose pages end at different rows: batches take pieces of several, and a text outlives no page. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readFooter } from '../../src/formats/parquet/footer.js';
import { ALL_ROWS, rowGroupSplits, type WantedRows } from '../../src/formats/parquet/row-groups.js';
import { duckdbRows } from '../support/duckdb.js';
import { type Random, random } from '../support/random.js';
import { byTier } from '../support/tier.js';
import { type MadeColumn, madeParquet } from './support/made-parquet.js';
import { parquetFolder, readParquet } from './support/parquet-files.js';

const folder = parquetFolder();

function columnsOf(rng: Random, rows: number): readonly MadeColumn[] {
  const pageRows = (): readonly number[] => Array.from({ length: rows }, () => rng.pick([0, 1, 2, 7, 40, 200]));
  return [
    { name: 'id', values: Array.from({ length: rows }, (_, i) => BigInt(i) * 1_000_003n), pageRows: pageRows() },
    { name: 'a', values: Array.from({ length: rows }, (_, i) => `a${i}`), pageRows: pageRows() },
    { name: 'b', values: Array.from({ length: rows }, (_, i) => 'é'.repeat(i % 9) + i), pageRows: pageRows() },
  ];
}

const rowsOf = (columns: readonly MadeColumn[]): string[][] =>
  columns[0].values.map((_, row) => columns.map(({ values }) => String(values[row])));

test('pages of any number of rows', async () => {
  for (let seed = 1; seed <= byTier(30, 500); seed++) {
    const rng = random(seed);
    const rows = rng.between(1, 400);
    const columns = columnsOf(rng, rows);
    const file = join(folder, 'pages.parquet');
    writeFileSync(file, madeParquet(columns));
    const expected = rowsOf(columns);
    for (const batchRows of [16, 100, 1000]) {
      const { rows: read, error } = readParquet(file, { batchRows });
      assert.equal(error, undefined);
      assert.deepEqual(read, expected, `seed ${rng.seed}, ${batchRows} rows a batch`);
    }
    if (seed === 1) assert.deepEqual(await duckdbRows(`FROM '${file}'`), expected);
  }
});

test('pages in which nothing is wanted are not read', () => {
  for (let seed = 1; seed <= byTier(60, 1000); seed++) {
    const rng = random(seed);
    const rows = rng.between(1, 600);
    const columns = columnsOf(rng, rows);
    const file = join(folder, 'indexed.parquet');
    writeFileSync(file, madeParquet(columns));
    const all = rowsOf(columns);
    const from = rng.int(rows);
    const to = rng.between(from, rows - 1);
    const [least, greatest] = [columns[0].values[from], columns[0].values[to]];
    const wanted: WantedRows = {
      slots: new Set([0]),
      isWanted: (rangeOf) => {
        const range = rangeOf(0);
        if (range?.least === undefined || range.greatest === undefined) return true;
        return range.least <= greatest && range.greatest >= least;
      },
    };
    const { rows: read, offsets, error } = readParquet(file, { batchRows: rng.pick([10, 100, 1000]), wanted });
    assert.equal(error, undefined);
    assert.deepEqual(
      read,
      offsets.map((row) => all[row]),
      `seed ${rng.seed}: rows are those of their places`,
    );
    // Pages at both ends have up to 200 rows that are not wanted.
    assert.ok(offsets[0] <= from && offsets[0] > from - 200, `seed ${rng.seed}: begins at ${offsets[0]}, not ${from}`);
    assert.ok(
      offsets.at(-1)! >= to && offsets.at(-1)! < to + 200,
      `seed ${rng.seed}: ends at ${offsets.at(-1)}, not ${to}`,
    );
    assert.equal(offsets.length, offsets.at(-1)! - offsets[0] + 1);
  }
});

test('a large row group is several splits, where its pages are known', () => {
  const values = Array.from({ length: 300_000 }, (_, i) => BigInt(i * 7));
  const file = join(folder, 'large.parquet');
  writeFileSync(file, madeParquet([{ name: 'id', values, pageRows: Array.from({ length: 60 }, () => 5500) }]));
  const footer = readFooter({ path: file });
  const splits = rowGroupSplits(footer, 0, footer.columns, ALL_ROWS, 0);
  assert.deepEqual(
    splits.map(({ firstRow, rows }) => [firstRow, rows]),
    [
      [0, 100_000],
      [100_000, 100_000],
      [200_000, 100_000],
    ],
  );
  const { rows } = readParquet(file, { batchRows: 16_384 });
  assert.ok(rows.every(([id], row) => id === String(row * 7)));
  assert.equal(rows.length, values.length);
});

test('indexes with flipped bits', () => {
  const rng = random(5);
  const bytes = madeParquet(columnsOf(rng, 300));
  const indexes = bytes.length - bytes.readUInt32LE(bytes.length - 8);
  const file = join(folder, 'flipped.parquet');
  for (let i = 0; i < byTier(300, 5000); i++) {
    const broken = Buffer.from(bytes);
    // Most of them where the indexes are, before the footer.
    for (let flips = 0; flips < 3; flips++) broken[rng.between(indexes - 800, bytes.length - 9)] ^= 1 << rng.int(8);
    writeFileSync(file, broken);
    const { error } = readParquet(file, {
      wanted: { slots: new Set([0]), isWanted: (rangeOf) => rangeOf(0)?.least !== 0n },
    });
    if (error !== undefined) assert.match(error.code, /^FORMAT_PARQUET/, String(error.stack));
  }
});
