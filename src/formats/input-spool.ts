/**
 * Inputs that are put on the disk before they are read, so that they can be cut into splits, looked at before the run and read again
 * like every other file: standard input, and files that are not UTF-8, whose copies are. They lie in a spill folder of
 * their own, which outlives the tries of a job.
 */
import { randomBytes } from 'node:crypto';
import { unlinkSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { LeatError, leatError } from '../errors.js';
import { makeFolders } from '../memory/make-folders.js';
import { spillError } from '../memory/spill-error.js';
import { defaultSpillBase, openSpillPlace, type SpillPlace } from '../memory/spill-place.js';
import { SpillQuota } from '../memory/spill-quota.js';
import type { Located } from '../spec/source.js';
import { foreignKind } from './csv/foreign-bytes.js';
import { type Encoding, pieceDecoder } from './encodings.js';
import { bytesPath, type InputFile, STDIN } from './input-file.js';

export interface InputSpoolOptions {
  readonly spillDir?: string;
  readonly spillLimit?: number;
  readonly signal?: AbortSignal;
  /** Asked for when it is read, for even looking at process.stdin opens it. */
  readonly stdin: () => Readable;
}

/** Bytes of a file that are decoded at once. */
const PIECE_BYTES = 1 << 20;

export class InputSpool {
  readonly #options: InputSpoolOptions;
  readonly #quota: SpillQuota;
  #place: SpillPlace | undefined;
  #stdinReader: Located | undefined;
  #named = 0;
  /** What is still to be written, one after the other. */
  #waiting: (() => Promise<void>)[] = [];

  constructor(options: InputSpoolOptions) {
    this.#options = options;
    this.#quota = SpillQuota.create(options.spillLimit);
  }

  /** Bytes that are on the disk. */
  get bytes(): number {
    return this.#quota.used;
  }

  /** Where the pipeline reads standard input. */
  get stdinReader(): Located | undefined {
    return this.#stdinReader;
  }

  /** Standard input for the step at a place, which is the only one that may; the bytes are there when the spool is filled. */
  stdin(reader: Located): InputFile {
    this.#stdinReader = reader;
    const bytesAt = this.#newPath();
    this.#waiting.push(() => this.#spoolStdin(bytesAt, reader));
    return { path: STDIN, bytesAt };
  }

  /** The file as UTF-8, from the first encoding that all of it is of. */
  decoded(file: InputFile, encodings: readonly Encoding[], reader: Located): InputFile {
    const bytesAt = this.#newPath();
    this.#waiting.push(() => this.#decode(file, bytesAt, encodings, reader));
    return { path: file.path, bytesAt };
  }

  /** Writes what waits for it. */
  async fill(): Promise<void> {
    for (const write of this.#waiting.splice(0)) await write();
  }

  remove(): void {
    if (this.#place === undefined) return;
    this.#place.remove();
    process.removeListener('exit', this.#place.remove);
  }

  #newPath(): string {
    if (this.#place === undefined) {
      const jobId = `${Date.now().toString(36)}${randomBytes(4).toString('hex')}`;
      this.#place = openSpillPlace(this.#options.spillDir ?? defaultSpillBase(), jobId);
      process.once('exit', this.#place.remove);
    }
    return join(this.#place.path, `input-${this.#named++}`);
  }

  async #spoolStdin(path: string, reader: Located): Promise<void> {
    const { stdin, signal } = this.#options;
    const input = stdin();
    if ('isTTY' in input && input.isTTY) throw isTerminal(reader);
    const stop = (): void => void input.destroy(interrupted());
    signal?.addEventListener('abort', stop);
    if (signal?.aborted) stop();
    let file: FileHandle | undefined;
    try {
      for await (const chunk of input) {
        file ??= await create(path);
        await this.#write(file, path, chunk);
      }
      file ??= await create(path);
    } finally {
      signal?.removeEventListener('abort', stop);
      await file?.close();
    }
  }

  async #decode(file: InputFile, path: string, encodings: readonly Encoding[], reader: Located): Promise<void> {
    let input: FileHandle;
    try {
      input = await open(bytesPath(file), 'r');
    } catch {
      // Whoever reads it says what is wrong with it.
      return;
    }
    try {
      const { buffer, bytesRead } = await input.read(Buffer.alloc(64), 0, 64, 0);
      const foreign = foreignKind(buffer.subarray(0, bytesRead));
      if (foreign !== undefined) throw noText(file, foreign, reader);
      for (const encoding of encodings) if (await this.#decodeFrom(input, path, encoding)) return;
      throw notOf(file, encodings, reader);
    } catch (error) {
      if (error instanceof LeatError) throw error;
      throw leatError('FORMAT_IO', `${file.path} cannot be read: ${(error as Error).message}`, {
        ...reader,
        cause: error,
      });
    } finally {
      await input.close();
    }
  }

  /** False when the file is not of the encoding; then nothing is left of it. */
  async #decodeFrom(input: FileHandle, path: string, encoding: Encoding): Promise<boolean> {
    const decode = pieceDecoder(encoding);
    const output = await create(path);
    const before = this.#quota.used;
    const piece = Buffer.alloc(PIECE_BYTES);
    try {
      for (let at = 0; ; ) {
        if (this.#options.signal?.aborted) throw interrupted();
        const { bytesRead } = await input.read(piece, 0, PIECE_BYTES, at);
        const text = decode(piece.subarray(0, bytesRead), bytesRead === 0);
        if (text === undefined && !(at === 0 && bytesRead === 0)) {
          unlinkSync(path);
          this.#quota.giveBack(this.#quota.used - before);
          return false;
        }
        await this.#write(output, path, Buffer.from(text ?? ''));
        if (bytesRead === 0) return true;
        at += bytesRead;
      }
    } finally {
      await output.close();
    }
  }

  async #write(file: FileHandle, path: string, bytes: Uint8Array): Promise<void> {
    this.#quota.take(bytes.length);
    await file.writeFile(bytes).catch((cause: unknown) => Promise.reject(spillError(path, 'written', cause)));
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

function notOf({ path }: InputFile, encodings: readonly Encoding[], reader: Located): Error {
  const isAlone = encodings.length === 1;
  const needsMark = encodings.includes('utf-16')
    ? '; utf-16 takes a byte order mark, utf-16le and utf-16be do not'
    : '';
  return leatError('FORMAT_ENCODING', `${path} is not ${isAlone ? encodings[0] : `one of ${encodings.join(', ')}`}`, {
    ...reader,
    hint: `say another \`encoding\`, or put latin-1 last, which takes every byte${needsMark}`,
  });
}

function noText({ path }: InputFile, { kind, mend }: { kind: string; mend: string }, reader: Located): Error {
  const hint = `only plain text has an encoding: ${mend}`;
  return leatError('FORMAT_ENCODING', `${path} is ${kind}, and is read as text`, { ...reader, hint });
}

function interrupted(): Error {
  return leatError('RUNTIME_CANCELLED', 'the run was interrupted');
}
