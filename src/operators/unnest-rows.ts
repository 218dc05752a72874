/** The physical `unnest`: a row for each item of an array, in their order; the other columns are repeated. */
import { type DataType, JSON_TEXT } from '../columnar/data-type.js';
import { gatherRows } from '../columnar/gather.js';
import { originOfRows, type RecordBatch } from '../columnar/record-batch.js';
import { allocateVector, type Vector } from '../columnar/vector.js';
import type { TransformFactory } from '../dataflow/factory.js';
import type { Collector, Operator, OperatorContext } from '../dataflow/operator.js';
import { Arena } from '../memory/arena.js';
import { PAGE_BYTES } from '../memory/heap.js';
import { vectorRowBytes } from '../state/groups/row-layout.js';

export interface UnnestConfig {
  readonly types: readonly DataType[];
  /** Of the column with the arrays, which holds the items behind it. */
  readonly slot: number;
  readonly includesEmpty: boolean;
}

/** Number of the row, and where in its array. */
const STATE_BYTES = 8;
/** Of a view of a text. */
const VIEW_BYTES = 8;

class UnnestRows implements Operator {
  readonly #config: UnnestConfig;
  readonly #context: OperatorContext;
  readonly #output: Collector;
  readonly #arena: Arena;
  #columns: readonly Vector[] = [];
  /** Of each row that is made: the row that it comes from. */
  #rows = 0;
  #state = 0;

  constructor(config: UnnestConfig, context: OperatorContext, output: Collector) {
    this.#config = config;
    this.#context = context;
    this.#output = output;
    this.#arena = new Arena(context.memory, 'unnest');
  }

  open(): void {
    const { types, slot } = this.#config;
    const { batchRows } = this.#context;
    this.#rows = this.#arena.allocate(4 * batchRows, 4);
    this.#state = this.#arena.allocate(STATE_BYTES, 4);
    this.#columns = types.map((type, i) => allocateVector(this.#arena, i === slot ? JSON_TEXT : type, batchRows));
  }

  processBatch(batch: RecordBatch): void {
    const { slot, includesEmpty } = this.#config;
    const { batchRows, kernels, memory } = this.#context;
    const { values, validity, isConstant } = batch.vectors[slot];
    const item = this.#columns[slot];
    memory.heap.u32.fill(0, this.#state >>> 2, (this.#state + STATE_BYTES) >>> 2);
    for (let made = batchRows; made === batchRows && !this.#output.done; ) {
      made = kernels.expr.unnestJson(
        ...([values, isConstant ? 0 : VIEW_BYTES, validity, isConstant ? 0 : 1] as const),
        ...([batch.selection, batch.selectedCount, Number(includesEmpty), this.#state] as const),
        ...([item.values, item.validity, this.#rows, batchRows] as const),
      );
      if (made > 0) this.#emit(batch, made);
    }
  }

  #emit(batch: RecordBatch, count: number): void {
    const { heap } = this.#context.memory;
    this.#columns.forEach((target, i) => {
      if (i !== this.#config.slot) gatherRows(heap, this.#rows, count, batch.vectors[i], target);
    });
    const origin = batch.origin && originOfRows(batch.origin, heap.u32, this.#rows);
    this.#output.emit({ numRows: count, vectors: this.#columns, selection: 0, selectedCount: count, origin });
  }

  endInput(): undefined {
    return undefined;
  }

  close(): void {
    this.#arena.close();
  }
}

export const UNNEST_ROWS: TransformFactory<UnnestConfig> = {
  role: 'transform',
  kind: 'unnest',
  minimumBytes: ({ types }, { batchRows }) =>
    (vectorRowBytes(types) + 4) * batchRows + 64 * (types.length + 1) + STATE_BYTES + PAGE_BYTES,
  create: (config, context, output) => new UnnestRows(config, context, output),
};
