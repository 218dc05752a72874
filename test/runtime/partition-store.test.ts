/** What attempts left is moved to files part by part: what is being read stays where its readers look. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadKernels } from '../../src/kernels/loader.js';
import { PAGE_BYTES } from '../../src/memory/heap.js';
import { MemoryPool, sealedOwner } from '../../src/memory/memory-pool.js';
import { SpillQuota } from '../../src/memory/spill-quota.js';
import { PartitionStore } from '../../src/runtime/coordinator/partition-store.js';
import type { SortedRun } from '../../src/state/runs/sorted-run.js';
import { blockList } from '../support/block-list.js';

test('partitions of an operator that nobody reads are moved, those of its neighbour in the chain are not', () => {
  const folder = mkdtempSync(join(tmpdir(), 'leat-store-'));
  const pool = MemoryPool.create(20 * PAGE_BYTES, 1);
  const { managed } = pool;
  const { state } = loadKernels(managed.heap, 'twins');
  const store = new PartitionStore(pool, folder, SpillQuota.create(), () => state);
  const sealedRun = (pages: number): SortedRun => {
    const address = managed.claim(sealedOwner(1), pages);
    const block = { at: address, bytes: 64, rows: 1, checksum: 0 };
    return { rows: 1, bytes: 64, blocks: blockList(block), location: { kind: 'memory', pages: [{ address, pages }] } };
  };
  const kinds = (operator: number): readonly string[] =>
    (store.upstream(0, operator) as (readonly SortedRun[])[]).flat().map(({ location }) => location.kind);
  store.put(0, { attempt: 1, firstSplit: 0, results: [undefined, [sealedRun(3)], [sealedRun(4)]] });
  store.pin({ vertex: 0, operator: 1 });
  store.evict(managed.pages);
  assert.deepEqual([kinds(1), kinds(2)], [['memory'], ['file']]);
  assert.equal(managed.freePages, managed.pages - 3);
  store.unpin({ vertex: 0, operator: 1 });
  store.evict(managed.pages);
  assert.deepEqual([kinds(1), kinds(2)], [['file'], ['file']]);
  assert.equal(managed.freePages, managed.pages);
  store.free(0);
  assert.ok(store.isFree(0));
  rmSync(folder, { recursive: true });
});
