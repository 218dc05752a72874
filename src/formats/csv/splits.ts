/**
 * Files cut into blocks. A split is a range of bytes of one file; the rows that START in it belong to it, so the reader
 * goes past its end to finish the last one. Header and skipped lines lie before `dataOffset` and belong to no split.
 */

import type { Compression } from '../compression/detect.js';
import type { InputFile } from '../input-file.js';

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
}

/** All splits of a source in order; one a file when `isSequential` (dialects that only csv-parse reads), or compressed. */
export function planSplits(
  files: readonly CsvFile[],
  isSequential: boolean,
  splitBytes = CSV_SPLIT_BYTES,
): readonly CsvSplit[] {
  const splits: CsvSplit[] = [];
  files.forEach(({ size, dataOffset, compression }, file) => {
    const firstOfFile = splits.length;
    if (compression !== undefined) {
      splits.push({ index: firstOfFile, file, firstOfFile, start: dataOffset, end: STREAM_END });
      return;
    }
    const step = isSequential ? Math.max(1, size - dataOffset) : splitBytes;
    for (let start = dataOffset; start < size; start += step) {
      splits.push({ index: splits.length, file, firstOfFile, start, end: Math.min(start + step, size) });
    }
  });
  return splits;
}
