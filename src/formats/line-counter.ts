/** The lines that places of a file are in, for places that ascend: what lies between two of them is read once more. */
import { type ClosedFile, type OpenFile, withOpenFile } from './csv/open-file.js';

const PIECE_BYTES = 1 << 16;

export class LineCounter {
  readonly #newline: number;
  readonly #piece = Buffer.alloc(PIECE_BYTES);
  #open: (() => OpenFile) | undefined;
  #offset = 0;
  #line = 1;

  /** `newline`: the byte that ends lines. */
  constructor(newline: number) {
    this.#newline = newline;
  }

  /** From a place on of which the line is known; `open` gives the file when somebody asks. */
  start(open: () => OpenFile, offset: number, line: number): void {
    this.#open = open;
    this.#offset = offset;
    this.#line = line;
  }

  /** Of an offset that is not before the last one. */
  lineAt(offset: number): number {
    if (this.#offset >= offset) return this.#line;
    const file = this.#open!();
    while (this.#offset < offset) {
      const wanted = Math.min(PIECE_BYTES, offset - this.#offset);
      const bytes = file.read(this.#piece, wanted, this.#offset);
      if (bytes === 0) break;
      for (let i = 0; i < bytes; i++) if (this.#piece[i] === this.#newline) this.#line++;
      this.#offset += bytes;
    }
    return this.#line;
  }
}

/** The lines that ascending offsets of a file are in. */
export function linesAt(file: ClosedFile, offsets: readonly number[], newline: number): readonly number[] {
  return withOpenFile(file, (open) => {
    const counter = new LineCounter(newline);
    counter.start(() => open, 0, 1);
    return offsets.map((offset) => counter.lineAt(offset));
  });
}
