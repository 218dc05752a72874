/**
 * Everything that is checked without running the product: types, lint and format, the layer law, unused code, and that
 * nothing of the machine it was written on is left in the tree. All checks run; the names of those that failed come last.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './source-files.js';

const tool = (path, ...args) => [join(root, 'node_modules', path), ...args];
const CHECKS = {
  types: tool('typescript/bin/tsc', '-p', '.'),
  'lint and format': tool('@biomejs/biome/bin/biome', 'check', '.'),
  'layer law': ['--import', 'tsx', '--test', '--test-reporter=spec', 'test/layers.test.ts'],
  'unused code': tool('knip/bin/knip.js', '--no-progress'),
  tree: [join(root, 'scripts/check-tree.js')],
};

const failed = Object.entries(CHECKS).flatMap(([name, args]) => {
  process.stdout.write(`--- ${name}\n`);
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  return status === 0 ? [] : [name];
});
process.stdout.write(failed.length === 0 ? '--- all checks passed\n' : `--- failed: ${failed.join(', ')}\n`);
process.exit(failed.length === 0 ? 0 : 1);
