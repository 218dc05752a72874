// What the kernels of the codec room and their callers agree on. Also plain TypeScript.

/** Answers of decoders that are no number of bytes. */
export const CORRUPT = -1;

/** Bytes of work memory that a compressor of snappy or LZ4 blocks needs: 2^14 offsets. */
export const MATCH_TABLE_BYTES = 65536;
