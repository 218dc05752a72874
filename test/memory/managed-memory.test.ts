import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PAGE_BYTES } from '../../src/memory/heap.js';
import { ManagedMemory } from '../../src/memory/managed-memory.js';
import { random } from '../support/random.js';
import { byTier } from '../support/tier.js';
import { claimRound } from './support/claim-round.js';

const bytes = (pages: number): number => pages * PAGE_BYTES;

test('page 0 is never handed out, the lowest free page comes first', () => {
  const memory = ManagedMemory.create(bytes(8));
  assert.equal(memory.pages, 8);
  assert.deepEqual(
    [1, 2, 3].map(() => memory.claim(7, 1) / PAGE_BYTES),
    [1, 2, 3],
  );
  memory.release(7, bytes(2), 1);
  assert.equal(memory.claim(7, 1), bytes(2));
  assert.equal(memory.claim(7, 5), bytes(4));
  assert.equal(memory.claim(7, 1), 0, 'nothing is left');
});

test('from the top, the highest free page comes first, and a run begins at its lowest address', () => {
  const memory = ManagedMemory.create(bytes(8), true);
  assert.equal(memory.claim(7, 1), bytes(8));
  assert.equal(memory.claim(7, 3), bytes(5));
  assert.equal(memory.claim(7, 4), bytes(1));
  assert.equal(memory.claim(7, 1), 0);
});

test('the top of 4 GiB is an address that views reach', () => {
  const memory = ManagedMemory.create(2 ** 32, true);
  const address = memory.claim(1, 1);
  assert.equal(address, 2 ** 32 - PAGE_BYTES);
  memory.heap.u8[address + PAGE_BYTES - 1] = 200;
  memory.heap.f64[address / 8] = 0.5;
  assert.equal(memory.heap.u8[2 ** 32 - 1], 200);
  assert.equal(memory.heap.f64[address / 8], 0.5);
});

test('freeOwner gives back all pages of one owner and of nobody else', () => {
  const memory = ManagedMemory.create(bytes(64));
  for (let i = 0; i < 20; i++) memory.claim(1 + (i % 3), 2);
  assert.equal(memory.freeOwner(2), 14);
  assert.deepEqual(
    memory.owners(),
    new Map([
      [1, 14],
      [3, 12],
    ]),
  );
});

test('freeOwner finds the page that lies furthest, from either end', () => {
  for (const fromTop of [false, true]) {
    const memory = ManagedMemory.create(bytes(65535), fromTop);
    assert.equal(memory.freeOwner(1), 0);
    assert.deepEqual(memory.owners(), new Map());
    const low = memory.claim(1, 40_000);
    memory.claim(2, 5);
    memory.claim(3, memory.pages - 40_005);
    assert.equal(memory.claim(1, 1), 0);
    memory.release(1, low, 40_000);
    assert.deepEqual([memory.freeOwner(3), memory.freeOwner(1), memory.freePages], [25_530, 0, 65_530]);
    assert.equal(memory.freeOwner(2), 5);
    assert.equal(memory.freePages, memory.pages);
  }
});

test('a page of somebody else cannot be released or handed on', () => {
  const memory = ManagedMemory.create(bytes(4));
  const address = memory.claim(1, 2);
  memory.release(2, address, 2);
  assert.equal(memory.pagesOf(1), 2);
  assert.throws(() => memory.transfer(2, 3, address, 1), /INTERNAL/);
  memory.transfer(1, 3, address, 1);
  assert.deepEqual([memory.pagesOf(1), memory.pagesOf(3)], [1, 1]);
});

test('claims and releases against a list kept by hand', () => {
  const rng = random(23);
  for (const fromTop of [false, true]) {
    const memory = ManagedMemory.create(bytes(100), fromTop);
    const held: { owner: number; address: number; pages: number }[] = [];
    for (let step = 0; step < 3000; step++) {
      const used = new Set(
        held.flatMap(({ address, pages }) => Array.from({ length: pages }, (_, i) => address / PAGE_BYTES + i)),
      );
      if (rng.chance(0.55)) {
        const [owner, pages] = [rng.between(1, 4), rng.between(1, 9)];
        const address = memory.claim(owner, pages);
        let longest = 0;
        for (let page = 1, run = 0; page <= 100; page++) {
          run = used.has(page) ? 0 : run + 1;
          longest = Math.max(longest, run);
        }
        assert.equal(address !== 0, longest >= pages, `seed ${rng.seed} step ${step}`);
        if (address === 0) continue;
        for (let i = 0; i < pages; i++) assert.ok(!used.has(address / PAGE_BYTES + i), `seed ${rng.seed}`);
        held.push({ owner, address, pages });
      } else if (held.length > 0) {
        const [gone] = held.splice(rng.int(held.length), 1);
        memory.release(gone.owner, gone.address, gone.pages);
      }
    }
    for (const owner of [1, 2, 3, 4]) memory.freeOwner(owner);
    assert.equal(memory.owners().size, 0);
    assert.ok(memory.peakPages > 50 && memory.peakPages <= 100);
  }
});

test('memory that the system does not give is MEMORY_BUDGET', () => {
  assert.throws(() => ManagedMemory.create(-5 * PAGE_BYTES), /MEMORY_BUDGET/);
});

test('threads that are killed while they claim lose no page and share none: some rounds', async () => {
  for (let seed = 1; seed <= byTier(4, 200); seed++) await claimRound(seed);
});
