/**
 * An output on the coordinator's side: where its bytes are staged while the job runs, and what becomes of them.
 *
 *     file      staged beside the target, locked, published by the job's commit
 *     stdout    spooled; printed at the commit, or as it grows when the output streams
 *     null      /dev/null: spooled and removed
 *
 * Slots write the staged file through `OrderedFileWriter`, so a repeated attempt never prints anything twice.
 */
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  realpathSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { devNull } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { LeatError, leatError } from '../../errors.js';
import { makeFolders, removeMadeFolders } from '../../memory/make-folders.js';
import { spillError } from '../../memory/spill-error.js';
import { defaultSpillBase, spillFolderPath } from '../../memory/spill-place.js';
import { recoverOutputs, type StagedChange } from './commit.js';
import { FlushAhead } from './flush-ahead.js';
import { CARRY_BYTES, type Packing } from './member-writer.js';
import { OrderedFileState, type PreparedFile } from './ordered-file.js';
import { outputError } from './output-error.js';
import { lockOutput, unlockOutput } from './output-lock.js';
import { packClosing, packPreamble } from './packed-ends.js';
import { shortName } from './short-name.js';
import { SpoolPump } from './spool-pump.js';

export type OutputTarget =
  | { readonly kind: 'file'; readonly path: string }
  /** `streams`: the only sink of a job without checks, so rows are printed while the job runs. */
  | { readonly kind: 'stdout'; readonly streams: boolean };

/** Target of a staged output that is printed; no absolute path, so no file. */
export const STDOUT = 'stdout';

/** What a format puts around the output of the splits. */
export interface OutputFrame {
  /** Written before the first split: a header. */
  readonly preamble?: Uint8Array;
  /** Takes the place of the first byte that any split writes. */
  readonly firstByte?: number;
  /** Written behind the last split, when all are through. */
  readonly closing?: (splits: OrderedFileState) => Uint8Array;
}

/** Rows that are put behind those of a file that is there: it is copied, and takes its new name as a whole. */
export interface AppendTo {
  /** Throws when the file that is there is of another shape; `head`: its first bytes, at most as many as the preamble has. */
  readonly check: (head: Uint8Array) => void;
}

export interface FileOutputOptions extends OutputFrame {
  readonly packing?: Packing;
  readonly jobId: string;
  /** Folder for spooled bytes; default: the job's spill folder in the default place. */
  readonly spoolFolder?: string;
  /** Bytes that were printed before, of an output that streams. */
  readonly printedBytes?: number;
  /** Where the target is there already. */
  readonly appends?: AppendTo;
  /** Where `stdout` goes; for tests. */
  readonly stdout?: Writable;
}

export interface StagedOutputFile {
  /** Empty when everything was printed already. */
  readonly temporary: string;
  readonly target: string;
  readonly rows: number;
  readonly bytes: number;
  /** The reader of stdout went away before it had taken all of them. */
  readonly readerLeft?: true;
  /** The target is a folder: what changes in it. */
  readonly folder?: Omit<StagedChange, 'target'>;
}

export interface FileOutput {
  /** For `OrderedFileWriter` on the slots. */
  readonly prepared: PreparedFile;
  /** All splits are through: the bytes are on disk when this resolves. */
  finish(results?: readonly unknown[]): Promise<readonly StagedOutputFile[]>;
  /** Removes what was staged; may be called at any time, also twice. */
  abort(): Promise<void>;
  /** Bytes that an output that streams has printed by now. */
  printedBytes(): number;
}

/** Of a file that is appended to, to see whether it has the same columns. */
const HEAD_BYTES = 1 << 16;
const LF = 10;

/** Through these names the file behind a redirected stream would be replaced while it is written to. */
const DESCRIPTOR = /^\/(?:dev\/(?:fd\/|std)|proc\/)/;

/** RUNTIME_OUTPUTS_HELD when another run writes the target, FORMAT_IO when it cannot be written. */
export function prepareFileOutput(target: OutputTarget, splits: number, options: FileOutputOptions): FileOutput {
  if (target.kind === 'stdout') return spool(STDOUT, splits, options, target.streams);
  let path = resolve(target.path);
  const existing = guard(path, 'looked at', () => statSync(path, { throwIfNoEntry: false }));
  if (existing?.isDirectory()) {
    throw outputError(path, 'written', Object.assign(new Error('it is a folder'), { code: 'EISDIR' }));
  }
  if (path === devNull) return spool(devNull, splits, options, false);
  if ((existing && !existing.isFile()) || DESCRIPTOR.test(path)) throw notRegular(path);
  // Through a symbolic link, the file that it means is replaced, not the link.
  if (existing) path = realpathSync(path);
  return stageBeside(path, splits, options, existing);
}

function stageBeside(path: string, splits: number, options: FileOutputOptions, existing?: Stats): FileOutput {
  const { jobId } = options;
  const folder = dirname(path);
  const made = guard(path, 'made', () => makeFolders(folder));
  const temporary = join(folder, `.leat-part-${jobId}-${shortName(basename(path))}`);
  let isLocked = false;
  let ahead: FlushAhead | undefined;
  const abort = async (): Promise<void> => {
    if (ahead !== undefined) await ahead.stop();
    rmSync(temporary, { force: true });
    if (isLocked) unlockOutput(path, jobId);
    if (made !== undefined) removeMadeFolders(folder, made);
  };
  try {
    recoverOutputs(folder, jobId);
    lockOutput(path, jobId, temporary);
    isLocked = true;
    const appended = existing && options.appends && copyOld(path, temporary, options.appends);
    const prepared = stage({ path: temporary, target: path }, splits, options, appended);
    if (existing) chmodSync(temporary, existing.mode & 0o7777);
    const state = new OrderedFileState(prepared.shared, prepared.splits);
    const flushing = new FlushAhead(temporary, () => state.bytes);
    ahead = flushing;
    flushing.start();
    return {
      prepared,
      finish: async () => {
        appendClosing(prepared, options.closing);
        await flushing.finish().catch((cause: unknown) => {
          throw outputError(path, 'flushed', cause);
        });
        return [{ temporary, target: path, ...seal(prepared) }];
      },
      abort,
      printedBytes: () => 0,
    };
  } catch (error) {
    void abort();
    throw error;
  }
}

