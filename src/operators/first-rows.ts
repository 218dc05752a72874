/** The physical `first`: of rows with equal keys, which follow one another within a split, the first one. */
import type { RecordBatch } from '../columnar/record-batch.js';
import type { TransformFactory } from '../dataflow/factory.js';
import type { Collector, Operator, OperatorContext } from '../dataflow/operator.js';
import { selectedRow } from '../expr/compiler/row-values.js';
import { Arena } from '../memory/arena.js';
import { GroupKey } from './group-key.js';

export interface FirstRowsConfig {
  readonly by: readonly number[];
}

class FirstRows implements Operator {
  readonly #by: readonly number[];
  readonly #context: OperatorContext;
  readonly #output: Collector;
  readonly #arena: Arena;
  readonly #key: GroupKey;
  #hasKey = false;
  #selection = 0;

  constructor({ by }: FirstRowsConfig, context: OperatorContext, output: Collector) {
    this.#by = by;
    this.#context = context;
    this.#output = output;
    this.#arena = new Arena(context.memory, 'dedupe');
    this.#key = new GroupKey(context.memory.heap, by.length);
  }

  open(): void {
    this.#selection = this.#arena.allocate(4 * this.#context.batchRows, 4);
  }

  beginSplit(): void {
    this.#hasKey = false;
  }

  processBatch(batch: RecordBatch): void {
    const { heap } = this.#context.memory;
    const keys = { ...batch, vectors: this.#by.map((slot) => batch.vectors[slot]) };
    const taken = this.#selection >>> 2;
    let count = 0;
    for (let i = 0; i < batch.selectedCount; i++) {
      const row = selectedRow(heap, batch.selection, i);
      if (this.#hasKey && this.#key.matches(keys, row)) continue;
      this.#key.keep(keys, row);
      this.#hasKey = true;
      heap.u32[taken + count++] = row;
    }
    if (count > 0) this.#output.emit({ ...batch, selection: this.#selection, selectedCount: count });
  }

  endInput(): undefined {
    return undefined;
  }

  close(): void {
    this.#arena.close();
  }
}

export const FIRST_ROWS: TransformFactory<FirstRowsConfig> = {
  role: 'transform',
  kind: 'first',
  minimumBytes: (_, { batchRows }) => 4 * batchRows,
  create: (config, context, output) => new FirstRows(config, context, output),
};
