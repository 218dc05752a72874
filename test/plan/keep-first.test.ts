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
  return text.match(/the first .* rows only/g) ?? [];
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

for (const [name, behind, kept] of CASES) {
  it(name, async () => assert.deepEqual(await keptBy(behind), kept));
}
