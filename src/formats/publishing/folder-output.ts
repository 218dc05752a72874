/**
 * An output that is a folder: rows are staged in one file like those of any other output, and cut into files when all are there.
 *
 *     out/                                 .leat-part-JOB-out/       beside it
 *       country=NO/part-00000.csv            rows                    all rows, in order
 *       country=SE/part-00000.csv            0, 1 ...                the files to be
 *       .leat-files.json                     list
 *
 * The commit moves the files in, and removes those that leat had put there before and that are not written again.
 */
import { closeSync, fstatSync, mkdirSync, openSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { leatError } from '../../errors.js';
import { makeFolders, removeMadeFolders } from '../../memory/make-folders.js';
import { recoverOutputs, type StagedFile } from './commit.js';
import { piecesOf, type Stretch, writePiece } from './cut-rows.js';
import { type FileOutput, guard, type OutputFrame, type StagedOutputFile, seal, stage } from './file-output.js';
import { FlushAhead } from './flush-ahead.js';
import { type FolderFiles, filesInFolder, LIST_NAME, listText } from './folder-files.js';
import { OrderedFileState } from './ordered-file.js';
import { outputError } from './output-error.js';
import { lockOutput, unlockOutput } from './output-lock.js';
import { shortName } from './short-name.js';

export type FolderMode = 'replace' | 'replace_partitions' | 'append' | 'error';

export interface FolderOutputOptions extends Pick<OutputFrame, 'preamble'> {
  readonly jobId: string;
  readonly mode: FolderMode;
  /** A file ends with the row in which it gets so long. */
  readonly partBytes: number;
  /** End of the files' names, with the dot. */
  readonly extension: string;
  /** A line end between quotes ends no row. */
  readonly quotes: boolean;
}

/** Bytes, of any file system that one meets. */
const LONGEST_NAME = 255;

/** Where a partition begins in the output of a split. Plain data, from the sink's tasks. */
export interface PartitionMark {
  readonly split: number;
  readonly offset: number;
  readonly partition: string;
}

export function prepareFolderOutput(path: string, splits: number, options: FolderOutputOptions): FileOutput {
  const { jobId, mode } = options;
  const folder = resolve(path);
  const parent = dirname(folder);
  if (guard(folder, 'looked at', () => statSync(folder, { throwIfNoEntry: false }))?.isDirectory() === false) {
    throw outputError(folder, 'written', Object.assign(new Error('it is a file'), { code: 'ENOTDIR' }));
  }
  const made = guard(folder, 'made', () => makeFolders(parent));
  const staging = join(parent, `.leat-part-${jobId}-${shortName(basename(folder))}`);
  let isLocked = false;
  let ahead: FlushAhead | undefined;
  const abort = async (): Promise<void> => {
    if (ahead !== undefined) await ahead.stop();
    rmSync(staging, { force: true, recursive: true });
    if (isLocked) unlockOutput(folder, jobId);
    if (made !== undefined) removeMadeFolders(parent, made);
  };
  try {
    recoverOutputs(parent, jobId);
    lockOutput(folder, jobId, staging);
    isLocked = true;
    const before = guard(folder, 'looked at', () => filesInFolder(folder));
    refuse(folder, before, mode);
    guard(folder, 'made', () => mkdirSync(staging));
    const prepared = stage({ path: join(staging, 'rows'), target: folder }, splits, options);
    const state = new OrderedFileState(prepared.shared, prepared.splits);
    const flushing = new FlushAhead(prepared.path, () => state.bytes);
    ahead = flushing;
    flushing.start();
    return {
      prepared,
      finish: async (results = []) => {
        await flushing.stop();
        const { rows } = seal(prepared);
        const stretches = stretchesOf(state, splits, results as readonly (readonly PartitionMark[] | undefined)[]);
        return [{ rows, ...cut(folder, staging, stretches, before, options) }];
      },
      abort,
      printedBytes: () => 0,
    };
  } catch (error) {
    void abort();
    throw error;
  }
}

/** What the mode does not allow to be there. */
function refuse(folder: string, { own, foreign }: FolderFiles, mode: FolderMode): void {
  const [first] = mode === 'error' ? [...own, ...foreign] : mode === 'append' ? [] : foreign;
  if (first === undefined) return;
  throw mode === 'error'
    ? leatError('FORMAT_OUTPUT_EXISTS', `${folder} has files already, such as ${first}`, {
        hint: 'the step says `mode: error`; empty the folder, or write with another mode',
      })
    : leatError('FORMAT_OUTPUT_EXISTS', `${folder} has a file that leat did not put there: ${first}`, {
        hint: 'a folder is replaced only as far as leat wrote it; move the file away, or write with `mode: append`',
      });
}

/** Of each split the stretches of its partitions, in order. */
function stretchesOf(
  state: OrderedFileState,
  splits: number,
  results: readonly (readonly PartitionMark[] | undefined)[],
): readonly Stretch[] {
  const marks = new Map<number, PartitionMark[]>();
  for (const mark of results.flatMap((result) => result ?? [])) {
    marks.set(mark.split, [...(marks.get(mark.split) ?? []), mark]);
  }
  return Array.from({ length: splits }, (_, split) => {
    const [begin, end] = [state.starts[split], state.starts[split + 1]];
    const own = marks.get(split) ?? [{ split, offset: 0, partition: '' }];
    return own.map(({ offset, partition }, i): Stretch => {
      return { partition, from: begin + offset, to: i + 1 < own.length ? begin + own[i + 1].offset : end };
    });
  }).flat();
}

function cut(
  folder: string,
  staging: string,
  stretches: readonly Stretch[],
  before: FolderFiles,
  { mode, partBytes, extension, quotes, preamble = new Uint8Array(0) }: FolderOutputOptions,
): Omit<StagedOutputFile, 'rows'> {
  return guard(folder, 'written', () => {
    const fd = openSync(join(staging, 'rows'), 'r');
    try {
      const found = piecesOf(fd, stretches, partBytes, quotes);
      // A folder without partitions that has no rows has one file all the same, with its header.
      const pieces = found.length === 0 && mode !== 'append' ? [{ partition: '', ranges: [] }] : found;
      const number = numbering(mode === 'append' ? [...before.own, ...before.foreign] : []);
      let bytes = 0;
      const written = pieces.map((piece, i): StagedFile & { readonly name: string } => {
        // The only one is what is staged.
        const temporary = join(staging, pieces.length === 1 ? 'rows' : String(i));
        bytes += pieces.length === 1 ? fstatSync(fd).size : writePiece(fd, piece, temporary, preamble);
        const part = `part-${String(number(piece.partition)).padStart(5, '0')}${extension}`;
        const name = piece.partition === '' ? part : `${piece.partition}/${part}`;
        refuseLongNames(folder, name);
        return { temporary, target: join(folder, name), name };
      });
      const names = new Set(written.map(({ name }) => name));
      const partitions = new Set(pieces.map(({ partition }) => partition));
      const goes = (path: string): boolean =>
        !names.has(path) && (mode === 'replace' || (mode === 'replace_partitions' && partitions.has(dirname(path))));
      const kept = mode === 'replace' ? [] : before.own.filter((path) => !goes(path));
      const list = { temporary: join(staging, 'list'), target: join(folder, LIST_NAME) };
      writeFileSync(list.temporary, listText([...new Set([...kept, ...names])]), { flush: true });
      const files = [...written.map(({ temporary, target }) => ({ temporary, target })), list];
      const removes = [...before.own.filter(goes).map((path) => join(folder, path)), staging];
      return { temporary: staging, target: folder, bytes, folder: { files, removes } };
    } finally {
      closeSync(fd);
    }
  });
}

/** What no file system takes must not be found out in the middle of the commit. */
function refuseLongNames(folder: string, name: string): void {
  const long = name.split('/').find((part) => Buffer.byteLength(part) > LONGEST_NAME);
  if (long === undefined) return;
  throw leatError(
    'FORMAT_IO',
    `a folder in ${folder} cannot be called "${long.slice(0, 60)}...": names have up to ${LONGEST_NAME} bytes`,
    {
      place: { file: folder },
      hint: 'partition by another column, or by a part of this one: `derive` it with substr()',
    },
  );
}

/** The next number of a part in a partition, behind those that are there. */
function numbering(existing: readonly string[]): (partition: string) => number {
  const next = new Map<string, number>();
  for (const path of existing) {
    const [, folder = '', number] = /^(?:(.*)\/)?part-(\d+)[^/]*$/.exec(path) ?? [];
    if (number !== undefined) next.set(folder, Math.max(next.get(folder) ?? 0, Number(number) + 1));
  }
  return (partition) => {
    const number = next.get(partition) ?? 0;
    next.set(partition, number + 1);
    return number;
  };
}
