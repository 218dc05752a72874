/**
 * The decompressed bytes of a file, pulled piece by piece in the thread that wants them. Memory is bounded by the format,
 * whatever the file claims to hold; what is corrupt or cut off is an error, wherever it is, never a short read.
 */
import { readSync } from 'node:fs';
import { leatError } from '../../errors.js';
import { PAGE_BYTES } from '../../memory/heap.js';
import { BZIP2_BLOCK_BYTES, BZIP2_DECODER_BYTES, Bzip2Decoder } from './bzip2-decoder.js';
import { CompressedInput } from './compressed-input.js';
import type { Compression } from './detect.js';
import { CompressionFault } from './fault.js';
import { GZIP_DECODER_BYTES, GzipDecoder } from './gzip-decoder.js';
import { History } from './history.js';
import { LZ4_DECODER_BYTES, Lz4Decoder } from './lz4-decoder.js';
import { SNAPPY_DECODER_BYTES, SnappyDecoder } from './snappy-decoder.js';
import type { StreamDecoder } from './stream-decoder.js';
import type { StreamPlace } from './stream-memory.js';
import { ZSTD_DECODER_BYTES, ZstdDecoder } from './zstd-decoder.js';

/** Compressed bytes read at once. */
const INPUT_BYTES = 4 * PAGE_BYTES;

const WORK_BYTES: Readonly<Record<Compression, number>> = {
  gzip: GZIP_DECODER_BYTES,
  zstd: ZSTD_DECODER_BYTES,
  bzip2: BZIP2_DECODER_BYTES + BZIP2_BLOCK_BYTES,
  lz4: LZ4_DECODER_BYTES,
  snappy: SNAPPY_DECODER_BYTES,
};

export class ByteStream {
  readonly #path: string;
  readonly #compression: Compression;
  readonly #place: StreamPlace;
  readonly #descriptor: number;
  readonly #input: CompressedInput;
  readonly #decoder: StreamDecoder;
  readonly #history: History;
  readonly #work: number;
  readonly #workPages: number;
  #inputAddress: number;
  #inputPages: number;
  /** Of the file, loaded. */
  #loaded = 0;
  #inFrame = false;

  /** Reads the file behind `descriptor` from its start, and leaves it open. `path` is for messages. Throws MEMORY_EXHAUSTED. */
  constructor(path: string, descriptor: number, compression: Compression, place: StreamPlace) {
    const { memory, kernels } = place;
    this.#path = path;
    this.#compression = compression;
    this.#place = place;
    this.#descriptor = descriptor;
    this.#inputPages = INPUT_BYTES / PAGE_BYTES;
    this.#workPages = Math.ceil(WORK_BYTES[compression] / PAGE_BYTES);
    this.#inputAddress = memory.allocate(this.#inputPages, 'unpacking');
    this.#work = memory.allocate(this.#workPages, 'unpacking');
    this.#input = new CompressedInput(memory.heap, this.#inputAddress, 0, (_, bytes) => this.#refill(bytes));
    this.#history = new History(memory, kernels);
    this.#decoder = this.#createDecoder();
  }

  #createDecoder(): StreamDecoder {
    const { kernels } = this.#place;
    switch (this.#compression) {
      case 'gzip':
        return new GzipDecoder(this.#input, kernels, this.#work);
      case 'zstd':
        return new ZstdDecoder(this.#input, kernels, this.#work);
      case 'bzip2':
        return new Bzip2Decoder(this.#input, kernels, this.#work, this.#work + BZIP2_DECODER_BYTES);
      case 'lz4':
        return new Lz4Decoder(this.#input, kernels, this.#work);
      case 'snappy':
        return new SnappyDecoder(this.#input, kernels, this.#work);
    }
  }

  /** Fills at most `bytes` bytes at `address`; how many, 0 at the end. Throws FORMAT_COMPRESSION, FORMAT_IO. */
  read(address: number, bytes: number): number {
    const history = this.#history;
    let done = 0;
    while (done < bytes && (history.begin < history.end || (done === 0 && this.#decode()))) {
      const taken = Math.min(bytes - done, history.end - history.begin);
      this.#place.kernels.moveBytes(address + done, history.begin, taken);
      history.begin += taken;
      done += taken;
    }
    return done;
  }

  close(): void {
    const { memory } = this.#place;
    this.#history.close();
    memory.free(this.#inputAddress, this.#inputPages);
    memory.free(this.#work, this.#workPages);
  }

  /** The next piece; false at the end. */
  #decode(): boolean {
    const history = this.#history;
    const decoder = this.#decoder;
    try {
      for (;;) {
        if (!this.#inFrame) {
          if (!decoder.begin()) return false;
          this.#inFrame = true;
          history.beginFrame();
        }
        const room = history.reserve(decoder.pieceBytes);
        const bytes = decoder.next(history.end, room, history.repeated);
        if (bytes < 0) this.#inFrame = false;
        if (bytes <= 0) continue;
        history.added(bytes, decoder.windowBytes);
        return true;
      }
    } catch (error) {
      if (error instanceof CompressionFault) throw this.#fault(error);
      throw error;
    }
  }

  /** Makes room for `bytes` bytes from `at` on, and loads what fits. */
  #refill(bytes: number): void {
    const { memory, kernels } = this.#place;
    const input = this.#input;
    const rest = input.end - input.at;
    const pages = Math.ceil(bytes / PAGE_BYTES);
    let target = this.#inputAddress;
    if (pages > this.#inputPages) target = memory.allocate(pages, 'unpacking');
    kernels.moveBytes(target, input.at, rest);
    if (target !== this.#inputAddress) {
      memory.free(this.#inputAddress, this.#inputPages);
      this.#inputAddress = target;
      this.#inputPages = pages;
    }
    input.at = target;
    input.end = target + rest;
    for (let more = 1; more > 0 && input.end < target + this.#inputPages * PAGE_BYTES; ) {
      more = this.#load(input.end, target + this.#inputPages * PAGE_BYTES - input.end);
      input.end += more;
      this.#loaded += more;
    }
  }

  #load(address: number, bytes: number): number {
    try {
      return readSync(this.#descriptor, this.#place.memory.heap.u8, address, bytes, this.#loaded);
    } catch (cause) {
      const { message } = cause as Error;
      throw leatError('FORMAT_IO', `${this.#path} cannot be read: ${message}`, { place: { file: this.#path }, cause });
    }
  }

  #fault({ message, hint }: CompressionFault): Error {
    const { offset } = this.#input;
    const where = `at byte ${offset} of the compressed file`;
    return leatError('FORMAT_COMPRESSION', `${this.#path} is not sound ${this.#compression}: ${message}, ${where}`, {
      place: { file: this.#path, offset },
      hint,
    });
  }
}
