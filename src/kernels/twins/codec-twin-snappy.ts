/** Snappy blocks, byte by byte; the compressor writes literals only. */
import type { Heap } from '../../memory/heap.js';
import { type BlockKernels, CORRUPT } from '../codec-kernels.js';

export function snappyTwin({ u8 }: Heap): Pick<BlockKernels, 'snappyLength' | 'decodeSnappy' | 'encodeSnappy'> {
  function preamble(source: number, bytes: number): { length: number; width: number } | undefined {
    let length = 0;
    for (let i = 0; i < Math.min(bytes, 5); i++) {
      const byte = u8[source + i];
      length += (byte & 127) * 2 ** (7 * i);
      if (byte < 128) return length < 2 ** 32 ? { length, width: i + 1 } : undefined;
    }
    return undefined;
  }

  return {
    snappyLength: (source, bytes) => preamble(source >>> 0, bytes >>> 0)?.length ?? CORRUPT,
    decodeSnappy(source, bytes, target, capacity) {
      const header = preamble(source >>> 0, bytes >>> 0);
      if (header === undefined || header.length > capacity >>> 0) return CORRUPT;
      const end = (source >>> 0) + (bytes >>> 0);
      const start = target >>> 0;
      let at = (source >>> 0) + header.width;
      let to = start;
      const number = (width: number): number => {
        let value = 0;
        for (let i = 0; i < width; i++) value += u8[at + i] * 2 ** (8 * i);
        at += width;
        return value;
      };
      while (at < end) {
        const tag = u8[at++];
        const width = (tag & 3) === 0 ? Math.max(0, (tag >> 2) - 59) : [0, 1, 2, 4][tag & 3];
        if (width > end - at) return CORRUPT;
        const room = start + header.length - to;
        if ((tag & 3) === 0) {
          const literal = (width === 0 ? tag >> 2 : number(width)) + 1;
          if (literal > end - at || literal > room) return CORRUPT;
          u8.copyWithin(to, at, at + literal);
          at += literal;
          to += literal;
        } else {
          const copied = (tag & 3) === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
          const distance = number(width) + ((tag & 3) === 1 ? (tag >> 5) * 256 : 0);
          if (distance === 0 || distance > to - start || copied > room) return CORRUPT;
          for (let i = 0; i < copied; i++, to++) u8[to] = u8[to - distance];
        }
      }
      return to - start === header.length ? header.length : CORRUPT;
    },
    encodeSnappy(source, bytes, target) {
      let to = target >>> 0;
      let rest = bytes;
      for (; rest >= 128; rest = Math.floor(rest / 128)) u8[to++] = (rest % 128) + 128;
      u8[to++] = rest;
      for (let done = 0; done < bytes; ) {
        const literal = Math.min(60, bytes - done);
        u8[to++] = (literal - 1) << 2;
        u8.copyWithin(to, (source >>> 0) + done, (source >>> 0) + done + literal);
        to += literal;
        done += literal;
      }
      return to - (target >>> 0);
    },
  };
}
