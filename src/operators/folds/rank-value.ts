/** The value at a fraction of a group's rows, of groups whose rows are counted before they come: nothing is kept of them. */
import type { RecordBatch } from '../../columnar/record-batch.js';
import type { Value } from '../../columnar/value.js';
import type { FoldCall } from '../../dataflow/logical-graph.js';
import { readValue } from '../../expr/compiler/row-values.js';
import type { TaskMemory } from '../../memory/task-memory.js';
import type { Fold } from './fold.js';
import { quantileRank, valueBetween } from './quantile.js';

/** Values are not null, and ascend; each has a count. */
export class RankFold implements Fold {
  readonly #memory: TaskMemory;
  readonly #call: FoldCall;
  readonly #fraction: number;
  readonly #isContinuous: boolean;
  #rows = 0;
  #seen = 0;
  #rank = 0;
  /** The values at the places below and above the rank, once they were seen. */
  #low: Value = null;
  #high: Value = null;

  constructor(memory: TaskMemory, call: FoldCall, fraction: number, isContinuous: boolean) {
    this.#memory = memory;
    this.#call = call;
    this.#fraction = fraction;
    this.#isContinuous = isContinuous;
  }

  begin(rows: number): void {
    this.#rows = rows;
    this.#seen = 0;
    this.#rank = quantileRank(rows, this.#fraction, this.#isContinuous);
    this.#low = null;
    this.#high = null;
  }

  spare(): number {
    return this.#high === null ? Math.floor(this.#rank) - this.#seen : Number.POSITIVE_INFINITY;
  }

  skip(rows: number): void {
    this.#seen += rows;
  }

  add(batch: RecordBatch, from: number, to: number): void {
    const { heap } = this.#memory;
    const value = batch.vectors[this.#call.value];
    // Counts are read in halves: a bigint for each row would cost more than all else.
    const counts = batch.vectors[this.#call.count!].values >>> 2;
    for (let row = from; row < to && this.#high === null; row++) {
      this.#seen += heap.u32[counts + 2 * row] + heap.u32[counts + 2 * row + 1] * 2 ** 32;
      if (this.#seen <= Math.floor(this.#rank)) continue;
      if (this.#low === null) this.#low = readValue(heap, value, row);
      if (this.#seen > Math.ceil(this.#rank)) this.#high = readValue(heap, value, row);
    }
  }

  finish(): Value {
    const share = this.#rank - Math.floor(this.#rank);
    return this.#rows === 0 ? null : valueBetween(this.#low, this.#high, share, this.#call.result);
  }

  close(): void {}
}
