import { test } from 'node:test';
import { checkSkewedJoins } from './support/check-skewed-joins.js';

for (const [seed, type] of (['inner', 'full'] as const).entries()) {
  test(`${type} join`, () => checkSkewedJoins(type, seed, 1500));
}
