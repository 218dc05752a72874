/**
 * Cores and memory that this process may use: the least of what the machine has and what control groups (v2 and v1)
 * allow on the way from this process's group to the root. In a container the group is often mounted as the root
 * itself, so the root is looked at in any case.
 */
import { readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { dirname, join } from 'node:path';

export interface Resources {
  /** Whole cores, at least 1. */
  readonly cores: number;
  readonly memoryBytes: number;
}

/** `root` stands for `/` in tests. */
export function availableResources(root = '/'): Resources {
  let cores = availableParallelism();
  let memoryBytes = totalmem();
  for (const group of groups(root)) {
    cores = Math.min(cores, group.controller === 'memory' ? cores : coresOf(group.folder));
    memoryBytes = Math.min(memoryBytes, group.controller === 'cpu' ? memoryBytes : memoryOf(group.folder));
  }
  return { cores: Math.max(1, Math.floor(cores)), memoryBytes };
}

interface Group {
  readonly controller: 'cpu' | 'memory' | 'unified';
  readonly folder: string;
}

function groups(root: string): Group[] {
  const found: Group[] = [];
  for (const line of read(join(root, 'proc/self/cgroup')).split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (path === undefined) continue;
    if (controllers === '') {
      found.push(...chain('unified', join(root, 'sys/fs/cgroup'), path));
      continue;
    }
    for (const controller of ['cpu', 'memory'] as const) {
      if (!controllers.split(',').includes(controller)) continue;
      found.push(...chain(controller, join(root, 'sys/fs/cgroup', controller), path));
    }
  }
  return found;
}

/** The group's folder and those above it, up to the mount. */
function chain(controller: Group['controller'], mount: string, path: string): Group[] {
  const found: Group[] = [];
  for (let at = path; at !== '/' && at !== '.' && at !== ''; at = dirname(at)) {
    found.push({ controller, folder: join(mount, at) });
  }
  found.push({ controller, folder: mount });
  return found;
}

function coresOf(folder: string): number {
  const [quota, period] = read(join(folder, 'cpu.max')).trim().split(' ');
  if (period !== undefined) return quota === 'max' ? Infinity : Number(quota) / Number(period);
  const quotaV1 = number(join(folder, 'cpu.cfs_quota_us'));
  const periodV1 = number(join(folder, 'cpu.cfs_period_us'));
  return quotaV1 > 0 && periodV1 > 0 && Number.isFinite(quotaV1) ? quotaV1 / periodV1 : Infinity;
}

function memoryOf(folder: string): number {
  return Math.min(number(join(folder, 'memory.max')), number(join(folder, 'memory.limit_in_bytes')));
}

/** The number in a file; Infinity when there is none, as for `max`. */
function number(file: string): number {
  const text = read(file).trim();
  const value = Number(text);
  return text === '' || Number.isNaN(value) ? Infinity : value;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
