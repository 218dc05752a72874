/** Two generated files joined, each run in a folder that is removed when the tests have ended. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import type { RunOptions } from '../../../src/engine-api.js';
import { runPipeline } from '../../support/run-pipeline.js';
import { byTier } from '../../support/tier.js';

export const folder = mkdtempSync(join(tmpdir(), 'leat-by-key-'));
after(() => rmSync(folder, { recursive: true, force: true }));

export const TYPES = ['inner', 'left', 'right', 'full', 'semi', 'anti'];

export async function run(type: string, on: string, options: RunOptions): Promise<string> {
  const suffix = type === 'semi' || type === 'anti' ? '' : '    suffix: _right\n';
  const schema = '{ id: int, k: double, g: string, v: int }';
  const read = (name: string): string => `  - name: ${name}\n    read: ${name}.csv\n    schema: ${schema}\n`;
  const step = `  - join: right\n    type: ${type}\n${on === '' ? '' : `    on: ${on}\n`}${suffix}  - write: out.csv\n`;
  writeFileSync(join(folder, 'p.yaml'), `steps:\n${read('right')}${read('left')}${step}`);
  await runPipeline(join(folder, 'p.yaml'), { slots: 1, memoryBytes: 64 << 20, env: {}, spillDir: folder, ...options });
  return readFileSync(join(folder, 'out.csv'), 'utf8');
}

export function write(name: string, rows: number, row: (id: number) => string): void {
  const lines = Array.from({ length: rows }, (_, id) => `${id},${row(id)}`);
  writeFileSync(join(folder, `${name}.csv`), `${['id,k,g,v', ...lines].join('\n')}\n`);
}

export const BY_KEY: readonly RunOptions[] = [
  { slots: 2, test: { joins: 'by-key', inProcessBytes: 0, splitBytes: 3000, batchRows: 3 } },
  { test: { joins: 'by-key', kernels: 'twins', batchRows: 7 } },
  ...byTier<readonly RunOptions[]>(
    [],
    [
      { test: { joins: 'by-key' } },
      { slots: 2, memoryBytes: 16 << 20, test: { joins: 'by-key', inProcessBytes: 0, splitBytes: 20_000 } },
    ],
  ),
];

/** All types of join, in memory and by key. */
export async function checkAll(on: string): Promise<void> {
  for (const type of TYPES) {
    const expected = await run(type, on, {});
    for (const settings of BY_KEY) {
      assert.ok((await run(type, on, settings)) === expected, `${type} on ${on}, ${JSON.stringify(settings)}`);
    }
  }
}
