/** How many rows a sort keeps, by who reads it: a row too few would be lost, and rows too many are only slow. */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { explainPipeline } from '../../src/engine.js';
import { mistakesFolder } from './support/find-mistakes.js';

const folder = mistakesFolder();
after(() => rmSync(folder, { recursive: true }));

/** What the plan says of the rows that its sorts keep. */
async function keptBy(behind: string): Promise<readonly string[]> {
  const path = join(folder, 'p.yaml');
  writeFileSync(path, `steps:\n  - read: in.csv\n  - name: s\n    sort: amount\n${behind}`);
  const { text } = await explainPipeline(path, { env: {}, level: 'optimized' });
  return text.match(/the first .* only.*/g) ?? [];
}

const WRITE = '  - write: a.csv\n';
const CASES: readonly (readonly [name: string, behind: string, kept: readonly string[]])[] = [
  ['a limit', `  - limit: 5\n    offset: 20\n${WRITE}`, ['the first 25 rows only']],
  ['a projection before the limit', `  - derive: { x: id + 1 }\n  - limit: 5\n${WRITE}`, ['the first 5 rows only']],
  ['two limits', `  - limit: 5\n${WRITE}  - from: s\n    limit: 7\n  - write: b.csv\n`, ['the first 7 rows only']],
  ['a limit of nothing', `  - limit: 0\n${WRITE}`, []],
  ['a limit of very many', `  - limit: 1_000_000\n${WRITE}`, []],
  ['a limit of each group', `  - limit: 5\n    by: country\n${WRITE}`, []],
  ['a filter before the limit', `  - filter: id > 1\n  - limit: 5\n${WRITE}`, []],
  ['a limit, and a write of all rows', `  - limit: 5\n${WRITE}  - from: s\n    write: b.csv\n`, []],
  ['a union before the limit', `  - union: s\n  - limit: 5\n${WRITE}`, []],
];

const over = (calls: string): string => `  - from: s\n    over: { ${calls} }\n    by: country\n    order_by: id desc\n`;
const RANKED = over('n: row_number(), r: rank()');
const FIRST_OF_GROUPS: readonly (readonly [name: string, behind: string, kept: readonly string[]])[] = [
  ['dedupe', `  - from: s\n    dedupe: country\n${WRITE}`, ['the first row of each group only']],
  ['a row number', `${RANKED}  - filter: n <= 3\n${WRITE}`, ['the first 3 rows of each group only']],
  [
    'a rank, with more',
    `${RANKED}  - filter: 4 > r AND id > 7\n${WRITE}`,
    ['the first 3 rows of each group only, and equal ones'],
  ],
  ['one row', `${RANKED}  - filter: n = 1 AND r < 9\n${WRITE}`, ['the first row of each group only']],
  ['between', `${RANKED}  - filter: n BETWEEN 2 AND 5\n${WRITE}`, ['the first 5 rows of each group only']],
  [
    'renamed',
    `${RANKED}  - rename: { place: n }\n  - filter: place < 3\n${WRITE}`,
    ['the first 2 rows of each group only'],
  ],
  [
    'calls that look back',
    `${over('n: row_number(), a: lag(id)')}  - filter: n < 3\n${WRITE}`,
    ['the first 2 rows of each group only'],
  ],
  ['a call that looks on', `${over('n: row_number(), a: lead(id)')}  - filter: n < 3\n${WRITE}`, []],
  ['an aggregate', `${over('n: row_number(), a: sum(id)')}  - filter: n < 3\n${WRITE}`, []],
  ['a dense rank', `${over('n: dense_rank()')}  - filter: n < 3\n${WRITE}`, []],
  ['ranks of rows that all are equal', `${RANKED.replace('id desc', 'country')}  - filter: r < 3\n${WRITE}`, []],
  ['rows behind the first', `${RANKED}  - filter: n > 3\n${WRITE}`, []],
  ['one or the other', `${RANKED}  - filter: n < 3 OR id = 4\n${WRITE}`, []],
  ['a condition that may fail', `${RANKED}  - filter: n < 3 AND CAST(country AS int) = 4\n${WRITE}`, []],
  ['a column that may fail', `${RANKED}  - derive: { c: CAST(country AS int) }\n  - filter: n < 3\n${WRITE}`, []],
  ['very many', `${RANKED}  - filter: n < 3000\n${WRITE}`, []],
  [
    'a write of all rows',
    `${RANKED.replace('from: s', 'name: all\n    from: s')}${WRITE}  - from: all\n    filter: n < 3\n  - write: b.csv\n`,
    [],
  ],
];

for (const [name, behind, kept] of [...CASES, ...FIRST_OF_GROUPS]) {
  it(name, async () => assert.deepEqual(await keptBy(behind), kept));
}
