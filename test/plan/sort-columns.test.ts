/** What a sort hands on: a key that nobody behind it reads goes no further, and one that is read does. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { explainPipeline } from '../../src/engine.js';
import { duckdbRows } from '../support/duckdb.js';
import { runPipeline } from '../support/run-pipeline.js';
import { mistakesFolder } from './support/find-mistakes.js';

const folder = mistakesFolder();
after(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'p.yaml');
const data = join(folder, 'data.csv');
const out = join(folder, 'a.csv');
writeFileSync(
  data,
  `id,country,amount\n${Array.from({ length: 500 }, (_, i) => `${(i * 7919) % 500},c${i % 7},${(i * 31) % 83}.5`).join('\n')}\n`,
);

const TABLE = `read_csv('${data}')`;
const CASES: readonly (readonly [name: string, steps: string, sql: string, columns: string | undefined])[] = [
  ['all columns', '  - sort: [amount, id]\n', `SELECT * FROM ${TABLE} ORDER BY amount, id`, 'id .. amount string'],
  [
    'a computed key',
    `  - sort: ["amount * -1", id]\n`,
    `SELECT * FROM ${TABLE} ORDER BY amount * -1, id`,
    'id .. amount string',
  ],
  [
    'keys that are not written',
    '  - sort: [country desc, id]\n  - select: [amount]\n',
    `SELECT amount FROM ${TABLE} ORDER BY country DESC, id`,
    'amount string',
  ],
  [
    'a key that a filter reads',
    '  - sort: [country desc, id]\n  - derive: { half: id // 2 }\n  - filter: half > 100\n  - select: [amount]\n',
    `SELECT amount FROM ${TABLE} WHERE id // 2 > 100 ORDER BY country DESC, id`,
    'id int, amount string',
  ],
  ['no column', '  - sort: [id]\n  - aggregate: { n: count(*) }\n', `SELECT count(*) FROM ${TABLE}`, ''],
  [
    'keys of a window behind it',
    '  - over: { n: row_number() }\n    by: [country]\n    order_by: [id]\n  - filter: n <= 2\n  - select: [amount, n]\n  - sort: [amount, n]\n',
    `SELECT amount, n FROM (SELECT amount, country, row_number() OVER (PARTITION BY country ORDER BY id) AS n FROM ${TABLE})
     WHERE n <= 2 ORDER BY amount, n`,
    undefined,
  ],
];

for (const [name, steps, sql, columns] of CASES) {
  test(`a sort hands on what is read behind it: ${name}`, async () => {
    writeFileSync(path, `steps:\n  - read: data.csv\n${steps}  - write: a.csv\n`);
    const { text } = await explainPipeline(path, { env: {}, level: 'optimized' });
    assert.equal(text.match(/#\d+ sort(?:\n|.)*?\n(?: {3}: (.*)\n)?#/)?.[1], columns, text);
    await runPipeline(path, { env: {}, memoryBytes: 64 << 20, slots: 2 });
    const rows = readFileSync(out, 'utf8').trimEnd().split('\n').slice(1);
    const expected = (await duckdbRows(sql)).map((row) => row.join(','));
    assert.deepEqual(rows, expected);
  });
}
