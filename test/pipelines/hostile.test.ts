/**
 * Every pipeline case under hostile settings: the output bytes must be those of the plain run at one slot.
 * This is what catches a row lost at a block's edge, an answer that depends on arrival, a buffer sized for good days.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HOSTILE, type Hostile, MORE_HOSTILE, settingsFor } from '../support/hostile-settings.js';
import type { PipelineCase } from '../support/pipeline-case.js';
import { PIPELINE_CASES } from '../support/pipeline-cases.js';
import { runCase } from '../support/run-case.js';
import { byTier } from '../support/tier.js';

/** In the fast tier every other setting, in turn: each meets half of the cases. */
function settingsOf(testCase: PipelineCase, index: number): readonly Hostile[] {
  const settings = settingsFor(testCase, byTier(HOSTILE, [...HOSTILE, ...MORE_HOSTILE]));
  return settings.filter((_, setting) => byTier((index + setting) % 2 === 0, true));
}

for (const [index, testCase] of PIPELINE_CASES.entries()) {
  describe(testCase.name, () => {
    const plain = runCase(testCase);
    for (const hostile of settingsOf(testCase, index)) {
      it(hostile.name, async () => {
        assert.deepEqual(await runCase(testCase, hostile), await plain);
      });
    }
  });
}
