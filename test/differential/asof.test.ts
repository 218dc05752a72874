/** Generated asof joins, leat against DuckDB. */
import { it } from 'node:test';
import { checkAsof } from './support/check-asof.js';

for (let seed = 1; seed <= 14; seed++) it(`asof join ${seed}`, () => checkAsof(seed));
