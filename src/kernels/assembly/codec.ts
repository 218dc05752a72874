// Kernels of compression; see ../codec-kernels.ts.
export { moveBytes } from './codec-copy';
export { decodeLz4, encodeLz4 } from './codec-lz4';
export { decodeSnappy, encodeSnappy, snappyLength } from './codec-snappy';
export { addHash32, addHash64, beginHash32, beginHash64, endHash32, endHash64 } from './codec-xxhash';
export { beginZstd, decodeZstd } from './codec-zstd';
export { beginZstdFrame, encodeZstd } from './codec-zstd-encode';
export { addCrc, makeCrcTables } from './codec-crc';
export { beginInflate, inflate } from './codec-inflate';
export { beginBzip2, readBzip2, writeBzip2 } from './codec-bzip2';
