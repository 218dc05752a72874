/**
 * A part of a file in managed memory: bytes are read straight into it, and it slides forward over the file.
 *
 *     file     .........[fileStart ........ fileEnd)..........
 *     memory            [address            |   capacity    | slack
 *
 * Behind the bytes there are always INDEX_SLACK readable bytes, which kernels look at but do not believe.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { leatError } from '../../errors.js';
import { INDEX_SLACK } from '../../kernels/csv-kernels.js';
import { PAGE_BYTES } from '../../memory/heap.js';
import type { TaskMemory } from '../../memory/task-memory.js';
import { bytesPath } from '../input-file.js';
import type { CsvFile } from './splits.js';

/** Beside the slack: a newline put behind a last row that has none. */
const SPARE_BYTES = INDEX_SLACK + 8;

/** Pages of a window over `bytes` bytes. */
export function windowPages(bytes: number): number {
  return Math.ceil((bytes + SPARE_BYTES) / PAGE_BYTES);
}

export class FileWindow {
  readonly #memory: TaskMemory;
  #address = 0;
  #pages = 0;
  #file: CsvFile | undefined;
  #descriptor = -1;
  #fileStart = 0;
  #fileEnd = 0;

  constructor(memory: TaskMemory) {
    this.#memory = memory;
  }

  get file(): CsvFile {
    return this.#file!;
  }

  get descriptor(): number {
    return this.#descriptor;
  }

  /** Offset of the first byte that is not loaded. */
  get loadedEnd(): number {
    return this.#fileEnd;
  }

  /** Bytes of the file that fit. */
  get capacity(): number {
    return this.#pages * PAGE_BYTES - SPARE_BYTES;
  }

  open(file: CsvFile): void {
    if (this.#file === file) return;
    this.#closeFile();
    try {
      this.#descriptor = openSync(bytesPath(file), 'r');
    } catch (cause) {
      throw ioError(file, cause);
    }
    this.#file = file;
    this.#fileStart = 0;
    this.#fileEnd = 0;
    this.checkUnchanged();
  }

  /** Throws when the file is not what it was when the run began. */
  checkUnchanged(): void {
    const { size, mtimeMs } = fstatSync(this.#descriptor);
    if (size !== this.file.size || mtimeMs !== this.file.mtimeMs) throw inputChanged(this.file);
  }

  /** Makes room for `bytes`; false when memory is refused. What is loaded stays. */
  tryReserve(bytes: number): boolean {
    const pages = windowPages(bytes);
    if (pages <= this.#pages) return true;
    const address = this.#memory.tryAllocate(pages);
    if (address !== 0) this.#moveTo(address, pages);
    return address !== 0;
  }

  /** Makes room for `bytes` or throws MEMORY_EXHAUSTED. */
  reserve(bytes: number): void {
    const pages = windowPages(bytes);
    if (pages > this.#pages) this.#moveTo(this.#memory.allocate(pages, 'reading CSV'), pages);
  }

  #moveTo(address: number, pages: number): void {
    const { u8 } = this.#memory.heap;
    const loaded = this.#fileEnd - this.#fileStart;
    u8.copyWithin(address, this.#address, this.#address + loaded);
    if (this.#pages > 0) this.#memory.free(this.#address, this.#pages);
    this.#address = address;
    this.#pages = pages;
  }

  /** Loads bytes [from, to) of the file, which must fit; what lies before `from` may go. */
  load(from: number, to: number): void {
    if (from < this.#fileStart || from > this.#fileEnd) {
      this.#fileStart = from;
      this.#fileEnd = from;
    } else if (to - this.#fileStart > this.capacity) {
      const { u8 } = this.#memory.heap;
      u8.copyWithin(this.#address, this.addressOf(from), this.addressOf(this.#fileEnd));
      this.#fileStart = from;
    }
    while (this.#fileEnd < to) this.#read(to);
  }

  addressOf(offset: number): number {
    return this.#address + (offset - this.#fileStart);
  }

  offsetOf(address: number): number {
    return this.#fileStart + (address - this.#address);
  }

  close(): void {
    this.#closeFile();
    if (this.#pages > 0) this.#memory.free(this.#address, this.#pages);
    this.#pages = 0;
  }

  #read(to: number): void {
    const start = this.addressOf(this.#fileEnd);
    let bytes: number;
    try {
      bytes = readSync(this.#descriptor, this.#memory.heap.u8, start, to - this.#fileEnd, this.#fileEnd);
    } catch (cause) {
      throw ioError(this.file, cause);
    }
    if (bytes === 0) throw inputChanged(this.file);
    this.#fileEnd += bytes;
  }

  #closeFile(): void {
    if (this.#descriptor >= 0) closeSync(this.#descriptor);
    this.#descriptor = -1;
    this.#file = undefined;
  }
}

function ioError(file: CsvFile, cause: unknown): Error {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT') return inputChanged(file);
  return leatError('FORMAT_IO', `${file.path} cannot be read: ${message}`, { place: { file: file.path }, cause });
}

function inputChanged(file: CsvFile): Error {
  return leatError('FORMAT_INPUT_CHANGED', `${file.path} changed while it was read`, {
    place: { file: file.path },
    hint: 'write inputs under another name and rename them when they are whole, then run again',
  });
}
