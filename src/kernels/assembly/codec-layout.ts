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
