/**
 * What the codec kernels offer; assembly/codec.ts has the code. Addresses are unsigned 32 bits. Decoders answer the bytes
 * they wrote, or CORRUPT; they neither believe nor write anything beyond the bytes they are given.
 *
 * Of blocks of snappy and LZ4 twins/codec-twin.ts has the meaning. The other formats have no twin: the programs that
 * everybody else reads and writes them with say what they mean, and tests ask those.
 */

export * from './assembly/codec-layout.js';

export interface BlockKernels {
  /** The length that a raw snappy block says it has, or CORRUPT. */
  snappyLength(source: number, bytes: number): number;
  decodeSnappy(source: number, bytes: number, target: number, capacity: number): number;
  /** `target` has room for the worst case, `table` is MATCH_TABLE_BYTES of work memory; so with LZ4. */
  encodeSnappy(source: number, bytes: number, target: number, table: number): number;
  /** A raw LZ4 block; matches may reach back into the `history` bytes before `target`. */
  decodeLz4(source: number, bytes: number, target: number, capacity: number, history: number): number;
  encodeLz4(source: number, bytes: number, target: number, table: number): number;
}

export interface CodecKernels extends BlockKernels {
  moveBytes(to: number, from: number, bytes: number): void;

  /** A frame of zstd begins; `work` is ZSTD_WORK_BYTES that live as long as it. */
  beginZstd(work: number): void;
  /** A compressed block of the frame. */
  decodeZstd(work: number, source: number, bytes: number, target: number, capacity: number, history: number): number;

  /** A frame begins that is to be written; `work` is ZSTD_PACK_BYTES that live as long as it. */
  beginZstdFrame(work: number): void;
  /**
   * Compresses a block of the frame that began at `frame`; 0 when that makes it no smaller. `target` has room for a quarter
   * more than `bytes`, and 1 KiB.
   */
  encodeZstd(work: number, frame: number, source: number, bytes: number, window: number, target: number): number;

  /** xxHash over pieces; `state` is HASH_STATE_BYTES. The end of the one of 64 bits is its lower half. */
  beginHash32(state: number): void;
  addHash32(state: number, from: number, bytes: number): void;
  endHash32(state: number): number;
  beginHash64(state: number): void;
  addHash64(state: number, from: number, bytes: number): void;
  endHash64(state: number): number;

  /** The check of what `crc` is the check of (at first 0), followed by these bytes; `tables` of CRC_TABLE_BYTES are made once. */
  makeCrcTables(tables: number, polynomial: number): void;
  addCrc(tables: number, crc: number, from: number, bytes: number): number;

  /** A stream of deflate begins; `work` is INFLATE_WORK_BYTES. */
  beginInflate(work: number): void;
  /**
   * The next bytes of the stream out of the input [source, end), at most `capacity`: how many, and at
   * INFLATE_NEXT and INFLATE_STATUS where the input goes on and why it stopped.
   */
  inflate(
    work: number,
    source: number,
    end: number,
    isAll: boolean,
    target: number,
    capacity: number,
    history: number,
  ): number;

  beginBzip2(work: number): void;
  /**
   * Reads what begins at bit `bit` of the input [source, end): BZIP2_BLOCK, which is in `block` then, four bytes a byte,
   * at most `room` bytes; or another of those.
   */
  readBzip2(work: number, source: number, end: number, bit: number, block: number, room: number): number;
  /** The next bytes of the block; 0 when it is through and BZIP2_CRC its check. */
  writeBzip2(work: number, block: number, target: number, capacity: number): number;
}
