/** Generated windows, leat against DuckDB. */
import { it } from 'node:test';
import { byTier } from '../support/tier.js';
import { checkWindow } from './support/check-windows.js';

for (let seed = 1; seed <= byTier(14, 1060); seed++) it(`window ${seed}`, () => checkWindow(seed));
