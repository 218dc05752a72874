/**
 * Spill files of a job: one folder, named after the process, so that the next start can sweep what a killed one left.
 *
 *     <base>/leat-spill-<host_pid_start>-<job>/<attempt>-<number>-<purpose>
 *
 * Base: the setting, else the system's temporary folder, else /var/tmp, else the home's cache, else the working folder:
 * the first that can be written and is not a tmpfs, because a tmpfs would spill memory into memory.
 * The folder is made with the first file. Files are not flushed: they are worth nothing after a crash.
 */
import {
  accessSync,
  closeSync,
  constants,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statfsSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { leatError } from '../errors.js';
import type { Heap } from './heap.js';
import { makeFolders } from './make-folders.js';
import { isAlive, isMarker, processMarker } from './process-marker.js';
import type { SpillExtent, SpillFolder, SpillWriter } from './spill-folder.js';
import type { SpillQuota } from './spill-quota.js';

const PREFIX = 'leat-spill-';
/** Types that statfs reports on Linux for file systems in memory: tmpfs and ramfs. */
const MEMORY_FILE_SYSTEMS = [0x01021994, 0x858458f6];
/** Files of an attempt kept open for reading. A merge reads at most 128 runs at once. */
const OPEN_FILES = 160;

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
export function removeSpillFolder(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Another user's folder, or a file system that went away.
  }
}

/** Removes the files of one attempt. */
export function removeAttemptFiles(path: string, attempt: number, quota: SpillQuota): void {
  let names: string[];
  try {
    names = readdirSync(path);
  } catch {
    return;
  }
  for (const name of names) {
    if (!name.startsWith(`${attempt}-`)) continue;
    const file = join(path, name);
    quota.giveBack(statSync(file, { throwIfNoEntry: false })?.size ?? 0);
    rmSync(file, { force: true });
  }
}

export class SpillFiles implements SpillFolder {
  readonly #path: string;
  readonly #attempt: number;
  readonly #heap: Heap;
  readonly #quota: SpillQuota;
  readonly #open = new Map<string, number>();
  readonly #writing = new Set<number>();
  #created = 0;
  bytesWritten = 0;

  constructor(path: string, attempt: number, heap: Heap, quota: SpillQuota) {
    this.#path = path;
    this.#attempt = attempt;
    this.#heap = heap;
    this.#quota = quota;
  }

  create(purpose: string): SpillWriter {
    const path = join(this.#path, `${this.#attempt}-${this.#created++}-${purpose}`);
    const fd = guard(path, 'created', () => {
      makeFolders(this.#path, 0o700);
      return openSync(path, 'wx', 0o600);
    });
    this.#writing.add(fd);
    let bytes = 0;
    return {
      write: (address, length) => {
        this.#quota.take(length);
        guard(path, 'written', () => {
          for (let done = 0; done < length; ) {
            done += writeSync(fd, this.#heap.u8, address + done, length - done, bytes + done);
          }
        });
        bytes += length;
        this.bytesWritten += length;
      },
      close: () => {
        this.#writing.delete(fd);
        guard(path, 'closed', () => closeSync(fd));
        return { path, offset: 0, bytes };
      },
    };
  }

  read(extent: SpillExtent, offset: number, address: number, bytes: number): void {
    const { path } = extent;
    guard(path, 'read', () => {
      const fd = this.#reader(path);
      for (let done = 0; done < bytes; ) {
        const got = readSync(fd, this.#heap.u8, address + done, bytes - done, extent.offset + offset + done);
        if (got === 0) throw new Error(`ends ${bytes - done} bytes too early`);
        done += got;
      }
    });
  }

  #reader(path: string): number {
    let fd = this.#open.get(path);
    // Taken out and put in again: the map's first entry is the one used longest ago.
    if (fd !== undefined) this.#open.delete(path);
    else fd = openSync(path, 'r');
    this.#open.set(path, fd);
    if (this.#open.size > OPEN_FILES) {
      const [oldest, oldestFd] = this.#open.entries().next().value as [string, number];
      this.#open.delete(oldest);
      closeSync(oldestFd);
    }
    return fd;
  }

  remove(extent: SpillExtent): void {
    const fd = this.#open.get(extent.path);
    if (fd !== undefined) closeSync(fd);
    this.#open.delete(extent.path);
    guard(extent.path, 'removed', () => unlinkSync(extent.path));
    this.#quota.giveBack(extent.bytes);
  }

  /** Closes what is open; the files stay. */
  close(): void {
    for (const fd of [...this.#open.values(), ...this.#writing]) closeSync(fd);
    this.#open.clear();
    this.#writing.clear();
  }
}

const HINTS: Partial<Record<string, string>> = {
  ENOSPC: 'the disk is full: free some space, point --spill-dir to another disk, or give the job more --memory',
  EDQUOT: 'the quota is used up: point --spill-dir to another disk, or give the job more --memory',
  EACCES: 'point --spill-dir to a folder that can be written',
  EPERM: 'point --spill-dir to a folder that can be written',
  EROFS: 'point --spill-dir to a folder that can be written',
  ENOENT: 'something removed the spill folder while the job ran',
};

function guard<T>(path: string, verb: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw leatError('SPILL_IO', `a spill file cannot be ${verb}: ${message}`, {
      notes: [`the file is ${path}`],
      hint: HINTS[code ?? ''] ?? 'point --spill-dir to another disk',
      cause,
    });
  }
}
