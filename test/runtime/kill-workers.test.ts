import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killRound } from './support/kill-round.js';

test('workers killed at random moments change nothing: some rounds', async () => {
  let repeated = 0;
  for (let seed = 1; seed <= 3; seed++) repeated += await killRound(seed);
  assert.ok(repeated > 0, 'somebody was killed');
});
