/**
 * Blocks in managed memory, compressed and decompressed in place: pages of Parquet, parts of outputs. A block's
 * decompressed size is known from elsewhere, so nothing that a block claims makes room for more than that.
 */
import { brotliDecompressSync, gzipSync } from 'node:zlib';
import { CORRUPT, type CodecKernels, MATCH_TABLE_BYTES } from '../../kernels/codec-kernels.js';
import { PAGE_BYTES } from '../../memory/heap.js';
import { CompressedInput } from './compressed-input.js';
import { CompressionFault } from './fault.js';
import { GZIP_DECODER_BYTES, GzipDecoder } from './gzip-decoder.js';
import type { StreamMemory } from './stream-memory.js';
import { ZSTD_DECODER_BYTES, ZstdDecoder } from './zstd-decoder.js';
import { writeZstdFrame, ZSTD_ENCODER_BYTES } from './zstd-frame.js';

/** `snappy` and `lz4` are raw blocks, without the frames that files have around them. */
export type BlockCodec = 'snappy' | 'lz4' | 'gzip' | 'zstd' | 'brotli';

/** Room that `compress` needs for the worst input of `bytes` bytes. */
export function compressedBound(bytes: number): number {
  return bytes + Math.ceil(bytes / 4) + 2048;
}

/** Managed memory that a task's codecs take beside their input and output. */
const WORK_PAGES = Math.ceil(
  Math.max(MATCH_TABLE_BYTES, GZIP_DECODER_BYTES, ZSTD_DECODER_BYTES, ZSTD_ENCODER_BYTES) / PAGE_BYTES,
);

/** Three times as fast as zlib's own default, for a tenth more bytes. */
const GZIP_LEVEL = 4;

export class BlockCodecs {
  /** Managed memory that one takes at most. */
  static readonly workBytes = WORK_PAGES * PAGE_BYTES;

  readonly #memory: StreamMemory;
  readonly #kernels: CodecKernels;
  /** Work memory of the kernels; 0: none yet. */
  #work = 0;

  constructor(memory: StreamMemory, kernels: CodecKernels) {
    this.#memory = memory;
    this.#kernels = kernels;
  }

  /** Decompresses a whole block into at most `capacity` bytes; how many they are, or -1 when it is corrupt or longer. */
  decompress(codec: BlockCodec, source: number, bytes: number, target: number, capacity: number): number {
    switch (codec) {
      case 'snappy':
        return this.#kernels.decodeSnappy(source, bytes, target, capacity);
      case 'lz4':
        return this.#kernels.decodeLz4(source, bytes, target, capacity, 0);
      case 'gzip':
        return this.#unpackFrames(GzipDecoder, source, bytes, target, capacity);
      case 'zstd':
        return this.#unpackFrames(ZstdDecoder, source, bytes, target, capacity);
      case 'brotli':
        return this.#unpackBrotli(source, bytes, target, capacity);
    }
  }

  /** Compresses into `target`, which has room for `compressedBound(bytes)` bytes; how many it takes. */
  compress(codec: Exclude<BlockCodec, 'brotli'>, source: number, bytes: number, target: number): number {
    switch (codec) {
      case 'snappy':
        return this.#kernels.encodeSnappy(source, bytes, target, this.#workMemory());
      case 'lz4':
        return this.#kernels.encodeLz4(source, bytes, target, this.#workMemory());
      case 'zstd':
        return writeZstdFrame(this.#memory.heap, this.#kernels, this.#workMemory(), source, bytes, target);
      case 'gzip': {
        const { u8 } = this.#memory.heap;
        const output = gzipSync(u8.subarray(source, source + bytes), { level: GZIP_LEVEL });
        u8.set(output, target);
        return output.length;
      }
    }
  }

  /** Takes the work memory before somebody else grows into what was declared for it. */
  reserve(): void {
    this.#workMemory();
  }

  close(): void {
    if (this.#work !== 0) this.#memory.free(this.#work, WORK_PAGES);
    this.#work = 0;
  }

  #workMemory(): number {
    if (this.#work === 0) this.#work = this.#memory.allocate(WORK_PAGES, 'compressing');
    return this.#work;
  }

  /** Frame after frame; the output is its own window. */
  #unpackFrames(
    Decoder: typeof GzipDecoder | typeof ZstdDecoder,
    source: number,
    bytes: number,
    target: number,
    capacity: number,
  ): number {
    const input = new CompressedInput(this.#memory.heap, source, bytes);
    const decoder = new Decoder(input, this.#kernels, this.#workMemory());
    if (bytes === 0) return CORRUPT;
    let done = 0;
    try {
      while (decoder.begin()) {
        const start = done;
        for (let more = 0; more >= 0; done += more) {
          more = decoder.next(target + done, capacity - done, done - start);
          if (more < 0) break;
        }
      }
      return done;
    } catch (error) {
      if (error instanceof CompressionFault) return CORRUPT;
      throw error;
    }
  }

  /** zlib reads shared memory, and makes a buffer of its own, of at most `capacity` bytes, for what comes out. */
  #unpackBrotli(source: number, bytes: number, target: number, capacity: number): number {
    const { u8 } = this.#memory.heap;
    try {
      const output = brotliDecompressSync(u8.subarray(source, source + bytes), {
        maxOutputLength: Math.max(1, capacity),
      });
      if (output.length > capacity) return CORRUPT;
      u8.set(output, target);
      return output.length;
    } catch {
      return CORRUPT;
    }
  }
}
