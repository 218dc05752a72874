/**
 * Every pipeline case under hostile settings: the output bytes must be those of the plain run at one slot.
 * This is what catches a row lost at a block's edge, an answer that depends on arrival, a buffer sized for good days.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HOSTILE, MORE_HOSTILE, settingsFor } from '../support/hostile-settings.js';
import { PIPELINE_CASES } from '../support/pipeline-cases.js';
import { runCase } from '../support/run-case.js';
import { byTier } from '../support/tier.js';

for (const testCase of PIPELINE_CASES) {
  describe(testCase.name, () => {
    const plain = runCase(testCase);
    for (const hostile of settingsFor(testCase, byTier(HOSTILE, [...HOSTILE, ...MORE_HOSTILE]))) {
      it(hostile.name, async () => {
        assert.deepEqual(await runCase(testCase, hostile), await plain);
      });
    }
  });
}
