/**
 * Limits of more groups than there is memory for: found out on the way, when rows may have been printed already. The same bytes as
 * with plenty of memory, and what DuckDB says.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { duckdbRows } from '../support/duckdb.js';
import { random } from '../support/random.js';
import { runPipeline } from '../support/run-pipeline.js';
import { byTier } from '../support/tier.js';

const folder = mkdtempSync(join(tmpdir(), 'leat-limit-by-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const MIB = 1 << 20;
const ROWS = byTier(60_000, 400_000);
const GROUPS = ROWS / 2;

function writeInput(): void {
  const rng = random(5);
  const lines = Array.from({ length: ROWS }, (_, id) => {
    const group = rng.int(GROUPS);
    return `${id},${group % 50 === 0 ? '' : `the group that has the number ${group} and no other one`},${group % 3}`;
  });
  writeFileSync(join(folder, 'in.csv'), `id,g,h\n${lines.join('\n')}\n`);
}

async function run(steps: string, memoryBytes: number, slots: number): Promise<{ text: string; notes: string }> {
  const read = '  - read: in.csv\n    schema: { id: int, g: string, h: int }\n';
  writeFileSync(join(folder, 'p.yaml'), `steps:\n${read}${steps}  - write: out.csv\n`);
  const options = { slots, memoryBytes, env: {}, spillDir: folder };
  const { notes } = await runPipeline(join(folder, 'p.yaml'), options);
  return { text: readFileSync(join(folder, 'out.csv'), 'utf8'), notes: notes.join('\n') };
}

for (const [count, offset] of [
  [1, 0],
  [2, 1],
]) {
  test(`${count} rows of each group behind ${offset}`, async () => {
    writeInput();
    const steps = `  - limit: ${count}\n    offset: ${offset}\n    by: [g, h]\n`;
    const plenty = await run(steps, 256 * MIB, 1);
    assert.equal(plenty.notes, '');
    const table = `(SELECT *, row_number() OVER () AS pos FROM read_csv('${join(folder, 'in.csv')}', header = true))`;
    const ranked = `SELECT *, row_number() OVER (PARTITION BY g, h ORDER BY pos) AS n FROM ${table}`;
    const wanted = `n > ${offset} AND n <= ${offset + count}`;
    const duck = await duckdbRows(`SELECT id, g, h FROM (${ranked}) WHERE ${wanted} ORDER BY pos`);
    const leat = parse(plenty.text, { fromLine: 2 }) as string[][];
    assert.deepEqual(
      leat,
      duck.map((row) => row.map((value) => value ?? '')),
    );
    for (const [mib, slots] of byTier(
      [[2, 2]],
      [
        [2, 1],
        [4, 2],
        [12, 3],
        [16, 8],
      ],
    )) {
      const little = await run(steps, mib * MIB, slots);
      assert.ok(little.text === plenty.text, `${mib} MiB, ${slots} slots`);
      assert.match(little.notes, /the groups of limit do not fit into memory: rows are sorted by them/);
    }
  });
}

test('a limit of groups behind another one, and one that nobody sees the order of', async () => {
  writeInput();
  const steps =
    '  - limit: 2\n    by: g\n  - name: firsts\n    limit: 1\n    by: [g, h]\n  - aggregate: { n: count(*), s: sum(id) }\n    by: h\n';
  const plenty = await run(steps, 256 * MIB, 1);
  const little = await run(steps, 2 * MIB, 2);
  assert.ok(little.text === plenty.text);
  assert.match(little.notes, /the groups of/);
});
