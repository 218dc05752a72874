/**
 * Reads splits of the dialects that the kernels claim. For each split:
 *
 *  1. load the block (whole when the share allows, else piece by piece), scan it, publish its transition;
 *  2. learn from the predecessors in which quote state it begins, and so where its first row does;
 *  3. index and decode chunk after chunk; the row that begins before the end of the split is read to its own end.
 *
 *     split      |        row |  row  |  row | ro|
 *     ours                     ^^^^^^^ ^^^^^^ ^^^^^    (the first, torn row is the predecessor's)
 *
 * When a proof fails, `RowWalker` says which row it was; the rows before it are still handed out.
 */
import type { RecordBatch, RowOrigin } from '../../columnar/record-batch.js';
import { type LeatError, leatError, type Place, type RowPosition } from '../../errors.js';
import type { CsvKernels } from '../../kernels/csv-kernels.js';
import { LineCounter } from '../line-counter.js';
import { BlockStates, FLIPPED, UNCHANGED } from './block-states.js';
import type { CsvReader, CsvReaderOptions } from './csv-reader.js';
import type { CsvDialect } from './dialect.js';
import { FaultyRows, isQuoteFault } from './faulty-rows.js';
import { FileWindow } from './file-window.js';
import { placeAt, readBytes } from './places.js';
import { type DecodeFault, RowDecoder } from './row-decoder.js';
import { type RowFault, RowWalker } from './row-faults.js';
import { ROW_SIZE_HINT, rowLimitBytes } from './row-size.js';
import { type CsvFile, type CsvSplit, STREAM_END } from './splits.js';

/** Bytes read behind a split at first, to finish its last row; few rows are longer. */
export const LOOKAHEAD_BYTES = 4096;

export class CsvBlockReader implements CsvReader, RowOrigin {
  readonly #options: CsvReaderOptions;
  readonly #dialect: CsvDialect;
  readonly #kernels: CsvKernels;
  readonly #quote: number;
  readonly #escape: number;
  readonly #newline: number;
  readonly #rowLimit: number;
  readonly #states: BlockStates;
  readonly #window: FileWindow;
  readonly #rows: RowDecoder;
  readonly #faulty: FaultyRows | undefined;
  readonly #lines: LineCounter;
  readonly #poll: () => void;
  #split: CsvSplit | undefined;
  /** Offset of the next row of the split. */
  #cursor = 0;
  #fault: RowFault | undefined;

  constructor(options: CsvReaderOptions) {
    this.#options = options;
    this.#dialect = options.dialect;
    this.#kernels = options.kernels;
    this.#quote = options.dialect.quote?.charCodeAt(0) ?? -1;
    this.#escape = options.dialect.quote === null ? -1 : options.dialect.escape.charCodeAt(0);
    this.#newline = options.dialect.newline === 'lf' ? 10 : 13;
    this.#poll = options.poll ?? (() => {});
    this.#rowLimit = rowLimitBytes(options.memory, options.chunkBytes);
    this.#states = new BlockStates(options.states, options.splits, this.#poll);
    this.#window = new FileWindow(options.memory, options.codecs);
    this.#faulty = options.faults && new FaultyRows(options, options.faults);
    this.#rows = new RowDecoder(options, this.#faulty?.absent);
    this.#rows.batch.origin = this;
    this.#lines = new LineCounter(this.#newline);
  }

