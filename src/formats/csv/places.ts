/**
 * Places in a file, found again when something went wrong: line and column count from 1, columns in characters. Reads
 * the file from its start; only errors ask.
 */
import type { Place } from '../../errors.js';
import { CR } from '../../kernels/csv-kernels.js';
import type { OpenFile } from './open-file.js';

const PIECE_BYTES = 1 << 16;
/** Longer texts are cut in messages. */
const SHOWN_CHARACTERS = 40;

/** The place of byte `offset`; `newline` is the byte that ends lines. */
export function placeAt(file: OpenFile, offset: number, newline: number): Place {
  return new LinePlaces(file.path, newline).placeAt(file, offset);
}

/** Places in one file; ascending ones are found without reading it from the start again. */
export class LinePlaces {
  readonly path: string;
  readonly #newline: number;
  #line = 1;
  #lineStart = 0;

  constructor(path: string, newline: number) {
    this.path = path;
    this.#newline = newline;
  }

  placeAt(file: OpenFile, offset: number): Place {
    if (offset < this.#lineStart) {
      this.#line = 1;
      this.#lineStart = 0;
    }
    const piece = Buffer.alloc(Math.min(PIECE_BYTES, offset - this.#lineStart));
    for (let at = this.#lineStart; at < offset; ) {
      const bytes = file.read(piece, Math.min(piece.length, offset - at), at);
      if (bytes === 0) break;
      for (let i = piece.indexOf(this.#newline); i >= 0 && i < bytes; i = piece.indexOf(this.#newline, i + 1)) {
        this.#line++;
        this.#lineStart = at + i + 1;
      }
      at += bytes;
    }
    return placeInLine(file, offset, this.#line, this.#lineStart);
  }
}

function placeInLine(file: OpenFile, offset: number, line: number, lineStart: number): Place {
  const before = readBytes(file, lineStart, Math.min(offset - lineStart, PIECE_BYTES)).toString('utf8');
  const hasMark = lineStart === 0 && before.startsWith('\ufeff');
  return { file: file.path, line, column: [...before].length + (hasMark ? 0 : 1), offset };
}

/** Where the first line from `offset` on begins that is no comment and, with `skipsEmpty`, not empty. */
export function rowStart(
  file: OpenFile,
  offset: number,
  { newline, comment, skipsEmpty }: { newline: number; comment: string | null; skipsEmpty: boolean },
): number {
  const mark = comment === null ? undefined : Buffer.from(comment);
  for (let at = offset; at < file.size; at = lineEnd(file, at, newline)) {
    const head = readBytes(file, at, Math.max(2, mark?.length ?? 0));
    const isEmpty = head[0] === newline || (head[0] === CR && head[1] === newline);
    const isComment = mark?.equals(head.subarray(0, mark.length)) ?? false;
    if (!isComment && !(isEmpty && skipsEmpty)) return at;
  }
  return offset;
}

/** The first byte behind the end of the line that holds `offset`. */
export function lineEnd(file: OpenFile, offset: number, newline: number): number {
  for (let at = offset; ; at += PIECE_BYTES) {
    const piece = readBytes(file, at, PIECE_BYTES);
    const end = piece.indexOf(newline);
    if (end >= 0) return at + end + 1;
    if (piece.length < PIECE_BYTES) return at + piece.length;
  }
}

export function readBytes(file: OpenFile, offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, file.read(bytes, length, offset));
}

/** A text as messages show it: on one line, in quotes, not longer than 40 characters. */
export function shown(text: string): string {
  const characters = [...text];
  const cut = characters.length > SHOWN_CHARACTERS ? `${characters.slice(0, SHOWN_CHARACTERS).join('')}…` : text;
  return JSON.stringify(cut);
}
