import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LeatError } from '../../src/errors.js';
import { AttemptMemory } from '../../src/memory/attempt-memory.js';
import { PAGE_BYTES } from '../../src/memory/heap.js';
import { MemoryPool, sealedOwner } from '../../src/memory/memory-pool.js';
import type { Spillable } from '../../src/memory/task-memory.js';
import { random } from '../support/random.js';

const bytes = (pages: number): number => pages * PAGE_BYTES;

function attempt(pool: MemoryPool, id: number, seat: number, minimumPages: number): AttemptMemory {
  const home = pool.reserve(id, minimumPages);
  assert.ok(home);
  pool.takeSeat(seat, id);
  return new AttemptMemory(pool, { attempt: id, seat, home, shareBytes: bytes(16) });
}

/** Holds pages that it gives back when it is told to spill. */
function holder(memory: AttemptMemory, name: string, pages: number): Spillable & { spills: number } {
  let held = Array.from({ length: pages }, () => memory.tryAllocate(1)).filter((address) => address !== 0);
  const consumer = {
    name,
    spills: 0,
    spillableBytes: () => bytes(held.length),
    heldBytes: () => bytes(held.length),
    spill() {
      const freed = bytes(held.length);
      for (const address of held) memory.free(address, 1);
      held = [];
      consumer.spills++;
      return freed;
    },
  };
  memory.registerSpillable(consumer);
  return consumer;
}

test('a reserved minimum is there whatever the others take', () => {
  const pool = MemoryPool.create(bytes(16), 2);
  const [a, b] = [attempt(pool, 1, 0, 4), attempt(pool, 2, 1, 4)];
  let grown = 0;
  while (a.tryAllocate(1) !== 0) grown++;
  assert.equal(grown, 12, 'the common rest, and its home because it has nothing to spill');
  assert.ok(b.allocate(3, 'a buffer') > 0);
  assert.ok(b.allocate(1, 'a buffer') > 0);
  assert.throws(
    () => b.allocate(1, 'one too many'),
    (error: LeatError) => error.code === 'MEMORY_EXHAUSTED' && /one too many/.test(error.message),
  );
});

test('pages together that are given back for a moment are there together again, whatever single ones are taken meanwhile', () => {
  const pool = MemoryPool.create(bytes(20), 2);
  const memory = attempt(pool, 1, 0, 12);
  while (memory.tryExtra(1) !== 0);
  const single = (): number => memory.allocate(1, 'a page');
  const reader = memory.allocate(5, 'a reader');
  const kept = [single(), single(), single()];
  memory.free(kept[1], 1);
  memory.free(reader, 5);
  for (let page = 0; page < 5; page++) single();
  assert.ok(memory.allocate(5, 'a reader') > 0);
});

test('who can spill leaves its home to buffers still to come', () => {
  const pool = MemoryPool.create(bytes(8), 1);
  const memory = attempt(pool, 1, 0, 4);
  const table = holder(memory, 'table', 100);
  assert.equal(table.spillableBytes(), bytes(8), 'it had nothing to spill while it grew');
  table.spill();
  memory.unregisterSpillable(table);
  const first = holder(memory, 'first', 1);
  assert.equal(holder(memory, 'second', 100).spillableBytes(), bytes(3));
  assert.ok(memory.allocate(4, 'merge buffers') > 0);
  assert.equal(first.spills, 0, 'nothing spills between calls of allocate');
});

test('who has nothing to spill takes what is its own before others give up something', () => {
  const pool = MemoryPool.create(bytes(12), 2);
  const [a, b] = [attempt(pool, 1, 0, 2), attempt(pool, 2, 1, 3)];
  holder(a, 'large', 7);
  a.betweenBatches();
  assert.ok(b.tryAllocate(3) > 0);
  assert.equal(a.spillRequested(), false);
  b.tryAllocate(1);
  assert.equal(a.spillRequested(), true);
});

test('no minimum for one more attempt: nothing is kept of a reservation that fails', () => {
  const pool = MemoryPool.create(bytes(10), 2);
  assert.ok(pool.reserve(1, 6));
  assert.equal(pool.reserve(2, 5), null);
  assert.equal(pool.managed.pagesOf(2), 0);
  assert.ok(pool.reserve(3, 4));
});

test('a reservation may lie in pieces', () => {
  const pool = MemoryPool.create(bytes(9), 1);
  const blockers = [1, 2, 3].map((id) => [id, pool.managed.claim(id, 3)] as const);
  pool.managed.release(blockers[0][0], blockers[0][1], 3);
  pool.managed.release(blockers[2][0], blockers[2][1], 3);
  const home = pool.reserve(7, 6) ?? [];
  assert.equal(
    home.reduce((sum, run) => sum + run.pages, 0),
    6,
  );
  assert.ok(home.length > 1);
});

