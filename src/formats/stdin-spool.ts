/**
 * Standard input as a file: everything it has is written into a spill folder of its own, so that it can be cut into splits,
 * looked at before the run and read again, like every other input. The folder outlives the tries of a job.
 */
import { randomBytes } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { leatError } from '../errors.js';
import { makeFolders } from '../memory/make-folders.js';
import { spillError } from '../memory/spill-error.js';
import { defaultSpillBase, openSpillPlace, type SpillPlace } from '../memory/spill-place.js';
import { SpillQuota } from '../memory/spill-quota.js';
import type { Located } from '../spec/source.js';
import { type InputFile, STDIN } from './input-file.js';

export interface StdinSpoolOptions {
  readonly spillDir?: string;
  readonly spillLimit?: number;
  readonly signal?: AbortSignal;
  /** Asked for when it is read, for even looking at process.stdin opens it. */
  readonly stream: () => Readable;
}

export class StdinSpool {
  readonly #options: StdinSpoolOptions;
  #place: SpillPlace | undefined;
  #reader: Located | undefined;
  #filling: Promise<void> | undefined;
  /** Bytes that are on the disk. */
  bytes = 0;

  constructor(options: StdinSpoolOptions) {
    this.#options = options;
  }

  /** Where the pipeline reads it. */
  get reader(): Located | undefined {
    return this.#reader;
  }

  /** For the step at a place, which is the only one that may; the bytes are there when it is filled. */
  open(reader: Located): InputFile {
    this.#reader = reader;
    return { path: STDIN, bytesAt: this.#path() };
  }

  /** Reads it to its end, if the pipeline reads it; once, however often it is asked for. */
  fill(): Promise<void> {
    if (this.#reader !== undefined) this.#filling ??= this.#fill(this.#reader);
    return this.#filling ?? Promise.resolve();
  }

  remove(): void {
    if (this.#place === undefined) return;
    this.#place.remove();
    process.removeListener('exit', this.#place.remove);
  }

  #path(): string {
    if (this.#place === undefined) {
      const jobId = `${Date.now().toString(36)}${randomBytes(4).toString('hex')}`;
      this.#place = openSpillPlace(this.#options.spillDir ?? defaultSpillBase(), jobId);
      process.once('exit', this.#place.remove);
    }
    return join(this.#place.path, STDIN);
  }

  async #fill(reader: Located): Promise<void> {
    const { stream, signal, spillLimit } = this.#options;
    const input = stream();
    if ('isTTY' in input && input.isTTY) throw isTerminal(reader);
    const path = this.#path();
    const quota = SpillQuota.create(spillLimit);
    const stop = (): void => void input.destroy(interrupted());
    signal?.addEventListener('abort', stop);
    if (signal?.aborted) stop();
    let file: FileHandle | undefined;
    try {
      for await (const chunk of input) {
        file ??= await create(path);
        quota.take(chunk.length);
        await file.writeFile(chunk).catch((cause: unknown) => Promise.reject(spillError(path, 'written', cause)));
        this.bytes += chunk.length;
      }
      file ??= await create(path);
    } finally {
      signal?.removeEventListener('abort', stop);
      await file?.close();
    }
  }
}

async function create(path: string): Promise<FileHandle> {
  try {
    makeFolders(join(path, '..'), 0o700);
    return await open(path, 'wx', 0o600);
  } catch (cause) {
    throw spillError(path, 'created', cause);
  }
}

function isTerminal(reader: Located): Error {
  return leatError('FORMAT_IO', 'standard input is a terminal, and is read as a file', {
    ...reader,
    hint: 'give it a file or a pipe: leat run PIPELINE < orders.csv, or --read STEP=FILE in its place',
  });
}

function interrupted(): Error {
  return leatError('RUNTIME_CANCELLED', 'the run was interrupted');
}
