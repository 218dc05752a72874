/** The physical `first`: of rows with equal keys, which follow one another within a split, so many of the first ones. */
import type { RecordBatch } from '../columnar/record-batch.js';
import type { TransformFactory } from '../dataflow/factory.js';
import type { Collector, Operator, OperatorContext } from '../dataflow/operator.js';
import { selectedRow } from '../expr/compiler/row-values.js';
import { Arena } from '../memory/arena.js';
import { changedRows } from './changed-rows.js';
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
  /** Of each selected row: 1 where a group begins. */
  #begins = 0;

  constructor(config: FirstRowsConfig, context: OperatorContext, output: Collector) {
    this.#config = config;
    this.#context = context;
    this.#output = output;
    this.#arena = new Arena(context.memory, 'the first rows');
    this.#key = new GroupKey(context.memory.heap, config.by.length);
  }

  open(): void {
    this.#selection = this.#arena.allocate(4 * this.#context.batchRows, 4);
    this.#begins = this.#arena.allocate(this.#context.batchRows, 1);
  }

  beginSplit(): void {
    this.#hasKey = false;
  }

  processBatch(batch: RecordBatch): void {
    const { heap } = this.#context.memory;
    const { offset, count } = this.#config;
    this.#markGroups(batch);
    const taken = this.#selection >>> 2;
    let selectedCount = 0;
    for (let i = 0; i < batch.selectedCount; i++) {
      if (heap.u8[this.#begins + i] !== 0) this.#seen = 0;
      if (this.#seen >= offset && this.#seen - offset < count) {
        heap.u32[taken + selectedCount++] = selectedRow(heap, batch.selection, i);
      }
      this.#seen++;
    }
    if (selectedCount > 0) this.#output.emit({ ...batch, selection: this.#selection, selectedCount });
  }

  /** The first row is held against the key that the last batch ended with, every other one against the row before it. */
  #markGroups(batch: RecordBatch): void {
    const { heap } = this.#context.memory;
    const { selection, selectedCount } = batch;
    if (selectedCount === 0) return;
    const vectors = this.#config.by.map((slot) => batch.vectors[slot]);
    const keys = { ...batch, vectors };
    const isSame = this.#hasKey && this.#key.matches(keys, selectedRow(heap, selection, 0));
    heap.u8[this.#begins] = isSame ? 0 : 1;
    changedRows(heap, batch, vectors, this.#begins);
    this.#key.keep(keys, selectedRow(heap, selection, selectedCount - 1));
    this.#hasKey = true;
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
  minimumBytes: (_, { batchRows }) => 5 * batchRows,
  create: (config, context, output) => new FirstRows(config, context, output),
};
