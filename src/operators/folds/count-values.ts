/** How many different values a group has. */
import type { RecordBatch } from '../../columnar/record-batch.js';
import type { FoldCall } from '../../dataflow/logical-graph.js';
import { isNull, selectedRow } from '../../expr/compiler/row-values.js';
import type { TaskMemory } from '../../memory/task-memory.js';
import type { Fold } from './fold.js';

export class CountFold implements Fold {
  readonly #memory: TaskMemory;
  readonly #call: FoldCall;
  #count = 0;

  constructor(memory: TaskMemory, call: FoldCall) {
    this.#memory = memory;
    this.#call = call;
  }

  add(batch: RecordBatch, from: number, to: number): void {
    const value = batch.vectors[this.#call.value];
    if (value.validity === 0) {
      this.#count += to - from;
      return;
    }
    const { heap } = this.#memory;
    for (let i = from; i < to; i++) if (!isNull(heap, value, selectedRow(heap, batch.selection, i))) this.#count++;
  }

  finish(): bigint {
    const count = BigInt(this.#count);
    this.#count = 0;
    return count;
  }

  close(): void {}
}
