/** docs/reference.md is what the definitions say. */
import { it } from 'node:test';
import { assertGolden } from '../support/golden.js';
import { reference } from './reference.js';

it('the reference is up to date', () => {
  assertGolden('docs/reference.md', reference());
});
