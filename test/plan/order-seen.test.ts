/** A join by key sorts its rows back only where somebody sees their order; the rows are the same. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { analyzePipeline } from '../../src/engine.js';
import { runPipeline } from '../support/run-pipeline.js';

const folder = mkdtempSync(join(tmpdir(), 'leat-order-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const file = join(folder, 'p.yaml');
const BY_KEY = {
  slots: 2,
  env: {},
  spillDir: folder,
  test: { joins: 'by-key', inProcessBytes: 0, splitBytes: 500 },
} as const;

function write(name: string, rows: number, factor: number): void {
  const lines = Array.from({ length: rows }, (_, id) => `${id},${(id * factor) % 40},t${id % 7},${id % 5}`);
  writeFileSync(join(folder, `${name}.csv`), `id,k,g,v\n${lines.join('\n')}\n`);
}

write('left', 300, 7);
write('right', 120, 11);

/** How many sorts are read, of which two are the sides of the join. */
async function sortsOf(steps: string): Promise<number> {
  const read = (name: string): string => `  - name: ${name}\n    read: ${name}.csv\n`;
  writeFileSync(
    file,
    `steps:\n${read('right')}${read('left')}  - join: right\n    on: k\n    suffix: _r\n${steps}  - write: out.csv\n`,
  );
  const { plan } = await analyzePipeline(file, BY_KEY);
  const expected = await outputOf({ slots: 1, env: {}, spillDir: folder });
  assert.ok((await outputOf(BY_KEY)) === expected, steps);
  return plan.job!.flatMap(({ chain }) => chain).filter(({ operator }) => operator === 'sort-rows').length - 2;
}

async function outputOf(options: Parameters<typeof runPipeline>[1]): Promise<string> {
  await runPipeline(file, options);
  return readFileSync(join(folder, 'out.csv'), 'utf8');
}

const SUMS = '  - aggregate: { n: count(*), s: sum(v), most: max(g_r), least: min(v_r) }\n    by: [g]\n';

test('in front of an aggregate nobody does', async () => {
  assert.equal(await sortsOf(SUMS), 0);
  assert.equal(await sortsOf(`  - filter: v > v_r OR g = 't1'\n  - derive: { late: v_r IS NULL }\n${SUMS}`), 0);
  assert.equal((await sortsOf('  - distinct: [g, g_r]\n  - sort: [g, g_r]\n')) > 0, true);
});

test('others do: outputs, aggregates of an order, and expressions that may fail', async () => {
  assert.equal(await sortsOf(''), 1);
  assert.equal(await sortsOf('  - aggregate: { f: first(id_r), l: last(id) }\n    by: [g]\n'), 1);
  assert.equal(await sortsOf(`  - filter: CAST(substr(g, 2) AS int) < 3\n${SUMS}`), 1);
});
