/** Joins by key with more settings; right sides of 40 MB at 16 MiB: every type of join, at one, two and eight slots. */
import { test } from 'node:test';
import './join-by-key.test.js';
import './join-parts.test.js';
import './join-refused.test.js';
import { checkRefusedJoin } from './support/refused-join.js';

const SIZES = { leftRows: 400_000, rightRows: 1_000_000, memoryBytes: 16 << 20, slots: [1, 2, 8] };

for (const type of ['inner', 'left', 'right', 'full', 'semi', 'anti']) {
  test(`a ${type} join that does not fit`, () => checkRefusedJoin({ ...SIZES, types: [type] }));
}
