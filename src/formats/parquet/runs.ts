/** Cursors over runs of RLE and bit-packed numbers, which the kernels move; see kernels/assembly/parquet-runs.ts. */
import { RUNS_AT, RUNS_BIT, RUNS_END, RUNS_LEFT, RUNS_WIDTH } from '../../kernels/parquet-kernels.js';
import type { Heap } from '../../memory/heap.js';

/** Puts a cursor before the runs in [from, to), of numbers of `width` bits. */
export function startRuns({ u32 }: Heap, runs: number, from: number, to: number, width: number): void {
  u32[(runs + RUNS_AT) >>> 2] = from;
  u32[(runs + RUNS_END) >>> 2] = to;
  u32[(runs + RUNS_WIDTH) >>> 2] = width;
  u32[(runs + RUNS_LEFT) >>> 2] = 0;
  u32[(runs + RUNS_BIT) >>> 2] = 0;
}

/** Bits of a level that is at most `max`. */
export function levelWidth(max: number): number {
  return 32 - Math.clz32(max);
}
