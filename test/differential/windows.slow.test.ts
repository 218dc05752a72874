/** Generated windows, leat against DuckDB. */
import { it } from 'node:test';
import { checkWindow } from './support/check-windows.js';

for (let seed = 61; seed <= 1060; seed++) it(`window ${seed}`, () => checkWindow(seed));
