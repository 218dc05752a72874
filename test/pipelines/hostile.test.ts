/**
 * Every pipeline case under hostile settings: the output bytes must be those of the plain run at one slot.
 * This is what catches a row lost at a block's edge, an answer that depends on arrival, a buffer sized for good days.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PIPELINE_CASES } from '../support/pipeline-cases.js';
import { type CaseSettings, runCase } from '../support/run-case.js';

interface Hostile extends CaseSettings {
  readonly name: string;
}

const MIB = 1 << 20;

const HOSTILE: readonly Hostile[] = [
  { name: '2 slots', slots: 2, test: { inProcessBytes: 0, splitBytes: 20_000 } },
  { name: '3 slots, small blocks', slots: 3, test: { inProcessBytes: 0, splitBytes: 4096 } },
  { name: '8 slots, blocks of 1 KiB', slots: 8, test: { inProcessBytes: 0, splitBytes: 1024 } },
  { name: 'batches of one row', slots: 1, test: { batchRows: 1 } },
  { name: 'batches of three rows, 2 slots', slots: 2, test: { inProcessBytes: 0, batchRows: 3, splitBytes: 30_000 } },
  { name: '1 MiB a slot', slots: 2, memoryBytes: 2 * MIB, test: { inProcessBytes: 0, splitBytes: 50_000 } },
  {
    name: 'memory from the top',
    slots: 2,
    memoryBytes: 4096 * MIB,
    test: { inProcessBytes: 0, allocateFromTop: true, splitBytes: 60_000 },
  },
  { name: 'kernel twins', slots: 1, test: { kernels: 'twins' } },
];

for (const testCase of PIPELINE_CASES) {
  describe(testCase.name, () => {
    const plain = runCase(testCase);
    for (const hostile of HOSTILE) {
      it(hostile.name, async () => {
        assert.deepEqual(await runCase(testCase, hostile), await plain);
      });
    }
  });
}
