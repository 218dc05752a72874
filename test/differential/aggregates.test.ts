/** Generated aggregations, leat against DuckDB. */
import { it } from 'node:test';
import { byTier } from '../support/tier.js';
import { checkAggregation } from './support/check-aggregation.js';

for (let seed = 1; seed <= byTier(30, 1060); seed++) it(`aggregation ${seed}`, () => checkAggregation(seed));
