/**
 * Sizes of tests that both tiers run. A file of the slow tier imports the fast one, whose numbers then are the larger ones:
 *
 *     import './sort-buffer.test.js';
 */
import { basename } from 'node:path';

const isSlow = basename(process.argv[1]).includes('.slow.test.');

export function byTier<T>(fast: T, slow: T): T {
  return isSlow ? slow : fast;
}
