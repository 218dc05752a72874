import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LeaseTable } from '../../src/runtime/lease-table.js';
import { random } from '../support/random.js';

test('every split is leased once, ascending for each attempt', () => {
  for (let seed = 1; seed <= 50; seed++) {
    const rng = random(seed);
    const splits = rng.between(0, 40);
    const table = LeaseTable.create(splits);
    const next = [0, 0, 0];
    const leased: number[][] = [[], [], []];
    for (let open = new Set([0, 1, 2]); open.size > 0; ) {
      const attempt = rng.pick([...open]);
      const split = table.lease(attempt + 1, next[attempt]);
      if (split < 0) open.delete(attempt);
      else leased[attempt].push(split);
      next[attempt] = split + 1;
    }
    assert.deepEqual(
      leased.flat().sort((a, b) => a - b),
      Array.from({ length: splits }, (_, i) => i),
    );
    for (const [attempt, own] of leased.entries()) {
      assert.deepEqual(own, table.leasedBy(attempt + 1), `seed ${seed}`);
    }
  }
});

test('a repeated attempt reads exactly what the dead one had, then what is left', () => {
  const table = LeaseTable.create(6);
  for (const attempt of [1, 2, 1, 2]) table.lease(attempt, 0);
  // Attempt 1 asked from 0 each time and got its own split again: it holds 0 only; 2 holds 1.
  assert.deepEqual([table.leasedBy(1), table.leasedBy(2)], [[0], [1]]);
  table.lease(1, 1);
  table.reassign(1, 3);
  assert.deepEqual([table.leasedBy(1), table.leasedBy(3)], [[], [0, 2]]);
  const order: number[] = [];
  for (let split = table.lease(3, 0); split >= 0; split = table.lease(3, split + 1)) order.push(split);
  assert.deepEqual(order, [0, 2, 3, 4, 5]);
});

test('what an attempt gave back goes to those that begin, the lowest first', () => {
  const table = LeaseTable.create(4);
  for (const [attempt, from] of [
    [1, 0],
    [2, 0],
    [1, 1],
  ])
    table.lease(attempt, from);
  table.release(1);
  assert.deepEqual([table.unleased, table.leasedBy(1)], [3, []]);
  const order: number[] = [];
  for (let split = table.lease(3, 0); split >= 0; split = table.lease(3, split + 1)) order.push(split);
  assert.deepEqual(order, [0, 2, 3]);
});

test('behind a failed split nothing is leased, before it everything is', () => {
  const table = LeaseTable.create(10);
  assert.equal(table.lease(1, 0), 0);
  table.stopBehind(6);
  table.stopBehind(8);
  table.stopBehind(4);
  assert.equal(table.stop, 5);
  assert.equal(table.unleased, 4);
  const order: number[] = [];
  for (let split = table.lease(2, 0); split >= 0; split = table.lease(2, split + 1)) order.push(split);
  assert.deepEqual(order, [1, 2, 3, 4]);
});
