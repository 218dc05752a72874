import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { availableResources, type Resources } from '../../src/memory/cgroup.js';

/** What is available where `/proc/self/cgroup` and `/sys/fs/cgroup` hold these files. */
function under(files: Record<string, string>): Resources {
  const root = mkdtempSync(join(tmpdir(), 'leat-cgroup-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), `${text}\n`);
  }
  const found = availableResources(root);
  rmSync(root, { recursive: true });
  return found;
}

const ALL: Resources = { cores: availableParallelism(), memoryBytes: totalmem() };
const MIB = 1 << 20;

test('no control groups: all there is', () => {
  assert.deepEqual(under({}), ALL);
});

test('version 2: the least on the way to the root counts', () => {
  const limits = under({
    'proc/self/cgroup': '0::/jobs/one',
    'sys/fs/cgroup/jobs/one/cpu.max': 'max 100000',
    'sys/fs/cgroup/jobs/one/memory.max': String(900 * MIB),
    'sys/fs/cgroup/jobs/cpu.max': '150000 100000',
    'sys/fs/cgroup/jobs/memory.max': String(700 * MIB),
    'sys/fs/cgroup/memory.max': 'max',
  });
  assert.deepEqual(limits, { cores: 1, memoryBytes: 700 * MIB });
});

test('version 1: a limit that is none is none', () => {
  const limits = under({
    'proc/self/cgroup': '4:memory:/docker/x\n2:cpu,cpuacct:/docker/x',
    'sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes': '9223372036854771712',
    'sys/fs/cgroup/cpu/docker/x/cpu.cfs_quota_us': '-1',
    'sys/fs/cgroup/cpu/docker/x/cpu.cfs_period_us': '100000',
  });
  assert.deepEqual(limits, ALL);
});

test('version 1 in a container: the group is mounted as the root', () => {
  const limits = under({
    'proc/self/cgroup': '4:memory:/docker/x\n2:cpu,cpuacct:/docker/x',
    'sys/fs/cgroup/memory/memory.limit_in_bytes': String(256 * MIB),
    'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '50000',
    'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000',
  });
  assert.deepEqual(limits, { cores: 1, memoryBytes: 256 * MIB }, 'half a core is one slot');
});
