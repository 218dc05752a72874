/** Snappy's framing format (framing_format.txt): chunks after an identifier, each with its check; a piece is a chunk. */
import { CORRUPT, type CodecKernels, CRC_TABLE_BYTES } from '../../kernels/codec-kernels.js';
import type { CompressedInput } from './compressed-input.js';
import { corrupt } from './fault.js';
import type { StreamDecoder } from './stream-decoder.js';

export const SNAPPY_DECODER_BYTES = CRC_TABLE_BYTES;

const CRC32C_POLYNOMIAL = 0x82f63b78;
const MASK = 0xa282ead8;
const COMPRESSED = 0;
const UNCOMPRESSED = 1;
const FIRST_SKIPPABLE = 0x80;
const IDENTIFIER = 0xff;
const IDENTIFIER_TEXT = 'sNaPpY';
const CHUNK_BYTES = 65536;
/** What snappy makes of noise is a little longer. */
const MOST_PACKED = CHUNK_BYTES + CHUNK_BYTES / 6 + 64;

export class SnappyDecoder implements StreamDecoder {
  readonly windowBytes = 0;
  readonly pieceBytes = CHUNK_BYTES;
  readonly #input: CompressedInput;
  readonly #kernels: CodecKernels;
  readonly #tables: number;
  #isBegun = false;

  /** `work`: SNAPPY_DECODER_BYTES. */
  constructor(input: CompressedInput, kernels: CodecKernels, work: number) {
    this.#input = input;
    this.#kernels = kernels;
    this.#tables = work;
    kernels.makeCrcTables(work, CRC32C_POLYNOMIAL);
  }

  /** All that follows the first identifier is one stream; more of them may stand in it. */
  begin(): boolean {
    if (this.#isBegun || this.#input.available(1) === 0) return false;
    this.#isBegun = true;
    return true;
  }

  next(target: number, capacity: number): number {
    const input = this.#input;
    while (input.available(1) > 0) {
      const header = input.takeU32();
      const kind = header & 255;
      const size = header >>> 8;
      if (kind === COMPRESSED || kind === UNCOMPRESSED) {
        const bytes = this.#readChunk(kind, size, target, capacity);
        if (bytes > 0) return bytes;
      } else if (kind === IDENTIFIER) {
        if (size !== IDENTIFIER_TEXT.length) throw corrupt('an identifier that is none');
        const at = input.take(size);
        const text = Buffer.from(input.heap.u8.slice(at, at + size)).toString('latin1');
        if (text !== IDENTIFIER_TEXT) throw corrupt('an identifier that is none');
      } else if (kind >= FIRST_SKIPPABLE) {
        for (let left = size; left > 0; left -= Math.min(left, CHUNK_BYTES)) input.take(Math.min(left, CHUNK_BYTES));
      } else {
        throw corrupt('a chunk of a kind that does not exist');
      }
    }
    return -1;
  }

  #readChunk(kind: number, size: number, target: number, capacity: number): number {
    const input = this.#input;
    const packed = size - 4;
    const room = Math.min(capacity, CHUNK_BYTES);
    if (packed < 0 || packed > (kind === COMPRESSED ? MOST_PACKED : room))
      throw corrupt('a chunk is larger than it may be');
    const wanted = input.takeU32();
    const at = input.take(packed);
    let bytes = packed;
    if (kind === UNCOMPRESSED) this.#kernels.moveBytes(target, at, packed);
    else bytes = this.#kernels.decodeSnappy(at, packed, target, room);
    if (bytes === CORRUPT) throw corrupt('a chunk is corrupt');
    const crc = this.#kernels.addCrc(this.#tables, 0, target, bytes) >>> 0;
    if ((((crc >>> 15) | (crc << 17)) + MASK) >>> 0 !== wanted) {
      throw corrupt('the checksum of a chunk does not agree with it');
    }
    return bytes;
  }
}
