/** `unnest` against DuckDB, at batches of one row and of many, with kernels and twins; and what it refuses. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { checkPipeline } from '../../src/engine.js';
import type { TestSettings } from '../../src/engine-api.js';
import { LeatError } from '../../src/errors.js';
import { randomJson } from '../expr/compiler/support/random-columns.js';
import { duckdbRows } from '../support/duckdb.js';
import { random } from '../support/random.js';
import { runPipeline } from '../support/run-pipeline.js';

const folder = mkdtempSync(join(tmpdir(), 'leat-unnest-'));
after(() => rmSync(folder, { recursive: true }));

const numbers = random(31);
const item = (): string => (numbers.chance(0.1) ? 'null' : `{"n":${numbers.int(9)},"j":${randomJson(numbers, 1)}}`);
const rows = Array.from({ length: 700 }, (_, id) => {
  const length = numbers.chance(0.02) ? 300 : numbers.int(4);
  const array = `[${Array.from({ length }, item).join(numbers.pick([',', ' , ']))}]`;
  return { id, json: numbers.chance(0.1) ? null : numbers.chance(0.1) ? '{"items":null}' : `{"items": ${array}}` };
});
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const lines = rows.map(({ id, json }) => `${id},${json === null ? '' : quoted(json)},t${id % 7}\n`);
writeFileSync(join(folder, 'in.csv'), `id,p,t\n${lines.join('')}`);

const READ = '  - read: in.csv\n    schema: { id: int, p: json, t: string }\n';

async function leat(steps: string, slots: number, test: TestSettings = {}): Promise<string> {
  writeFileSync(join(folder, 'p.yaml'), `steps:\n${READ}${steps}  - write: out.csv\n`);
  await runPipeline(join(folder, 'p.yaml'), { slots, memoryBytes: 64 << 20, test });
  return readFileSync(join(folder, 'out.csv'), 'utf8');
}

const SETTINGS: readonly (readonly [slots: number, test: TestSettings])[] = [
  [8, { splitBytes: 999, inProcessBytes: 0 }],
  [1, { batchRows: 1 }],
  [2, { batchRows: 7, kernels: 'twins' }],
];

describe('unnest', () => {
  const items = (empty: boolean): string =>
    `(SELECT id, t, ord, v FROM (SELECT id, t, ${empty ? "CASE WHEN coalesce(json_array_length(p, '$.items'), 0) = 0 THEN ['null'::JSON] ELSE" : ''} from_json(p->'$.items', '["JSON"]') ${empty ? 'END' : ''} AS list FROM read_csv('${join(folder, 'in.csv')}', header = true, quote = '"', escape = '"', columns = {id: 'INT', p: 'JSON', t: 'VARCHAR'})), LATERAL (SELECT unnest(list) AS v, generate_subscripts(list, 1) AS ord))`;

  for (const empty of [false, true]) {
    it(`makes a row of each item${empty ? ', and of none' : ''}, in their order`, async () => {
      const steps = `  - unnest: p.items\n    as: item\n    include_empty: ${empty}\n  - derive: { n: item.n }\n  - select: [id, t, n]\n`;
      const found = await leat(steps, 1);
      const expected = await duckdbRows(`SELECT id, t, v->>'n' FROM ${items(empty)} ORDER BY id, ord`);
      const shown = expected.map(([id, t, n]) => `${id},${t},${n ?? ''}\n`).join('');
      assert.equal(found, `id,t,n\n${shown}`, `seed ${numbers.seed}`);
      for (const [slots, test] of SETTINGS) assert.equal(await leat(steps, slots, test), found, JSON.stringify(test));
    });
  }

  it('takes the place of a column, is grouped, and is unnested again', async () => {
    const steps =
      '  - filter: p IS NOT NULL\n  - derive: { p: "coalesce(p.items, json_array())" }\n  - unnest: p\n  - derive: { p: "json_array(p.n, p.n)" }\n  - unnest: p\n    as: m\n  - aggregate: { rows: count(*) }\n    by: [m]\n';
    const found = await leat(steps, 8, { splitBytes: 999, inProcessBytes: 0 });
    const expected = await duckdbRows(
      `SELECT v->>'n' AS m, 2 * count(*) FROM ${items(false)} GROUP BY 1 ORDER BY 1 NULLS LAST`,
    );
    assert.equal(found, `m,rows\n${expected.map(([m, n]) => `${m ?? ''},${n}\n`).join('')}`);
    assert.equal(await leat(steps, 1), found);
  });

  it('fails with the row where there is no array', async () => {
    await assert.rejects(leat('  - unnest: p\n', 2), (error: unknown) => {
      assert.ok(error instanceof LeatError);
      assert.match(error.diagnostics[0].message, /^\{"items".* is not an array, in step unnest/s);
      return true;
    });
  });

  it('leaves out rows without an array when it is told so', async () => {
    const read = '  - read: bad.csv\n    schema: { id: int, p: json }\n';
    writeFileSync(join(folder, 'bad.csv'), 'id,p\n1,[1]\n2,7\n3,"[2,3]"\n4,{}\n5,\n');
    const steps = '  - name: items\n    unnest: p\n    on_error: reject\n  - write: out.csv\n';
    const rejected = '  - from: items.rejects\n    select: [line, message]\n  - write: bad-rows.csv\n';
    writeFileSync(join(folder, 'p.yaml'), `steps:\n${read}${steps}${rejected}`);
    await runPipeline(join(folder, 'p.yaml'), { slots: 2 });
    assert.equal(readFileSync(join(folder, 'out.csv'), 'utf8'), 'id,p\n1,1\n3,2\n3,3\n');
    const told = readFileSync(join(folder, 'bad-rows.csv'), 'utf8');
    assert.match(told, /^line,message\n3,.*7 is not an array.*\n5,.*\{\} is not an array.*\n$/);
  });

  it('is refused where it means nothing', async () => {
    const cases: readonly (readonly [string, RegExp])[] = [
      ['  - unnest: t\n', /t is string, and `unnest` takes json/],
      ['  - unnest: p.items\n', /need a name/],
      ['  - unnest: p.items\n    as: id\n', /there is a column "id" already/],
      ['  - unnest: q\n', /there is no column q/],
    ];
    for (const [steps, message] of cases) {
      writeFileSync(join(folder, 'p.yaml'), `steps:\n${READ}${steps}  - write: out.csv\n`);
      const { diagnostics } = await checkPipeline(join(folder, 'p.yaml'));
      assert.match(diagnostics.map((found) => found.message).join('; '), message);
    }
  });
});
