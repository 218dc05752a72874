// Kernels of compression; see ../codec-kernels.ts.
export { decodeLz4, encodeLz4 } from './codec-lz4';
export { decodeSnappy, encodeSnappy, snappyLength } from './codec-snappy';
