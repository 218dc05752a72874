/**
 * Places in a file, found again when something went wrong: line and column count from 1, columns in characters. Reads
 * the file from its start; only errors ask.
 */
import { readSync } from 'node:fs';
import type { Place } from '../../errors.js';
import { CR } from '../../kernels/csv-kernels.js';

const PIECE_BYTES = 1 << 16;
/** Longer texts are cut in messages. */
const SHOWN_CHARACTERS = 40;

export interface OpenFile {
  readonly path: string;
  readonly descriptor: number;
  readonly size: number;
}

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

  placeAt({ path, descriptor }: OpenFile, offset: number): Place {
    if (offset < this.#lineStart) {
      this.#line = 1;
      this.#lineStart = 0;
    }
    const piece = Buffer.alloc(Math.min(PIECE_BYTES, offset - this.#lineStart));
    for (let at = this.#lineStart; at < offset; ) {
      const bytes = readSync(descriptor, piece, 0, Math.min(piece.length, offset - at), at);
      if (bytes === 0) break;
      for (let i = piece.indexOf(this.#newline); i >= 0 && i < bytes; i = piece.indexOf(this.#newline, i + 1)) {
        this.#line++;
        this.#lineStart = at + i + 1;
      }
      at += bytes;
    }
    return placeInLine(path, descriptor, offset, this.#line, this.#lineStart);
  }
}

function placeInLine(path: string, descriptor: number, offset: number, line: number, lineStart: number): Place {
  const before = readBytes(descriptor, lineStart, Math.min(offset - lineStart, PIECE_BYTES)).toString('utf8');
  const hasMark = lineStart === 0 && before.startsWith('\ufeff');
  return { file: path, line, column: [...before].length + (hasMark ? 0 : 1), offset };
}

/** Where the first line from `offset` on begins that is no comment and, with `skipsEmpty`, not empty. */
export function rowStart(
  { descriptor, size }: OpenFile,
  offset: number,
  { newline, comment, skipsEmpty }: { newline: number; comment: string | null; skipsEmpty: boolean },
): number {
  const mark = comment === null ? undefined : Buffer.from(comment);
  for (let at = offset; at < size; at = lineEnd(descriptor, at, newline)) {
    const head = readBytes(descriptor, at, Math.max(2, mark?.length ?? 0));
    const isEmpty = head[0] === newline || (head[0] === CR && head[1] === newline);
    const isComment = mark?.equals(head.subarray(0, mark.length)) ?? false;
    if (!isComment && !(isEmpty && skipsEmpty)) return at;
  }
  return offset;
}

/** The first byte behind the end of the line that holds `offset`. */
export function lineEnd(descriptor: number, offset: number, newline: number): number {
  for (let at = offset; ; at += PIECE_BYTES) {
    const piece = readBytes(descriptor, at, PIECE_BYTES);
    const end = piece.indexOf(newline);
    if (end >= 0) return at + end + 1;
    if (piece.length < PIECE_BYTES) return at + piece.length;
  }
}

export function readBytes(descriptor: number, offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(descriptor, bytes, 0, length, offset));
}

/** A text as messages show it: on one line, in quotes, not longer than 40 characters. */
export function shown(text: string): string {
  const characters = [...text];
  const cut = characters.length > SHOWN_CHARACTERS ? `${characters.slice(0, SHOWN_CHARACTERS).join('')}…` : text;
  return JSON.stringify(cut);
}
