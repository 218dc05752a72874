/** Generated expressions against DuckDB; the slow tier has more of them. */
import { checkExpressions } from './support/check-expressions.js';

checkExpressions(20261101, 2400);
