/**
 * Columns of json and of bytes through a pipeline: read, grouped, sorted, joined, spilled and written, at any number of slots,
 * as DuckDB has it. Would catch a byte read as UTF-8, a quote too many, a value that is none.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { BYTES, JSON_TEXT } from '../../src/columnar/data-type.js';
import { formatValue } from '../../src/columnar/text.js';
import { randomValue } from '../expr/compiler/support/random-columns.js';
import { duckdbRows } from '../support/duckdb.js';
import { random } from '../support/random.js';
import { runPipeline } from '../support/run-pipeline.js';

const ROWS = 3000;
const folder = mkdtempSync(join(tmpdir(), 'leat-json-'));
after(() => rmSync(folder, { recursive: true }));

const numbers = random(20261128);
const bytes = Array.from({ length: 40 }, () => formatValue(randomValue(numbers, BYTES), BYTES));
const jsons = Array.from({ length: 60 }, () => randomValue(numbers, JSON_TEXT) as string);
const rows = Array.from({ length: ROWS }, (_, id) => ({
  id: String(id),
  b: numbers.chance(0.1) ? '' : numbers.pick(bytes),
  j: numbers.chance(0.1) ? '' : numbers.pick(jsons),
}));
const quoted = (text: string): string => (text === '' ? '' : `"${text.replaceAll('"', '""')}"`);
writeFileSync(
  join(folder, 'in.csv'),
  `id,b,j\n${rows.map(({ id, b, j }) => `${id},${quoted(b)},${quoted(j)}\n`).join('')}`,
);
const SCHEMA = '{ id: int, b: bytes, j: json }';
/** No value is the empty text, which DuckDB would read as null. */
const TABLE = `read_csv('${join(folder, 'in.csv')}', header = true, delim = ',', quote = '"', escape = '"', columns = {id: 'INT', b: 'BLOB', j: 'JSON'})`;

async function leat(steps: string, slots: number): Promise<string> {
  const path = join(folder, 'p.yaml');
  const out = join(folder, 'out.csv');
  writeFileSync(path, `steps:\n  - read: in.csv\n    schema: ${SCHEMA}\n${steps}  - write: out.csv\n`);
  await runPipeline(path, { slots, memoryBytes: 64 << 20 });
  return readFileSync(out, 'utf8');
}

/** What is in CSV of a value of json. */
const UNQUOTED = (json: string): string => `CASE json_type(${json}) WHEN 'NULL' THEN NULL ELSE ${json} ->> '$' END`;

async function duckdb(sql: string): Promise<string> {
  const found = await duckdbRows(sql);
  const special = /[",\n\r]|^$/;
  const field = (text: string | null): string =>
    text === null ? '' : special.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  return found.map((row) => `${row.map(field).join(',')}\n`).join('');
}

describe('columns of json and of bytes', () => {
  const cases: readonly (readonly [name: string, steps: string, sql: string])[] = [
    [
      'grouped by bytes',
      '  - aggregate:\n      n: count(*)\n      low: min(b)\n      high: max(b)\n      distinct_json: count(DISTINCT j)\n    by: [b]\n',
      `SELECT CAST(b AS varchar), count(*), CAST(min(b) AS varchar), CAST(max(b) AS varchar), count(DISTINCT CAST(j AS varchar)) FROM ${TABLE} GROUP BY b ORDER BY b NULLS LAST`,
    ],
    [
      'distinct and sorted backwards',
      '  - distinct: [b]\n  - sort: [b desc]\n  - select: [b]\n',
      `SELECT CAST(b AS varchar) FROM (SELECT DISTINCT b FROM ${TABLE}) ORDER BY b DESC NULLS LAST`,
    ],
    [
      'compared and chosen',
      "  - filter: b >= CAST('M' AS bytes) OR b IN (CAST('\\x00' AS bytes), CAST('a' AS bytes))\n  - aggregate:\n      n: count(*)\n      first: min(coalesce(b, CAST('\\xFF' AS bytes)))\n",
      `SELECT count(*), CAST(min(b) AS varchar) FROM ${TABLE} WHERE b >= 'M'::BLOB OR b IN ('\\x00'::BLOB, 'a'::BLOB)`,
    ],
  ];
  for (const [name, steps, sql] of cases) {
    it(name, async () => {
      const found = await leat(steps, 1);
      assert.equal(found.slice(found.indexOf('\n') + 1), await duckdb(sql), `seed ${numbers.seed}`);
      assert.equal(await leat(steps, 8), found);
    });
  }

  it('rows in which they are none are left out when the read says so', async () => {
    const good = Array.from({ length: 200 }, (_, id) => `${id},\\x0${id % 10},"[${id}]"\n`);
    const bad = ['a,b\\x,1\n', '1,\\x,1\n', '2,é,1\n', '3,a,{\n', '4,a,1 2\n', '5,a,""\n'];
    const lines = good.flatMap((line, i) => (i % 30 === 7 ? [bad[(i - 7) / 30], line] : [line]));
    writeFileSync(join(folder, 'bad.csv'), `id,b,j\n${lines.join('')}`);
    const path = join(folder, 'bad.yaml');
    writeFileSync(
      path,
      `steps:\n  - name: in\n    read: bad.csv\n    schema: ${SCHEMA}\n    on_error: reject\n  - write: good.csv\n  - from: in.rejects\n    select: [raw]\n  - write: rejected.csv\n`,
    );
    for (const kernels of ['wasm', 'twins'] as const) {
      await runPipeline(path, { slots: 2, test: { kernels, splitBytes: 500, inProcessBytes: 0 } });
      const written = good.join('').replaceAll('"', '');
      assert.equal(readFileSync(join(folder, 'good.csv'), 'utf8'), `id,b,j\n${written}`);
      const rejected = readFileSync(join(folder, 'rejected.csv'), 'utf8').split('\n').length - 2;
      assert.equal(rejected, bad.length);
    }
  });

  it('json is written without its quotes, and is what DuckDB reads', async () => {
    const found = await leat('  - select: [id, j]\n', 8);
    const expected = await duckdb(
      `SELECT id, CASE WHEN json_type(j) IN ('VARCHAR', 'NULL') THEN ${UNQUOTED('j')} ELSE CAST(j AS varchar) END FROM ${TABLE} ORDER BY id`,
    );
    assert.equal(found.slice(found.indexOf('\n') + 1), expected, `seed ${numbers.seed}`);
  });
});
