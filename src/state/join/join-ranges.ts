/**
 * The ranges in which two sides with the same keys are walked together. Equal keys are in one range, unless a key takes more
 * than its part: then the left rows of that key are divided by their positions, and each range has all right rows of it.
 *
 *     left      1 2 | 3 3 3 | 3 3 3 | 3 4 5
 *     right     1 1 | 3 3   | 3 3   | 3 3 5
 */
import { boundaries, type RangeSample, rangesBetween, samplesOf } from '../runs/key-ranges.js';
import type { KeyRange, SortedRun } from '../runs/sorted-run.js';
import { behindKey, POSITION_BYTES } from '../sort/sorted-keys.js';

export interface JoinRange {
  readonly left: KeyRange;
  readonly right: KeyRange;
}

export interface JoinedRuns {
  readonly left: readonly SortedRun[];
  readonly right: readonly SortedRun[];
  /** Bytes of a key without the position. */
  readonly keyBytes: (key: Buffer) => number;
  /** Left rows of one key may be read in several ranges. */
  readonly isDivisible: boolean;
}

/** At most `count` ranges, ascending on both sides. */
export function joinRanges({ left, right, keyBytes, isDivisible }: JoinedRuns, count: number): readonly JoinRange[] {
  const whole = ({ key, ...sample }: RangeSample): RangeSample => ({ ...sample, key: key.subarray(0, keyBytes(key)) });
  const rights = right.map((run) => samplesOf(run, left.length + right.length).map(whole));
  const large = largeKeys(rights);
  const divided = (sample: RangeSample): RangeSample => {
    const { key, bytes, rows } = whole(sample);
    // A descriptor has only the beginning of a long key, and not where its rows stand.
    if (sample.key.length !== key.length + POSITION_BYTES) return { key, bytes, rows };
    return { key, inner: sample.key, bytes: bytes + rows * (large.get(nameOf(key)) ?? 0), rows };
  };
  const lefts = left.flatMap((run) => samplesOf(run, left.length + right.length).map(isDivisible ? divided : whole));
  const places = boundaries([...lefts, ...rights.flat()], count);
  const keys = places.map((place) => place.subarray(0, keyBytes(place)));
  const ends = places.map((place, i) => (place.length === keys[i].length ? place : behindKey(keys[i])));
  const [lows, highs] = [rangesBetween(keys), rangesBetween(ends)];
  return rangesBetween(places).map((range, i) => ({
    left: range,
    right: { low: lows[i].low, high: highs[i].high },
  }));
}

/** Keys that fill blocks of the right, and the bytes of these: each left row with such a key takes as much work. */
function largeKeys(runs: readonly (readonly RangeSample[])[]): ReadonlyMap<string, number> {
  const large = new Map<string, number>();
  for (const samples of runs) {
    for (const [i, { key, bytes }] of samples.entries()) {
      const next = samples[i + 1];
      if (next?.key.equals(key)) large.set(nameOf(key), (large.get(nameOf(key)) ?? 0) + bytes);
    }
  }
  return large;
}

function nameOf(key: Buffer): string {
  return key.toString('latin1');
}
