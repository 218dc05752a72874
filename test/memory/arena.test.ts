import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Arena } from '../../src/memory/arena.js';
import { PAGE_BYTES } from '../../src/memory/heap.js';
import { random } from '../support/random.js';
import { testMemory } from '../support/task-memory.js';

test('buffers are aligned, disjoint, inside held pages, and all given back', () => {
  const rng = random(11);
  const { memory, pagesInUse } = testMemory(512);
  const arena = new Arena(memory, 'test');
  const taken: { from: number; to: number }[] = [];
  for (let i = 0; i < 300; i++) {
    const bytes = rng.chance(0.1) ? rng.between(PAGE_BYTES - 40, 2 * PAGE_BYTES) : rng.between(0, 3000);
    const align = 2 ** rng.int(7);
    const address = arena.allocate(bytes, align);
    assert.equal(address % align, 0, `seed ${rng.seed}`);
    assert.ok(address >= PAGE_BYTES);
    for (const other of taken) assert.ok(address >= other.to || address + bytes <= other.from, `seed ${rng.seed}`);
    taken.push({ from: address, to: address + bytes });
  }
  assert.equal(arena.heldBytes, pagesInUse() * PAGE_BYTES);
  arena.close();
  assert.equal(pagesInUse(), 0);
});

test('a neighbouring run prolongs the one at work, so that little is wasted', () => {
  const { memory, pagesInUse } = testMemory(64);
  const arena = new Arena(memory, 'test');
  for (let i = 0; i < 64; i++) arena.allocate(40_000);
  assert.ok(pagesInUse() <= 40, `${pagesInUse()} pages for ${64 * 40_000} bytes`);
  arena.close();
});

test('an arena can be used again after close', () => {
  const { memory, pagesInUse } = testMemory(4);
  const arena = new Arena(memory, 'test');
  arena.allocate(10);
  arena.close();
  assert.ok(arena.allocate(10) >= PAGE_BYTES);
  arena.close();
  assert.equal(pagesInUse(), 0);
});

test('memory that does not suffice is MEMORY_EXHAUSTED', () => {
  const { memory } = testMemory(2);
  const arena = new Arena(memory, 'test');
  assert.throws(() => arena.allocate(3 * PAGE_BYTES), { name: 'LeatError', message: /MEMORY_EXHAUSTED/ });
});
