/** Generated windows, leat against DuckDB. */
import { it } from 'node:test';
import { checkWindow } from './support/check-windows.js';

for (let seed = 1; seed <= 60; seed++) it(`window ${seed}`, () => checkWindow(seed));
