/** Frames of LZ4 (lz4_Frame_format.md), skippable ones too: a piece is a block. */
import { CORRUPT, type CodecKernels, HASH_STATE_BYTES } from '../../kernels/codec-kernels.js';
import type { CompressedInput } from './compressed-input.js';
import { CompressionFault, corrupt } from './fault.js';
import type { StreamDecoder } from './stream-decoder.js';

export const LZ4_DECODER_BYTES = 2 * HASH_STATE_BYTES;

const MAGIC = 0x184d2204;
const SKIPPABLE_MAGIC = 0x184d2a50;
const SKIPPABLE_MASK = 0xfffffff0;
const SKIP_STEP = 65536;
const UNCOMPRESSED = 0x80000000;
const VERSION = 0x40;
/** By the frame's number for it, from 4 on. */
const BLOCK_BYTES = [65536, 262144, 1048576, 4194304];

export class Lz4Decoder implements StreamDecoder {
  readonly windowBytes = 65536;
  pieceBytes = 0;
  readonly #input: CompressedInput;
  readonly #kernels: CodecKernels;
  readonly #contentHash: number;
  readonly #blockHash: number;
  #isLinked = false;
  #hasBlockHash = false;
  #hasContentHash = false;
  #contentBytes = Number.POSITIVE_INFINITY;
  #done = 0;

  /** `work`: LZ4_DECODER_BYTES. */
  constructor(input: CompressedInput, kernels: CodecKernels, work: number) {
    this.#input = input;
    this.#kernels = kernels;
    this.#contentHash = work;
    this.#blockHash = work + HASH_STATE_BYTES;
  }

  begin(): boolean {
    const input = this.#input;
    while (input.available(1) > 0) {
      const magic = input.takeU32();
      if (magic === MAGIC) {
        this.#readHeader();
        return true;
      }
      if ((magic & SKIPPABLE_MASK) >>> 0 !== SKIPPABLE_MAGIC) throw corrupt('what follows is no frame');
      for (let left = input.takeU32(); left > 0; left -= Math.min(left, SKIP_STEP))
        input.take(Math.min(left, SKIP_STEP));
    }
    return false;
  }

  #readHeader(): void {
    const input = this.#input;
    const { u8 } = input.heap;
    if (input.available(2) < 2) input.take(2);
    const flags = u8[input.at];
    const size = (u8[input.at + 1] >> 4) & 7;
    if ((flags & 0xc0) !== VERSION || flags & 2 || size < 4) throw corrupt('a header that LZ4 does not have');
    const bytes = 2 + (flags & 8 ? 8 : 0) + (flags & 1 ? 4 : 0);
    const at = input.take(bytes + 1);
    const hash = (this.#hash(at, bytes) >>> 8) & 255;
    if (u8[at + bytes] !== hash) throw corrupt('the checksum of a header does not agree with it');
    if (flags & 1) {
      throw new CompressionFault('it was compressed with a dictionary', 'unpack it with the dictionary first');
    }
    this.#isLinked = (flags & 0x20) === 0;
    this.#hasBlockHash = (flags & 0x10) !== 0;
    this.#hasContentHash = (flags & 4) !== 0;
    this.#contentBytes = Number.POSITIVE_INFINITY;
    if (flags & 8) this.#contentBytes = input.peekU32(at + 2) + input.peekU32(at + 6) * 2 ** 32;
    this.pieceBytes = BLOCK_BYTES[size - 4];
    this.#done = 0;
    this.#kernels.beginHash32(this.#contentHash);
  }

  next(target: number, capacity: number, history: number): number {
    const input = this.#input;
    const word = input.takeU32();
    if (word === 0) {
      this.#endFrame();
      return -1;
    }
    const isCompressed = word < UNCOMPRESSED;
    const size = isCompressed ? word : word - UNCOMPRESSED;
    const room = Math.min(capacity, this.pieceBytes, this.#contentBytes - this.#done);
    if (size > this.pieceBytes || (!isCompressed && size > room)) throw corrupt('a block is larger than it may be');
    if (input.available(size) < size) input.take(size);
    const at = input.at;
    const bytes = isCompressed
      ? this.#kernels.decodeLz4(at, size, target, room, this.#isLinked ? history : 0)
      : this.#copy(at, size, target);
    if (bytes === CORRUPT) throw corrupt('a block is corrupt');
    const blockHash = this.#hasBlockHash ? this.#hash(at, size) : 0;
    input.skip(size);
    if (this.#hasBlockHash && input.takeU32() !== blockHash) {
      throw corrupt('the checksum of a block does not agree with it');
    }
    if (this.#hasContentHash) this.#kernels.addHash32(this.#contentHash, target, bytes);
    this.#done += bytes;
    return bytes;
  }

  #copy(at: number, bytes: number, target: number): number {
    this.#kernels.moveBytes(target, at, bytes);
    return bytes;
  }

  #hash(at: number, bytes: number): number {
    this.#kernels.beginHash32(this.#blockHash);
    this.#kernels.addHash32(this.#blockHash, at, bytes);
    return this.#kernels.endHash32(this.#blockHash) >>> 0;
  }

  #endFrame(): void {
    if (Number.isFinite(this.#contentBytes) && this.#done !== this.#contentBytes) {
      throw corrupt(`it says that it holds ${this.#contentBytes} bytes and holds ${this.#done}`);
    }
    if (!this.#hasContentHash) return;
    const wanted = this.#input.takeU32();
    if (this.#kernels.endHash32(this.#contentHash) >>> 0 !== wanted) {
      throw corrupt('its checksum does not agree with its content');
    }
  }
}
