/** What fails behind the rows of a limit fails nobody, whatever the batches; what fails among them always does. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runPipeline } from '../support/run-pipeline.js';

const folder = mkdtempSync(join(tmpdir(), 'leat-limit-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const ROWS = 3000;

async function run(badRow: number, filter: string, test: object): Promise<string> {
  const rows = Array.from({ length: ROWS }, (_, id) => `${id},${id === badRow ? 'x' : '1'}`);
  writeFileSync(join(folder, 'in.csv'), `id,x\n${rows.join('\n')}\n`);
  const steps = `steps:\n  - read: in.csv\n    schema: { id: int, x: string }\n${filter}  - derive:\n      y: CAST(x AS int)\n  - limit: 1000\n  - aggregate:\n      n: count(*)\n      s: sum(y)\n  - write: out.csv\n`;
  writeFileSync(join(folder, 'p.yaml'), steps);
  await runPipeline(join(folder, 'p.yaml'), { slots: 2, memoryBytes: 64 << 20, env: {}, test });
  return readFileSync(join(folder, 'out.csv'), 'utf8');
}

for (const settings of [
  {},
  { batchRows: 1 },
  { batchRows: 999 },
  { batchRows: 1500 },
  { splitBytes: 700, inProcessBytes: 0 },
]) {
  test(`with ${JSON.stringify(settings)}`, async () => {
    for (const filter of ['', '  - filter: id % 2 = 0\n']) {
      const last = filter === '' ? 999 : 1998;
      for (const bad of [last + 2, ROWS - 2]) {
        assert.equal(await run(bad, filter, settings), 'n,s\n1000,1000\n', `row ${bad}`);
      }
      for (const bad of [0, last]) {
        await assert.rejects(run(bad, filter, settings), /EXPR_CAST/, `row ${bad}`);
      }
    }
  });
}
