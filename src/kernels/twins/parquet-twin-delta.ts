/** The delta encodings and split streams of bytes, with bigints. */
import type { Heap } from '../../memory/heap.js';
import type { ParquetKernels } from '../parquet-kernels.js';

type DeltaKernels = Pick<
  ParquetKernels,
  'deltaCount' | 'decodeDelta' | 'viewsOfLengths' | 'sumOfLengths' | 'joinPrefixes' | 'joinStreams'
>;

export function deltaTwin({ u8, u32, i32, i64 }: Heap): DeltaKernels {
  /** The number, of 64 bits, and where it ends; undefined when it has no end. */
  function varint(at: number, to: number): readonly [bigint, number] | undefined {
    let value = 0n;
    for (let bytes = 0; at < to && bytes < 10; bytes++) {
      const byte = u8[at++];
      value |= BigInt(byte & 0x7f) << BigInt(7 * bytes);
      if (byte < 0x80) return [BigInt.asUintN(64, value), at];
    }
    return undefined;
  }

  /** So many varints, and where they end. */
  function varints(from: number, to: number, count: number): { values: bigint[]; end: number } | undefined {
    const values: bigint[] = [];
    let end = from;
    for (let i = 0; i < count; i++) {
      const next = varint(end, to);
      if (next === undefined) return undefined;
      values.push(next[0]);
      end = next[1];
    }
    return { values, end };
  }

  const zigzag = (value: bigint): bigint => (value >> 1n) ^ -(value & 1n);

  function bits(from: number, first: number, width: number): bigint {
    let value = 0n;
    for (let bit = 0; bit < width; bit++) {
      const place = first + bit;
      value |= BigInt((u8[from + (place >>> 3)] >>> (place & 7)) & 1) << BigInt(bit);
    }
    return value;
  }

  return {
    deltaCount: (from, to) => Number(varints(from >>> 0, to >>> 0, 3)?.values[2] ?? -1n),
    decodeDelta(from, to, count, isWide, out) {
      const end = to >>> 0;
      const head = varints(from >>> 0, end, 4);
      if (head === undefined) return 0;
      const [blockSize, miniblocks, total, first] = head.values;
      if (total !== BigInt(count) || miniblocks === 0n || miniblocks > 65536n || blockSize > 1n << 24n) return 0;
      const size = Number(blockSize / miniblocks);
      if (blockSize % miniblocks !== 0n || size === 0 || size % 8 !== 0) return 0;
      let at = head.end;
      let value = zigzag(first);
      const put = (index: number): void => {
        if (isWide) i64[(out >>> 3) + index] = value;
        else i32[(out >>> 2) + index] = Number(BigInt.asIntN(32, value));
      };
      if (count > 0) put(0);
      for (let done = 1; done < count; ) {
        const least = varint(at, end);
        if (least === undefined) return 0;
        const widths = least[1];
        at = widths + Number(miniblocks);
        if (at > end) return 0;
        for (let block = 0; block < Number(miniblocks) && done < count; block++) {
          const width = u8[widths + block];
          const bytes = (size * width) / 8;
          if (width > 64 || at + bytes > end) return 0;
          for (let i = 0; i < size && done < count; i++, done++) {
            value = BigInt.asIntN(64, value + zigzag(least[0]) + bits(at, i * width, width));
            put(done);
          }
          at += bytes;
        }
      }
      return at;
    },
    viewsOfLengths(lengths, count, from, to, out) {
      let at = from >>> 0;
      for (let i = 0; i < count; i++) {
        const length = u32[(lengths >>> 2) + i];
        if (length > (to >>> 0) - at) return 0;
        u32[(out >>> 2) + 2 * i] = at;
        u32[(out >>> 2) + 2 * i + 1] = length;
        at += length;
      }
      return 1;
    },
    sumOfLengths(lengths, count) {
      const all = i32.subarray(lengths >>> 2, (lengths >>> 2) + count);
      return all.some((length) => length < 0) ? -1 : all.reduce((sum, length) => sum + length, 0);
    },
    joinPrefixes(prefixes, suffixes, count, from, to, area, out) {
      let before: Uint8Array = new Uint8Array();
      let [at, free] = [from >>> 0, area >>> 0];
      for (let i = 0; i < count; i++) {
        const prefix = u32[(prefixes >>> 2) + i];
        const suffix = u32[(suffixes >>> 2) + i];
        if (prefix > before.length || suffix > (to >>> 0) - at) return 0;
        before = Uint8Array.from([...before.subarray(0, prefix), ...u8.subarray(at, at + suffix)]);
        u8.set(before, free);
        u32[(out >>> 2) + 2 * i] = free;
        u32[(out >>> 2) + 2 * i + 1] = before.length;
        at += suffix;
        free += before.length;
      }
      return 1;
    },
    joinStreams(from, count, width, out) {
      for (let i = 0; i < count; i++) {
        for (let b = 0; b < width; b++) u8[(out >>> 0) + i * width + b] = u8[(from >>> 0) + b * count + i];
      }
    },
  };
}
