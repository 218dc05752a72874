/**
 * Which rows a sample takes: of a share about so many, of a number exactly so many, evenly spread, in their order, the same at any
 * number of slots and in batches of any size.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { runPipeline } from '../support/run-pipeline.js';
import { byTier } from '../support/tier.js';

const folder = mkdtempSync(join(tmpdir(), 'leat-sample-'));
const ROWS = byTier(8000, 20_000);
const HALVES = [0, 1].map((half) => Array.from({ length: ROWS / 2 }, (_, i) => (half * ROWS) / 2 + i));
HALVES.forEach((ids, half) => {
  writeFileSync(join(folder, `in-${half}.csv`), `id\n${ids.map((id) => `${id}\n`).join('')}`);
});
after(() => rmSync(folder, { recursive: true }));

async function idsOf(steps: string, options: object = {}): Promise<number[]> {
  const path = join(folder, 'p.yaml');
  writeFileSync(path, `steps:\n  - read: in-*.csv\n${steps}  - write: out.csv\n`);
  await runPipeline(path, { slots: 1, env: {}, ...options });
  const [, ...lines] = readFileSync(join(folder, 'out.csv'), 'utf8').trimEnd().split('\n');
  return lines.map(Number);
}

function isSpread(ids: readonly number[]): void {
  const tenths = Array.from({ length: 10 }, () => 0);
  for (const id of ids) tenths[Math.floor((id * 10) / ROWS)]++;
  // Five standard deviations.
  const least = ids.length / 10 - 5 * Math.sqrt(ids.length / 10);
  assert.ok(
    tenths.every((count) => count > least),
    String(tenths),
  );
}

const ascending = (ids: readonly number[]): readonly number[] => [...ids].sort((a, b) => a - b);

const INPUTS = {
  'of the rows of files': '',
  'of rows that have no place in a file': '  - sort: id\n',
  // Its tasks are those of the read, many when splits are small.
  'of rows of a join':
    '  - name: l\n    filter: true\n  - name: r\n    read: in-*.csv\n  - from: l\n    join: r\n    type: semi\n    on: id\n',
};

for (const [name, above] of Object.entries(INPUTS)) {
  describe(`a sample ${name}`, () => {
    it('takes about a share of them, in their order', async () => {
      const ids = await idsOf(`${above}  - sample: 12.5%\n`);
      assert.deepEqual(ids, ascending(ids));
      assert.ok(Math.abs(ids.length - ROWS / 8) < 5 * Math.sqrt(ROWS / 8), String(ids.length));
      isSpread(ids);
    });

    it('takes a number of them, in their order', async () => {
      const ids = await idsOf(`${above}  - sample: 1000\n`);
      assert.equal(ids.length, 1000);
      assert.deepEqual(ids, ascending(ids));
      isSpread(ids);
      assert.equal((await idsOf(`${above}  - sample: 30_000\n`)).length, ROWS);
      assert.equal((await idsOf(`${above}  - sample: 0\n`)).length, 0);
    });

    it('is the same at any number of slots and in any batches, and another with another seed', async () => {
      for (const size of ['5%', '500']) {
        const steps = `${above}  - sample: ${size}\n`;
        const ids = await idsOf(steps);
        const settings = { slots: 3, test: { inProcessBytes: 0, splitBytes: 3000, batchRows: 7 } };
        assert.deepEqual(await idsOf(steps, settings), ids);
        assert.notDeepEqual(await idsOf(steps, { seed: 1n }), ids);
        assert.notDeepEqual(await idsOf(`${steps}    seed: 1\n`), ids);
        assert.deepEqual(await idsOf(`${steps}    seed: 1\n`, { seed: 9n }), await idsOf(steps, { seed: 1n }));
      }
    });

    it('draws anew for each step', async () => {
      const half = '  - sample: 50%\n';
      const { length } = await idsOf(`${above}${half}${half}`);
      assert.ok(Math.abs(length - ROWS / 4) < 5 * Math.sqrt(ROWS / 4), String(length));
    });
  });
}

describe('the size of a sample', () => {
  it('may be a parameter', async () => {
    const path = join(folder, 'q.yaml');
    writeFileSync(path, 'params:\n  n: int\nsteps:\n  - read: in-0.csv\n  - sample: $n\n  - write: out.csv\n');
    const { outputs } = await runPipeline(path, { slots: 1, env: {}, params: { n: '17' } });
    assert.equal(outputs[0].rows, 17);
  });
});
