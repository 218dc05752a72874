/** Lists, maps and structs that DuckDB wrote, as the JSON that DuckDB makes of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { duckdbRows } from '../support/duckdb.js';
import { byTier } from '../support/tier.js';
import { duckdbParquet, parquetFolder, readParquet } from './support/parquet-files.js';

const folder = parquetFolder();
const ROWS = byTier(2500, 30_000);

const list = (of: string): string => `list_transform(range((i * 7 % 5)::BIGINT), lambda k: ${of})`;
const COLUMNS: Readonly<Record<string, string>> = {
  lists: list('i + k'),
  texts: list(`CASE WHEN k % 2 = 0 THEN 'a "quoted" ' || k || chr(10) || 'Å' END`),
  'lists of lists': list(`CASE WHEN (i + k) % 4 > 0 THEN range(k % 3) END`),
  'empty lists': 'CASE WHEN i % 2 = 0 THEN []::INTEGER[] END',
  structs: `{'id': i, 'name': CASE WHEN i % 3 > 0 THEN 'n' || i END, 'at': DATE '2026-01-01' + (i % 300)::INTEGER}`,
  'structs of structs': `{'a': {'b': CASE WHEN i % 5 > 0 THEN i END, 'c': {'d': i % 2 = 0}}, 'e': i / 4}`,
  'lists of structs': list(`{'x': CASE WHEN k % 2 = 0 THEN k END, 'y': 'k' || k}`),
  'structs of lists': `{'l': ${list('k * 0.5')}, 'n': CASE WHEN i % 2 = 0 THEN ${list('k')} END}`,
  maps: `map_from_entries(${list(`('key' || k, k + i)`)})`,
  'maps of lists': `map_from_entries(${list(`(k, [k, NULL, i])`)})`,
  times: `{'t': TIMESTAMP '2026-01-01 10:00:00' + to_seconds(i), 'm': (i * 1.25)::DECIMAL(12,2)}`,
};
const names = Object.keys(COLUMNS);
/** Also with nulls in place of whole values. */
const HAS_NULL = 'i % 11 = 3 OR i BETWEEN 100 AND 180';
const QUERY = `SELECT ${names
  .flatMap((name) => [
    `${COLUMNS[name]} AS "${name}"`,
    `CASE WHEN NOT (${HAS_NULL}) THEN ${COLUMNS[name]} END AS "${name}?"`,
  ])
  .join(', ')}, i AS id FROM range(${ROWS}) r(i)`;

for (const options of [
  'COMPRESSION snappy',
  'PARQUET_VERSION v2, COMPRESSION uncompressed, ROW_GROUP_SIZE 2048, DICTIONARY_SIZE_LIMIT 1',
]) {
  test(`nested columns: ${options}`, async () => {
    const file = await duckdbParquet(folder, QUERY, options);
    const shown = names
      .flatMap((name) => [`"${name}"`, `"${name}?"`])
      .map((name) => `CASE WHEN ${name} IS NOT NULL THEN to_json(${name}) END`);
    const expected = await duckdbRows(`SELECT ${shown.join(', ')}, id FROM '${file}' ORDER BY id`);
    for (const settings of [{ batchRows: 1000 }, { batchRows: 64 }, { which: 'twins' as const }]) {
      const { rows, error } = readParquet(file, settings);
      assert.equal(error, undefined);
      assert.equal(rows.length, ROWS);
      rows.forEach((row, i) => {
        row.forEach((text, column) => {
          const name = `row ${i}, ${names[column >> 1]}`;
          assert.deepEqual(parsed(text), parsed(expected[i][column]), name);
        });
      });
    }
  });
}

/** DuckDB writes numbers in more than one way. */
function parsed(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}
