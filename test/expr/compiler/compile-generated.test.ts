/** Generated SQL expressions compiled and interpreted; see support/check-generated.ts. */
import { test } from 'node:test';
import { byTier } from '../../support/tier.js';
import { checkGenerated } from './support/check-generated.js';

for (const which of ['wasm', 'twins'] as const) {
  test(`generated expressions compiled and interpreted agree, ${which}`, (context) => {
    checkGenerated(which, byTier(4711, 815), byTier(350, 20_000), context);
  });
}