test('the attempt that repeats a dead one has its home at once, and the rest is free', () => {
  const pool = MemoryPool.create(bytes(16), 2);
  const home = pool.reserve(1, 5) ?? [];
  const dead = new AttemptMemory(pool, { attempt: 1, seat: 0, home, shareBytes: bytes(16) });
  const sealed = dead.allocate(2, 'partition');
  dead.seal(sealed, 2, 0);
  dead.seal(dead.tryAllocate(3), 3, 0);
  dead.tryAllocate(4);
  pool.inherit(home, 1, 2);
  assert.deepEqual(pool.managed.owners(), new Map([[2, 5]]));
  const next = new AttemptMemory(pool, { attempt: 2, seat: 0, home, shareBytes: bytes(16) });
  assert.ok(next.allocate(5, 'all of it') > 0);
});

test('sealed pages outlive their attempt, others do not', () => {
  const pool = MemoryPool.create(bytes(16), 1);
  const memory = attempt(pool, 1, 0, 4);
  memory.seal(memory.allocate(2, 'partition'), 2, 0);
  memory.seal(memory.tryAllocate(3), 3, 0);
  memory.tryAllocate(2);
  pool.endAttempt(1);
  assert.deepEqual(pool.managed.owners(), new Map([[sealedOwner(1), 5]]));
  pool.freeSealed(1);
  assert.equal(pool.managed.owners().size, 0);
});

test('a refused request evicts first, then asks the largest consumer, then is refused', () => {
  const pool = MemoryPool.create(bytes(20), 3);
  const [a, b, c] = [attempt(pool, 1, 0, 1), attempt(pool, 2, 1, 1), attempt(pool, 3, 2, 1)];
  const small = holder(a, 'small', 4);
  const large = holder(b, 'large', 7);
  for (const memory of [a, b]) memory.betweenBatches();
  const sealed = c.tryAllocate(6);
  c.seal(sealed, 6, 0);
  pool.setEvictable(6);
  let evicted = 0;
  pool.evictHere = () => {
    evicted++;
    pool.freeSealed(3);
    pool.setEvictable(0);
  };
  assert.ok(c.tryAllocate(4) > 0);
  assert.equal(evicted, 1);
  assert.deepEqual([a.spillRequested(), b.spillRequested()], [false, false]);

  const own = { name: 'own', spillableBytes: () => bytes(4), heldBytes: () => bytes(4), spill: () => 0 };
  c.registerSpillable(own);
  assert.equal(c.tryAllocate(5), 0);
  assert.equal(b.spillRequested(), false, 'nobody holds much more than who asks');
  c.unregisterSpillable(own);
  c.registerSpillable({ name: 'own', spillableBytes: () => bytes(3), heldBytes: () => bytes(3), spill: () => 0 });
  assert.equal(c.tryAllocate(5), 0, 'refused for now');
  assert.deepEqual([a.spillRequested(), b.spillRequested()], [false, true], 'the largest is asked');
  b.betweenBatches();
  assert.deepEqual([small.spills, large.spills, b.spillRequested()], [0, 1, false]);
  assert.ok(c.tryAllocate(5) > 0);

  c.registerSpillable({ name: 'more', spillableBytes: () => bytes(50), heldBytes: () => bytes(50), spill: () => 0 });
  assert.equal(c.tryAllocate(10), 0);
  assert.equal(a.spillRequested(), false, 'who asks has more to spill than anybody else');
});

test('a sum kept by hand agrees, over runs that straddle home and common pages', () => {
  for (let seed = 1; seed <= 50; seed++) {
    const rng = random(seed);
    const pool = MemoryPool.create(bytes(32), 1, rng.chance(0.5));
    const memory = attempt(pool, 1, 0, rng.between(0, 20));
    const taken = new Map<number, number>();
    for (let step = 0; step < 300; step++) {
      if (rng.chance(0.6)) {
        const pages = rng.between(1, 5);
        const address = memory.tryAllocate(pages);
        if (address === 0) continue;
        for (let i = 0; i < pages; i++) {
          assert.ok(!taken.has(address + bytes(i)), `seed ${seed}: twice`);
          taken.set(address + bytes(i), 1);
        }
      } else {
        // Freed in other pieces than it was taken in.
        const all = [...taken.keys()].sort((x, y) => x - y);
        if (all.length === 0) continue;
        const first = rng.int(all.length);
        let count = 1;
        while (first + count < all.length && all[first + count] === all[first] + bytes(count) && rng.chance(0.7))
          count++;
        memory.free(all[first], count);
        for (let i = 0; i < count; i++) taken.delete(all[first] + bytes(i));
      }
    }
    for (const address of [...taken.keys()]) memory.free(address, 1);
    let again = 0;
    while (memory.tryAllocate(1) !== 0) again++;
    assert.equal(again, 32, `seed ${seed}: every page can be had again`);
  }
});
