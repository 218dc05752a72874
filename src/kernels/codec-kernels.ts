/**
 * What the codec kernels offer; assembly/codec.ts has the code, twins/codec-twin.ts the meaning. Addresses are unsigned 32
 * bits. Decoders answer the bytes they wrote, or CORRUPT; they neither read nor write beyond the bytes they are given.
 */

export * from './assembly/codec-layout.js';

export interface CodecKernels {
  /** The length that a raw snappy block says it has, or CORRUPT. */
  snappyLength(source: number, bytes: number): number;
  decodeSnappy(source: number, bytes: number, target: number, capacity: number): number;
  /** `target` has room for the worst case, `table` is MATCH_TABLE_BYTES of work memory; so with LZ4. */
  encodeSnappy(source: number, bytes: number, target: number, table: number): number;
  /** A raw LZ4 block; matches may reach back into the `history` bytes before `target`. */
  decodeLz4(source: number, bytes: number, target: number, capacity: number, history: number): number;
  encodeLz4(source: number, bytes: number, target: number, table: number): number;
}
