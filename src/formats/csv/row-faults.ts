/**
 * The exact reader of rows, byte by byte: walks from a row that is known to begin there until it finds the first row
 * that is not well formed, and says what is wrong with it. Runs when a proof of the index kernel failed, so once.
 */

import { type ErrorCode, type LeatError, leatError } from '../../errors.js';
import { CR, LF } from '../../kernels/csv-kernels.js';
import { formatSize } from '../../spec/size-text.js';
import type { CsvDialect } from './dialect.js';
import type { OpenFile } from './open-file.js';
import { LinePlaces, readBytes, shown } from './places.js';
import { ROW_SIZE_HINT } from './row-size.js';

export interface RowFault {
  /** Where the faulty row begins. */
  readonly offset: number;
  readonly error: LeatError;
  /** Where reading can go on: behind the row, or where that cannot be told behind the line of the fault. */
  readonly next: number;
}

const PIECE_BYTES = 1 << 16;

export class RowWalker {
  readonly #file: OpenFile;
  readonly #dialect: CsvDialect;
  readonly #fieldCount: number;
  readonly #rowLimit: number;
  readonly #newline: number;
  readonly #places: LinePlaces;
  readonly #piece = Buffer.alloc(PIECE_BYTES);
  #pieceStart = 0;
  #pieceEnd = 0;

  constructor(file: OpenFile, dialect: CsvDialect, fieldCount: number, rowLimit: number, places?: LinePlaces) {
    this.#file = file;
    this.#dialect = dialect;
    this.#fieldCount = fieldCount;
    this.#rowLimit = rowLimit;
    this.#newline = dialect.newline === 'lf' ? LF : CR;
    this.#places = places ?? new LinePlaces(file.path, this.#newline);
  }

  /** The first faulty row from the row at `offset` on; undefined when there is none. */
  firstFault(offset: number): RowFault | undefined {
    for (let row = offset; this.#byte(row) >= 0; ) {
      const next = this.#walkRow(row);
      if (typeof next !== 'number') return { offset: row, ...next };
      row = next;
    }
    return undefined;
  }

  /** The start of the next row, or what is wrong with this one. */
  #walkRow(row: number): number | Omit<RowFault, 'offset'> {
    const delimiter = this.#dialect.delimiter.charCodeAt(0);
    const quote = this.#dialect.quote === null ? -1 : this.#dialect.quote.charCodeAt(0);
    let fields = 1;
    let field = row;
    for (let at = row; ; at++) {
      const byte = this.#byte(at);
      if (byte === quote) {
        if (at !== field) return { error: this.#strayQuote(field, at), next: this.#lineEnd(at) };
        const closing = this.#closingQuote(at);
        if (closing < 0) return { error: this.#unclosedQuote(at), next: this.#lineEnd(at) };
        at = closing;
        if (!this.#isFieldEnd(at + 1, delimiter)) {
          return { error: this.#strayQuote(field, at), next: this.#lineEnd(at) };
        }
      } else if (byte === delimiter) {
        fields++;
        field = at + 1;
      } else if (byte < 0 || byte === this.#newline) {
        const isBlank = at === row || (at === row + 1 && this.#newline === LF && this.#byte(row) === CR);
        if (fields !== this.#fieldCount && !isBlank) return { error: this.#wrongCount(row, at, fields), next: at + 1 };
        if (at - row > this.#rowLimit) return { error: this.#tooLarge(row), next: at + 1 };
        return at + 1;
      }
    }
  }

  /** Offset of the quote that closes the field opened at `opening`, or -1. */
  #closingQuote(opening: number): number {
    const quote = this.#dialect.quote!.charCodeAt(0);
    const escapeMark = this.#dialect.escape.charCodeAt(0);
    for (let at = opening + 1; ; at++) {
      const byte = this.#byte(at);
      if (byte < 0) return -1;
      if (quote === escapeMark) {
        if (byte !== quote) continue;
        if (this.#byte(at + 1) !== quote) return at;
        at++;
      } else if (byte === escapeMark) {
        at++;
      } else if (byte === quote) {
        return at;
      }
    }
  }

  #isFieldEnd(at: number, delimiter: number): boolean {
    const byte = this.#byte(at);
    if (byte < 0 || byte === delimiter || byte === this.#newline) return true;
    return byte === CR && this.#newline === LF && (this.#byte(at + 1) === LF || this.#byte(at + 1) < 0);
  }

  /** The byte at `offset`, -1 at the end of the file. */
  #byte(offset: number): number {
    if (offset >= this.#file.size) return -1;
    if (offset < this.#pieceStart || offset >= this.#pieceEnd) {
      const bytes = this.#file.read(this.#piece, PIECE_BYTES, offset);
      this.#pieceStart = offset;
      this.#pieceEnd = offset + bytes;
      if (bytes === 0) return -1;
    }
    return this.#piece[offset - this.#pieceStart];
  }

  /** The first byte behind the line that holds `at`. */
  #lineEnd(at: number): number {
    let end = at;
    for (let byte = this.#byte(end); byte >= 0 && byte !== this.#newline; byte = this.#byte(end)) end++;
    return end + 1;
  }

  #strayQuote(field: number, at: number): LeatError {
    const quote = this.#dialect.quote!;
    const opened = this.#byte(field) === quote.charCodeAt(0) ? this.#places.placeAt(this.#file, field) : undefined;
    const found = shown(this.#textFrom(field, at + 20));
    const message =
      opened === undefined
        ? `a quote inside the unquoted field ${found}; a field is quoted as a whole or not at all`
        : `a quote inside the quoted field ${found}, which begins at ${opened.line}:${opened.column}; expected a delimiter or a line end behind it`;
    const hint =
      `put the field in ${quote} and write ${this.#dialect.escape}${quote} for each quote in it, ` +
      'or read the file with `quotes: lax`, or with `quote: none` where quotes mean nothing';
    return this.#error('FORMAT_CSV_STRAY_QUOTE', at, message, hint);
  }

  #unclosedQuote(at: number): LeatError {
    const found = shown(this.#textFrom(at, at + 60));
    return this.#error(
      'FORMAT_CSV_UNCLOSED_QUOTE',
      at,
      `the quoted field ${found} has no end; the file ends inside it`,
      'close the quote, or read the file with `quote: none` when quotes mean nothing',
    );
  }

  #wrongCount(row: number, end: number, fields: number): LeatError {
    return this.#error(
      'FORMAT_CSV_FIELD_COUNT',
      row,
      `a row of ${count(fields)}, expected ${count(this.#fieldCount)}: ${shown(this.#textFrom(row, end))}`,
      'quote fields that hold the delimiter; if all rows look like this, the delimiter may be another one',
    );
  }

  #tooLarge(row: number): LeatError {
    return this.#error(
      'FORMAT_CSV_ROW_SIZE',
      row,
      `a row larger than ${formatSize(this.#rowLimit)}, the most that a slot has memory for`,
      ROW_SIZE_HINT,
    );
  }

  #error(code: ErrorCode, at: number, message: string, hint: string): LeatError {
    return leatError(code, message, { place: this.#places.placeAt(this.#file, at), hint });
  }

  #textFrom(from: number, to: number): string {
    const bytes = readBytes(this.#file, from, Math.min(to - from, 400));
    return bytes.toString('utf8').replace(/[\r\n]+$/, '');
  }
}

function count(fields: number): string {
  return fields === 1 ? '1 field' : `${fields} fields`;
}
