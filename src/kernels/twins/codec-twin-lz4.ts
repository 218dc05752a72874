/** LZ4 blocks, byte by byte; the compressor writes literals only. */
import type { Heap } from '../../memory/heap.js';
import { type BlockKernels, CORRUPT } from '../codec-kernels.js';

const TOKEN_MAX = 15;
const MIN_MATCH = 4;

export function lz4Twin({ u8 }: Heap): Pick<BlockKernels, 'decodeLz4' | 'encodeLz4'> {
  return {
    decodeLz4(source, bytes, target, capacity, history) {
      const input = u8.subarray(source >>> 0, (source >>> 0) + (bytes >>> 0));
      const start = target >>> 0;
      let at = 0;
      let to = start;
      const length = (nibble: number): number => {
        let total = nibble;
        for (let byte = nibble === TOKEN_MAX ? 255 : 0; byte === 255; total += byte) byte = input[at++] ?? Number.NaN;
        return total;
      };
      while (at < input.length) {
        const token = input[at++];
        const literal = length(token >> 4);
        if (!(literal <= input.length - at && literal <= start + capacity - to)) return CORRUPT;
        u8.set(input.subarray(at, at + literal), to);
        at += literal;
        to += literal;
        if (at === input.length) return to - start;
        const distance = input[at] | (input[at + 1] << 8);
        if (at + 2 > input.length) return CORRUPT;
        at += 2;
        const matched = length(token & TOKEN_MAX) + MIN_MATCH;
        if (distance === 0 || distance > to - start + history || !(matched <= start + capacity - to)) return CORRUPT;
        for (let i = 0; i < matched; i++, to++) u8[to] = u8[to - distance];
      }
      return CORRUPT;
    },
    encodeLz4(source, bytes, target) {
      let to = target >>> 0;
      u8[to++] = Math.min(bytes, TOKEN_MAX) << 4;
      if (bytes >= TOKEN_MAX) {
        let rest = bytes - TOKEN_MAX;
        for (; rest >= 255; rest -= 255) u8[to++] = 255;
        u8[to++] = rest;
      }
      u8.copyWithin(to, source >>> 0, (source >>> 0) + bytes);
      return to + bytes - (target >>> 0);
    },
  };
}
