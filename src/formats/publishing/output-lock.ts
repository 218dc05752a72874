/**
 * One run at a time writes an output: a lock file beside it names the process that does. It appears whole, by a hard
 * link, and a process that is gone holds nothing. A lock also says which temporary file its run staged, so that whoever
 * finds it stale can remove that.
 */
import { constants, copyFileSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { leatError } from '../../errors.js';
import { isAlive, processMarker } from '../../memory/process-marker.js';
import { outputError } from './output-error.js';
import { shortName } from './short-name.js';

export const LOCK_PREFIX = '.leat-lock-';

export interface OutputLock {
  readonly marker: string;
  readonly job: string;
  /** File that is renamed to the output when the job commits, or a folder with all that is staged. */
  readonly temporary: string;
}

export function lockPath(target: string): string {
  return join(dirname(target), LOCK_PREFIX + shortName(basename(target)));
}

export function readLock(path: string): OutputLock | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

/** RUNTIME_OUTPUTS_HELD when another run, still alive, has it. */
export function lockOutput(target: string, job: string, temporary: string): void {
  const path = lockPath(target);
  const own: OutputLock = { marker: processMarker(), job, temporary };
  const whole = `${path}-${job}`;
  try {
    writeFileSync(whole, JSON.stringify(own));
    for (let tries = 0; !link(whole, path); tries++) {
      const holder = readLock(path);
      if (holder ? isAlive(holder.marker) || !removeStale(path, holder, job) : tries > 2)
        throw held(target, path, holder);
    }
  } catch (cause) {
    if ((cause as Error).name === 'LeatError') throw cause;
    throw outputError(target, 'locked', cause);
  } finally {
    rmSync(whole, { force: true });
  }
}

function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code === 'ENOENT') throw error;
    return copyWithoutLink(from, to);
  }
}

/** For file systems without hard links. */
function copyWithoutLink(from: string, to: string): boolean {
  try {
    copyFileSync(from, to, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Takes a dead process's lock away, and the file it staged. By renaming: of two processes that try, one gets it. False
 * when what was taken is not the stale lock any more but one that somebody else has just put there; that is put back.
 */
export function removeStale(path: string, stale: OutputLock, job: string): boolean {
  const aside = `${path}-stale-${job}`;
  try {
    renameSync(path, aside);
  } catch {
    return true;
  }
  const taken = readLock(aside);
  if (taken && taken.job !== stale.job) {
    link(aside, path);
    rmSync(aside, { force: true });
    return false;
  }
  rmSync(stale.temporary, { force: true, recursive: true });
  rmSync(aside, { force: true });
  return true;
}

function held(target: string, path: string, holder: OutputLock | null): Error {
  return leatError('RUNTIME_OUTPUTS_HELD', `another run writes ${basename(target)} at this moment`, {
    place: { file: target },
    hint: 'wait until it is done',
    notes: [
      `held by process ${holder?.marker.replaceAll('_', ', ') ?? 'unknown'} (host, pid, start)`,
      `if that process is gone, remove ${path}`,
    ],
  });
}

/** Whether this run still holds the lock that it took. */
export function holdsLock(target: string, job: string): boolean {
  return readLock(lockPath(target))?.job === job;
}

export function unlockOutput(target: string, job: string): void {
  if (holdsLock(target, job)) rmSync(lockPath(target), { force: true });
}
