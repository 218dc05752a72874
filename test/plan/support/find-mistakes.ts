/** Pipelines with mistakes, and the diagnostics that they must get, each with its code, its place and what it must say. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { checkPipeline } from '../../../src/engine.js';
import type { ErrorCode } from '../../../src/errors.js';

/** `line:column CODE what message and hint must hold`, one for each diagnostic in order. */
type Expected = readonly [place: string, code: ErrorCode, says: RegExp];

export interface Mistake {
  readonly name: string;
  readonly steps: string;
  readonly expected: readonly Expected[];
}

export const READ = '  - read: in.csv\n';
export const WRITE = '  - write: out.csv\n';

/** In a folder with a file in.csv: id, amount, country. */
export function findMistakes(mistakes: readonly Mistake[]): void {
  for (const { name, steps, expected } of mistakes) {
    it(name, async () => {
      const folder = mistakesFolder();
      try {
        const path = join(folder, 'pipeline.yaml');
        writeFileSync(path, `steps:\n${steps}`);
        const { diagnostics } = await checkPipeline(path, { env: {} });
        const found = diagnostics.map(({ code, place }) => [`${place?.line}:${place?.column}`, code]);
        const wanted = expected.map(([place, code]) => [place, code]);
        assert.deepEqual(found, wanted, JSON.stringify(diagnostics, null, 2));
        expected.forEach(([, , says], index) => {
          const { message, hint } = diagnostics[index];
          assert.match(`${message}; ${hint}`, says);
        });
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }
}

export function mistakesFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'leat-mistakes-'));
  writeFileSync(join(folder, 'in.csv'), 'id,amount,country\n1,10.5,NO\n2,20.25,SE\n');
  return folder;
}
