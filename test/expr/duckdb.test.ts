/** Generated expressions against DuckDB; the slow tier has more of them. */

import { byTier } from '../support/tier.js';
import { checkExpressions } from './support/check-expressions.js';

// One of seed 1 ends the process of DuckDB 1.5.6 with a segmentation fault.
for (const seed of byTier([20261101], [2, 3, 4])) checkExpressions(seed, byTier(1600, 2400));
