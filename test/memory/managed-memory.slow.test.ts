import { test } from 'node:test';
import { claimRound } from './support/claim-round.js';

test('threads that are killed while they claim lose no page and share none: hundreds of rounds', async () => {
  for (let seed = 1000; seed < 1200; seed++) await claimRound(seed);
});
