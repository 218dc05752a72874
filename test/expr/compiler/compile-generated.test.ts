/** Generated SQL expressions compiled and interpreted; see support/check-generated.ts. */
import { test } from 'node:test';
import { checkGenerated } from './support/check-generated.js';

for (const which of ['wasm', 'twins'] as const) {
  test(`generated expressions compiled and interpreted agree, ${which}`, (context) => {
    checkGenerated(which, 4711, 700, context);
  });
}
