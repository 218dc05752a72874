import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byTier } from '../support/tier.js';
import { killRound } from './support/kill-round.js';

const ROUNDS = byTier(3, 200);
const FIRST_SEED = byTier(1, 1000);

test(`workers killed at random moments change nothing: ${ROUNDS} rounds`, { timeout: ROUNDS * 30_000 }, async () => {
  let repeated = 0;
  for (let round = 0; round < ROUNDS; round++) repeated += await killRound(FIRST_SEED + round);
  assert.ok(repeated > 0, 'somebody was killed');
});
