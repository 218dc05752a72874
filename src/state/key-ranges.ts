/**
 * Cuts the keys of some runs into ranges of about the same number of bytes, by the first keys of their blocks.
 * Pure: the same descriptors give the same ranges, in any order.
 */
import type { KeyRange, SortedRun } from './sorted-run.js';

/**
 * At most `count` ranges (at least one) that cover all keys, ascending. `prefixBytes` answers how much of a key may not be
 * divided: keys that begin alike lie in one range.
 */
export function keyRanges(
  runs: readonly SortedRun[],
  count: number,
  prefixBytes: (key: Buffer) => number = (key) => key.length,
): KeyRange[] {
  const samples = runs
    .flatMap((run) =>
      run.blocks.map((block) => {
        const key = Buffer.from(block.firstKey, 'base64');
        return { key: key.subarray(0, prefixBytes(key)), bytes: block.bytes };
      }),
    )
    .sort((a, b) => Buffer.compare(a.key, b.key) || a.bytes - b.bytes);
  const total = samples.reduce((sum, sample) => sum + sample.bytes, 0);
  const boundaries: Buffer[] = [];
  let before = 0;
  for (const sample of samples) {
    const wanted = ((boundaries.length + 1) * total) / count;
    const last = boundaries.at(-1) ?? samples[0].key;
    if (boundaries.length < count - 1 && before >= wanted && Buffer.compare(sample.key, last) > 0) {
      boundaries.push(sample.key);
    }
    before += sample.bytes;
  }
  const bounds = [null, ...boundaries.map((key) => key.toString('base64')), null];
  return bounds.slice(1).map((high, i) => ({ low: bounds[i], high }));
}
