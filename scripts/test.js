/**
 * Runs the built tests with node's own runner, which prints its closing summary.
 *
 *     node scripts/test.js fast|slow [PART OF A PATH...]
 */
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { filesBelow, root } from './source-files.js';

const [tier = 'fast', ...parts] = process.argv.slice(2);
const files = filesBelow('build/test', '.test.js').filter(
  (file) =>
    file.endsWith('.slow.test.js') === (tier === 'slow') &&
    (parts.length === 0 || parts.some((part) => file.includes(part))),
);
if (files.length === 0) {
  process.stderr.write(`no ${tier} tests${parts.length > 0 ? ` in ${parts.join(', ')}` : ''}\n`);
  process.exit(1);
}

/** A variable that someone set for their own runs must not change what is tested. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('LEAT_') || name.startsWith('LEAT_TEST_')),
);
/** Of one test, not of all; a test that hangs is a failure with a name. */
const timeoutMs = tier === 'slow' ? 900_000 : 120_000;

const { status, signal } = spawnSync(
  process.execPath,
  [
    '--enable-source-maps',
    '--test',
    '--test-reporter=spec',
    `--test-timeout=${timeoutMs}`,
    // Node leaves a core free, which of two cores is half.
    `--test-concurrency=${Math.max(2, availableParallelism())}`,
    ...files,
  ],
  { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] },
);
process.exit(signal ? 1 : status);
