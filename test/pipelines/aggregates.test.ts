/** Aggregates at their limits: how good an estimate is, what does not fit into memory. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { LeatError } from '../../src/errors.js';
import { runPipeline } from '../support/run-pipeline.js';

let folder = '';

async function run(csv: string, steps: string, memoryBytes = 64 << 20): Promise<string[][]> {
  writeFileSync(join(folder, 'in.csv'), csv);
  writeFileSync(join(folder, 'p.yaml'), `steps:\n  - read: in.csv\n${steps}  - write: out.csv\n`);
  await runPipeline(join(folder, 'p.yaml'), { params: {}, slots: 2, memoryBytes, env: {} });
  const [, ...lines] = readFileSync(join(folder, 'out.csv'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => line.split(','));
}

describe('aggregates', () => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'leat-aggregates-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('approx_count_distinct is within two percent, of numbers and of texts', async () => {
    const sizes = [1, 100, 4000, 60_000];
    const lines = sizes.flatMap((size) => Array.from({ length: size }, (_, i) => `${size},${i},user ${i * 7}`));
    const rows = await run(
      `size,n,name\n${lines.join('\n')}\n`,
      '  - aggregate:\n      numbers: approx_count_distinct(n)\n      texts: approx_count_distinct(name)\n    by: [size]\n',
    );
    for (const [size, ...estimates] of rows.map((row) => row.map(Number))) {
      for (const estimate of estimates) {
        assert.ok(Math.abs(estimate - size) <= 0.02 * size, `${estimate} of ${size}`);
      }
    }
    assert.equal(rows.length, sizes.length);
  });

  it('quantiles, modes and counts of one group that is larger than all memory', async () => {
    const values = Array.from({ length: 500_000 }, (_, i) => (i * 617_237) % 500_009);
    const steps = `  - aggregate:
      middle: median(x)
      high: quantile_disc(x, 0.9)
      different: count(DISTINCT x)
      usual: mode(x // 1000)
`;
    const [row] = await run(`x\n${values.join('\n')}\n`, steps, 4 << 20);
    const sorted = [...values].sort((a, b) => a - b);
    const counts = new Map<number, number>();
    for (const value of values) counts.set(Math.floor(value / 1000), (counts.get(Math.floor(value / 1000)) ?? 0) + 1);
    const [[usual]] = [...counts].sort(([a, x], [b, y]) => y - x || a - b);
    const middle = (sorted[249_999] + sorted[250_000]) / 2;
    assert.deepEqual(row.map(Number), [middle, sorted[449_999], new Set(values).size, usual]);
  });

  it('different values of a quantile that do not fit are an error that says so', async () => {
    const lines = Array.from({ length: 500_000 }, (_, i) => (i * 1.37).toFixed(3));
    await assert.rejects(
      run(`x\n${lines.join('\n')}\n`, '  - aggregate:\n      m: median(DISTINCT x)\n', 4 << 20),
      (error: unknown) => {
        assert.ok(error instanceof LeatError);
        const [{ code, message, hint }] = error.diagnostics;
        assert.equal(code, 'MEMORY_EXHAUSTED');
        assert.match(message, /all .* values of a group, which .* keeps/);
        assert.match(hint ?? '', /memory/);
        return true;
      },
    );
  });

  it('keeps the digits that a naive variance loses', async () => {
    const values = [1e9, 1e9 + 1, 1e9 + 2].map((x) => x.toFixed(1));
    const [row] = await run(
      `x\n${values.join('\n')}\n`,
      '  - aggregate:\n      v: var_samp(x)\n      c: corr(x, -x)\n',
    );
    assert.deepEqual(row, ['1.0', '-1.0']);
  });
});
