/** Values as two words: they compare as the values do, whatever their type. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BIGINT, BOOLEAN, DATE, type DataType, DOUBLE } from '../../src/columnar/data-type.js';
import { compareValues } from '../../src/expr/functions/comparison.js';
import { PAGE_BYTES } from '../../src/memory/heap.js';
import { OrderedWords } from '../../src/state/join/ordered-words.js';
import { testMemory } from '../support/task-memory.js';

const { heap } = testMemory(1);
const PLACE = PAGE_BYTES;

/** All pairs of the values, which `write` puts at the place. */
function checkOrder<T extends number | bigint>(type: DataType, values: readonly T[], write: (value: T) => void): void {
  const words = new OrderedWords(heap, type);
  const read = (value: T): bigint => {
    write(value);
    words.read(PLACE);
    return (BigInt(words.high) << 32n) | BigInt(words.low);
  };
  for (const a of values) {
    for (const b of values) {
      const [x, y] = [read(a), read(b)];
      const order = x < y ? -1 : x > y ? 1 : 0;
      assert.equal(order, Math.sign(compareValues(a, b)), `${a} and ${b}`);
    }
  }
}

test('doubles, with both zeros, NaN and what is next to nothing', () => {
  const magnitudes = [0, Number.MIN_VALUE, 2.5e-310, 1 / 3, 1, 1 + Number.EPSILON, 2 ** 40, 1.7e308, Infinity];
  const values = [...magnitudes.flatMap((value) => [value, -value]), Number.NaN];
  checkOrder(DOUBLE, values, (value) => {
    heap.f64[PLACE >>> 3] = value;
  });
  // A NaN may have a sign and other bits.
  heap.u32.set([1, 0xfff00000], PLACE >>> 2);
  const words = new OrderedWords(heap, DOUBLE);
  words.read(PLACE);
  assert.deepEqual([words.high, words.low], [0xffffffff, 0xffffffff]);
});

test('whole numbers of 8 and of 4 bytes, and booleans', () => {
  const wide = [0n, 1n, 0xffffffffn, 0x100000000n, 0x7fffffffffffffffn];
  checkOrder(
    BIGINT,
    wide.flatMap((value) => [value, -value - 1n]),
    (value) => {
      heap.i64[PLACE >>> 3] = value;
    },
  );
  checkOrder(DATE, [0, 1, -1, 20_000, -(2 ** 31), 2 ** 31 - 1], (value) => {
    heap.i32[PLACE >>> 2] = value;
  });
  checkOrder(BOOLEAN, [0, 1], (value) => {
    heap.u8[PLACE] = value;
  });
});
