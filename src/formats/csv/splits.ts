/**
 * Files cut into blocks. A split is a range of bytes of one file; the rows that START in it belong to it, so the reader
 * goes past its end to finish the last one. Header and skipped lines lie before `dataOffset` and belong to no split.
 */

import { CR, LF } from '../../kernels/csv-kernels.js';
import type { Compression } from '../compression/detect.js';
import type { InputFile } from '../input-file.js';
import { linesAt } from '../line-counter.js';
import type { CsvDialect } from './dialect.js';

/** The size of a block: a constant of the format, so that the same file is always cut in the same places. */
const CSV_SPLIT_BYTES = 1 << 20;

/** One input as it was when the run began; plain data. */
export interface CsvFile extends InputFile {
  readonly size: number;
  readonly mtimeMs: number;
  /** Where the first row begins: behind BOM, skipped lines and header. */
  readonly dataOffset: number;
  readonly compression?: Compression;
}

/** Where a compressed file ends nobody knows before it was read; offsets in it are those of the decompressed bytes. */
export const STREAM_END = Number.MAX_SAFE_INTEGER;

export interface CsvSplit {
  /** Index among all splits of the source. */
  readonly index: number;
  /** Index of the file in the source's list. */
  readonly file: number;
  /** Index of the first split of the same file. */
  readonly firstOfFile: number;
  readonly start: number;
  readonly end: number;
  /** The line that it begins in, where somebody asks for lines. */
  readonly line?: number;
}

/** The same splits with the lines that they begin in: all files are read once. */
export function withLines(
  splits: readonly CsvSplit[],
  files: readonly CsvFile[],
  newline: CsvDialect['newline'],
): readonly CsvSplit[] {
  return files.flatMap((file, index) => {
    const own = splits.filter((split) => split.file === index);
    const starts = own.map(({ start }) => start);
    const lines = linesAt(file, starts, newline === 'lf' ? LF : CR);
    return own.map((split, at) => ({ ...split, line: lines[at] }));
  });
}

/** Bytes of the file system that it stands for. */
export function splitBytes({ start, end }: CsvSplit, { compression, size }: CsvFile): number {
  return compression === undefined ? end - start : size;
}

/** All splits of a source in order; one of a file that is read in sequence, as a compressed one always is. */
export function planSplits<File extends CsvFile>(
  files: readonly File[],
  isSequential: (file: File) => boolean,
  stepBytes = CSV_SPLIT_BYTES,
): readonly CsvSplit[] {
  const splits: CsvSplit[] = [];
  files.forEach((input, file) => {
    const { size, dataOffset, compression } = input;
    const firstOfFile = splits.length;
    if (compression !== undefined) {
      splits.push({ index: firstOfFile, file, firstOfFile, start: dataOffset, end: STREAM_END });
      return;
    }
    const step = isSequential(input) ? Math.max(1, size - dataOffset) : stepBytes;
    for (let start = dataOffset; start < size; start += step) {
      splits.push({ index: splits.length, file, firstOfFile, start, end: Math.min(start + step, size) });
    }
  });
  return splits;
}
