/** Runs a pipeline case in a folder of its own and answers the bytes it wrote; nothing else may be left behind. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestSettings } from '../../src/engine-api.js';
import { layOut, type PipelineCase } from './pipeline-case.js';
import { runPipeline } from './run-pipeline.js';

export interface CaseSettings {
  readonly slots?: number;
  readonly memoryBytes?: number;
  readonly test?: TestSettings;
}

const DEFAULT_MEMORY = 256 << 20;

export async function runCase(testCase: PipelineCase, settings: CaseSettings = {}): Promise<Record<string, string>> {
  const { slots = 1 } = settings;
  const folder = mkdtempSync(join(tmpdir(), 'leat-case-'));
  try {
    const path = layOut(testCase, folder);
    const before = new Set(readdirSync(folder));
    const report = await runPipeline(path, {
      params: { ...testCase.params },
      slots,
      memoryBytes: Math.max(settings.memoryBytes ?? DEFAULT_MEMORY, slots * (testCase.leastBytes ?? 0)),
      test: settings.test,
      restartDelayMs: 0,
      env: {},
    });
    assert.equal(report.exitStatus, 0);
    const left = readdirSync(folder).filter((name) => !before.has(name));
    assert.deepEqual(left.sort(), [...testCase.outputs].sort(), 'files left behind');
    return Object.fromEntries(testCase.outputs.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
