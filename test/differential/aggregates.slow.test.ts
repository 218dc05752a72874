/** Generated aggregations, leat against DuckDB. */
import { it } from 'node:test';
import { checkAggregation } from './support/check-aggregation.js';

for (let seed = 61; seed <= 1060; seed++) it(`aggregation ${seed}`, () => checkAggregation(seed));
