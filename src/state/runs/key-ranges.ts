/**
 * Cuts the keys of some runs into ranges of about the same number of bytes, by the first keys of their blocks.
 * Pure: the same descriptors give the same ranges, in any order.
 */
import { blockAt, firstKeyAt } from './block-list.js';
import type { KeyRange, SortedRun } from './sorted-run.js';

/** Where a range may begin, and what there is from there to the next such place of its run. */
export interface RangeSample {
  readonly key: Buffer;
  /** A place behind the key, where that may be divided. */
  readonly inner?: Buffer;
  readonly bytes: number;
  readonly rows: number;
}

/**
 * At most `count` ranges (at least one) that cover all keys, ascending. `prefixBytes` answers how much of a key may not be
 * divided: keys that begin alike lie in one range.
 */
export function keyRanges(
  runs: readonly SortedRun[],
  count: number,
  prefixBytes: (key: Buffer) => number = (key) => key.length,
): KeyRange[] {
  const samples = runs.flatMap((run) =>
    samplesOf(run, runs.length).map(({ key, ...sample }) => ({ ...sample, key: key.subarray(0, prefixBytes(key)) })),
  );
  return rangesBetween(boundaries(samples, count));
}

/** Of all runs together: ranges are far fewer, and a run of gigabytes has ten thousands of blocks. */
const MOST_SAMPLES = 16_384;
/** Of each of many runs. */
const LEAST_SAMPLES = 64;

/** The first keys of a run's blocks, one of `runs`, as far as its descriptor has them; of very many blocks those of every so many. */
export function samplesOf({ blocks }: SortedRun, runs: number): readonly RangeSample[] {
  const most = Math.max(LEAST_SAMPLES, Math.floor(MOST_SAMPLES / runs));
  const step = Math.max(1, Math.ceil(blocks.length / most));
  return Array.from({ length: Math.ceil(blocks.length / step) }, (_, sample): RangeSample => {
    const first = sample * step;
    let [bytes, rows] = [0, 0];
    for (let index = first; index < Math.min(blocks.length, first + step); index++) {
      const block = blockAt(blocks, index);
      bytes += block.bytes;
      rows += block.rows;
    }
    return { key: firstKeyAt(blocks, first), bytes, rows };
  });
}

/** Where to cut: at fewer than `count` places, ascending, in front of a key or, when it has a cut already, inside. */
export function boundaries(samples: readonly RangeSample[], count: number): readonly Buffer[] {
  const ordered = samples
    .map(({ key, inner = key, bytes }) => ({ key, inner, bytes }))
    .sort((a, b) => Buffer.compare(a.inner, b.inner) || a.bytes - b.bytes);
  const total = ordered.reduce((sum, { bytes }) => sum + bytes, 0);
  const found: Buffer[] = [];
  let before = 0;
  for (const { key, inner, bytes } of ordered) {
    const wanted = ((found.length + 1) * total) / count;
    if (found.length < count - 1 && before >= wanted) {
      const last = found.at(-1) ?? ordered[0].key;
      const next = [key, inner].find((place) => Buffer.compare(place, last) > 0);
      if (next !== undefined) found.push(next);
    }
    before += bytes;
  }
  return found;
}

export function rangesBetween(places: readonly Buffer[]): KeyRange[] {
  const bounds = [null, ...places.map((place) => place.toString('base64')), null];
  return bounds.slice(1).map((high, i) => ({ low: bounds[i], high }));
}
