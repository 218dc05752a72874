/**
 * Threads that claim, mark, check and release pages as fast as they can, until they are terminated at a random moment.
 * A page that two threads held at once shows by its mark; a page that is lost shows when all owners are freed.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { PAGE_BYTES } from '../../../src/memory/heap.js';
import { ManagedMemory } from '../../../src/memory/managed-memory.js';
import { random } from '../../support/random.js';
import type { ClaimingThreadData } from './claiming-thread.js';

const THREADS = 3;
const PAGES = 40;
/** Words that the threads report to: rounds done, marks that were not their own. */
const [ROUNDS, CLASHES] = [0, 1];

export async function claimRound(seed: number): Promise<void> {
  const rng = random(seed);
  const memory = ManagedMemory.create(PAGES * PAGE_BYTES, rng.chance(0.5));
  const report = new Int32Array(new SharedArrayBuffer(8));
  const workers = Array.from(
    { length: THREADS },
    (_, i) =>
      new Worker(new URL('./claiming-thread.ts', import.meta.url), {
        workerData: {
          handle: memory.handle,
          report,
          owner: i + 1,
          seed: rng.int(2 ** 30),
        } satisfies ClaimingThreadData,
      }),
  );
  await Promise.all(workers.map((worker) => once(worker, 'online')));
  while (Atomics.load(report, ROUNDS) < 1000) await sleep(1);
  for (const [i, worker] of workers.entries()) {
    await sleep(rng.next() * 3);
    await worker.terminate();
    memory.freeOwner(i + 1);
    assert.equal(memory.pagesOf(i + 1), 0, `seed ${seed}`);
  }
  assert.equal(report[CLASHES], 0, `seed ${seed}: a page had two owners`);
  assert.equal(memory.owners().size, 0, `seed ${seed}`);
  // Hints that died half-way must not hide pages.
  const again = Array.from({ length: PAGES }, () => memory.claim(9, 1));
  assert.ok(
    again.every((address) => address !== 0),
    `seed ${seed}: all pages can be had again`,
  );
}
