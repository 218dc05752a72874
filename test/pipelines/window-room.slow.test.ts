/**
 * Windows over sorted rows that just fit into memory: these leave room for the rows that the windows look at, whatever the memory.
 * Would catch inputs that fill it, so that a job fails with a memory that is neither small nor large.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { random } from '../support/random.js';
import { runPipeline } from '../support/run-pipeline.js';

const folder = mkdtempSync(join(tmpdir(), 'leat-window-room-'));
after(() => rmSync(folder, { recursive: true }));

test('wide rows, in any memory', async () => {
  const rng = random(3);
  const names = Array.from({ length: 100 }, (_, column) => `c${column}`);
  const text = 'a text of a row that is so wide that few of them are many bytes; '.repeat(2);
  const lines = Array.from({ length: 2000 }, () => names.map(() => `${rng.int(1000)} ${text}`).join(','));
  writeFileSync(join(folder, 'in.csv'), `${names.join(',')}\n${lines.join('\n')}\n`);
  const steps = '  - read: in.csv\n  - over: { r: rank() }\n    by: [c93]\n    order_by: [c72]\n  - write: out.csv\n';
  writeFileSync(join(folder, 'p.yaml'), `steps:\n${steps}`);
  const written = async (mib: number): Promise<string> => {
    await runPipeline(join(folder, 'p.yaml'), {
      env: {},
      slots: 2,
      memoryBytes: mib << 20,
      test: { inProcessBytes: 0 },
    });
    return readFileSync(join(folder, 'out.csv'), 'utf8');
  };
  const expected = await written(256);
  for (let mib = 20; mib <= 60; mib += 4) assert.ok((await written(mib)) === expected, `${mib} MiB`);
});
