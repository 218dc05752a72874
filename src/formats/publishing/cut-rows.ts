/**
 * Cuts a staged file of rows into files: where a partition begins, and behind so many bytes at the end of a row. Cuts follow from the
 * bytes alone, so the files are the same however the rows were made.
 */
import { closeSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';

export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/** Rows one behind the other that belong into one partition. */
export interface Stretch extends ByteRange {
  /** Folder within the output's; '' without partitions. */
  readonly partition: string;
}

/** A file to be: parts of the staged one. */
export interface Piece {
  readonly partition: string;
  readonly ranges: readonly ByteRange[];
}

const LF = 10;
const QUOTE = 0x22;
const PIECE_BYTES = 1 << 20;

/** `quotes`: a line end between quotes ends no row. `at most` so many bytes a piece, and the row that is at work then. */
export function piecesOf(
  fd: number,
  stretches: readonly Stretch[],
  partBytes: number,
  quotes: boolean,
): readonly Piece[] {
  const pieces: { partition: string; ranges: ByteRange[]; bytes: number }[] = [];
  for (const { partition, from: first, to } of stretches) {
    for (let from = first; from < to; ) {
      let last = pieces.at(-1);
      if (last === undefined || last.partition !== partition || last.bytes >= partBytes) {
        last = { partition, ranges: [], bytes: 0 };
        pieces.push(last);
      }
      const limit = from + partBytes - last.bytes;
      const end = limit >= to ? to : rowEnd(fd, from, limit, to, quotes);
      last.ranges.push({ from, to: end });
      last.bytes += end - from;
      from = end;
    }
  }
  return pieces;
}

/** The end of the row that holds byte `limit` - 1, of rows from `from` on. */
function rowEnd(fd: number, from: number, limit: number, to: number, quotes: boolean): number {
  const piece = Buffer.alloc(PIECE_BYTES);
  let isQuoted = false;
  // Without quotes nothing before the limit has to be known.
  for (let at = quotes ? from : limit - 1; at < to; ) {
    const bytes = readSync(fd, piece, 0, Math.min(PIECE_BYTES, to - at), at);
    for (let i = 0; i < bytes; i++) {
      if (quotes && piece[i] === QUOTE) isQuoted = !isQuoted;
      else if (piece[i] === LF && !isQuoted && at + i >= limit - 1) return at + i + 1;
    }
    at += bytes;
  }
  return to;
}

/** Writes a piece as a file of its own and flushes it; its bytes. */
export function writePiece(fd: number, { ranges }: Piece, path: string, preamble: Uint8Array): number {
  const out = openSync(path, 'wx');
  try {
    let end = 0;
    const write = (bytes: Uint8Array): void => {
      for (let done = 0; done < bytes.length; ) done += writeSync(out, bytes, done, bytes.length - done, end + done);
      end += bytes.length;
    };
    write(preamble);
    const buffer = Buffer.alloc(PIECE_BYTES);
    for (const { from, to } of ranges) {
      for (let at = from; at < to; ) {
        const bytes = readSync(fd, buffer, 0, Math.min(PIECE_BYTES, to - at), at);
        if (bytes === 0) throw new Error('the staged rows end too early');
        write(buffer.subarray(0, bytes));
        at += bytes;
      }
    }
    fsyncSync(out);
    return end;
  } finally {
    closeSync(out);
  }
}