  start(split: CsvSplit): void {
    this.#split = split;
    this.#fault = undefined;
    this.#window.open(this.#options.files[split.file]);
    this.#reserve(split);
    let state = 0;
    // A file that is one split begins outside of quotes and has nobody who must know how it ends.
    if (this.#quote >= 0 && !isWholeFile(split, this.#window.file)) {
      if (this.#states.transition(split.index) < 0) this.#states.publish(split.index, this.#scan(split));
      state = this.#states.startState(split, (other) => this.#scan(other));
    }
    this.#cursor = this.#firstRow(split, state);
    this.#lines.start(() => this.#window.reopened, split.start, split.line ?? 1);
  }

  next(): RecordBatch | null {
    const { end } = this.#split!;
    if (this.#faulty?.hasRows) return this.#faulty.take();
    for (let wanted = 0; this.#cursor < Math.min(end, this.#window.size); ) {
      this.#poll();
      if (this.#fault !== undefined && this.#cursor >= this.#fault.offset) {
        this.#passOver(this.#fault);
        if (this.#faulty?.hasRows) return this.#faulty.take();
        continue;
      }
      const wantedTo = Math.min(
        this.#fault?.offset ?? this.#window.size,
        Math.max(this.#chunkEnd(), this.#cursor + wanted),
      );
      if (wantedTo - this.#cursor > this.#rowLimit || !this.#window.tryReserve(wantedTo - this.#cursor)) {
        const fault = this.#findFault();
        const offset = this.#cursor;
        this.#fault = fault?.offset === offset ? fault : { offset, error: this.#rowTooLarge(), next: offset };
        continue;
      }
      const to = this.#window.load(this.#cursor, wantedTo);
      if (to === this.#cursor) break;
      if (!this.#index(to)) {
        this.#fault = this.#findFault() ?? unexplained(this.#cursor);
        continue;
      }
      this.#rows.cutAt(this.#window.addressOf(end));
      if (this.#rows.rows > 0) {
        const batch = this.#faulty === undefined ? this.#decode() : this.#decodeAll(this.#faulty);
        if (batch !== null) return batch;
        wanted = 0;
        continue;
      }
      if (this.#rows.next > this.#window.addressOf(this.#cursor)) {
        this.#cursor = this.#window.offsetOf(this.#rows.next);
      } else if (to === this.#window.size) {
        this.#fault = this.#findFault() ?? unexplained(this.#cursor);
      } else {
        // Not one whole row in what was looked at.
        wanted = Math.min(2 * (to - this.#cursor), Math.max(this.#rowLimit, to - this.#cursor + 1));
      }
    }
    this.#window.checkUnchanged();
    return null;
  }

  position(row: number): RowPosition {
    const { source } = this.#options;
    return { source, file: this.#split!.file, offset: this.#window.offsetOf(this.#rows.rowStart(row)) };
  }

  place(row: number): Place {
    return this.#placeOf(this.#rows.rowStart(row));
  }

  line(row: number): number {
    return this.#lines.lineAt(this.#window.offsetOf(this.#rows.rowStart(row)));
  }

  close(): void {
    this.#window.close();
    this.#rows.close();
    this.#faulty?.close();
  }

  /** The whole split in one window, if that is not too much of the task's memory; else a chunk at a time. */
  #reserve({ start, end }: CsvSplit): void {
    const { chunkBytes } = this.#options;
    const whole = end - start + 1 + LOOKAHEAD_BYTES;
    const isWhole = whole <= this.#rowLimit && this.#window.tryReserve(whole);
    if (!isWhole) this.#window.reserve(chunkBytes + LOOKAHEAD_BYTES);
  }

  /** What the bytes of a split do to the quote state. */
  #scan({ start, end, file }: CsvSplit): number {
    this.#window.open(this.#options.files[file]);
    const isWhole = end - start + 1 + LOOKAHEAD_BYTES <= this.#window.capacity;
    const ahead = isWhole ? LOOKAHEAD_BYTES : 0;
    const step = isWhole ? end - start : Math.min(this.#window.capacity, this.#options.chunkBytes);
    let [outside, inside, escaped] = [0, 1, 2];
    for (let from = start; from < end; from += step) {
      const to = Math.min(from + step, end);
      this.#window.load(Math.max(0, isWhole ? from - 1 : from), Math.min(to + ahead, this.#window.file.size));
      const transition = this.#scanLoaded(this.#window.addressOf(from), this.#window.addressOf(to));
      [outside, inside, escaped] = [outside, inside, escaped].map((state) => (transition >> (2 * state)) & 3);
    }
    return outside | (inside << 2) | (escaped << 4);
  }

  #scanLoaded(from: number, to: number): number {
    if (this.#quote !== this.#escape) return this.#kernels.scanEscapes(from, to, this.#quote, this.#escape);
    return this.#kernels.scanQuotes(from, to, this.#quote) === 0 ? UNCHANGED : FLIPPED;
  }

  /** Offset of the first row that begins in the split; its end when none does. */
  #firstRow({ index, firstOfFile, start, end }: CsvSplit, state: number): number {
    if (index === firstOfFile) return start;
    this.#window.load(start - 1, start);
    const before = this.#options.memory.heap.u8[this.#window.addressOf(start - 1)];
    if (state === 0 && before === this.#newline) return start;
    let from = start;
    // The quote state moves along piece by piece; a newline at end - 1 makes a row of the next split.
    for (let piece = LOOKAHEAD_BYTES; from < end - 1; ) {
      this.#poll();
      const to = Math.min(end - 1, from + Math.min(piece, this.#window.capacity));
      this.#window.load(from, to);
      const [a, b] = [this.#window.addressOf(from), this.#window.addressOf(to)];
      const found = this.#kernels.findRowStart(a, b, state, this.#quote, this.#escape, this.#newline) >>> 0;
      if (found !== 0) return this.#window.offsetOf(found);
      if (this.#quote >= 0) state = (this.#scanLoaded(a, b) >> (2 * state)) & 3;
      from = to;
      piece = this.#options.chunkBytes;
    }
    return end;
  }

  /** The rest of the split in even chunks, so that none is tiny. */
  #chunkEnd(): number {
    const left = this.#split!.end + LOOKAHEAD_BYTES - this.#cursor;
    const chunks = Math.ceil(left / this.#options.chunkBytes);
    return Math.min(this.#window.size, this.#cursor + Math.ceil(left / chunks));
  }

  #index(to: number): boolean {
    let end = this.#window.addressOf(to);
    if (to === this.#window.size && this.#options.memory.heap.u8[end - 1] !== this.#newline) {
      // A last row without a line end gets one.
      this.#options.memory.heap.u8[end++] = this.#newline;
    }
    return this.#rows.index(this.#window.addressOf(this.#cursor), end);
  }

  #decode(): RecordBatch | null {
    const fault = this.#rows.decode();
    if (fault === undefined) {
      this.#cursor = this.#window.offsetOf(this.#rows.next);
      return this.#rows.batch;
    }
    const offset = this.#window.offsetOf(this.#rows.rowStart(fault.row));
    this.#fault = { offset, error: this.#errorOf(fault), next: offset };
    this.#cursor = offset;
    if (fault.row === 0) throw this.#faultAt(this.#fault);
    return this.#rows.batch;
  }

  /** Decodes what is good and notes the rest. */
  #decodeAll(faulty: FaultyRows): RecordBatch | null {
    const file = this.#window.reopened;
    for (const { row, code, message, address, column } of this.#rows.decodeAll()) {
      const place = faulty.placesIn(file, this.#newline).placeAt(file, this.#window.offsetOf(address));
      const byte_offset = this.#window.offsetOf(this.#rows.rowStart(row));
      faulty.add({
        file: place.file,
        line: place.line,
        byte_offset,
        column,
        code,
        message,
        raw: this.#rows.rowText(row),
      });
    }
    this.#cursor = this.#window.offsetOf(this.#rows.next);
    if (this.#rows.batch.selectedCount > 0) return this.#rows.batch;
    return faulty.hasRows ? faulty.take() : null;
  }

  /** A row that is not well formed: throws, or notes it and goes on behind it. */
  #passOver(fault: RowFault): void {
    const { code, message, place } = fault.error.diagnostics[0];
    // Behind a stray quote the other splits of the file begin in the wrong state.
    const mayGoOn =
      code === 'FORMAT_CSV_FIELD_COUNT' || (isQuoteFault(code) && isWholeFile(this.#split!, this.#window.file));
    if (this.#faulty === undefined || !mayGoOn) throw this.#faultAt(fault);
    const { offset, next } = fault;
    const raw = readBytes(this.#window.reopened, offset, next - offset)
      .toString('utf8')
      .replace(/[\r\n]+$/, '');
    this.#faulty.add({ file: place?.file, line: place?.line, byte_offset: offset, code, message, raw });
    this.#cursor = next;
    this.#fault = undefined;
  }

  #errorOf({ code, message, hint, address }: DecodeFault): LeatError {
    return leatError(code, message, { hint, place: this.#placeOf(address) });
  }

  #placeOf(address: number): Place {
    return placeAt(this.#window.reopened, this.#window.offsetOf(address), this.#newline);
  }

  #faultAt({ offset, error }: RowFault): LeatError {
    error.position = { source: this.#options.source, file: this.#split!.file, offset };
    return error;
  }

  /** The first faulty row from the cursor on. */
  #findFault(): RowFault | undefined {
    const file = this.#window.reopened;
    const places = this.#faulty?.placesIn(file, this.#newline);
    const walker = new RowWalker(file, this.#dialect, this.#options.fieldCount, this.#rowLimit, places);
    return walker.firstFault(this.#cursor);
  }

  #rowTooLarge(): LeatError {
    return leatError('FORMAT_CSV_ROW_SIZE', 'a row for which a slot has no memory', {
      place: placeAt(this.#window.reopened, this.#cursor, this.#newline),
      hint: ROW_SIZE_HINT,
    });
  }
}

function isWholeFile({ start, end }: CsvSplit, { dataOffset, size, compression }: CsvFile): boolean {
  return start === dataOffset && end === (compression === undefined ? size : STREAM_END);
}

function unexplained(offset: number): RowFault {
  return {
    offset,
    next: offset,
    error: leatError('INTERNAL', `the row at byte ${offset} was refused without a reason`),
  };
}
