/**
 * The rows of one split on their way to row groups: blocks of plain columns in files of the job's spill folder, where every slot can
 * read them. Names and contents follow from the split alone, so whoever repeats it writes the same.
 *
 *     NAME-split-part    block | block | ...      removed when all row groups with its rows are written
 *     block              column | column | ...
 *     column             plain values | a byte of validity a row, unless all are valid
 *     NAME-split-index   where blocks and columns lie, written last
 */
import { closeSync, openSync, readFileSync, readSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import type { Heap } from '../../memory/heap.js';
import { spillError } from '../../memory/spill-error.js';
import type { RowPlace } from './row-group-sizes.js';

/** A part is closed behind the block that makes so many bytes: what a split of any size leaves on the disk. */
const PART_BYTES = 64 << 20;

/** Words of a block in an index: part, offset in it, rows; then of each column the bytes and the number of its values. */
const BLOCK_WORDS = 3;
const COLUMN_WORDS = 2;

export interface SpooledColumn {
  /** Of the values in the part. */
  readonly offset: number;
  readonly bytes: number;
  readonly values: number;
}

export interface SpooledBlock {
  readonly split: number;
  readonly part: number;
  readonly rows: number;
  readonly columns: readonly SpooledColumn[];
}

/** Blocks of a split as they lie one behind the other. */
export class SplitIndex {
  readonly split: number;
  readonly #columns: number;
  #words: Float64Array;
  #blocks: number;

  constructor(split: number, columns: number, words = new Float64Array(0)) {
    this.split = split;
    this.#columns = columns;
    this.#words = words;
    this.#blocks = words.length / this.#stride;
  }

  get #stride(): number {
    return BLOCK_WORDS + COLUMN_WORDS * this.#columns;
  }

  get blocks(): number {
    return this.#blocks;
  }

  add(part: number, offset: number, rows: number, columns: readonly { bytes: number; values: number }[]): void {
    const at = this.#blocks++ * this.#stride;
    if (at + this.#stride > this.#words.length) {
      const grown = new Float64Array(Math.max(16, 2 * this.#blocks) * this.#stride);
      grown.set(this.#words);
      this.#words = grown;
    }
    this.#words.set([part, offset, rows, ...columns.flatMap(({ bytes, values }) => [bytes, values])], at);
  }

  /** Rows, and bytes of values. */
  size(block: number): { readonly rows: number; readonly bytes: number } {
    const at = block * this.#stride;
    let bytes = 0;
    for (let word = at + BLOCK_WORDS; word < at + this.#stride; word += COLUMN_WORDS) bytes += this.#words[word];
    return { rows: this.#words[at + 2], bytes };
  }

  block(block: number): SpooledBlock {
    const [part, start, rows, ...sizes] = this.#words.subarray(block * this.#stride, (block + 1) * this.#stride);
    let offset = start;
    const columns = Array.from({ length: this.#columns }, (_, column): SpooledColumn => {
      const [bytes, values] = [sizes[COLUMN_WORDS * column], sizes[COLUMN_WORDS * column + 1]];
      const found = { offset, bytes, values };
      offset += bytes + (values < rows ? rows : 0);
      return found;
    });
    return { split: this.split, part, rows, columns };
  }

  bytes(): Uint8Array {
    const { buffer } = this.#words;
    return new Uint8Array(buffer, 0, this.#blocks * this.#stride * 8);
  }
}

export class SplitSpool {
  readonly index: SplitIndex;
  readonly #name: string;
  readonly #heap: Heap;
  #part = -1;
  #fd = -1;
  #filled = 0;
  /** Where each part that is there ends. */
  readonly #parts: { readonly part: number; end: RowPlace }[] = [];
  rows = 0;
  bytes = 0;

  constructor(name: string, split: number, columns: number, heap: Heap) {
    this.index = new SplitIndex(split, columns);
    this.#name = name;
    this.#heap = heap;
  }

  /** Bytes on the disk. */
  get held(): number {
    return this.#parts.length * PART_BYTES;
  }

  /** `columns` as they lie at `address` one behind the other. */
  add(address: number, bytes: number, rows: number, columns: readonly { bytes: number; values: number }[]): void {
    if (this.#fd < 0 || this.#filled >= PART_BYTES) this.#open();
    const path = partPath(this.#name, this.index.split, this.#part);
    guard(path, 'written', () => {
      for (let done = 0; done < bytes; ) {
        done += writeSync(this.#fd, this.#heap.u8, address + done, bytes - done, this.#filled + done);
      }
    });
    this.index.add(this.#part, this.#filled, rows, columns);
    this.#filled += bytes;
    this.rows += rows;
    for (const column of columns) this.bytes += column.bytes;
    this.#parts[this.#parts.length - 1].end = { row: this.rows, bytes: this.bytes };
  }

  /** No more comes: others may read it all. */
  finish(): void {
    this.close();
    if (this.rows === 0) return;
    const path = indexPath(this.#name, this.index.split);
    guard(path, 'written', () => writeFileSync(path, this.index.bytes(), { mode: 0o600 }));
  }

  /** Removes the parts for which `isThrough` holds of what lies before their ends, within the split. */
  removeParts(isThrough: (end: RowPlace) => boolean): void {
    while (this.#parts.length > 0 && isThrough(this.#parts[0].end)) {
      const { part } = this.#parts[0];
      if (part === this.#part && this.#fd >= 0) return;
      rmSync(partPath(this.#name, this.index.split, part), { force: true });
      this.#parts.shift();
    }
  }

  /** True when all that was written is removed. */
  get isEmpty(): boolean {
    return this.#parts.length === 0;
  }

  removeIndex(): void {
    rmSync(indexPath(this.#name, this.index.split), { force: true });
  }

  close(): void {
    if (this.#fd >= 0) closeSync(this.#fd);
    this.#fd = -1;
  }

  #open(): void {
    this.close();
    this.#part++;
    this.#filled = 0;
    const path = partPath(this.#name, this.index.split, this.#part);
    this.#fd = guard(path, 'created', () => openSync(path, 'w', 0o600));
    this.#parts.push({ part: this.#part, end: { row: this.rows, bytes: this.bytes } });
  }
}

/** Of a split that is whole and has rows. */
export function readSplitIndex(name: string, split: number, columns: number): SplitIndex {
  const path = indexPath(name, split);
  const bytes = guard(path, 'read', () => readFileSync(path));
  const words = new Float64Array(bytes.length / 8);
  new Uint8Array(words.buffer).set(bytes);
  return new SplitIndex(split, columns, words);
}

/** Parts kept open for reading: those of a row group of a file, which are read again for each column. */
const OPEN_PARTS = 64;

export class SpoolReader {
  readonly #name: string;
  readonly #heap: Heap;
  readonly #fds = new Map<string, number>();

  constructor(name: string, heap: Heap) {
    this.#name = name;
    this.#heap = heap;
  }

  read({ split, part }: SpooledBlock, offset: number, address: number, bytes: number): void {
    const path = partPath(this.#name, split, part);
    guard(path, 'read', () => {
      const fd = this.#opened(path);
      for (let done = 0; done < bytes; ) {
        const got = readSync(fd, this.#heap.u8, address + done, bytes - done, offset + done);
        if (got === 0) throw new Error(`ends ${bytes - done} bytes too early`);
        done += got;
      }
    });
  }

  #opened(path: string): number {
    let fd = this.#fds.get(path);
    if (fd !== undefined) return fd;
    const [oldest] = this.#fds;
    if (this.#fds.size >= OPEN_PARTS && oldest !== undefined) {
      closeSync(oldest[1]);
      this.#fds.delete(oldest[0]);
    }
    fd = openSync(path, 'r');
    this.#fds.set(path, fd);
    return fd;
  }

  close(): void {
    for (const fd of this.#fds.values()) closeSync(fd);
    this.#fds.clear();
  }
}

function partPath(name: string, split: number, part: number): string {
  return `${name}-${split}-${part}`;
}

function indexPath(name: string, split: number): string {
  return `${name}-${split}-index`;
}

function guard<T>(path: string, verb: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw spillError(path, verb, cause);
  }
}
