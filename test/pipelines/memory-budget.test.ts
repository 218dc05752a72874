/** What the error of a memory setting that cannot work says does work, and nothing less does. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runPipeline } from '../../src/engine.js';
import { LeatError } from '../../src/errors.js';

const folder = mkdtempSync(join(tmpdir(), 'leat-budget-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const MIB = 1 << 20;
const quantiles = Array.from({ length: 12 }, (_, i) => `      q${i}: quantile_cont(x + ${i}, 0.5)\n`).join('');
const pipeline = join(folder, 'p.yaml');
writeFileSync(join(folder, 'in.csv'), 'k,x\na,1\na,2\n');
writeFileSync(
  pipeline,
  `steps:\n  - read: in.csv\n  - name: stats\n    aggregate:\n${quantiles}    by: [k]\n  - write: out.csv\n`,
);

const run = async (memoryBytes: number): Promise<LeatError | undefined> => {
  try {
    await runPipeline(pipeline, { slots: 1, memoryBytes, env: {} });
    return undefined;
  } catch (error) {
    assert.ok(error instanceof LeatError);
    return error;
  }
};

test('MEMORY_BUDGET names the least that works, and the step', async () => {
  // Buffers grow with the memory, so that what a quarter of a MiB asks for is less than what is needed.
  for (const given of [MIB / 4, MIB, 4 * MIB]) {
    const error = await run(given);
    assert.equal(error?.code, 'MEMORY_BUDGET');
    const [{ place, notes, hint }] = error.diagnostics;
    assert.equal(place?.line, 4);
    assert.match(notes?.join() ?? '', /^aggregate stats takes the most of it, /);
    const least = Number(/ (\d+)MiB or more$/.exec(hint ?? '')?.[1]);
    assert.equal(await run(least * MIB), undefined, `${least} MiB`);
    assert.equal((await run((least - 1) * MIB))?.code, 'MEMORY_BUDGET', `${least - 1} MiB`);
  }
});
