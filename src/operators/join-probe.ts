/**
 * The left side of a hash join. Rows keep the order of the left side, and their matches that of the right side.
 *
 * When no key has two rows on the right, a left row has at most one match: the columns of the left stay where they are,
 * the selection says which rows are left, and only the columns of the right are filled in. Otherwise pairs of rows are
 * made, a batch at a time, and both sides are gathered.
 */
import type { DataType } from '../columnar/data-type.js';
import { gatherRecords, gatherRows } from '../columnar/gather.js';
import type { RecordBatch, RowOrigin } from '../columnar/record-batch.js';
import { allocateVector, type Vector } from '../columnar/vector.js';
import type { TransformFactory } from '../dataflow/factory.js';
import type { JobEdge } from '../dataflow/job-graph.js';
import type { JoinType } from '../dataflow/logical-graph.js';
import type { Collector, Operator, OperatorContext } from '../dataflow/operator.js';
import { COLUMN_BYTES } from '../kernels/assembly/state-layout.js';
import { Arena } from '../memory/arena.js';
import { type JoinTable, RECORD_MET, RECORD_VALIDITY, type RecordLayout, recordLayout } from '../state/join-table.js';
import { vectorRowBytes } from '../state/row-layout.js';
import { describeColumn } from '../state/table-memory.js';

export interface JoinProbeConfig {
  readonly type: JoinType;
  /** Columns of the left that meet the keys of the right, in that order. */
  readonly keys: readonly number[];
  readonly left: readonly DataType[];
  /** Columns of the right behind its keys. */
  readonly payload: readonly DataType[];
  /** From the build side. */
  readonly edge: JobEdge;
}

class JoinProbe implements Operator {
  readonly #config: JoinProbeConfig;
  readonly #context: OperatorContext;
  readonly #output: Collector;
  readonly #arena: Arena;
  readonly #table: JoinTable;
  readonly #record: RecordLayout;
  // Filled in by `open`: addresses.
  #columns = 0;
  #groups = 0;
  #leftRows = 0;
  #records = 0;
  #left: Vector[] = [];
  #right: Vector[] = [];

