/**
 * A small file joined by the one key that there is makes many rows. It is interrupted as soon as it tells of its progress: would
 * catch one that keeps the coordinator's thread, where no signal is heard, and one that looks at the cancel word only when a
 * batch of the left is through.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runPipeline } from '../../src/engine.js';
import type { RunListener } from '../../src/engine-api.js';
import type { LeatError } from '../../src/errors.js';
import { SlotPool } from '../../src/runtime/coordinator/slot-pool.js';

const folder = mkdtempSync(join(tmpdir(), 'leat-join-interrupted-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('a join by one key can be interrupted', { timeout: 120_000 }, async () => {
  // One batch on the left.
  for (const [name, count] of Object.entries({ left: 1000, right: 300_000 })) {
    const rows = Array.from({ length: count }, (_, row) => `1,${row}`);
    writeFileSync(join(folder, `${name}.csv`), `k,a\n${rows.join('\n')}\n`);
  }
  const path = join(folder, 'p.yaml');
  writeFileSync(
    path,
    `steps:
  - name: right
    read: right.csv
  - read: left.csv
  - join: right
    on: k
    suffix: _r
  - aggregate: { n: count(*), s: sum(a_r) }
  - write: out.csv
`,
  );
  const controller = new AbortController();
  const pool = new SlotPool(1);
  let seen = 0;
  const listener: RunListener = {
    started() {},
    note() {},
    progress: ({ vertices }) => {
      const joins = vertices.some(({ name, tasksRunning }) => /join.*aggregate/.test(name) && tasksRunning > 0);
      // By then it is in the middle of a batch.
      if (joins && ++seen === 3) controller.abort();
    },
  };
  const run = runPipeline(path, { slots: 1, env: {}, signal: controller.signal, test: { pool } }, listener);
  await assert.rejects(run, (error: LeatError) => error.code === 'RUNTIME_CANCELLED');
  assert.ok(pool.isStarted, 'its thread did not have to be ended');
  await pool.close();
});
