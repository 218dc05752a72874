/**
 * Conditions of joins that fail, and what they guard: which pair is reported, and that nobody is told of pairs behind
 * those that are wanted, whatever the batches and slots.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { LeatError } from '../../src/errors.js';
import { runPipeline } from '../support/run-pipeline.js';
import { byTier } from '../support/tier.js';

const folder = mkdtempSync(join(tmpdir(), 'leat-join-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const ROWS = 600;
/** `x` is a number but in one row of the left. */
function writeInputs(badRow: number): void {
  const rows = Array.from({ length: ROWS }, (_, id) => `${id},${id % 7},${id === badRow ? 'x' : id % 5}`);
  writeFileSync(join(folder, 'left.csv'), `id,k,x\n${rows.join('\n')}\n`);
  const others = Array.from({ length: 40 }, (_, id) => `${id},${id % 7},${id % 3}`);
  writeFileSync(join(folder, 'right.csv'), `rid,k,y\n${others.join('\n')}\n`);
}

async function run(steps: string, settings: { slots: number; batchRows?: number }): Promise<string> {
  const read = (name: string, schema: string): string =>
    `  - name: ${name}\n    read: ${name}.csv\n    schema: { ${schema} }\n`;
  const reads = `${read('right', 'rid: int, k: int, y: int')}${read('left', 'id: int, k: int, x: string')}`;
  writeFileSync(join(folder, 'p.yaml'), `steps:\n${reads}${steps}  - write: out.csv\n`);
  const { slots, batchRows } = settings;
  const test = { splitBytes: 700, inProcessBytes: 0, batchRows };
  await runPipeline(join(folder, 'p.yaml'), { slots, memoryBytes: 64 << 20, env: {}, test });
  return readFileSync(join(folder, 'out.csv'), 'utf8');
}

async function problem(steps: string, settings: { slots: number; batchRows?: number }): Promise<string> {
  try {
    await run(steps, settings);
  } catch (error) {
    assert.ok(error instanceof LeatError);
    const [{ code, place, related = [] }] = error.diagnostics;
    const rows = related.map((row) => `${row.message} ${row.place.file}:${row.place.line}`);
    return `${code} ${place?.line}:${place?.column} ${rows.join()}`.replaceAll(folder, '');
  }
  return assert.fail('it did not fail');
}

const SETTINGS = [{ slots: 1 }, { slots: 3, batchRows: 1 }, { slots: byTier(3, 8), batchRows: 10 }];
const CAST = 'CAST(left.x AS int) > right.y';

test('the pair of the lowest left row is reported, at the condition', async () => {
  writeInputs(301);
  for (const settings of SETTINGS) {
    for (const type of ['inner', 'left', 'full', 'semi', 'anti']) {
      const take = type === 'semi' || type === 'anti' ? '' : '    take: [rid]\n';
      const steps = `  - join: right\n    type: ${type}\n    on: left.k = right.k AND ${CAST}\n${take}`;
      assert.equal(await problem(steps, settings), 'EXPR_CAST 10:9 the row /left.csv:303');
    }
  }
});

test('a condition that fails behind the rows of a limit fails nobody', async () => {
  for (const type of ['inner', 'semi']) {
    const join = `  - join: right\n    type: ${type}\n    on: left.k = right.k AND ${CAST}\n`;
    const steps = `${join}${type === 'inner' ? '    take: [rid]\n' : ''}  - limit: 100\n`;
    writeInputs(-1);
    const expected = await run(steps, { slots: 1 });
    // The last left row that the limit takes; the one behind it may fail, it may not.
    const last = Number(expected.trimEnd().split('\n').at(-1)!.split(',')[0]);
    for (const settings of SETTINGS) {
      writeInputs(last + 8);
      assert.equal(await run(steps, settings), expected);
      writeInputs(last - 7);
      assert.match(await problem(steps, settings), /EXPR_CAST/);
    }
  }
});

test('what stands before an equality that can fail guards it', async () => {
  writeInputs(301);
  const guarded = "left.x <> 'x' AND CAST(left.x AS int) = right.y AND left.k = right.k";
  const join = (on: string): string => `  - join: right\n    on: ${on}\n    take: [rid]\n`;
  const expected = await run(join('left.k = right.k AND TRY_CAST(left.x AS int) = right.y'), { slots: 1 });
  for (const settings of SETTINGS) assert.equal(await run(join(guarded), settings), expected);
  assert.match(await problem(join('CAST(left.x AS int) = right.y'), { slots: 2 }), /EXPR_CAST 9:9/);
});
