/**
 * Every pipeline case under hostile settings: the output bytes must be those of the plain run at one slot.
 * This is what catches a row lost at a block's edge, an answer that depends on arrival, a buffer sized for good days.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { runPipeline } from '../../src/engine.js';
import type { TestSettings } from '../../src/engine-api.js';
import { layOut, PIPELINE_CASES, type PipelineCase } from '../support/pipeline-cases.js';

interface Hostile {
  readonly name: string;
  readonly slots?: number;
  readonly memoryBytes?: number;
  readonly test?: TestSettings;
}

const MIB = 1 << 20;

const HOSTILE: readonly Hostile[] = [
  { name: '2 slots', slots: 2, test: { splitBytes: 20_000 } },
  { name: '3 slots, small blocks', slots: 3, test: { splitBytes: 4096 } },
  { name: '8 slots, blocks of 1 KiB', slots: 8, test: { splitBytes: 1024 } },
  { name: 'batches of one row', slots: 1, test: { batchRows: 1 } },
  { name: 'batches of three rows, 2 slots', slots: 2, test: { batchRows: 3, splitBytes: 30_000 } },
  { name: '1 MiB a slot', slots: 2, memoryBytes: 2 * MIB, test: { splitBytes: 50_000 } },
  {
    name: 'memory from the top',
    slots: 2,
    memoryBytes: 4096 * MIB,
    test: { allocateFromTop: true, splitBytes: 60_000 },
  },
  { name: 'kernel twins', slots: 1, test: { kernels: 'twins' } },
];

async function run(testCase: PipelineCase, hostile: Hostile): Promise<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'leat-hostile-'));
  try {
    const path = layOut(testCase, folder);
    const before = new Set(readdirSync(folder));
    const report = await runPipeline(path, {
      params: { ...testCase.params },
      slots: hostile.slots ?? 1,
      memoryBytes: hostile.memoryBytes ?? 256 * MIB,
      test: hostile.test,
      env: {},
    });
    assert.equal(report.exitStatus, 0, JSON.stringify(report));
    const left = readdirSync(folder).filter((name) => !before.has(name));
    assert.deepEqual(left.sort(), [...testCase.outputs].sort(), 'files left behind');
    return Object.fromEntries(testCase.outputs.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

for (const testCase of PIPELINE_CASES) {
  describe(testCase.name, () => {
    const plain = run(testCase, { name: 'plain' });
    for (const hostile of HOSTILE) {
      it(hostile.name, async () => {
        assert.deepEqual(await run(testCase, hostile), await plain);
      });
    }
  });
}
