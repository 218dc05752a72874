/** A file whose bytes are looked at again, anywhere in it, when something in it went wrong. */
import { closeSync, openSync, readSync } from 'node:fs';
import { PAGE_BYTES } from '../../memory/heap.js';
import { ByteStream } from '../compression/byte-stream.js';
import type { Compression } from '../compression/detect.js';
import { ownPlace } from '../compression/own-place.js';
import { bytesPath, type InputFile } from '../input-file.js';

export interface OpenFile {
  readonly path: string;
  /** Not known to be less, where it is compressed and its end was not seen. */
  readonly size: number;
  /** Bytes from `offset` on into the buffer; how many, fewer only at the end. */
  read(buffer: Buffer, bytes: number, offset: number): number;
}

/** An input as it was when the run began. */
export interface ClosedFile extends InputFile {
  /** In the file system. */
  readonly size: number;
  readonly compression?: Compression;
}

export function plainFile(path: string, descriptor: number, size: number): OpenFile {
  return { path, size, read: (buffer, bytes, offset) => readSync(descriptor, buffer, 0, bytes, offset) };
}

/** The same of a file that nobody has open. */
export function withOpenFile<T>(file: ClosedFile, action: (file: OpenFile) => T): T {
  const { path, size, compression } = file;
  const descriptor = openSync(bytesPath(file), 'r');
  const stream = compression && new ReopenedStream(path, descriptor, compression);
  try {
    return action(stream === undefined ? plainFile(path, descriptor, size) : stream.file(Number.MAX_SAFE_INTEGER));
  } finally {
    stream?.close();
    closeSync(descriptor);
  }
}

/** Its decompressed bytes; going back means to begin anew. */
export class ReopenedStream {
  readonly #path: string;
  readonly #descriptor: number;
  readonly #compression: Compression;
  readonly #buffer: number;
  #stream: ByteStream | undefined;
  /** What is in the buffer. */
  #start = 0;
  #end = 0;

  constructor(path: string, descriptor: number, compression: Compression) {
    this.#path = path;
    this.#descriptor = descriptor;
    this.#compression = compression;
    this.#buffer = ownPlace().memory.allocate(1, 'looking at a file again');
  }

  file(size: number): OpenFile {
    return { path: this.#path, size, read: (buffer, bytes, offset) => this.#read(buffer, bytes, offset) };
  }

  close(): void {
    this.#stream?.close();
    this.#stream = undefined;
    ownPlace().memory.free(this.#buffer, 1);
  }

  #read(buffer: Buffer, bytes: number, offset: number): number {
    const { u8 } = ownPlace().memory.heap;
    let done = 0;
    while (done < bytes && this.#seek(offset + done)) {
      const from = offset + done - this.#start;
      const piece = Math.min(bytes - done, this.#end - this.#start - from);
      buffer.set(u8.subarray(this.#buffer + from, this.#buffer + from + piece), done);
      done += piece;
    }
    return done;
  }

  /** Makes the byte at `offset` one of those in the buffer; false when there is none. */
  #seek(offset: number): boolean {
    if (this.#stream === undefined || offset < this.#start) {
      this.#stream?.close();
      this.#stream = new ByteStream(this.#path, this.#descriptor, this.#compression, ownPlace());
      this.#start = 0;
      this.#end = 0;
    }
    while (offset >= this.#end) {
      const bytes = this.#stream.read(this.#buffer, PAGE_BYTES);
      if (bytes === 0) return false;
      this.#start = this.#end;
      this.#end += bytes;
    }
    return true;
  }
}
