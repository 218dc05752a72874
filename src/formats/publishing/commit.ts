/**
 * Publishes the outputs of a job: all or none, whatever happens in between.
 *
 *     1  pointer records in every other folder      nothing is committed yet
 *     2  the commit record in the first folder      from its rename on, everything is
 *     3  temporary files renamed to their targets
 *     4  records removed, locks released
 *
 * A process killed before 2 leaves the old files, and temporary ones that the next command removes; killed after it, the
 * next command that touches one of the folders rolls the renames forward. A single file needs no record: its rename is
 * the commit. Names begin with `.leat-`, which globs of inputs leave out.
 */
import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { leatError } from '../../errors.js';
import { isAlive, processMarker } from '../../memory/process-marker.js';
import { holdsLock, LOCK_PREFIX, readLock, removeStale, unlockOutput } from './output-lock.js';

const RECORD_PREFIX = '.leat-commit-';

/** A whole file waiting to take its name; both paths absolute. */
export interface StagedFile {
  readonly temporary: string;
  readonly target: string;
}

type CommitRecord =
  | { readonly kind: 'commit'; readonly marker: string; readonly job: string; readonly files: readonly StagedFile[] }
  | { readonly kind: 'pointer'; readonly marker: string; readonly job: string; readonly record: string };

export interface CommitOptions {
  /** Called between steps with the name of the next; tests kill the process there. */
  readonly onStep?: (step: string) => void;
}

/** Renames the staged files, which are flushed already, to their targets. COMMIT_FAILED when that cannot be. */
export function commitFiles(files: readonly StagedFile[], job: string, options: CommitOptions = {}): void {
  if (files.length === 0) return;
  const step = options.onStep ?? (() => {});
  const folders = [...new Set(files.map((file) => dirname(file.target)))];
  // The marker is part of the name, so that half a record tells whose it is.
  const records = folders.map((folder) => join(folder, `${RECORD_PREFIX}${processMarker()}-${job}.json`));
  const [record, ...pointers] = records;
  try {
    for (const { target } of files) {
      if (!holdsLock(target, job)) throw new Error(`the lock of ${target} was taken away`);
    }
    if (files.length > 1) {
      const marker = processMarker();
      for (const pointer of pointers) {
        step(`pointer ${pointer}`);
        writeRecord(pointer, { kind: 'pointer', marker, job, record });
      }
      step('record');
      writeRecord(record, { kind: 'commit', marker, job, files }, step);
    }
    rename(files, step);
    step('flush');
    for (const folder of folders) flushFolder(folder);
    step('remove record');
    // The commit record first: a pointer to nothing means nothing.
    if (files.length > 1) for (const path of records) removeRecord(path, step);
    step('unlock');
    for (const { target } of files) unlockOutput(target, job);
    step('done');
  } catch (cause) {
    throw leatError('COMMIT_FAILED', `the outputs could not be published: ${(cause as Error).message}`, {
      place: { file: files[0].target },
      hint: 'what was staged is published or removed by the next leat command that writes there',
      cause,
    });
  }
}

function rename(files: readonly StagedFile[], step: (name: string) => void): void {
  for (const { temporary, target } of files) {
    step(`rename ${target}`);
    renameSync(temporary, target);
  }
}

function removeRecord(path: string, step: (name: string) => void): void {
  step(`remove ${path}`);
  rmSync(path, { force: true });
}

function writeRecord(path: string, record: CommitRecord, step: (name: string) => void = () => {}): void {
  const partial = `${path}.part`;
  writeFileSync(partial, JSON.stringify(record), { flush: true });
  step('record rename');
  renameSync(partial, path);
  step('record flush');
  flushFolder(dirname(path));
}

/** Makes renames in a folder last; systems that cannot flush folders do without. */
function flushFolder(folder: string): void {
  let fd: number;
  try {
    fd = openSync(folder, 'r');
  } catch {
    return;
  }
  try {
    fsyncSync(fd);
  } catch {
    // Windows, and some network file systems.
  } finally {
    closeSync(fd);
  }
}

/** Rolls forward what killed runs committed in `folder`, and removes what they staged and did not commit. */
export function recoverOutputs(folder: string, job: string): void {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return;
  }
  for (const name of names) {
    if (name.startsWith(RECORD_PREFIX) && name.endsWith('.json')) recoverRecord(join(folder, name));
  }
  for (const name of names) {
    const path = join(folder, name);
    if (name.startsWith(RECORD_PREFIX) && name.endsWith('.part') && !isAlive(markerIn(name)))
      rmSync(path, { force: true });
    if (!name.startsWith(LOCK_PREFIX)) continue;
    const lock = readLock(path);
    if (lock && !isAlive(lock.marker)) removeStale(path, lock, job);
  }
}

function recoverRecord(path: string): void {
  const record = readRecord(path);
  if (!record || isAlive(record.marker)) return;
  if (record.kind === 'pointer') {
    recoverRecord(record.record);
    rmSync(path, { force: true });
    return;
  }
  for (const { temporary, target } of record.files) {
    try {
      renameSync(temporary, target);
    } catch (error) {
      // Renamed before the kill, or by another process that recovers too.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  for (const folder of new Set(record.files.map((file) => dirname(file.target)))) flushFolder(folder);
  rmSync(path, { force: true });
}

function markerIn(name: string): string {
  return name.slice(RECORD_PREFIX.length).split('-')[0];
}

function readRecord(path: string): CommitRecord | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}
