/** gzip (RFC 1952): members one after the other, each a stream of deflate with its check and length behind it. */
import {
  type CodecKernels,
  CRC_TABLE_BYTES,
  INFLATE_END,
  INFLATE_INPUT,
  INFLATE_NEXT,
  INFLATE_ROOM,
  INFLATE_STATUS,
  INFLATE_WORK_BYTES,
} from '../../kernels/codec-kernels.js';
import type { CompressedInput } from './compressed-input.js';
import { corrupt, truncated } from './fault.js';
import type { StreamDecoder } from './stream-decoder.js';

export const GZIP_DECODER_BYTES = INFLATE_WORK_BYTES + CRC_TABLE_BYTES;

const CRC_POLYNOMIAL = 0xedb88320;
const DEFLATE = 8;
const HEADER_CRC = 2;
const EXTRA = 4;
const NAME = 8;
const COMMENT = 16;
const RESERVED = 0xe0;
/** Enough for the inflater to go on, where the input does not end. */
const LEAST_INPUT = 1024;

export class GzipDecoder implements StreamDecoder {
  readonly windowBytes = 32768;
  readonly pieceBytes = 65536;
  readonly #input: CompressedInput;
  readonly #kernels: CodecKernels;
  readonly #work: number;
  readonly #tables: number;
  #members = 0;
  #crc = 0;
  #bytes = 0;
  #isThrough = false;

  /** `work`: GZIP_DECODER_BYTES. */
  constructor(input: CompressedInput, kernels: CodecKernels, work: number) {
    this.#input = input;
    this.#kernels = kernels;
    this.#work = work;
    this.#tables = work + INFLATE_WORK_BYTES;
    kernels.makeCrcTables(this.#tables, CRC_POLYNOMIAL);
  }

  begin(): boolean {
    const input = this.#input;
    // Tapes and some programs fill up with zeros.
    if (this.#members > 0) while (input.available(1) > 0 && input.heap.u8[input.at] === 0) input.skip(1);
    if (input.available(1) === 0) return false;
    this.#readHeader();
    this.#members++;
    this.#crc = 0;
    this.#bytes = 0;
    this.#isThrough = false;
    this.#kernels.beginInflate(this.#work);
    return true;
  }

  #readHeader(): void {
    const input = this.#input;
    const { u8 } = input.heap;
    const at = input.take(4);
    if (u8[at] !== 0x1f || u8[at + 1] !== 0x8b) throw corrupt('what follows is no member of gzip');
    if (u8[at + 2] !== DEFLATE || u8[at + 3] & RESERVED) throw corrupt('a header that gzip does not have');
    const flags = u8[at + 3];
    input.take(6);
    if (flags & EXTRA) {
      const length = input.take(2);
      input.take(u8[length] | (u8[length + 1] << 8));
    }
    for (const text of [NAME, COMMENT]) if (flags & text) while (u8[input.take(1)] !== 0);
    if (flags & HEADER_CRC) input.take(2);
  }

  next(target: number, capacity: number, history: number): number {
    const input = this.#input;
    const { u32 } = input.heap;
    while (!this.#isThrough) {
      const isAll = input.available(LEAST_INPUT) < LEAST_INPUT;
      const room = Math.min(capacity, this.pieceBytes);
      const bytes = this.#kernels.inflate(this.#work, input.at, input.end, isAll, target, room, history);
      input.skip(u32[(this.#work + INFLATE_NEXT) >>> 2] - input.at);
      const status = u32[(this.#work + INFLATE_STATUS) >>> 2];
      this.#isThrough = status === INFLATE_END;
      if (bytes > 0) {
        this.#crc = this.#kernels.addCrc(this.#tables, this.#crc, target, bytes);
        this.#bytes += bytes;
        return bytes;
      }
      if (status === INFLATE_INPUT && isAll) throw truncated();
      if (status !== INFLATE_END && status !== INFLATE_INPUT) throw this.#refused(status);
    }
    this.#endMember();
    return -1;
  }

  #refused(status: number): Error {
    return corrupt(status === INFLATE_ROOM ? 'it holds more than there is room for' : 'its data is corrupt');
  }

  #endMember(): void {
    const crc = this.#input.takeU32();
    const bytes = this.#input.takeU32();
    if (crc !== this.#crc >>> 0) throw corrupt('its checksum does not agree with its content');
    if (bytes !== this.#bytes % 2 ** 32) throw corrupt('its length does not agree with its content');
  }
}
