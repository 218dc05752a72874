/**
 * The package as it would be published: what `npm pack` puts into it, unpacked into an empty folder beside the packages
 * that are no development dependencies, runs a pipeline on worker threads.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { projectRoot } from '../support/project-root.js';

test('an installed package works without development dependencies', () => {
  const folder = mkdtempSync(join(tmpdir(), 'leat-pack-'));
  try {
    const npm = (...args: string[]): string =>
      execFileSync('npm', args, { cwd: projectRoot, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const packed = JSON.parse(npm('pack', '--ignore-scripts', '--json', '--pack-destination', folder));
    // A list of packages before npm 12, then a map.
    const [{ filename, files }] = Object.values(packed) as { filename: string; files: { path: string }[] }[];
    assert.deepEqual(
      files.map(({ path }) => path).filter((path) => /^(src|test|bench|build|node_modules)\//.test(path)),
      [],
    );

    execFileSync('tar', ['-xzf', filename], { cwd: folder });
    const modules = join(folder, 'node_modules');
    mkdirSync(modules);
    execFileSync('mv', ['package', 'node_modules/leat'], { cwd: folder });
    for (const name of runtimePackages()) {
      mkdirSync(dirname(join(modules, name)), { recursive: true });
      symlinkSync(join(projectRoot, 'node_modules', name), join(modules, name));
    }

    const rows = Array.from({ length: 200_000 }, (_, id) => `${id},${id % 9}`);
    writeFileSync(join(folder, 'in.csv'), `id,k\n${rows.join('\n')}\n`);
    writeFileSync(
      join(folder, 'count.yaml'),
      'steps:\n  - read: in.csv\n  - aggregate:\n      n: count(*)\n    by: [k]\n  - write: stdout\n',
    );
    const leat = join(modules, 'leat/bin/run.js');
    const counted = execFileSync(process.execPath, [leat, 'run', '-q', '--slots', '2', 'count.yaml'], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, LEAT_TEST_SETTINGS: '{"inProcessBytes":0}' },
    });
    const expected = Array.from({ length: 9 }, (_, k) => `${k},${Math.ceil((200_000 - k) / 9)}`);
    assert.equal(counted, `k,n\n${expected.join('\n')}\n`);

    const imported =
      "import('leat').then(({ runPipeline }) => process.exit(typeof runPipeline === 'function' ? 0 : 1))";
    execFileSync(process.execPath, ['-e', imported], { cwd: folder });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Names of the packages that `npm install leat` would bring. */
function runtimePackages(): string[] {
  const lock = JSON.parse(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8'));
  return Object.entries(lock.packages as Record<string, { dev?: boolean; optional?: boolean }>)
    .filter(([path, { dev, optional }]) => path.startsWith('node_modules/') && !dev && !optional)
    .map(([path]) => path.slice('node_modules/'.length))
    .filter((name) => !name.includes('/node_modules/'));
}
