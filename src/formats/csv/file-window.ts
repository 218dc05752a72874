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
import type { CodecKernels } from '../../kernels/codec-kernels.js';
import { INDEX_SLACK } from '../../kernels/csv-kernels.js';
import { PAGE_BYTES } from '../../memory/heap.js';
import type { TaskMemory } from '../../memory/task-memory.js';
import { ByteStream } from '../compression/byte-stream.js';
import { bytesPath } from '../input-file.js';
import { type OpenFile, plainFile, ReopenedStream } from './open-file.js';
import { type CsvFile, STREAM_END } from './splits.js';

/** Beside the slack: a newline put behind a last row that has none. */
const SPARE_BYTES = INDEX_SLACK + 8;

/** Pages of a window over `bytes` bytes. */
export function windowPages(bytes: number): number {
  return Math.ceil((bytes + SPARE_BYTES) / PAGE_BYTES);
}

export class FileWindow {
  readonly #memory: TaskMemory;
  readonly #codecs: CodecKernels;
  #address = 0;
  #pages = 0;
  #file: CsvFile | undefined;
  #descriptor = -1;
  #fileStart = 0;
  #fileEnd = 0;
  /** Of a compressed file. */
  #stream: ByteStream | undefined;
  #streamEnd = STREAM_END;
  #again: ReopenedStream | undefined;

  constructor(memory: TaskMemory, codecs: CodecKernels) {
    this.#memory = memory;
    this.#codecs = codecs;
  }

  get file(): CsvFile {
    return this.#file!;
  }

  /** Where the file ends; of a compressed one that is known when the end was seen. */
  get size(): number {
    return this.#stream === undefined ? this.file.size : this.#streamEnd;
  }

  /** The file again, from wherever one likes. */
  get reopened(): OpenFile {
    const { path, size, compression } = this.file;
    if (compression === undefined) return plainFile(path, this.#descriptor, size);
    this.#again ??= new ReopenedStream(path, this.#descriptor, compression);
    return this.#again.file(this.#streamEnd);
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
    const { path, compression } = file;
    if (compression === undefined) return;
    this.#stream = new ByteStream(path, this.#descriptor, compression, { memory: this.#memory, kernels: this.#codecs });
    this.#streamEnd = STREAM_END;
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

  /**
   * Loads bytes [from, to) of the file, which must fit; what lies before `from` may go. A compressed file may end before
   * `to`, and goes forward only. Answers the end of what is there.
   */
  load(from: number, to: number): number {
    if (this.#stream !== undefined) this.#skipTo(this.#stream, from);
    if (from < this.#fileStart || from > this.#fileEnd) {
      this.#fileStart = from;
      this.#fileEnd = from;
    } else if (to - this.#fileStart > this.capacity) {
      const { u8 } = this.#memory.heap;
      u8.copyWithin(this.#address, this.addressOf(from), this.addressOf(this.#fileEnd));
      this.#fileStart = from;
    }
    while (this.#fileEnd < Math.min(to, this.size)) this.#read(to);
    return Math.min(to, this.size);
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

  #skipTo(stream: ByteStream, from: number): void {
    while (this.#fileEnd < from && this.#streamEnd === STREAM_END) {
      this.#fileStart = this.#fileEnd;
      this.#pull(stream, this.#address, Math.min(this.capacity, from - this.#fileEnd));
    }
  }

  #pull(stream: ByteStream, address: number, wanted: number): void {
    const bytes = stream.read(address, wanted);
    this.#fileEnd += bytes;
    if (bytes === 0) this.#streamEnd = this.#fileEnd;
  }

  #read(to: number): void {
    const start = this.addressOf(this.#fileEnd);
    if (this.#stream !== undefined) {
      this.#pull(this.#stream, start, to - this.#fileEnd);
      return;
    }
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
    this.#stream?.close();
    this.#again?.close();
    this.#stream = undefined;
    this.#again = undefined;
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
