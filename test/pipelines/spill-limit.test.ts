/** A run that would take more of the disk than it may ends with an error that says so, and leaves everything as it was. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { LeatError } from '../../src/errors.js';
import { random } from '../support/random.js';
import { runPipeline } from '../support/run-pipeline.js';

const folder = mkdtempSync(join(tmpdir(), 'leat-test-limit-'));
after(() => rmSync(folder, { recursive: true }));

const PIPELINES = {
  sort: 'steps:\n  - read: in.csv\n  - sort: [b, a desc]\n  - write: out.csv\n',
  aggregate:
    'steps:\n  - read: in.csv\n  - aggregate: { n: count(*), t: max(c) }\n    by: [a, b]\n  - write: out.csv\n',
};

for (const [name, text] of Object.entries(PIPELINES)) {
  test(`${name} with a limit of the disk`, async () => {
    const rng = random(9);
    const rows = Array.from(
      { length: 60_000 },
      (_, i) => `${rng.int(1e9)},${i % 7},a text of some length ${rng.int(1e6)}\n`,
    );
    writeFileSync(join(folder, 'in.csv'), `a,b,c\n${rows.join('')}`);
    writeFileSync(join(folder, 'out.csv'), 'as it was');
    writeFileSync(join(folder, 'p.yaml'), text);
    const spillDir = join(folder, `spill-${name}`);
    mkdirSync(spillDir);
    const run = (spillLimit: number) =>
      runPipeline(join(folder, 'p.yaml'), { slots: 2, memoryBytes: 3 << 20, spillDir, spillLimit, env: {} });
    await assert.rejects(run(600 << 10), (error: LeatError) => {
      assert.match(error.message, /spill_limit, which is 600 KiB/);
      assert.deepEqual([error.diagnostics[0].place?.line, error.diagnostics[0].notes], [3, [`the step is ${name}`]]);
      return error.code === 'SPILL_LIMIT';
    });
    assert.equal(readFileSync(join(folder, 'out.csv'), 'utf8'), 'as it was');
    assert.deepEqual(readdirSync(spillDir), []);
    const { outputs } = await run(100 << 20);
    assert.ok(outputs[0].rows > 0);
    assert.deepEqual(readdirSync(spillDir), []);
  });
}
