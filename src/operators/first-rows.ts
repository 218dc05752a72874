/** The physical `first`: of rows with equal keys, which follow one another within a split, so many of the first ones. */
import type { RecordBatch } from '../columnar/record-batch.js';
import type { TransformFactory } from '../dataflow/factory.js';
import type { Collector, Operator, OperatorContext } from '../dataflow/operator.js';
import { selectedRow } from '../expr/compiler/row-values.js';
import { Arena } from '../memory/arena.js';
import { GroupKey } from './group-key.js';

export interface FirstRowsConfig {
  readonly by: readonly number[];
  readonly count: number;
  /** Rows of each group that are passed over first. */
  readonly offset: number;
}

class FirstRows implements Operator {
  readonly #config: FirstRowsConfig;
  readonly #context: OperatorContext;
  readonly #output: Collector;
  readonly #arena: Arena;
  readonly #key: GroupKey;
  #hasKey = false;
  /** Rows of the group at hand. */
  #seen = 0;
  #selection = 0;

  constructor(config: FirstRowsConfig, context: OperatorContext, output: Collector) {
    this.#config = config;
    this.#context = context;
    this.#output = output;
    this.#arena = new Arena(context.memory, 'the first rows');
    this.#key = new GroupKey(context.memory.heap, config.by.length);
  }

  open(): void {
    this.#selection = this.#arena.allocate(4 * this.#context.batchRows, 4);
  }

  beginSplit(): void {
    this.#hasKey = false;
  }

  processBatch(batch: RecordBatch): void {
    const { heap } = this.#context.memory;
    const { by, offset, count } = this.#config;
    const keys = { ...batch, vectors: by.map((slot) => batch.vectors[slot]) };
    const taken = this.#selection >>> 2;
    let selectedCount = 0;
    for (let i = 0; i < batch.selectedCount; i++) {
      const row = selectedRow(heap, batch.selection, i);
      if (!this.#hasKey || !this.#key.matches(keys, row)) {
        this.#key.keep(keys, row);
        this.#hasKey = true;
        this.#seen = 0;
      }
      if (this.#seen >= offset && this.#seen - offset < count) heap.u32[taken + selectedCount++] = row;
      this.#seen++;
    }
    if (selectedCount > 0) this.#output.emit({ ...batch, selection: this.#selection, selectedCount });
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
