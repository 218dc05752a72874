/** Values of a page to those of a vector, with bigints. */
import type { Heap } from '../../memory/heap.js';
import {
  COPY_8,
  COPY_32,
  COPY_64,
  F16_TO_F64,
  F32_TO_F64,
  I32_TO_I64,
  I32_TO_I128,
  I64_TO_I128,
  INT96_TO_MICROS,
  MILLIS_TO_MICROS,
  NANOS_TO_MICROS,
  type ParquetKernels,
  U32_TO_I64,
  U64_TO_I128,
} from '../parquet-kernels.js';

type ValueKernels = Pick<
  ParquetKernels,
  | 'convertNumbers'
  | 'outside64'
  | 'outside128'
  | 'bigEndian64'
  | 'bigEndian128'
  | 'plainViews'
  | 'fixedViews'
  | 'gather'
  | 'spread'
>;

const EPOCH_DAY = 2440588n;
const MICROS_PER_DAY = 86_400_000_000n;
const MOST_DAYS = 106_751_990n;

export function valuesTwin({ u8, u32, i64, memory }: Heap): ValueKernels {
  const data = new DataView(memory.buffer);

  const view = (views: number, index: number): Uint8Array => {
    const at = (views >>> 2) + 2 * index;
    return u8.slice(u32[at], u32[at] + u32[at + 1]);
  };
  const putView = (out: number, index: number, address: number, length: number): void => {
    u32[(out >>> 2) + 2 * index] = address;
    u32[(out >>> 2) + 2 * index + 1] = length;
  };
  const putBig = (out: number, index: number, value: bigint, bits: number): void => {
    const words = bits / 64;
    for (let word = 0; word < words; word++) i64[(out >>> 3) + words * index + word] = value >> BigInt(64 * word);
  };
  const wideAt = (values: number, index: number): bigint =>
    (i64[(values >>> 3) + 2 * index + 1] << 64n) | BigInt.asUintN(64, i64[(values >>> 3) + 2 * index]);
  const firstOf = (count: number, isWrong: (index: number) => boolean): number => {
    for (let i = 0; i < count; i++) if (isWrong(i)) return i;
    return -1;
  };

  function bigEndian(views: number, count: number, out: number, bits: number): number {
    return firstOf(count, (i) => {
      let value = 0n;
      const bytes = view(views, i);
      for (const byte of bytes) value = (value << 8n) | BigInt(byte);
      value = BigInt.asIntN(8 * bytes.length, value);
      if (BigInt.asIntN(bits, value) !== value) return true;
      putBig(out, i, value, bits);
      return false;
    });
  }

  /** A number as an integer, or undefined when it has no place. */
  function integerAt(form: number, from: number, i: number): bigint | undefined {
    if (form === I32_TO_I64 || form === I32_TO_I128) return BigInt(data.getInt32(from + 4 * i, true));
    if (form === U32_TO_I64) return BigInt(data.getUint32(from + 4 * i, true));
    if (form === U64_TO_I128) return data.getBigUint64(from + 8 * i, true);
    if (form === INT96_TO_MICROS) {
      const day = BigInt(data.getUint32(from + 12 * i + 8, true)) - EPOCH_DAY;
      if (day > MOST_DAYS || day < -MOST_DAYS) return undefined;
      return day * MICROS_PER_DAY + floorThousandth(data.getBigInt64(from + 12 * i, true));
    }
    const value = data.getBigInt64(from + 8 * i, true);
    if (form === NANOS_TO_MICROS) return floorThousandth(value);
    if (form !== MILLIS_TO_MICROS) return value;
    return BigInt.asIntN(64, value * 1000n) === value * 1000n ? value * 1000n : undefined;
  }

  return {
    convertNumbers(form, from, count, out) {
      const [start, to] = [from >>> 0, out >>> 0];
      const copied = { [COPY_8]: 1, [COPY_32]: 4, [COPY_64]: 8 }[form];
      if (copied !== undefined) {
        u8.copyWithin(to, start, start + copied * count);
        return -1;
      }
      const isWide = form === I32_TO_I128 || form === I64_TO_I128 || form === U64_TO_I128;
      return firstOf(count, (i) => {
        if (form === F32_TO_F64) data.setFloat64(to + 8 * i, data.getFloat32(start + 4 * i, true), true);
        else if (form === F16_TO_F64) data.setFloat64(to + 8 * i, halfFloat(data.getUint16(start + 2 * i, true)), true);
        else {
          const value = integerAt(form, start, i);
          if (value === undefined) return true;
          putBig(to, i, value, isWide ? 128 : 64);
        }
        return false;
      });
    },
    outside64: (values, count, limit) =>
      firstOf(count, (i) => {
        const value = i64[(values >>> 3) + i];
        return value >= limit || value <= -limit;
      }),
    outside128: (values, count, low, high) =>
      firstOf(count, (i) => {
        const limit = (high << 64n) | BigInt.asUintN(64, low);
        const value = wideAt(values, i);
        return value >= limit || value <= -limit;
      }),
    bigEndian64: (views, count, out) => bigEndian(views, count, out, 64),
    bigEndian128: (views, count, out) => bigEndian(views, count, out, 128),
    plainViews(from, to, count, out) {
      let at = from >>> 0;
      for (let i = 0; i < count; i++) {
        if ((to >>> 0) - at < 4) return 0;
        const length = data.getUint32(at, true);
        at += 4;
        if (length > (to >>> 0) - at) return 0;
        putView(out, i, at, length);
        at += length;
      }
      return at | 0;
    },
    fixedViews(from, count, width, out) {
      for (let i = 0; i < count; i++) putView(out, i, (from >>> 0) + i * width, width);
    },
    gather(places, count, width, dictionary, size, out) {
      for (let i = 0; i < count; i++) {
        const place = u32[(places >>> 2) + i];
        if (place >= size) return 0;
        const at = (dictionary >>> 0) + place * width;
        u8.copyWithin((out >>> 0) + i * width, at, at + width);
      }
      return 1;
    },
    spread(out, rows, dense, width, validity) {
      const start = out >>> 0;
      const values = u8.slice(start, start + dense * width);
      const valid = u8.slice(validity >>> 0, (validity >>> 0) + rows);
      u8.fill(0, start, start + rows * width);
      let value = 0;
      valid.forEach((isThere, row) => {
        if (!isThere) return;
        u8.set(values.subarray(value * width, (value + 1) * width), start + row * width);
        value++;
      });
    },
  };
}

function floorThousandth(nanos: bigint): bigint {
  return (nanos - BigInt.asUintN(64, ((nanos % 1000n) + 1000n) % 1000n)) / 1000n;
}

function halfFloat(bits: number): number {
  const sign = bits >= 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}
