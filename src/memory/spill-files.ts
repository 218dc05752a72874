/**
 * Spill files of one attempt, in the spill folder of its job, which is made with the first file. They are not flushed:
 * they are worth nothing after a crash.
 */
import { closeSync, openSync, readdirSync, readSync, rmSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Heap } from './heap.js';
import { makeFolders } from './make-folders.js';
import { spillError } from './spill-error.js';
import type { SpillExtent, SpillFolder, SpillWriter } from './spill-folder.js';
import type { SpillQuota } from './spill-quota.js';

/** Files of an attempt kept open for reading. A merge reads at most 128 runs at once. */
const OPEN_FILES = 160;

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

function guard<T>(path: string, verb: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw spillError(path, verb, cause);
  }
}
