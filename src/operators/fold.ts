/**
 * Aggregations that see the rows of a group in order. Its input comes sorted by the keys, and no group is divided among
 * tasks; a group ends where the key changes or its split does.
 */
import type { DataType } from '../columnar/data-type.js';
import type { RecordBatch } from '../columnar/record-batch.js';
import type { Value } from '../columnar/value.js';
import { allocateVector, type Vector } from '../columnar/vector.js';
import type { TransformFactory } from '../dataflow/factory.js';
import type { FoldCall } from '../dataflow/logical-graph.js';
import type { Collector, Operator, OperatorContext } from '../dataflow/operator.js';
import { selectedRow, writeValue } from '../expr/compiler/row-values.js';
import { Arena } from '../memory/arena.js';
import { PAGE_BYTES } from '../memory/heap.js';
import { createFold } from './folds/create-fold.js';
import type { Fold, TextView } from './folds/fold.js';
import { TextBuilder } from './folds/text-builder.js';
import { GroupKey } from './group-key.js';

export interface FoldConfig {
  readonly keys: readonly DataType[];
  readonly calls: readonly FoldCall[];
}

/** Texts of finished groups are handed on when there are so many bytes of them. */
const TEXT_BYTES = PAGE_BYTES;

class FoldRows implements Operator {
  readonly #config: FoldConfig;
  readonly #context: OperatorContext;
  readonly #output: Collector;
  readonly #arena: Arena;
  readonly #key: GroupKey;
  readonly #texts: TextBuilder;
  #folds: readonly Fold[] = [];
  #columns: readonly Vector[] = [];
  /** Groups that are ready, and where their texts lie among `texts`. */
  #ready = 0;
  #hasGroup = false;

  constructor(config: FoldConfig, context: OperatorContext, output: Collector) {
    this.#config = config;
    this.#context = context;
    this.#output = output;
    this.#arena = new Arena(context.memory, 'an aggregation');
    this.#key = new GroupKey(context.memory.heap, config.keys.length);
    this.#texts = new TextBuilder(context.memory, 'texts of an aggregation');
  }

  open(): void {
    const { keys, calls } = this.#config;
    const { memory, batchRows } = this.#context;
    this.#folds = calls.map((call) => createFold(memory, call));
    const types = [...keys, ...calls.map(({ result }) => result)];
    this.#columns = types.map((type) => allocateVector(this.#arena, type, batchRows));
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
    [...this.#key.values, ...this.#folds.map((fold) => fold.finish())].forEach((result, column) => {
      this.#write(this.#columns[column], result);
    });
    this.#ready++;
    if (this.#ready === this.#context.batchRows || this.#texts.view().bytes >= TEXT_BYTES) this.#flush();
  }

  #write({ physical, values, validity }: Vector, result: Value | TextView): void {
    const { heap } = this.#context.memory;
    heap.u8[(validity >>> 0) + this.#ready] = result === null ? 0 : 1;
    if (result === null) return;
    if (physical !== 'text') {
      writeValue(heap, physical, values, this.#ready, result as NonNullable<Value>, () => 0);
      return;
    }
    // The builder moves when it grows, so addresses are made of offsets when the rows are handed on.
    const at = (values >>> 2) + 2 * this.#ready;
    heap.u32[at] = this.#texts.view().bytes;
    if (typeof result === 'object') this.#texts.appendFrom(result.address, result.bytes);
    else this.#texts.append(Buffer.from(result as string));
    heap.u32[at + 1] = this.#texts.view().bytes - heap.u32[at];
  }

  #flush(): void {
    if (this.#ready === 0) return;
    const { u32 } = this.#context.memory.heap;
    const { address } = this.#texts.view();
    for (const { physical, values } of this.#columns) {
      if (physical !== 'text') continue;
      for (let row = 0; row < this.#ready; row++) u32[(values >>> 2) + 2 * row] += address;
    }
    const rows = this.#ready;
    this.#output.emit({ numRows: rows, vectors: this.#columns, selection: 0, selectedCount: rows });
    this.#ready = 0;
    this.#texts.clear();
  }

  endInput(): undefined {
    return undefined;
  }

  close(): void {
    for (const fold of this.#folds) fold.close();
    this.#texts.close();
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
