/** More generated expressions against DuckDB. */
import { checkExpressions } from './support/check-expressions.js';

// One of seed 1 ends the process of DuckDB 1.5.6 with a segmentation fault.
for (const seed of [2, 3, 4]) checkExpressions(seed, 2400);
