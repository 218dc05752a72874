/** The texts of a group, one after another. */
import type { RecordBatch } from '../../columnar/record-batch.js';
import type { FoldCall } from '../../dataflow/logical-graph.js';
import { isNull, selectedRow } from '../../expr/compiler/row-values.js';
import type { TaskMemory } from '../../memory/task-memory.js';
import type { Fold, TextView } from './fold.js';
import { TextBuilder } from './text-builder.js';

export class JoinTextsFold implements Fold {
  readonly #memory: TaskMemory;
  readonly #call: FoldCall;
  readonly #separator: Buffer;
  readonly #text: TextBuilder;
  #isEmpty = true;
  #isDone = false;

  constructor(memory: TaskMemory, call: FoldCall, separator: string) {
    this.#memory = memory;
    this.#call = call;
    this.#separator = Buffer.from(separator);
    this.#text = new TextBuilder(memory, 'a text of string_agg');
  }

  add(batch: RecordBatch, from: number, to: number): void {
    const { heap } = this.#memory;
    if (this.#isDone) this.#begin();
    const value = batch.vectors[this.#call.value];
    for (let i = from; i < to; i++) {
      const row = selectedRow(heap, batch.selection, i);
      if (isNull(heap, value, row)) continue;
      if (!this.#isEmpty) this.#text.append(this.#separator);
      this.#isEmpty = false;
      const at = (value.values >>> 2) + 2 * (value.isConstant ? 0 : row);
      this.#text.appendFrom(heap.u32[at], heap.u32[at + 1]);
    }
  }

  finish(): TextView | null {
    if (this.#isDone) this.#begin();
    this.#isDone = true;
    return this.#isEmpty ? null : this.#text.view();
  }

  close(): void {
    this.#text.close();
  }

  /** The text of the last group was looked at until now. */
  #begin(): void {
    this.#text.clear();
    this.#isEmpty = true;
    this.#isDone = false;
  }
}
