/** Frames of Zstandard (RFC 8878), skippable ones too: a piece is a block. */
import {
  CORRUPT,
  type CodecKernels,
  HASH_STATE_BYTES,
  ZSTD_BLOCK_BYTES,
  ZSTD_WORK_BYTES,
} from '../../kernels/codec-kernels.js';
import type { CompressedInput } from './compressed-input.js';
import { CompressionFault, corrupt } from './fault.js';
import type { StreamDecoder } from './stream-decoder.js';

export const ZSTD_MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const SKIPPABLE_MASK = 0xfffffff0;
const RAW = 0;
const REPEATED = 1;
const COMPRESSED = 2;

export const ZSTD_DECODER_BYTES = ZSTD_WORK_BYTES + HASH_STATE_BYTES;

export class ZstdDecoder implements StreamDecoder {
  readonly #input: CompressedInput;
  readonly #kernels: CodecKernels;
  readonly #work: number;
  readonly #hash: number;
  #isChecked = false;
  #isLast = false;
  /** What the frame says it holds; Infinity when it does not. */
  #contentBytes = Number.POSITIVE_INFINITY;
  #done = 0;
  windowBytes = 0;
  pieceBytes = ZSTD_BLOCK_BYTES;

  /** `work`: ZSTD_DECODER_BYTES. */
  constructor(input: CompressedInput, kernels: CodecKernels, work: number) {
    this.#input = input;
    this.#kernels = kernels;
    this.#work = work;
    this.#hash = work + ZSTD_WORK_BYTES;
  }

  begin(): boolean {
    const input = this.#input;
    while (input.available(1) > 0) {
      const magic = input.takeU32();
      if (magic === ZSTD_MAGIC) {
        this.#readHeader();
        return true;
      }
      if ((magic & SKIPPABLE_MASK) >>> 0 !== SKIPPABLE_MAGIC) throw corrupt('what follows is no frame');
      for (let left = input.takeU32(); left > 0; ) {
        const step = Math.min(left, ZSTD_BLOCK_BYTES);
        input.take(step);
        left -= step;
      }
    }
    return false;
  }

  #readHeader(): void {
    const input = this.#input;
    const { u8 } = input.heap;
    const descriptor = u8[input.take(1)];
    const isSingle = (descriptor & 0x20) !== 0;
    if (descriptor & 8) throw corrupt('a reserved bit of the frame is set');
    this.#isChecked = (descriptor & 4) !== 0;
    if (!isSingle) {
      const window = u8[input.take(1)];
      const base = 2 ** (10 + (window >> 3));
      this.windowBytes = base + (base / 8) * (window & 7);
    }
    const dictionary = this.#readNumber([0, 1, 2, 4][descriptor & 3]);
    if (dictionary !== 0) {
      throw new CompressionFault(
        `it was compressed with dictionary ${dictionary}`,
        'unpack it with the dictionary first, for example with zstd -d -D',
      );
    }
    const width = descriptor >> 6 === 0 && !isSingle ? 0 : 1 << (descriptor >> 6);
    const content = this.#readNumber(width) + (width === 2 ? 256 : 0);
    this.#contentBytes = width === 0 ? Number.POSITIVE_INFINITY : content;
    if (isSingle) this.windowBytes = content;
    this.pieceBytes = Math.min(this.windowBytes, ZSTD_BLOCK_BYTES);
    this.#isLast = false;
    this.#done = 0;
    this.#kernels.beginZstd(this.#work);
    if (this.#isChecked) this.#kernels.beginHash64(this.#hash);
  }

  next(target: number, capacity: number, history: number): number {
    if (this.#isLast) {
      this.#endFrame();
      return -1;
    }
    const input = this.#input;
    const { u8 } = input.heap;
    const at = input.take(3);
    const header = u8[at] | (u8[at + 1] << 8) | (u8[at + 2] << 16);
    this.#isLast = (header & 1) !== 0;
    const room = Math.min(capacity, this.pieceBytes, this.#contentBytes - this.#done);
    const bytes = this.#decodeBlock((header >> 1) & 3, header >> 3, target, room, Math.min(history, this.windowBytes));
    this.#done += bytes;
    if (this.#isChecked) this.#kernels.addHash64(this.#hash, target, bytes);
    return bytes;
  }

  #decodeBlock(kind: number, size: number, target: number, room: number, history: number): number {
    const input = this.#input;
    const { u8 } = input.heap;
    if (size > (kind === COMPRESSED ? ZSTD_BLOCK_BYTES : room)) throw corrupt('a block is larger than it may be');
    switch (kind) {
      case RAW: {
        this.#kernels.moveBytes(target, input.take(size), size);
        return size;
      }
      case REPEATED:
        u8.fill(u8[input.take(1)], target, target + size);
        return size;
      case COMPRESSED: {
        if (input.available(size) < size) input.take(size);
        const bytes = this.#kernels.decodeZstd(this.#work, input.at, size, target, room, history);
        if (bytes === CORRUPT) throw corrupt('a block is corrupt');
        input.skip(size);
        return bytes;
      }
      default:
        throw corrupt('a block of a kind that does not exist');
    }
  }

  #endFrame(): void {
    if (Number.isFinite(this.#contentBytes) && this.#done !== this.#contentBytes) {
      throw corrupt(`it says that it holds ${this.#contentBytes} bytes and holds ${this.#done}`);
    }
    if (!this.#isChecked) return;
    const wanted = this.#input.takeU32();
    if (this.#kernels.endHash64(this.#hash) >>> 0 !== wanted)
      throw corrupt('its checksum does not agree with its content');
  }

  #readNumber(width: number): number {
    const at = this.#input.take(width);
    let value = 0;
    for (let i = 0; i < width; i++) value += this.#input.heap.u8[at + i] * 2 ** (8 * i);
    return value;
  }
}
