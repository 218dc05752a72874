/** Values as text and back: the canonical forms as DuckDB prints them, and which texts fit which type. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  BIGINT,
  BOOLEAN,
  BYTES,
  DATE,
  type DataType,
  DOUBLE,
  decimal,
  INT,
  STRING,
  TIMESTAMP,
  typeName,
} from '../../src/columnar/data-type.js';
import { formatValue, parseValue } from '../../src/columnar/text.js';
import { duckdbRows } from '../support/duckdb.js';
import { random } from '../support/random.js';

/** Texts that leat and DuckDB read alike; whether they fit, and what they are, DuckDB says. */
const TEXTS: readonly (readonly [DataType, readonly string[]])[] = [
  [BYTES, ['', 'a b', '\\x27\\x00a"\\x5C~\\xff', 'é', 'a\\b', '\\x4', '\\xg1', '\\XAB', '\n', '\\x41\\x7F']],
  [BOOLEAN, ['true', 'T', 'yes', 'Y', '1', 'False', 'f', 'NO', 'n', '0', '', 'on', ' true', '2']],
  [INT, ['0', '007', '+1', '-1', ' 12\t', '2147483647', '2147483648', '-2147483648', '', '-', '1,000', '1 2', 'x']],
  [BIGINT, ['9223372036854775807', '9223372036854775808', '-9223372036854775808', '00000000000000000000001']],
  [
    DOUBLE,
    ['1.5', ' 1.5 ', '+1.5', '1.', '.5', '1e5', '1E-7', '1e400', '-0', 'nan', 'NaN', 'inf', '-Infinity', '1e', '.', ''],
  ],
  [
    decimal(12, 2),
    [
      '1',
      '1.5',
      '1.005',
      '1.004',
      '-1.005',
      ' 1.5 ',
      '+1',
      '1.',
      '.5',
      '1e2',
      '1.5e-1',
      '9999999999.99',
      '9999999999.995',
      '.',
      '',
    ],
  ],
  [
    decimal(38, 4),
    ['1234567890123456789012345678901234.5678', '9999999999999999999999999999999999.99995', '1e33', '1e34'],
  ],
  [
    DATE,
    [
      '2026-11-01',
      ' 2026-1-9 ',
      '2026/11/01',
      '2024-02-29',
      '2026-02-29',
      '2026-13-01',
      '2026-00-01',
      '20261101',
      '01.11.2026',
      '12026-01-01',
      '0045-03-15 (BC)',
      '',
    ],
  ],
  [
    TIMESTAMP,
    [
      '2026-11-01 10:00:00',
      '2026-11-01T10:00:00',
      '2026-11-01T10:00:00.5Z',
      '2026-11-01',
      '2026-11-01 10:00',
      '2026-11-01 1:2:3',
      '2026-11-01 10:00:00.1234567',
      '2026-11-01 24:00:00',
      '2026-11-01 25:00:00',
      '2026-11-01 10:60:00',
      '2026-11-01 10',
      '2026-11-01 10:00:00 UTC',
      '0001-12-31 (BC) 00:00:00',
      '294247-01-10 04:00:54.775806',
      '294247-01-10 04:00:54.775807',
      '-290308-12-22 00:00:00',
      '-290308-12-21 00:00:00',
      '',
    ],
  ],
];

function duckdbType(type: DataType): string {
  return type.kind === 'string' ? 'varchar' : type.kind === 'bytes' ? 'blob' : typeName(type);
}

async function askDuckdb(type: DataType, texts: readonly string[]): Promise<(string | null)[]> {
  const list = texts.map((text, index) => `(${index}, '${text.replaceAll("'", "''")}')`).join(', ');
  const cast = `CAST(TRY_CAST(t AS ${duckdbType(type)}) AS varchar)`;
  return (await duckdbRows(`SELECT ${cast} FROM (VALUES ${list}) AS texts(i, t) ORDER BY i`)).map(([text]) => text);
}

describe('texts that fit a type', () => {
  for (const [type, texts] of TEXTS) {
    it(`${typeName(type)}: as DuckDB`, async () => {
      const expected = await askDuckdb(type, texts);
      const found = texts.map((text) => {
        const value = parseValue(text, type);
        return value === undefined ? null : formatValue(value, type);
      });
      assert.deepEqual(found, expected, JSON.stringify(texts));
    });
  }

  it('stricter than DuckDB, or righter: see docs/departures.md', () => {
    const cases: readonly (readonly [string, DataType, string | undefined])[] = [
      ['1.5', INT, undefined],
      ['1e3', INT, undefined],
      ['1_000', INT, undefined],
      ['0x10', BIGINT, undefined],
      ['1_0', DOUBLE, undefined],
      ['2026-11-01x', DATE, undefined],
      ['2026-11-01 00:00:00', DATE, undefined],
      ['26-11-01', DATE, undefined],
      ['epoch', DATE, undefined],
      ['infinity', TIMESTAMP, undefined],
      ['2026-11-01T10:00:00+02:00', TIMESTAMP, '2026-11-01 08:00:00'],
      ['2026-11-01 10:00:00-0130', TIMESTAMP, '2026-11-01 11:30:00'],
      ['2026-11-01 00:30:00 +01', TIMESTAMP, '2026-10-31 23:30:00'],
      ['  text ', STRING, '  text '],
    ];
    for (const [text, type, expected] of cases) {
      const value = parseValue(text, type);
      assert.equal(value === undefined ? undefined : formatValue(value, type), expected, text);
    }
  });
});

describe('doubles', () => {
  it('print as DuckDB prints them', async () => {
    const numbers = random(77);
    const bits = new DataView(new ArrayBuffer(8));
    const values = Array.from({ length: 3000 }, (_, i) => {
      if (i % 3 === 0) return numbers.between(-1000000, 1000000) / 10 ** numbers.between(0, 6);
      if (i % 3 === 1) return (numbers.next() - 0.5) * 10 ** numbers.between(-8, 22);
      bits.setInt32(0, numbers.int(2 ** 32) | 0);
      bits.setInt32(4, numbers.int(2 ** 32) | 0);
      return bits.getFloat64(0);
    }).filter((value) => !Number.isNaN(value));
    values.push(0, -0, 1e15, 1e16, 9999999999999998, 1e-4, 9.9999e-5, 1e21, 5e-324, Number.MAX_VALUE, 123456789);
    const list = values
      .map((value, index) => `(${index}, CAST('${Object.is(value, -0) ? '-0' : value}' AS double))`)
      .join(', ');
    const rows = await duckdbRows(`SELECT CAST(x AS varchar) FROM (VALUES ${list}) AS doubles(i, x) ORDER BY i`);
    for (const [index, [expected]] of rows.entries()) {
      assert.equal(formatValue(values[index], DOUBLE), expected, `seed ${numbers.seed}`);
      assert.ok(Object.is(parseValue(expected as string, DOUBLE), values[index]), 'and back');
    }
  });
});
