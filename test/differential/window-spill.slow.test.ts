/** One partition that memory has no room for, with every kind of frame. */
import { it } from 'node:test';
import { checkWindowSpill, FRAMES } from './support/check-window-spill.js';

for (let frame = 0; frame < FRAMES; frame++) it(`frame ${frame}`, () => checkWindowSpill(60_000, frame));
