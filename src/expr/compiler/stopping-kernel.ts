/** Drives kernels that stop on the way: where the text area is full, or where a row is the interpreter's. */
import type { ConstantPool, KernelCall, KernelEmit } from './emit.js';
import { selectedRow } from './row-values.js';

/** Runs from row number `start` of the selection; answers where it stopped. `placed`: address of its constants. */
type PartRun = (call: KernelCall, start: number, placed: number) => number;

interface Options {
  /** The kernel, or the interpreter, makes nulls of values. */
  readonly makesNull?: boolean;
  /** Puts constants into memory. */
  readonly place?: (pool: ConstantPool) => number;
}

const ROOM_TO_BEGIN = 64;

export function textKernel(columns: readonly number[], run: PartRun, { makesNull = false }: Options = {}): KernelEmit {
  return { kind: 'kernel', mayFail: false, makesNull, columns, prepare: () => (call) => drive(call, run) };
}

/** A kernel that leaves rows to the interpreter, which may fail on them. */
export function partialKernel(
  mayFail: boolean,
  run: PartRun,
  { makesNull = false, place = () => 0 }: Options = {},
): KernelEmit {
  return {
    kind: 'kernel',
    mayFail,
    makesNull,
    columns: [0],
    prepare: (pool) => {
      const placed = place(pool);
      return (call) => {
        for (let start = 0; start < call.count; start++) {
          start = run(call, start, placed);
          if (start >= call.count) break;
          const row = selectedRow(call.heap, call.selection, start);
          if (!call.boxedRow(row)) return row;
        }
        return -1;
      };
    },
  };
}

function drive(call: KernelCall, run: PartRun): number {
  const { heap, text, count, selection } = call;
  text.reserve(ROOM_TO_BEGIN);
  let start = 0;
  while (start < count) {
    start = run(call, start, 0);
    if (start >= count) break;
    const needed = heap.u32[(text.state >>> 2) + 2];
    if (needed > 0) text.reserve(needed);
    else {
      const row = selectedRow(heap, selection, start);
      if (!call.boxedRow(row)) return row;
      start++;
    }
  }
  return -1;
}
