/** Golden files: compared as they are; `LEAT_UPDATE_GOLDENS=1` writes them anew, and the diff is read before it is kept. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './project-root.js';

export function assertGolden(path: string, actual: string): void {
  const file = join(projectRoot, path);
  if (process.env['LEAT_UPDATE_GOLDENS'] === '1') writeFileSync(file, actual);
  assert.equal(actual, readFileSync(file, 'utf8'), `${path} differs; LEAT_UPDATE_GOLDENS=1 writes it anew`);
}
