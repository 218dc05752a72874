import { test } from 'node:test';
import { checkSkewedJoins } from './support/check-skewed-joins.js';

for (const type of ['inner', 'left', 'right', 'full', 'semi', 'anti'] as const) {
  for (const seed of [31, 32]) test(`${type} join, seed ${seed}`, () => checkSkewedJoins(type, seed, 8000));
}
