/**
 * About how many different values a group has, from the marks of kernels/distinct-mark.ts. The estimator is the improved
 * one of O. Ertl, "New cardinality estimation algorithms for HyperLogLog sketches" (2017), algorithm 6: without bias at
 * any size.
 */
import type { RecordBatch } from '../../columnar/record-batch.js';
import type { FoldCall } from '../../dataflow/logical-graph.js';
import { isNull, selectedRow } from '../../expr/compiler/row-values.js';
import { SKETCH_BITS, SKETCH_REGISTERS } from '../../kernels/distinct-mark.js';
import type { TaskMemory } from '../../memory/task-memory.js';
import type { Fold } from './fold.js';

export class DistinctEstimateFold implements Fold {
  readonly #memory: TaskMemory;
  readonly #call: FoldCall;
  /** How many registers hold each rank; 0 are those that no value went to. */
  readonly #ranks = new Float64Array(SKETCH_BITS + 2);
  #register = -1;
  #rank = 0;

  constructor(memory: TaskMemory, call: FoldCall) {
    this.#memory = memory;
    this.#call = call;
    this.#clear();
  }

  /** Marks ascend, so the last one of a register is its greatest. */
  add(batch: RecordBatch, from: number, to: number): void {
    const { heap } = this.#memory;
    const marks = batch.vectors[this.#call.value];
    for (let i = from; i < to; i++) {
      const row = selectedRow(heap, batch.selection, i);
      if (isNull(heap, marks, row)) continue;
      const mark = heap.i32[(marks.values >>> 2) + (marks.isConstant ? 0 : row)];
      if (mark >>> 6 !== this.#register) this.#settle();
      this.#register = mark >>> 6;
      this.#rank = mark & 63;
    }
  }

  finish(): bigint {
    this.#settle();
    const result = BigInt(Math.round(estimate(this.#ranks)));
    this.#clear();
    return result;
  }

  close(): void {}

  #settle(): void {
    if (this.#register === -1) return;
    this.#ranks[0]--;
    this.#ranks[this.#rank]++;
  }

  #clear(): void {
    this.#ranks.fill(0);
    this.#ranks[0] = SKETCH_REGISTERS;
    this.#register = -1;
  }
}

function estimate(ranks: Float64Array): number {
  const m = SKETCH_REGISTERS;
  let z = m * tau(1 - ranks[SKETCH_BITS + 1] / m);
  for (let rank = SKETCH_BITS; rank >= 1; rank--) z = 0.5 * (z + ranks[rank]);
  z += m * sigma(ranks[0] / m);
  return (m / (2 * Math.LN2)) * (m / z);
}

function sigma(share: number): number {
  if (share === 1) return Number.POSITIVE_INFINITY;
  let [x, y, z] = [share, 1, share];
  for (let last = -1; z !== last; ) {
    x *= x;
    last = z;
    z += x * y;
    y += y;
  }
  return z;
}

function tau(share: number): number {
  if (share === 0 || share === 1) return 0;
  let [x, y, z] = [share, 1, 1 - share];
  for (let last = -1; z !== last; ) {
    x = Math.sqrt(x);
    last = z;
    y *= 0.5;
    z -= (1 - x) ** 2 * y;
  }
  return z / 3;
}
