import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { LeatError } from '../../src/errors.js';
import { MemoryPool } from '../../src/memory/memory-pool.js';
import { spillFolderPath } from '../../src/memory/spill-place.js';
import { SpillQuota } from '../../src/memory/spill-quota.js';
import { JobMaster } from '../../src/runtime/coordinator/job-master.js';
import { SlotPool } from '../../src/runtime/coordinator/slot-pool.js';
import type { RuntimeOptions } from '../../src/runtime/runtime-options.js';
import { settleBudget } from '../../src/runtime/task-sizes.js';
import { MIB, REGISTRY_MODULE, sumAndLines, workplace } from './support/toy-job.js';
import { FACTORIES, type NumbersConfig } from './support/toy-operators.js';

const pool = new SlotPool(2, REGISTRY_MODULE);
after(() => pool.close());

/** Pages that somebody still owns when a job is over. */
async function ownersAfter(numbers: NumbersConfig, more: Partial<RuntimeOptions> = {}): Promise<Map<number, number>> {
  const place = workplace();
  const graph = sumAndLines(place.out, numbers);
  const options: RuntimeOptions = {
    memoryBytes: MIB,
    slots: 2,
    constants: { nowMicros: 0n, seed: null },
    restart: { attempts: 100, delayMs: 1 },
    kernels: 'twins',
    pool,
    inProcessBytes: 0,
    sizes: { batchRows: 20 },
    ...more,
  };
  const { slots, sizes } = settleBudget(graph, FACTORIES, options);
  const memory = MemoryPool.create(options.memoryBytes, slots);
  const spillPath = spillFolderPath(place.spill, 'leaks');
  const note = (): void => {};
  const master = new JobMaster({
    ...{ jobId: `leaks${Math.random()}`, graph, registry: FACTORIES, options, listener: {}, slots, sizes, memory },
    ...{ spillPath, spillQuota: SpillQuota.create(), note },
  });
  try {
    await master.run();
  } catch (error) {
    assert.equal((error as Error).name, 'LeatError');
    assert.notEqual((error as LeatError).code, 'INTERNAL');
  }
  for (const { sink } of master.sinks()) await sink.abort();
  place.remove();
  return memory.managed.owners();
}

const NUMBERS = { splits: 20, perSplit: 300, spinMs: 0.1 };

test('a job that went well owns no page any more', async () => {
  assert.deepEqual(await ownersAfter(NUMBERS), new Map());
  assert.deepEqual(await ownersAfter(NUMBERS, { slots: 1 }), new Map());
});

test('nor does one whose workers were killed', async () => {
  const faults = [
    { kind: 'exit', slot: 0, afterBatches: 3 },
    { kind: 'kill', seed: 5, kills: 2, everyMs: 8 },
  ] as const;
  assert.deepEqual(await ownersAfter(NUMBERS, { faults }), new Map());
});

test('nor one with bad data, nor one that was cancelled', async () => {
  assert.deepEqual(await ownersAfter({ ...NUMBERS, badNumbers: [2500] }), new Map());
  assert.deepEqual(await ownersAfter(NUMBERS, { signal: AbortSignal.timeout(10) }), new Map());
});
