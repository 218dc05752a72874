/**
 * Pairs of a left row and a record of the right, gathered into a batch: some columns of the left, then some of the
 * right. A record of 0 stands for no row of the right; its columns are null.
 */
import type { DataType } from '../columnar/data-type.js';
import { gatherRecords, gatherRows } from '../columnar/gather.js';
import { originOfRows, type RecordBatch } from '../columnar/record-batch.js';
import { allocateVector, type Vector } from '../columnar/vector.js';
import type { OperatorContext } from '../dataflow/operator.js';
import { RECORD_VALIDITY } from '../kernels/assembly/state-layout.js';
import type { Arena } from '../memory/arena.js';
import { vectorRowBytes } from '../state/groups/row-layout.js';
import { valueOffsets } from '../state/join/join-record.js';

export interface JoinPairsConfig {
  /** Columns of a left batch to gather, and the type of each. */
  readonly left: readonly number[];
  readonly leftTypes: readonly DataType[];
  /** Columns of the record to gather. */
  readonly right: readonly number[];
  /** All columns of the record. */
  readonly payload: readonly DataType[];
}

/** For a row: two addresses and the values. */
export function pairBytes({ leftTypes, right, payload }: JoinPairsConfig): number {
  return vectorRowBytes([...leftTypes, ...right.map((column) => payload[column])]) + 8;
}

export class JoinPairs {
  readonly #config: JoinPairsConfig;
  readonly #context: OperatorContext;
  readonly #u32: Uint32Array;
  readonly #offsets: readonly number[];
  readonly #left: readonly Vector[];
  readonly #right: readonly Vector[];
  /** Addresses: a u32 a pair, the row's index in its batch and the record. */
  readonly rows: number;
  readonly records: number;
  count = 0;

  constructor(config: JoinPairsConfig, context: OperatorContext, arena: Arena) {
    const { batchRows } = context;
    this.#config = config;
    this.#context = context;
    this.#u32 = context.memory.heap.u32;
    this.#offsets = valueOffsets(config.payload);
    this.rows = arena.allocate(4 * batchRows, 4);
    this.records = arena.allocate(4 * batchRows, 4);
    this.#left = config.leftTypes.map((type) => allocateVector(arena, type, batchRows));
    this.#right = config.right.map((column) => allocateVector(arena, config.payload[column], batchRows));
  }

  get isFull(): boolean {
    return this.count === this.#context.batchRows;
  }

  add(row: number, record: number): void {
    this.#u32[(this.rows >>> 2) + this.count] = row;
    this.#u32[(this.records >>> 2) + this.count++] = record;
  }

  /** The pairs of rows of `batch`. */
  gather(batch: RecordBatch): RecordBatch {
    const { heap } = this.#context.memory;
    const { count } = this;
    this.#config.left.forEach((slot, i) => {
      gatherRows(heap, this.rows, count, batch.vectors[slot], this.#left[i]);
    });
    const vectors = [...this.#left, ...this.gatherRight(count)];
    // A pair stands where its left row does.
    const origin = batch.origin && originOfRows(batch.origin, this.#u32, this.rows);
    return { numRows: count, vectors, selection: 0, selectedCount: count, origin };
  }

  /** Columns of the first `count` records. */
  gatherRight(count: number): readonly Vector[] {
    const { heap } = this.#context.memory;
    this.#config.right.forEach((column, i) => {
      const offset = this.#offsets[column];
      gatherRecords(heap, this.records, count, offset, RECORD_VALIDITY + column, this.#right[i]);
    });
    return this.#right;
  }
}
