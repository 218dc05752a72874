/** Generated SQL expressions compiled and interpreted, many; see support/check-generated.ts. */
import { test } from 'node:test';
import { checkGenerated } from './support/check-generated.js';

for (const which of ['wasm', 'twins'] as const) {
  test(`generated expressions compiled and interpreted agree, ${which}`, (context) => {
    checkGenerated(which, 815, 20000, context);
  });
}
