/** Files that DuckDB wrote, value for value: all types, encodings and codecs, nulls and extremes, pages cut anywhere. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { duckdbRows } from '../support/duckdb.js';
import { byTier } from '../support/tier.js';
import { duckdbParquet, parquetFolder, readParquet } from './support/parquet-files.js';

const folder = parquetFolder();
const ROWS = byTier(3000, 40_000);

/** By name: the value of row i, and how DuckDB writes what leat makes of it where that is another type. */
const COLUMNS: Readonly<Record<string, string | readonly [string, string]>> = {
  bool: '(i * 7 % 3 = 0)',
  bools: '(i < 2000)',
  tiny: '(i % 256 - 128)::TINYINT',
  small: '(i * 31 % 65536 - 32768)::SMALLINT',
  int: `(i * 2654435761 % 4294967296 - 2147483648)::INTEGER`,
  ints: '(i // 100)::INTEGER',
  big: `CASE i % 5 WHEN 0 THEN 9223372036854775807 WHEN 1 THEN -9223372036854775808 ELSE i * 1000003 END::BIGINT`,
  utiny: '(i % 256)::UTINYINT',
  usmall: '(i * 31 % 65536)::USMALLINT',
  uint: '(4294967295 - i)::UINTEGER',
  ubig: 'CASE WHEN i % 2 = 0 THEN 18446744073709551615 ELSE i END::UBIGINT',
  float: ['(i / 7)::FLOAT', '(i / 7)::FLOAT::DOUBLE'],
  double: `CASE i % 9 WHEN 0 THEN 'nan'::DOUBLE WHEN 1 THEN '-inf'::DOUBLE WHEN 2 THEN 5e-324 WHEN 3 THEN -0.0::DOUBLE ELSE i / 7 END`,
  doubles: '(i // 50)::DOUBLE',
  decimal4: '(i % 10000 * 0.01 - 50)::DECIMAL(4,2)',
  decimal9: '(i * 0.001 - 1)::DECIMAL(9,3)',
  decimal18: '(i * 1234567.891 - 99)::DECIMAL(18,3)',
  decimal38: `(CASE i % 3 WHEN 0 THEN '99999999999999999999999999999999999999' WHEN 1 THEN '-99999999999999999999999999999999999999' ELSE i::VARCHAR END)::DECIMAL(38,0)`,
  decimal25: '(i * -1.00000001)::DECIMAL(25,8)',
  date: `(DATE '1969-12-25' + (i * 97 % 40000)::INTEGER)`,
  timestamp: `(TIMESTAMP '1960-01-01 00:00:00.000001' + to_microseconds(i * 86400123457))`,
  seconds: [`(TIMESTAMP '1969-12-31' + to_seconds(i))::TIMESTAMP_S`, `(TIMESTAMP '1969-12-31' + to_seconds(i))`],
  millis: [
    `(TIMESTAMP '1969-12-31' + to_milliseconds(i))::TIMESTAMP_MS`,
    `(TIMESTAMP '1969-12-31' + to_milliseconds(i))`,
  ],
  nanos: [
    `make_timestamp_ns((i - 1500) * 1000000000000 + i % 1000)`,
    `make_timestamp((floor(((i - 1500) * 1000000000000 + i % 1000) / 1000))::BIGINT)`,
  ],
  time: `(TIME '00:00:00' + to_microseconds(i * 28799999 % 86400000000))`,
  text: `repeat(chr(97 + (i % 26)::INTEGER), (i % 40)::INTEGER) || i`,
  words: `CASE i % 4 WHEN 0 THEN '' WHEN 1 THEN 'Åse' WHEN 2 THEN '日本 🙂' ELSE 'plain' END`,
  shared: `'https://example.org/items/' || (i // 10) || '/' || i`,
  blob: `encode(chr((i % 300 + 1)::INTEGER) || i)`,
  uuid: `('a0eebc99-9c0b-4ef8-bb6d-' || lpad(i::VARCHAR, 12, '0'))::UUID`,
  enum: `(CASE i % 3 WHEN 0 THEN 'x' ELSE 'yy' END)::ENUM('x', 'yy')`,
};

const names = Object.keys(COLUMNS);
const writtenAs = (name: string): string => [COLUMNS[name]].flat()[0];
const shownAs = (name: string): string => [COLUMNS[name]].flat().at(-1)!;

/** Every column as it is, and another time with nulls in runs and alone. */
const HAS_NULL = '(i * i % 7 < 3 OR i % 1000 > 800)';
const QUERY = `SELECT ${names
  .flatMap((name) => [
    `${writtenAs(name)} AS "${name}"`,
    `CASE WHEN NOT ${HAS_NULL} THEN ${writtenAs(name)} END AS "${name} or null"`,
  ])
  .join(', ')} FROM range(${ROWS}) r(i)`;
const SHOWN = `SELECT ${names
  .flatMap((name) => [`(${shownAs(name)})::VARCHAR`, `CASE WHEN NOT ${HAS_NULL} THEN (${shownAs(name)})::VARCHAR END`])
  .join(', ')} FROM range(${ROWS}) r(i)`;

let shown: Promise<readonly (readonly (string | null)[])[]> | undefined;

const WRITERS = [
  'PARQUET_VERSION v1, COMPRESSION snappy',
  'PARQUET_VERSION v2, COMPRESSION zstd',
  'PARQUET_VERSION v1, COMPRESSION uncompressed, DICTIONARY_SIZE_LIMIT 1',
  'PARQUET_VERSION v2, COMPRESSION uncompressed, DICTIONARY_SIZE_LIMIT 1',
  'PARQUET_VERSION v2, COMPRESSION gzip, ROW_GROUP_SIZE 2048',
  'PARQUET_VERSION v1, COMPRESSION brotli, ROW_GROUP_SIZE 2048',
  'PARQUET_VERSION v2, COMPRESSION lz4_raw, DICTIONARY_SIZE_LIMIT 100',
] as const;

for (const options of WRITERS) {
  test(`all types: ${options}`, async () => {
    const file = await duckdbParquet(folder, QUERY, options);
    shown ??= duckdbRows(SHOWN);
    const expected = await shown;
    for (const batchRows of [1000, 77]) {
      const { rows, offsets, error } = readParquet(file, { batchRows });
      assert.equal(error, undefined);
      assert.equal(rows.length, ROWS);
      rows.forEach((row, i) => {
        assert.deepEqual(named(row), named(expected[i]), `row ${i}, ${batchRows} rows a batch`);
        assert.equal(offsets[i], i);
      });
    }
    assert.deepEqual(readParquet(file, { which: 'twins' }).rows, expected.slice(0, ROWS), 'twins');
    assert.deepEqual(readParquet(file, { isHigh: true }).rows, expected.slice(0, ROWS), 'above 2 GiB');
  });
}

function named(row: readonly (string | null)[]): Record<string, string | null> {
  return Object.fromEntries(row.map((value, i) => [`${names[i >> 1]}${i % 2 === 0 ? '' : ' or null'}`, value]));
}
