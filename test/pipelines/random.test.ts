/** random() and uuid(): by seed and row, different in every call, and refused where rows have no place. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { checkPipeline } from '../../src/engine.js';
import { runPipeline } from '../support/run-pipeline.js';

const folder = mkdtempSync(join(tmpdir(), 'leat-random-'));
const ROWS = 4000;
writeFileSync(join(folder, 'in.csv'), `id\n${Array.from({ length: ROWS }, (_, id) => `${id}\n`).join('')}`);
after(() => rmSync(folder, { recursive: true }));

function pipeline(steps: string): string {
  const path = join(folder, 'p.yaml');
  writeFileSync(path, `steps:\n  - read: in.csv\n${steps}  - write: out.csv\n`);
  return path;
}

async function rowsOf(steps: string, seed: bigint): Promise<string[][]> {
  await runPipeline(pipeline(steps), { seed, slots: 1 });
  const [, ...lines] = readFileSync(join(folder, 'out.csv'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => line.split(','));
}

const TWO = '  - derive:\n      a: random()\n      b: random()\n      u: uuid()\n      v: uuid()\n';

describe('random() and uuid()', () => {
  it('are the same with the same seed, and others with another', async () => {
    const rows = await rowsOf(TWO, 1n);
    assert.deepEqual(await rowsOf(TWO, 1n), rows);
    assert.notDeepEqual(await rowsOf(TWO, 2n), rows);
  });

  it('differ from row to row and from call to call, evenly spread', async () => {
    const rows = await rowsOf(TWO, -7n);
    assert.equal(rows.length, ROWS);
    assert.equal(new Set(rows.flatMap(([, a, b]) => [a, b])).size, 2 * ROWS);
    const uuids = new Set(rows.flatMap(([, , , u, v]) => [u, v]));
    assert.equal(uuids.size, 2 * ROWS);
    for (const uuid of uuids)
      assert.match(uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const tenths = Array.from({ length: 10 }, () => 0);
    let together = 0;
    for (const [, a, b] of rows) {
      assert.ok(Number(a) >= 0 && Number(a) < 1);
      tenths[Math.floor(Number(a) * 10)]++;
      if (Number(a) < 0.5 === Number(b) < 0.5) together++;
    }
    for (const count of tenths) assert.ok(count > ROWS / 10 - 100 && count < ROWS / 10 + 100, String(tenths));
    assert.ok(Math.abs(together - ROWS / 2) < 200, String(together));
  });

  it('are drawn once for a row: a filter sees what the column holds', async () => {
    const rows = await rowsOf('  - derive:\n      a: random()\n  - filter: id > 10 AND a < 0.5\n', 3n);
    assert.ok(rows.length > ROWS / 2 - 200 && rows.length < ROWS / 2 + 200);
    assert.ok(rows.every(([, a]) => Number(a) < 0.5));
  });

  it('are refused where rows have no place, and where there are no rows', async () => {
    const behind = '  - aggregate:\n      n: count(*)\n    by: [id]\n  - derive:\n      a: uuid()\n';
    const inside = '  - aggregate:\n      n: sum(random())\n';
    for (const [steps, says] of [
      [behind, /uuid\(\) cannot stand behind `aggregate`/],
      [inside, /random\(\) has no row to be drawn for here/],
      ['  - derive:\n      a: random(1)\n', /random takes no arguments/],
    ] as const) {
      const { ok, diagnostics } = await checkPipeline(pipeline(steps), { seed: 1n });
      assert.equal(ok, false);
      assert.match(diagnostics[0].message, says);
      assert.equal(diagnostics[0].code, 'EXPR_ARGUMENTS');
    }
  });
});
