/** bzip2: streams one after the other, of blocks that begin at any bit; a piece is a part of a block. */
import {
  BZIP2_BITS,
  BZIP2_BLOCK,
  BZIP2_CRC,
  BZIP2_END,
  BZIP2_SHORT,
  BZIP2_WANTED_CRC,
  BZIP2_WORK_BYTES,
  type CodecKernels,
} from '../../kernels/codec-kernels.js';
import type { CompressedInput } from './compressed-input.js';
import { corrupt, truncated } from './fault.js';
import type { StreamDecoder } from './stream-decoder.js';

export const BZIP2_DECODER_BYTES = BZIP2_WORK_BYTES;
/** Of the least and the largest block, whose level is 1 and 9. */
const LEVEL_BYTES = 100_000;
/** Four bytes a byte. */
export const BZIP2_BLOCK_BYTES = 4 * 9 * LEVEL_BYTES;
/** What a block takes in the input at most: twenty bits a byte, and its tables. */
const packedBytes = (level: number): number => level * 2.5 * LEVEL_BYTES + 65536;

export class Bzip2Decoder implements StreamDecoder {
  readonly windowBytes = 0;
  readonly pieceBytes = 131072;
  readonly #input: CompressedInput;
  readonly #kernels: CodecKernels;
  readonly #work: number;
  readonly #block: number;
  #level = 0;
  /** Bits of the byte at hand that belong to what was read. */
  #bit = 0;
  #streamCrc = 0;
  #inBlock = false;

  /** `work`: BZIP2_DECODER_BYTES; `block`: BZIP2_BLOCK_BYTES. */
  constructor(input: CompressedInput, kernels: CodecKernels, work: number, block: number) {
    this.#input = input;
    this.#kernels = kernels;
    this.#work = work;
    this.#block = block;
    kernels.beginBzip2(work);
  }

  begin(): boolean {
    const input = this.#input;
    const { u8 } = input.heap;
    if (input.available(1) === 0) return false;
    const at = input.take(4);
    const level = u8[at + 3] - 0x30;
    const isHeader = u8[at] === 0x42 && u8[at + 1] === 0x5a && u8[at + 2] === 0x68 && level >= 1 && level <= 9;
    if (!isHeader) throw corrupt('what follows is no stream of bzip2');
    this.#level = level;
    this.#bit = 0;
    this.#streamCrc = 0;
    this.#inBlock = false;
    return true;
  }

  next(target: number, capacity: number): number {
    for (;;) {
      if (!this.#inBlock && !this.#readBlock()) return -1;
      const room = Math.min(capacity, this.pieceBytes);
      const bytes = this.#kernels.writeBzip2(this.#work, this.#block, target, room);
      if (bytes > 0) return bytes;
      this.#endBlock();
    }
  }

  /** False at the end of the stream. */
  #readBlock(): boolean {
    const input = this.#input;
    input.available(packedBytes(this.#level));
    const room = this.#level * LEVEL_BYTES;
    const found = this.#kernels.readBzip2(this.#work, input.at, input.end, this.#bit, this.#block, room);
    if (found === BZIP2_SHORT) throw truncated();
    if (found !== BZIP2_BLOCK && found !== BZIP2_END) throw corrupt('a block is corrupt');
    const bits = this.#bit + this.#word(BZIP2_BITS);
    input.skip(bits >>> 3);
    this.#bit = bits & 7;
    if (found === BZIP2_BLOCK) {
      this.#inBlock = true;
      return true;
    }
    if (this.#bit > 0) input.skip(1);
    if (this.#word(BZIP2_WANTED_CRC) !== this.#streamCrc >>> 0) {
      throw corrupt('its checksum does not agree with its content');
    }
    return false;
  }

  #endBlock(): void {
    const crc = this.#word(BZIP2_CRC);
    if (crc !== this.#word(BZIP2_WANTED_CRC)) throw corrupt('the checksum of a block does not agree with it');
    this.#streamCrc = ((this.#streamCrc << 1) | (this.#streamCrc >>> 31)) ^ crc;
    this.#inBlock = false;
  }

  #word(place: number): number {
    return this.#input.heap.u32[(this.#work + place) >>> 2];
  }
}
