/**
 * Publishes the outputs of a job: all or none, whatever happens in between.
 *
 *     1  pointer records in every other folder      nothing is committed yet
 *     2  the commit record in the first folder      from its rename on, everything is
 *     3  temporary files renamed to their targets, files that go removed
 *     4  records removed, locks released
 *
 * A process killed before 2 leaves the old files, and temporary ones that the next command removes; killed after it, the
 * next command that touches one of the folders rolls the rest forward. A single file needs no record: its rename is
 * the commit. Names begin with `.leat-`, which globs of inputs leave out.
 */
import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { leatError } from '../../errors.js';
import { makeFolders } from '../../memory/make-folders.js';
import { isAlive, processMarker } from '../../memory/process-marker.js';
import { holdsLock, LOCK_PREFIX, readLock, removeStale, unlockOutput } from './output-lock.js';

const RECORD_PREFIX = '.leat-commit-';

/** A whole file waiting to take its name; both paths absolute. */
export interface StagedFile {
  readonly temporary: string;
  readonly target: string;
}

/** An output that is published: a file, or all that changes in a folder. */
export interface StagedChange {
  /** Absolute; what is locked. */
  readonly target: string;
  readonly files: readonly StagedFile[];
  /** Files, and folders of staged ones, that go when all others are there; folders that are empty then go too, up to the target. */
  readonly removes: readonly string[];
}

interface CommitPlan {
  readonly files: readonly StagedFile[];
  readonly removes: readonly string[];
  /** Folders of outputs: those above a file that was removed go up to one of these. */
  readonly roots: readonly string[];
}

type CommitRecord =
  | ({ readonly kind: 'commit'; readonly marker: string; readonly job: string } & CommitPlan)
  | { readonly kind: 'pointer'; readonly marker: string; readonly job: string; readonly record: string };

export interface CommitOptions {
  /** Called between steps with the name of the next; tests kill the process there. */
  readonly onStep?: (step: string) => void;
}

/** Makes the changes, whose staged files are flushed already. COMMIT_FAILED when that cannot be. */
export function commitChanges(changes: readonly StagedChange[], job: string, options: CommitOptions = {}): void {
  if (changes.length === 0) return;
  const step = options.onStep ?? (() => {});
  const targets = changes.map(({ target }) => target);
  const plan: CommitPlan = {
    files: changes.flatMap(({ files }) => files),
    removes: changes.flatMap(({ removes }) => removes),
    roots: targets,
  };
  const isOneRename = plan.files.length === 1 && plan.removes.length === 0;
  const folders = [...new Set(targets.map((target) => dirname(target)))];
  // The marker is part of the name, so that half a record tells whose it is.
  const records = folders.map((folder) => join(folder, `${RECORD_PREFIX}${processMarker()}-${job}.json`));
  const [record, ...pointers] = records;
  try {
    for (const target of targets) {
      if (!holdsLock(target, job)) throw new Error(`the lock of ${target} was taken away`);
    }
    if (!isOneRename) {
      const marker = processMarker();
      for (const pointer of pointers) {
        step(`pointer ${pointer}`);
        writeRecord(pointer, { kind: 'pointer', marker, job, record });
      }
      step('record');
      writeRecord(record, { kind: 'commit', marker, job, ...plan }, step);
    }
    carryOut(plan, step);
    step('flush');
    for (const folder of foldersOf(plan)) flushFolder(folder);
    step('remove record');
    // The commit record first: a pointer to nothing means nothing.
    if (!isOneRename) for (const path of records) removeRecord(path, step);
    step('unlock');
    for (const target of targets) unlockOutput(target, job);
    step('done');
  } catch (cause) {
    throw leatError('COMMIT_FAILED', `the outputs could not be published: ${(cause as Error).message}`, {
      place: { file: targets[0] },
      hint: 'what was staged is published or removed by the next leat command that writes there',
      cause,
    });
  }
}

/** May have been begun before, by a process that was killed, or be done by another one that recovers too. */
function carryOut({ files, removes, roots }: CommitPlan, step: (name: string) => void, isAgain = false): void {
  for (const { temporary, target } of files) {
    step(`rename ${target}`);
    try {
      makeFolders(dirname(target));
      renameSync(temporary, target);
    } catch (error) {
      if (!isAgain || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  for (const path of removes) {
    step(`remove ${path}`);
    rmSync(path, { force: true, recursive: true });
    const root = roots.find((each) => path.startsWith(`${each}${sep}`));
    if (root !== undefined) removeEmptyFolders(dirname(path), root);
  }
}

/** `from` and the folders above it, below `root`. */
function removeEmptyFolders(from: string, root: string): void {
  for (let at = from; at.length > root.length; at = dirname(at)) {
    try {
      rmdirSync(at);
    } catch {
      return;
    }
  }
}

function foldersOf({ files }: CommitPlan): ReadonlySet<string> {
  return new Set(files.map(({ target }) => dirname(target)));
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

/** Whether a run publishes there at this moment, or was killed while it did. */
export function hasRecord(folder: string): boolean {
  return namesIn(folder).some(isRecord);
}

/**
 * Rolls forward what killed runs committed in `folder`, and removes what they staged and did not commit. `onFailure`: a record that cannot
 * be carried out stays; unless it is said otherwise that keeps nobody from writing something else.
 */
export function recoverOutputs(folder: string, job: string, onFailure: (cause: unknown) => void = () => {}): void {
  const names = namesIn(folder);
  for (const name of names.filter(isRecord)) {
    try {
      recoverRecord(join(folder, name));
    } catch (error) {
      onFailure(error);
    }
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

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isRecord(name: string): boolean {
  return name.startsWith(RECORD_PREFIX) && name.endsWith('.json');
}

function recoverRecord(path: string): void {
  const record = readRecord(path);
  if (!record || isAlive(record.marker)) return;
  if (record.kind === 'pointer') {
    recoverRecord(record.record);
    rmSync(path, { force: true });
    return;
  }
  carryOut(record, () => {}, true);
  for (const folder of foldersOf(record)) flushFolder(folder);
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
