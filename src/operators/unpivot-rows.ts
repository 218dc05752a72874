/** The physical `unpivot`: a row for each of the last columns, row by row; the columns before them are repeated. */
import { type DataType, STRING } from '../columnar/data-type.js';
import { gatherRows, gatherValue } from '../columnar/gather.js';
import { originOfRows, type RecordBatch } from '../columnar/record-batch.js';
import { allocateVector, type Vector } from '../columnar/vector.js';
import type { TransformFactory } from '../dataflow/factory.js';
import type { Collector, Operator, OperatorContext } from '../dataflow/operator.js';
import { isNull, selectedRow } from '../expr/compiler/row-values.js';
import { Arena } from '../memory/arena.js';
import { PAGE_BYTES } from '../memory/heap.js';
import { vectorRowBytes } from '../state/groups/row-layout.js';

export interface UnpivotConfig {
  /** Types of the columns that are repeated. */
  readonly kept: readonly DataType[];
  /** Type of the values. */
  readonly type: DataType;
  /** Names of the columns behind those. */
  readonly names: readonly string[];
  readonly includesNulls: boolean;
}

class UnpivotRows implements Operator {
  readonly #config: UnpivotConfig;
  readonly #context: OperatorContext;
  readonly #output: Collector;
  readonly #arena: Arena;
  /** The texts of the names: address and bytes of each. */
  #texts: readonly { readonly address: number; readonly bytes: number }[] = [];
  #kept: readonly Vector[] = [];
  #name!: Vector;
  #value!: Vector;
  /** Of each row that is ready: the row that it comes from. */
  #rows = 0;
  #count = 0;

  constructor(config: UnpivotConfig, context: OperatorContext, output: Collector) {
    this.#config = config;
    this.#context = context;
    this.#output = output;
    this.#arena = new Arena(context.memory, 'unpivot');
  }

  open(): void {
    const { kept, type, names } = this.#config;
    const { batchRows, memory } = this.#context;
    this.#rows = this.#arena.allocate(4 * batchRows, 4);
    this.#kept = kept.map((column) => allocateVector(this.#arena, column, batchRows));
    this.#name = allocateVector(this.#arena, STRING, batchRows);
    this.#value = allocateVector(this.#arena, type, batchRows);
    memory.heap.u8.fill(1, this.#name.validity >>> 0, (this.#name.validity >>> 0) + batchRows);
    this.#texts = names.map((name) => {
      const text = Buffer.from(name);
      const address = this.#arena.allocate(Math.max(1, text.length), 1);
      memory.heap.u8.set(text, address >>> 0);
      return { address, bytes: text.length };
    });
  }

  processBatch(batch: RecordBatch): void {
    const { names, includesNulls } = this.#config;
    const { heap } = this.#context.memory;
    const values = batch.vectors.slice(this.#kept.length);
    for (let i = 0; i < batch.selectedCount && !this.#output.done; i++) {
      const row = selectedRow(heap, batch.selection, i);
      for (let column = 0; column < names.length; column++) {
        if (!includesNulls && isNull(heap, values[column], row)) continue;
        this.#add(row, column, values[column]);
        if (this.#count === this.#context.batchRows) this.#emit(batch);
      }
    }
    this.#emit(batch);
  }

  #add(row: number, column: number, source: Vector): void {
    const { heap } = this.#context.memory;
    const { address, bytes } = this.#texts[column];
    const at = (this.#name.values >>> 2) + 2 * this.#count;
    heap.u32[at] = address;
    heap.u32[at + 1] = bytes;
    heap.u32[(this.#rows >>> 2) + this.#count] = row;
    gatherValue(heap, source, row, this.#value, this.#count++);
  }

  #emit(batch: RecordBatch): void {
    const count = this.#count;
    if (count === 0) return;
    const { heap } = this.#context.memory;
    this.#kept.forEach((target, slot) => {
      gatherRows(heap, this.#rows, count, batch.vectors[slot], target);
    });
    const vectors = [...this.#kept, this.#name, this.#value];
    const origin = batch.origin && originOfRows(batch.origin, heap.u32, this.#rows);
    this.#output.emit({ numRows: count, vectors, selection: 0, selectedCount: count, origin });
    this.#count = 0;
  }

  endInput(): undefined {
    return undefined;
  }

  close(): void {
    this.#arena.close();
  }
}

export const UNPIVOT_ROWS: TransformFactory<UnpivotConfig> = {
  role: 'transform',
  kind: 'unpivot',
  minimumBytes: ({ kept, type, names }, { batchRows }) => {
    const columns = (vectorRowBytes([...kept, STRING, type]) + 4) * batchRows + 64 * (kept.length + 2);
    return columns + names.reduce((sum, name) => sum + Buffer.byteLength(name) + 1, 0) + PAGE_BYTES;
  },
  create: (config, context, output) => new UnpivotRows(config, context, output),
};