  constructor(config: JoinProbeConfig, context: OperatorContext, output: Collector) {
    this.#config = config;
    this.#context = context;
    this.#output = output;
    this.#arena = new Arena(context.memory, 'a join');
    [this.#table] = context.prepared as readonly [JoinTable];
    this.#record = recordLayout(config.payload);
  }

  open(): void {
    const { batchRows } = this.#context;
    const { keys, payload, left } = this.#config;
    this.#columns = this.#arena.allocate(Math.max(1, keys.length) * COLUMN_BYTES);
    this.#groups = this.#arena.allocate(4 * batchRows, 4);
    this.#leftRows = this.#arena.allocate(4 * batchRows, 4);
    this.#records = this.#arena.allocate(4 * batchRows, 4);
    const vector = (type: DataType): Vector => allocateVector(this.#arena, type, batchRows);
    if (this.#isSelection) return;
    this.#right = payload.map(vector);
    if (!this.#table.isUnique) this.#left = left.map(vector);
  }

  /** Rows without a match stay. */
  get #keepsAll(): boolean {
    return this.#config.type === 'left' || this.#config.type === 'full';
  }

  /** Somebody wants to know which rows of the right met nobody. */
  get #marks(): boolean {
    return this.#config.type === 'right' || this.#config.type === 'full';
  }

  /** Only says which rows of the left are left. */
  get #isSelection(): boolean {
    return this.#config.type === 'semi' || this.#config.type === 'anti';
  }

  processBatch(batch: RecordBatch): void {
    const { vectors, selection, selectedCount } = batch;
    const { heap } = this.#context.memory;
    this.#config.keys.forEach((slot, k) => {
      describeColumn(heap, this.#columns + k * COLUMN_BYTES, vectors[slot]);
    });
    this.#context.kernels.state.lookUp(this.#table.table, this.#columns, selection, 0, selectedCount, this.#groups);
    if (this.#isSelection) this.#select(batch, this.#config.type === 'semi');
    else if (this.#table.isUnique) this.#joinOne(batch);
    else this.#joinMany(batch);
  }

  #rowAt({ selection }: RecordBatch, position: number): number {
    return selection === 0 ? position : this.#context.memory.heap.u32[(selection >>> 2) + position];
  }

  #select(batch: RecordBatch, isMatched: boolean): void {
    const { u32 } = this.#context.memory.heap;
    const out = this.#leftRows >>> 2;
    let count = 0;
    for (let i = 0; i < batch.selectedCount; i++) {
      if ((u32[(this.#groups >>> 2) + i] !== 0) === isMatched) u32[out + count++] = this.#rowAt(batch, i);
    }
    if (count > 0) this.#output.emit({ ...batch, selection: this.#leftRows, selectedCount: count });
  }

  /** At most one match: the record of each row of the batch, at the row's own place. */
  #joinOne(batch: RecordBatch): void {
    const { heap } = this.#context.memory;
    const { u8, u32 } = heap;
    const keepsAll = this.#keepsAll;
    const marks = this.#marks;
    const { firstRowOffset } = this.#table;
    const records = this.#records >>> 2;
    const out = this.#leftRows >>> 2;
    u32.fill(0, records, records + batch.numRows);
    let count = 0;
    for (let i = 0; i < batch.selectedCount; i++) {
      const group = u32[(this.#groups >>> 2) + i];
      if (group === 0 && !keepsAll) continue;
      const row = this.#rowAt(batch, i);
      u32[out + count++] = row;
      if (group === 0) continue;
      const record = u32[(group + firstRowOffset) >>> 2];
      u32[records + row] = record;
      if (marks) u8[record + RECORD_MET] = 1;
    }
    if (count === 0) return;
    this.#fillRight(batch.numRows);
    const vectors = [...batch.vectors, ...this.#right];
    this.#output.emit({ ...batch, vectors, selection: this.#leftRows, selectedCount: count });
  }

  #joinMany(batch: RecordBatch): void {
    const { batchRows, memory } = this.#context;
    const { u8, u32 } = memory.heap;
    const keepsAll = this.#keepsAll;
    const marks = this.#marks;
    const rows = this.#leftRows >>> 2;
    const records = this.#records >>> 2;
    let count = 0;
    const add = (row: number, record: number): void => {
      u32[rows + count] = row;
      u32[records + count++] = record;
      if (count < batchRows) return;
      this.#emitPairs(batch, count);
      count = 0;
    };
    for (let i = 0; i < batch.selectedCount && !this.#output.done; i++) {
      const group = u32[(this.#groups >>> 2) + i];
      const row = this.#rowAt(batch, i);
      if (group === 0) {
        if (keepsAll) add(row, 0);
        continue;
      }
      for (let record = u32[(group + this.#table.firstRowOffset) >>> 2]; record !== 0; record = u32[record >>> 2]) {
        if (marks) u8[record + RECORD_MET] = 1;
        add(row, record);
      }
    }
    if (count > 0) this.#emitPairs(batch, count);
  }

  #emitPairs(batch: RecordBatch, count: number): void {
    const { heap } = this.#context.memory;
    batch.vectors.forEach((source, i) => {
      gatherRows(heap, this.#leftRows, count, source, this.#left[i]);
    });
    this.#fillRight(count);
    this.#output.emit({
      numRows: count,
      vectors: [...this.#left, ...this.#right],
      selection: 0,
      selectedCount: count,
      origin: batch.origin && this.#originOf(batch.origin),
    });
  }

  #fillRight(count: number): void {
    const { heap } = this.#context.memory;
    this.#right.forEach((target, column) => {
      gatherRecords(heap, this.#records, count, this.#record.offsets[column], RECORD_VALIDITY + column, target);
    });
  }

  /** A pair stands where its left row does. */
  #originOf(origin: RowOrigin): RowOrigin {
    const { u32 } = this.#context.memory.heap;
    const rows = this.#leftRows >>> 2;
    return { position: (row) => origin.position(u32[rows + row]), place: (row) => origin.place(u32[rows + row]) };
  }

  endInput(): undefined {
    return undefined;
  }

  close(): void {
    this.#arena.close();
  }
}

export const JOIN_PROBE: TransformFactory<JoinProbeConfig> = {
  role: 'transform',
  kind: 'join-probe',
  minimumBytes: ({ left, payload }, { batchRows }) => (vectorRowBytes([...left, ...payload]) + 12) * batchRows,
  prepare: ({ edge }, context) => context.upstream(edge.vertex, edge.operator),
  create: (config, context, output) => new JoinProbe(config, context, output),
};
