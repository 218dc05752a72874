/** Folds over the counts of a group's values: the most frequent one, and all of them. */
import { type DataType, isNumeric } from '../../columnar/data-type.js';
import type { RecordBatch } from '../../columnar/record-batch.js';
import { formatValue } from '../../columnar/text.js';
import type { Value } from '../../columnar/value.js';
import type { FoldCall } from '../../dataflow/logical-graph.js';
import { isNull, readValue, selectedRow } from '../../expr/compiler/row-values.js';
import type { TaskMemory } from '../../memory/task-memory.js';
import type { Fold, TextView } from './fold.js';
import { TextBuilder } from './text-builder.js';

/** Rows number from..to-1 whose value is not null, with how often it is there. */
function forEachCount(
  { heap }: TaskMemory,
  { value, count }: FoldCall,
  batch: RecordBatch,
  from: number,
  to: number,
  visit: (row: number, count: bigint) => void,
): void {
  for (let i = from; i < to; i++) {
    const row = selectedRow(heap, batch.selection, i);
    if (isNull(heap, batch.vectors[value], row)) continue;
    visit(row, count === null ? 1n : heap.i64[(batch.vectors[count].values >>> 3) + row]);
  }
}

export class ModeFold implements Fold {
  readonly #memory: TaskMemory;
  readonly #call: FoldCall;
  #most = 0n;
  #value: Value = null;

  constructor(memory: TaskMemory, call: FoldCall) {
    this.#memory = memory;
    this.#call = call;
  }

  add(batch: RecordBatch, from: number, to: number): void {
    forEachCount(this.#memory, this.#call, batch, from, to, (row, count) => {
      if (count <= this.#most) return;
      this.#most = count;
      this.#value = readValue(this.#memory.heap, batch.vectors[this.#call.value], row);
    });
  }

  finish(): Value {
    const value = this.#value;
    this.#most = 0n;
    this.#value = null;
    return value;
  }

  close(): void {}
}

export class HistogramFold implements Fold {
  readonly #memory: TaskMemory;
  readonly #call: FoldCall;
  readonly #text: TextBuilder;
  #isEmpty = true;

  constructor(memory: TaskMemory, call: FoldCall) {
    this.#memory = memory;
    this.#call = call;
    this.#text = new TextBuilder(memory, 'a histogram');
  }

  add(batch: RecordBatch, from: number, to: number): void {
    const value = batch.vectors[this.#call.value];
    forEachCount(this.#memory, this.#call, batch, from, to, (row, count) => {
      if (this.#isEmpty) this.#text.clear();
      const key = jsonKey(readValue(this.#memory.heap, value, row), value.type);
      this.#text.append(Buffer.from(`${this.#isEmpty ? '{' : ','}${key}:${count}`));
      this.#isEmpty = false;
    });
  }

  finish(): TextView | null {
    if (this.#isEmpty) return null;
    this.#text.append(Buffer.from('}'));
    this.#isEmpty = true;
    return this.#text.view();
  }

  close(): void {
    this.#text.close();
  }
}

function jsonKey(value: Value, type: DataType): string {
  const text = formatValue(value, type);
  return isNumeric(type) ? `"${text}"` : JSON.stringify(text);
}
