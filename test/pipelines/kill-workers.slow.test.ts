/**
 * Pipelines whose workers are terminated at random moments: the bytes must be those of the quiet run. Would catch a
 * block whose state was never published, a split written twice, a page that kept what a dead attempt left in it.
 */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { PIPELINE_CASES } from '../support/pipeline-cases.js';
import { random } from '../support/random.js';
import { runCase } from '../support/run-case.js';

const ROUNDS = 210;

const quiet = new Map(PIPELINE_CASES.map((testCase) => [testCase.name, runCase(testCase)]));

for (let seed = 1; seed <= ROUNDS; seed++) {
  const rng = random(seed);
  const testCase = PIPELINE_CASES[seed % PIPELINE_CASES.length];
  const slots = rng.between(1, 4);
  const settings = {
    slots,
    memoryBytes: rng.chance(0.3) ? slots << 20 : 128 << 20,
    test: {
      inProcessBytes: 0,
      splitBytes: rng.between(2000, 40000),
      batchRows: rng.pick([undefined, 1, 7, 100]),
      faults: [{ kind: 'kill', seed, kills: rng.between(1, 3), everyMs: rng.between(5, 60) }],
    },
  };
  it(`round ${seed}: ${testCase.name}, ${JSON.stringify(settings)}`, async () => {
    assert.deepEqual(await runCase(testCase, settings), await quiet.get(testCase.name));
  });
}
