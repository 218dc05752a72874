/**
 * Sizes of tests that both tiers run. A file of the slow tier imports the fast one, whose numbers then are the larger ones:
 *
 *     import './sort-buffer.test.js';
 */
import { basename } from 'node:path';
import { test } from 'node:test';

/** A test of the slow tier alone: it takes many seconds, and others see most of what it sees. */
export function slowTest(name: string, run: () => Promise<void>): void {
  if (isSlow) test(name, run);
}

const isSlow = basename(process.argv[1]).includes('.slow.test.');

export function byTier<T>(fast: T, slow: T): T {
  return isSlow ? slow : fast;
}
