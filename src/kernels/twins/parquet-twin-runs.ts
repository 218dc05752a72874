/** Runs of RLE and bit-packed numbers, bit by bit. */
import type { Heap } from '../../memory/heap.js';
import {
  type ParquetKernels,
  RUNS_AT,
  RUNS_BIT,
  RUNS_END,
  RUNS_LEFT,
  RUNS_REPEATED,
  RUNS_VALUE,
  RUNS_WIDTH,
} from '../parquet-kernels.js';

export function runsTwin({
  u8,
  u32,
}: Heap): Pick<ParquetKernels, 'takeRuns' | 'takeLevels' | 'takeBits' | 'countLevels'> {
  const bitsFrom = (address: number, first: number, width: number): number => {
    let value = 0;
    for (let bit = 0; bit < width; bit++) {
      const place = first + bit;
      value += ((u8[address + (place >>> 3)] >>> (place & 7)) & 1) * 2 ** bit;
    }
    return value;
  };

  function nextRun(field: (offset: number) => number, set: (offset: number, value: number) => void): boolean {
    const [end, width] = [field(RUNS_END), field(RUNS_WIDTH)];
    let at = field(RUNS_AT);
    let head = 0;
    for (let scale = 1; ; scale *= 128) {
      if (at >= end || scale > 2 ** 28) return false;
      const byte = u8[at++];
      head += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
    }
    const count = Math.floor(head / 2);
    if (head % 2 === 1) {
      const there = width === 0 ? count * 8 : Math.floor(((end - at) * 8) / width);
      set(RUNS_LEFT, Math.min(count * 8, there));
      set(RUNS_BIT, 0);
    } else {
      const bytes = Math.ceil(width / 8);
      const value = bitsFrom(at, 0, 8 * bytes);
      if (end - at < bytes || value >= 2 ** width) return false;
      at += bytes;
      set(RUNS_VALUE, value);
      set(RUNS_LEFT, count);
      set(RUNS_BIT, RUNS_REPEATED);
    }
    set(RUNS_AT, at);
    return true;
  }

  function take(runs: number, count: number, put: (index: number, value: number) => void): number {
    const field = (offset: number): number => u32[(runs + offset) >>> 2];
    const set = (offset: number, value: number): void => {
      u32[(runs + offset) >>> 2] = value;
    };
    for (let done = 0; done < count; ) {
      if (field(RUNS_LEFT) === 0) {
        if (!nextRun(field, set)) return done;
        continue;
      }
      if (field(RUNS_BIT) === RUNS_REPEATED) put(done, field(RUNS_VALUE));
      else {
        const width = field(RUNS_WIDTH);
        put(done, bitsFrom(field(RUNS_AT), field(RUNS_BIT), width));
        const bit = field(RUNS_BIT) + width;
        set(RUNS_AT, field(RUNS_AT) + (bit >>> 3));
        set(RUNS_BIT, bit & 7);
      }
      set(RUNS_LEFT, field(RUNS_LEFT) - 1);
      done++;
    }
    return count;
  }

  return {
    takeRuns: (runs, count, out) =>
      take(runs >>> 0, count, (index, value) => {
        u32[(out >>> 2) + index] = value;
      }),
    takeLevels: (runs, count, out) =>
      take(runs >>> 0, count, (index, value) => {
        u8[(out >>> 0) + index] = value;
      }),
    takeBits(from, first, count, out) {
      for (let i = 0; i < count; i++) u8[(out >>> 0) + i] = bitsFrom(from >>> 0, first + i, 1);
    },
    countLevels: (levels, count, value) =>
      u8.subarray(levels >>> 0, (levels >>> 0) + count).filter((level) => level === value).length,
  };
}
