/** See claim-round.ts. */
import { workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
const { ManagedMemory } = await import('../../../src/memory/managed-memory.ts');
const { PAGE_BYTES } = await import('../../../src/memory/heap.ts');

const { handle, report, owner, seed } = workerData;
const memory = new ManagedMemory(handle);
let state = seed;
const random = (below) => {
  state = (Math.imul(state, 1664525) + 1013904223) | 0;
  return (state >>> 8) % below;
};

const held = [];
for (;;) {
  if (held.length < 8 && random(2) === 0) {
    const pages = 1 + random(4);
    const address = memory.claim(owner, pages);
    if (address === 0) continue;
    for (let i = 0; i < pages; i++) memory.heap.i32[(address + i * PAGE_BYTES) / 4] = owner;
    held.push({ address, pages });
  } else if (held.length > 0) {
    const [{ address, pages }] = held.splice(random(held.length), 1);
    for (let i = 0; i < pages; i++) {
      if (memory.heap.i32[(address + i * PAGE_BYTES) / 4] !== owner) Atomics.add(report, 1, 1);
    }
    memory.release(owner, address, pages);
  }
  Atomics.add(report, 0, 1);
}
