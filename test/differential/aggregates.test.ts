/** Generated aggregations, leat against DuckDB. */
import { it } from 'node:test';
import { checkAggregation } from './support/check-aggregation.js';

for (let seed = 1; seed <= 60; seed++) it(`aggregation ${seed}`, () => checkAggregation(seed));
