/** The lines that places of a file are in, for places that ascend: what lies between two of them is read once more. */
import { closeSync, openSync, readSync } from 'node:fs';
import { bytesPath, type InputFile } from './input-file.js';

const PIECE_BYTES = 1 << 16;

export class LineCounter {
  readonly #newline: number;
  readonly #piece = Buffer.alloc(PIECE_BYTES);
  #descriptor = -1;
  #offset = 0;
  #line = 1;

  /** `newline`: the byte that ends lines. */
  constructor(newline: number) {
    this.#newline = newline;
  }

  /** From a place on of which the line is known. */
  start(descriptor: number, offset: number, line: number): void {
    this.#descriptor = descriptor;
    this.#offset = offset;
    this.#line = line;
  }

  /** Of an offset that is not before the last one. */
  lineAt(offset: number): number {
    while (this.#offset < offset) {
      const wanted = Math.min(PIECE_BYTES, offset - this.#offset);
      const bytes = readSync(this.#descriptor, this.#piece, 0, wanted, this.#offset);
      if (bytes === 0) break;
      for (let i = 0; i < bytes; i++) if (this.#piece[i] === this.#newline) this.#line++;
      this.#offset += bytes;
    }
    return this.#line;
  }
}

/** The lines that ascending offsets of a file are in. */
export function linesAt(file: InputFile, offsets: readonly number[], newline: number): readonly number[] {
  const descriptor = openSync(bytesPath(file), 'r');
  try {
    const counter = new LineCounter(newline);
    counter.start(descriptor, 0, 1);
    return offsets.map((offset) => counter.lineAt(offset));
  } finally {
    closeSync(descriptor);
  }
}
