/**
 * Places in a file, found again when something went wrong: line and column count from 1, columns in characters. Reads
 * the file from its start; only errors ask.
 */
import { readSync } from 'node:fs';
import type { Place } from '../../errors.js';

const PIECE_BYTES = 1 << 16;
/** Longer texts are cut in messages. */
const SHOWN_CHARACTERS = 40;

export interface OpenFile {
  readonly path: string;
  readonly descriptor: number;
  readonly size: number;
}

/** The place of byte `offset`; `newline` is the byte that ends lines. */
export function placeAt({ path, descriptor }: OpenFile, offset: number, newline: number): Place {
  const piece = Buffer.alloc(PIECE_BYTES);
  let line = 1;
  let lineStart = 0;
  for (let at = 0; at < offset; ) {
    const bytes = readSync(descriptor, piece, 0, Math.min(PIECE_BYTES, offset - at), at);
    if (bytes === 0) break;
    for (let i = piece.indexOf(newline); i >= 0 && i < bytes; i = piece.indexOf(newline, i + 1)) {
      line++;
      lineStart = at + i + 1;
    }
    at += bytes;
  }
  const before = readBytes(descriptor, lineStart, Math.min(offset - lineStart, PIECE_BYTES)).toString('utf8');
  const hasMark = lineStart === 0 && before.startsWith('\ufeff');
  return { file: path, line, column: [...before].length + (hasMark ? 0 : 1), offset };
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
