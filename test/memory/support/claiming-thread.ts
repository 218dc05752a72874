/** See claim-round.ts. */
import { workerData } from 'node:worker_threads';
import { PAGE_BYTES } from '../../../src/memory/heap.js';
import { ManagedMemory, type ManagedMemoryHandle } from '../../../src/memory/managed-memory.js';

export interface ClaimingThreadData {
  readonly handle: ManagedMemoryHandle;
  readonly report: Int32Array;
  readonly owner: number;
  readonly seed: number;
}

const { handle, report, owner, seed } = workerData as ClaimingThreadData;
const memory = new ManagedMemory(handle);
let state = seed;
const random = (below: number): number => {
  state = (Math.imul(state, 1664525) + 1013904223) | 0;
  return (state >>> 8) % below;
};

const held: { readonly address: number; readonly pages: number }[] = [];
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