let spooled = 0;

/** What was sent there cannot be taken back, and opening a pipe waits for its reader. */
function notRegular(path: string): Error {
  return leatError('FORMAT_IO', `${path} is not a regular file`, {
    place: { file: path },
    hint: 'pipes and devices are not written to; write to `stdout` and redirect that',
  });
}

function spool(target: string, splits: number, options: FileOutputOptions, streams: boolean): FileOutput {
  const folder = options.spoolFolder ?? spillFolderPath(defaultSpillBase(), options.jobId);
  makeSpoolFolder(folder);
  const temporary = join(folder, `output-${spooled++}`);
  const prepared = stage({ path: temporary, target: temporary }, splits, options);
  const state = new OrderedFileState(prepared.shared, prepared.splits);
  const pump = streams
    ? new SpoolPump(temporary, state, options.stdout ?? process.stdout, options.printedBytes)
    : undefined;
  pump?.start();
  return {
    prepared,
    finish: async () => {
      appendClosing(prepared, options.closing);
      if (!pump) return [{ temporary, target, ...seal(prepared) }];
      await pump.finish();
      rmSync(temporary, { force: true });
      const { bytes, totalRows: rows, isClosed } = state;
      return [{ temporary: '', target, rows, bytes, ...(isClosed ? { readerLeft: true } : {}) }];
    },
    abort: async () => {
      await pump?.stop();
      rmSync(temporary, { force: true });
    },
    printedBytes: () => pump?.sent ?? 0,
  };
}

function makeSpoolFolder(folder: string): void {
  try {
    makeFolders(folder, 0o700);
  } catch (cause) {
    throw spillError(folder, 'created', cause);
  }
}

/** The file as it is, with a line end at its end, for rows that go behind it; how many bytes it has then. */
function copyOld(path: string, temporary: string, { check }: AppendTo): number {
  return guard(path, 'copied', () => {
    copyFileSync(path, temporary, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    const fd = openSync(temporary, 'r+');
    try {
      const { size } = fstatSync(fd);
      const head = Buffer.alloc(Math.min(size, HEAD_BYTES));
      readSync(fd, head, 0, head.length, 0);
      check(head);
      const last = Buffer.alloc(1);
      if (size > 0) readSync(fd, last, 0, 1, size - 1);
      if (size === 0 || last[0] === LF) return size;
      writeSync(fd, Buffer.of(LF), 0, 1, size);
      return size + 1;
    } finally {
      closeSync(fd);
    }
  });
}

/** The staged file with its preamble, or as it was (`staged` bytes), and the words that the slots share. */
export function stage(
  { path, target }: Pick<PreparedFile, 'path' | 'target'>,
  splits: number,
  options: Pick<FileOutputOptions, keyof OutputFrame | 'packing'>,
  staged?: number,
): PreparedFile {
  const { firstByte, closing, packing } = options;
  const preamble = (staged ? undefined : options.preamble) ?? new Uint8Array(0);
  // What closes the file is the coordinator's split; so is a last member.
  if (closing !== undefined || packing !== undefined) splits++;
  const preambleBytes = preamble.length;
  const packed = packing && { packing, carried: new SharedArrayBuffer(CARRY_BYTES) };
  const start = packed === undefined ? preamble : packPreamble(packed, preamble);
  const shared = new SharedArrayBuffer(OrderedFileState.sharedBytes(splits));
  guard(target, 'made', () => {
    const fd = openSync(path, staged === undefined ? 'wx' : 'r+');
    try {
      for (let done = 0; done < start.length; ) done += writeSync(fd, start, done);
    } finally {
      closeSync(fd);
    }
  });
  new OrderedFileState(shared, splits).starts[0] = (staged ?? 0) + start.length;
  return { path, target, splits, shared, preambleBytes, firstByte, packed };
}

/** Behind the splits that there are, which are through. */
function appendClosing(
  { path, target, splits, shared, packed }: PreparedFile,
  closingOf: OutputFrame['closing'],
): void {
  if (closingOf === undefined && packed === undefined) return;
  const state = new OrderedFileState(shared, splits);
  const { turn, bytes } = state;
  const text = closingOf?.(state);
  const closing = packed === undefined ? text! : packClosing(packed, turn, bytes === 0, text);
  guard(target, 'written', () => {
    const fd = openSync(path, 'r+');
    try {
      for (let done = 0; done < closing.length; ) {
        done += writeSync(fd, closing, done, closing.length - done, bytes + done);
      }
    } finally {
      closeSync(fd);
    }
  });
  state.passTurn(turn, bytes + closing.length, 0);
}

/** Cuts the staged file behind the last split and flushes it. */
export function seal(prepared: PreparedFile): { rows: number; bytes: number } {
  const state = new OrderedFileState(prepared.shared, prepared.splits);
  const { bytes, totalRows: rows } = state;
  guard(prepared.target, 'flushed', () => {
    const fd = openSync(prepared.path, 'r+');
    try {
      ftruncateSync(fd, bytes);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  });
  return { rows, bytes };
}

export function guard<T>(path: string, verb: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw cause instanceof LeatError ? cause : outputError(path, verb, cause);
  }
}
