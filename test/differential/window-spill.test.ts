/** One partition that memory has no room for, and frames that are all of it. */
import { it } from 'node:test';
import { checkWindowSpill } from './support/check-window-spill.js';

it('frames that are the partition', () => checkWindowSpill(12_000, 1));
