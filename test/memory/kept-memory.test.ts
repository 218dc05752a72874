import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeptMemory } from '../../src/memory/kept-memory.js';
import { testMemory } from '../support/task-memory.js';

test('what was allocated is kept for the next time, what was only extra is not', () => {
  const { memory, pagesInUse } = testMemory(16);
  const kept = new KeptMemory(memory);
  const first = kept.allocate(3, 'a buffer');
  const extra = kept.tryExtra(2);
  kept.free(first, 3);
  kept.free(extra, 2);
  assert.equal(pagesInUse(), 3, 'nobody else can take these');
  assert.equal(kept.allocate(3, 'a buffer'), first);
  assert.equal(pagesInUse(), 3);
  kept.free(first, 3);
  kept.close();
  assert.equal(pagesInUse(), 0);
});

test('what is kept is given up for a request of another size, and what is sealed is not kept', () => {
  const { memory, pagesInUse } = testMemory(4);
  const kept = new KeptMemory(memory);
  for (const address of [kept.allocate(2, 'a buffer'), kept.tryAllocate(2)]) kept.free(address, 2);
  const whole = kept.allocate(4, 'a larger buffer');
  assert.equal(pagesInUse(), 4);
  kept.seal(whole, 4, 0);
  memory.free(whole, 4);
  kept.close();
  assert.equal(pagesInUse(), 0);
});
