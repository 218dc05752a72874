/** One partition that memory has no room for: a whole one, and a frame of values that moves over it. */
import { it } from 'node:test';
import { checkWindowSpill } from './support/check-window-spill.js';

for (const frame of [1, 5]) it(`frame ${frame}`, () => checkWindowSpill(8000, frame));
