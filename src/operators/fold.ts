/**
 * Aggregations that see the rows of a group in order. Its input comes sorted by the keys, and no group is divided among
 * tasks; a group ends where the key changes or its split does.
 */
import type { DataType } from '../columnar/data-type.js';
import type { RecordBatch } from '../columnar/record-batch.js';
import type { TransformFactory } from '../dataflow/factory.js';
import type { FoldCall } from '../dataflow/logical-graph.js';
import type { Collector, Operator, OperatorContext } from '../dataflow/operator.js';
import { selectedRow } from '../expr/compiler/row-values.js';
import { Arena } from '../memory/arena.js';
import { PAGE_BYTES } from '../memory/heap.js';
import { createFold } from './folds/create-fold.js';
import type { Fold } from './folds/fold.js';
import { GroupKey } from './group-key.js';
import { ResultRows } from './result-rows.js';

export interface FoldConfig {
  readonly keys: readonly DataType[];
  readonly calls: readonly FoldCall[];
}

class FoldRows implements Operator {
  readonly #config: FoldConfig;
  readonly #context: OperatorContext;
  readonly #output: Collector;
  readonly #arena: Arena;
  readonly #key: GroupKey;
  #folds: readonly Fold[] = [];
  #results!: ResultRows;
  #hasGroup = false;

  constructor(config: FoldConfig, context: OperatorContext, output: Collector) {
    this.#config = config;
    this.#context = context;
    this.#output = output;
    this.#arena = new Arena(context.memory, 'an aggregation');
    this.#key = new GroupKey(context.memory.heap, config.keys.length);
  }

  open(): void {
    const { keys, calls } = this.#config;
    const { memory, batchRows } = this.#context;
    this.#folds = calls.map((call) => createFold(memory, call));
    const types = [...keys, ...calls.map(({ result }) => result)];
    this.#results = new ResultRows(memory, this.#arena, types, batchRows);
  }

  processBatch(batch: RecordBatch): void {
    const { heap } = this.#context.memory;
    for (let from = 0; from < batch.selectedCount; ) {
      if (!this.#hasGroup) {
        this.#key.keep(batch, selectedRow(heap, batch.selection, from));
        this.#hasGroup = true;
      }
      let to = from;
      while (to < batch.selectedCount && this.#key.matches(batch, selectedRow(heap, batch.selection, to))) to++;
      for (const fold of this.#folds) fold.add(batch, from, to);
      if (to < batch.selectedCount) this.#finishGroup();
      from = to;
    }
  }

  endSplit(): void {
    // Without keys there is one group, of all rows or of none, and one split.
    if (this.#hasGroup || this.#config.keys.length === 0) this.#finishGroup();
    this.#flush();
  }

  #finishGroup(): void {
    this.#hasGroup = false;
    const { values } = this.#key;
    for (let k = 0; k < values.length; k++) this.#results.set(k, values[k]);
    for (let i = 0; i < this.#folds.length; i++) this.#results.set(values.length + i, this.#folds[i].finish());
    if (this.#results.endRow()) this.#flush();
  }

  #flush(): void {
    const { rows } = this.#results;
    if (rows === 0) return;
    this.#output.emit({ numRows: rows, vectors: this.#results.take(), selection: 0, selectedCount: rows });
  }

  endInput(): undefined {
    return undefined;
  }

  close(): void {
    for (const fold of this.#folds) fold.close();
    this.#results?.close();
    this.#arena.close();
  }
}

export const FOLD: TransformFactory<FoldConfig> = {
  role: 'transform',
  kind: 'fold',
  minimumBytes: ({ keys, calls }, { batchRows }) =>
    (keys.length + calls.length) * (17 * batchRows + 64) + (2 * calls.length + 3) * PAGE_BYTES,
  create: (config, context, output) => new FoldRows(config, context, output),
};
