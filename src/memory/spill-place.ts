/**
 * Where the spill files of a job go: one folder, named after the process, so that the next start can sweep what a killed
 * one left.
 *
 *     <base>/leat-spill-<host_pid_start>-<job>/<attempt>-<number>-<purpose>
 *
 * Base: the setting, else the system's temporary folder, else /var/tmp, else the home's cache, else the working folder:
 * the first that can be written and is not a tmpfs, because a tmpfs would spill memory into memory.
 */
import { accessSync, constants, readdirSync, rmSync, statfsSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { leatError } from '../errors.js';
import { missingFolders, removeMadeFolders } from './make-folders.js';
import { isAlive, isMarker, processMarker } from './process-marker.js';

const PREFIX = 'leat-spill-';
/** Types that statfs reports on Linux for file systems in memory: tmpfs and ramfs. */
const MEMORY_FILE_SYSTEMS = [0x01021994, 0x858458f6];
export interface SpillPlace {
  /** Made with the first file. */
  readonly path: string;
  /** Takes away the folder, and those that were made above it. Never fails; may be called twice. */
  remove(): void;
}

/** SPILL_IO when the base is no folder: that is told before the run and not when it spills. */
export function openSpillPlace(base: string, jobId: string): SpillPlace {
  const path = spillFolderPath(base, jobId);
  const made = missingAbove(base);
  sweepSpillFolders(base);
  return {
    path,
    remove: () => {
      removeSpillFolder(path);
      if (made !== undefined) removeMadeFolders(base, made);
    },
  };
}

/** The first folder that would have to be made. */
function missingAbove(base: string): string | undefined {
  try {
    return missingFolders(base).at(-1);
  } catch (cause) {
    throw leatError('SPILL_IO', `${base} cannot hold spill files: ${(cause as Error).message}`, {
      hint: 'point --spill-dir (spill_dir under `run:`) to a folder; it is made if it is not there',
      cause,
    });
  }
}

/** Where spill folders go when nothing is set. */
export function defaultSpillBase(): string {
  const candidates = [tmpdir(), '/var/tmp', join(homedir(), '.cache'), process.cwd()];
  return candidates.find((folder) => isWritable(folder) && !isInMemory(folder)) ?? tmpdir();
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

export function isInMemory(folder: string): boolean {
  if (process.platform !== 'linux') return false;
  try {
    return MEMORY_FILE_SYSTEMS.includes(Number(statfsSync(folder).type) >>> 0);
  } catch {
    return false;
  }
}

export function spillFolderPath(base: string, jobId: string): string {
  return join(base, `${PREFIX}${processMarker()}-${jobId}`);
}

/** Removes spill folders whose process is gone; the number removed. */
export function sweepSpillFolders(base: string): number {
  let names: string[];
  try {
    names = readdirSync(base);
  } catch {
    return 0;
  }
  let swept = 0;
  for (const name of names) {
    if (!name.startsWith(PREFIX)) continue;
    const marker = name.slice(PREFIX.length).split('-')[0];
    // Somebody else's folder may have such a name too.
    if (!isMarker(marker) || isAlive(marker)) continue;
    removeSpillFolder(join(base, name));
    swept++;
  }
  return swept;
}

/** Never fails: what cannot be removed now is swept later. */
function removeSpillFolder(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Another user's folder, or a file system that went away.
  }
}
