/** Ranges for both sides of a join by key: every left row is in one, with all right rows of its key. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinRanges } from '../../src/state/join/join-ranges.js';
import type { KeyRange, SortedRun } from '../../src/state/runs/sorted-run.js';
import { blockList } from '../support/block-list.js';
import { random } from '../support/random.js';

const KEY_BYTES = 2;

/** A key of two bytes, the marker of the position, and that. */
function keyOf(key: number, position: number): Buffer {
  const bytes = Buffer.alloc(KEY_BYTES + 9);
  bytes.writeUInt16BE(key);
  bytes[KEY_BYTES] = 1;
  bytes.writeBigUInt64BE(BigInt(position), KEY_BYTES + 1);
  return bytes;
}

/** A run whose blocks begin with these keys. */
function runOf(keys: readonly Buffer[]): SortedRun {
  const blocks = blockList(
    ...[...keys].sort(Buffer.compare).map((firstKey, at) => ({ at, bytes: 100, rows: 1, firstKey, checksum: 0 })),
  );
  return { rows: keys.length, bytes: 100 * keys.length, blocks, location: { kind: 'memory', pages: [] } };
}

function isWithin({ low, high }: KeyRange, key: Buffer): boolean {
  return (
    (low === null || Buffer.compare(Buffer.from(low, 'base64'), key) <= 0) &&
    (high === null || Buffer.compare(key, Buffer.from(high, 'base64')) < 0)
  );
}

test('a key that half of the left rows have is divided, if it may be; its right rows are in each part', () => {
  const rng = random(5);
  for (let round = 0; round < 40; round++) {
    const keys = (): readonly Buffer[] =>
      Array.from({ length: rng.between(1, 80) }, (_, i) => keyOf(rng.chance(0.5) ? 300 : rng.int(600), i));
    const [left, right] = [keys(), keys()];
    for (const isDivisible of [false, true]) {
      const runs = { left: [runOf(left)], right: [runOf(right)] };
      const count = rng.between(1, 12);
      const ranges = joinRanges({ ...runs, keyBytes: (key) => Math.min(KEY_BYTES, key.length), isDivisible }, count);
      assert.ok(ranges.length <= count);
      for (const key of left) {
        const found = ranges.filter((range) => isWithin(range.left, key));
        assert.equal(found.length, 1);
        const equal = right.filter((other) => other.subarray(0, KEY_BYTES).equals(key.subarray(0, KEY_BYTES)));
        assert.ok(equal.every((other) => isWithin(found[0].right, other)));
      }
      for (const key of right) {
        const found = ranges.filter((range) => isWithin(range.right, key)).length;
        assert.ok(isDivisible ? found >= 1 : found === 1);
      }
    }
  }
});

test('parts of one key are as many as its share of the work is worth', () => {
  const left = runOf(Array.from({ length: 100 }, (_, i) => keyOf(i < 50 ? 7 : i, i)));
  const parts = (right: SortedRun, isDivisible: boolean): number =>
    joinRanges(
      { left: [left], right: [right], keyBytes: (key) => Math.min(KEY_BYTES, key.length), isDivisible },
      10,
    ).filter(({ left: { low, high } }) => low === null || (high !== null && keyAt(low) === 7)).length;
  const [few, many] = [1, 30].map((count) => runOf(Array.from({ length: count }, (_, i) => keyOf(7, i))));
  assert.ok(parts(few, true) >= 5, `${parts(few, true)}`);
  assert.ok(parts(many, true) >= 9, `${parts(many, true)}: each of its left rows meets many`);
  assert.equal(parts(many, false), 1);
});

function keyAt(bound: string): number {
  return Buffer.from(bound, 'base64').readUInt16BE();
}
