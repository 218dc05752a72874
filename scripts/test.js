/**
 * Runs the built tests with node's own runner, which prints its closing summary.
 *
 *     node scripts/test.js fast|slow [PART OF A PATH...]
 *
 * The runner starts a process for each file that it is given. What a process costs before its first test (node, the
 * modules, the slots' threads) is more than most files take, so it is given batches: files that import some of ours.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { filesBelow, root } from './source-files.js';

const BATCHES = 'build/test-batches';
/** How the names of a tier's files end. Those of its batches too: tests know by that which sizes are asked for. */
const TIERS = { fast: '.test.js', slow: '.slow.test.js' };

const [tier = 'fast', ...parts] = process.argv.slice(2);
const files = filesBelow('build/test', '.test.js').filter(
  (file) =>
    file.endsWith(TIERS.slow) === (tier === 'slow') &&
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
/** Of a test and of a batch; a test that hangs is a failure with a name. */
const timeoutMs = tier === 'slow' ? 2_400_000 : 600_000;
// Node leaves a core free, which of two cores is half; and tests of processes and timeouts wait more than they work.
const concurrency = Math.max(2, availableParallelism()) + 1;

const { status, signal } = spawnSync(
  process.execPath,
  [
    '--enable-source-maps',
    // Many short jobs: what they leave is collected half as often.
    '--max-semi-space-size=32',
    '--test',
    '--test-reporter=spec',
    `--test-timeout=${timeoutMs}`,
    `--test-concurrency=${concurrency}`,
    ...batchesOf(files, concurrency),
  ],
  { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] },
);
process.exit(signal ? 1 : status);

/** Neighbours are alike, also in what they cost: they go into different batches. */
function batchesOf(files, count) {
  rmSync(join(root, BATCHES), { recursive: true, force: true });
  mkdirSync(join(root, BATCHES));
  return Array.from({ length: Math.min(count, files.length) }, (_, batch) => {
    const imports = files.filter((_, index) => index % count === batch).map((file) => `import '../../${file}';\n`);
    const path = `${BATCHES}/${batch}${TIERS[tier]}`;
    writeFileSync(join(root, path), imports.join(''));
    return path;
  });
}
