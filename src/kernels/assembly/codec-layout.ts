// What the kernels of the codec room and their callers agree on. Also plain TypeScript.

/** Answers of decoders that are no number of bytes. */
export const CORRUPT = -1;

/** Bytes of work memory that a compressor of snappy or LZ4 blocks needs: 2^14 offsets. */
export const MATCH_TABLE_BYTES = 65536;

/** Bytes of work memory that a decoder of zstd blocks needs: its tables, and the literals of a block. */
export const ZSTD_WORK_BYTES = 196608;
/** Bytes of work memory that a compressor of zstd blocks needs: tables of matches, and what makes up a block. */
export const ZSTD_PACK_BYTES = 786432;
/** The most that one block of zstd holds. */
export const ZSTD_BLOCK_BYTES = 131072;

/** Bytes of a hash that is at work. */
export const HASH_STATE_BYTES = 80;

/** Bytes of work memory of an inflater, and what it says there: where the input goes on, and why it stopped. */
export const INFLATE_WORK_BYTES = 16384;
export const INFLATE_NEXT = 0;
export const INFLATE_STATUS = 4;
/** It wants more input, or room for the longest match; or all is done; or the input is corrupt. */
export const INFLATE_INPUT = 0;
export const INFLATE_ROOM = 1;
export const INFLATE_END = 2;
export const INFLATE_CORRUPT = 3;

/** Bytes of the tables of a reflected CRC. */
export const CRC_TABLE_BYTES = 16384;

/** Bytes of work memory of a bzip2 decoder, and what it says there: bits that were read, and checks. */
export const BZIP2_WORK_BYTES = 65536;
export const BZIP2_BITS = 0;
export const BZIP2_WANTED_CRC = 4;
export const BZIP2_CRC = 8;
/** What was read: a block, or the end of a stream; or the input is corrupt, or ends before. */
export const BZIP2_BLOCK = 0;
export const BZIP2_END = 1;
export const BZIP2_CORRUPT = 2;
export const BZIP2_SHORT = 3;
