/**
 * An asof join: both sides come as sorted runs, in the order of (keys, nearness, position), and are walked together, one range
 * of the keys a split. Every row of the left comes out once, with the columns of the nearest row of the right or nulls. What
 * comes out are the columns of the left and its position, then those of the right; an exchange behind brings the rows into the
 * order of the left.
 *
 * A range may begin in the middle of a key: the nearest row of the right may then lie before it, and is looked for there.
 */

import { PHYSICAL_BYTES } from '../columnar/data-type.js';
import type { RecordBatch } from '../columnar/record-batch.js';
import type { Vector } from '../columnar/vector.js';
import type {
  CoordinatorContext,
  Source,
  SourceContext,
  SourceFactory,
  Split,
  SplitPlan,
  TaskSizes,
} from '../dataflow/factory.js';
import type { Collector } from '../dataflow/operator.js';
import { Arena } from '../memory/arena.js';
import { PAGE_BYTES } from '../memory/heap.js';
import { NEAREST_ROWS_MINIMUM_BYTES, NearestRows } from '../state/join/nearest-rows.js';
import type { KeyRange, SortedRun } from '../state/runs/sorted-run.js';
import { RecordColumns, recordColumnsFixedBytes, recordColumnsRowBytes } from '../state/sort/record-columns.js';
import { SortedRows } from '../state/sort/sorted-rows.js';
import { type JoinSides, joinSidesMinimumBytes, SIDE_SHARE } from './join-sides.js';
import { bytesOf, rangesOf, sortedRuns } from './sorted-ranges.js';
import { stateEnv } from './state-env.js';

export interface AsofJoinConfig extends JoinSides {
  /** Columns of the left that are its keys; the last of them says how near a row is, the others must be equal. */
  readonly keys: readonly number[];
  /** Rows where all keys are equal do not meet. */
  readonly isStrict: boolean;
}

interface RangeSplit {
  readonly range: KeyRange;
  /** The same arrays in every split, so that they cross to a slot once. */
  readonly left: readonly SortedRun[];
  readonly right: readonly SortedRun[];
}

class AsofJoin implements Source {
  readonly #config: AsofJoinConfig;
  readonly #context: SourceContext;
  readonly #output: Collector;
  readonly #arena: Arena;
  #nearest!: NearestRows;
  /** Of the records that were found. */
  #columns!: RecordColumns;
  /** Address: a u32 a row of the left, the record that was found. */
  #found = 0;
  // The batch of the left at work, and its rows for which a record was found that were not yet handed on.
  #batch: RecordBatch | undefined;
  #from = 0;
  #to = 0;

  constructor(config: AsofJoinConfig, context: SourceContext, output: Collector) {
    this.#config = config;
    this.#context = context;
    this.#output = output;
    this.#arena = new Arena(context.memory, 'an asof join');
  }

  open(): void {
    const { keys, isStrict, right } = this.#config;
    const { batchRows } = this.#context;
    const env = stateEnv(this.#context);
    this.#found = this.#arena.allocate(4 * batchRows);
    this.#columns = new RecordColumns(env, right, batchRows, (bytes) => this.#arena.allocate(bytes));
    this.#nearest = new NearestRows(env, right, this.#arena, {
      keys: keys.length - 1,
      isStrict,
      settle: () => this.#settle(),
    });
  }

  runSplit(split: Split): void {
    const { range, left, right } = split.data as RangeSplit;
    const env = stateEnv(this.#context);
    const leftRows = new SortedRows(env, this.#config.left, left, range, SIDE_SHARE);
    try {
      const rightRows = new SortedRows(env, this.#config.right, right, range, SIDE_SHARE);
      try {
        this.#nearest.begin(rightRows, right, range);
        this.#walk(leftRows);
      } finally {
        rightRows.close();
      }
    } finally {
      leftRows.close();
    }
  }

  close(): void {
    this.#nearest?.close();
    this.#arena.close();
  }

  #walk(left: SortedRows): void {
    const { u32 } = this.#context.memory.heap;
    const nearest = this.#nearest;
    for (let batch = left.next(); batch !== null; batch = left.next()) {
      this.#context.poll();
      this.#batch = batch;
      this.#from = 0;
      for (this.#to = 0; this.#to < batch.numRows; this.#to++) {
        // Nulls meet nobody; those of the right come behind all that somebody looks for.
        const record = this.#hasNullKey(batch, this.#to)
          ? nearest.nothing
          : nearest.find(u32[(left.records >>> 2) + this.#to]);
        u32[(this.#found >>> 2) + this.#to] = record;
      }
      this.#settle();
    }
    this.#batch = undefined;
  }

  #hasNullKey({ vectors }: RecordBatch, row: number): boolean {
    const { u8 } = this.#context.memory.heap;
    for (const slot of this.#config.keys) {
      const { validity } = vectors[slot];
      if (validity !== 0 && u8[validity + row] === 0) return true;
    }
    return false;
  }

  /** Hands on the rows for which a record was found. */
  #settle(): void {
    const from = this.#from;
    const count = this.#to - from;
    if (this.#batch === undefined || count === 0) return;
    this.#from = this.#to;
    this.#columns.read(this.#found + 4 * from, count);
    const left = this.#batch.vectors.map((vector) => behind(vector, from));
    const vectors = [...left, ...this.#columns.vectors];
    this.#output.emit({ numRows: count, vectors, selection: 0, selectedCount: count });
  }
}

/** The column without its first rows. */
function behind(vector: Vector, rows: number): Vector {
  if (rows === 0) return vector;
  const values = vector.values + rows * PHYSICAL_BYTES[vector.physical];
  return { ...vector, values, validity: vector.validity === 0 ? 0 : vector.validity + rows };
}

function minimumBytes(config: AsofJoinConfig, sizes: TaskSizes): number {
  const { right } = config;
  const rows = (recordColumnsRowBytes(right) + 4) * sizes.batchRows + 2 * recordColumnsFixedBytes(right);
  // Where memory is in pieces, some of a page is left over behind each of the larger lists.
  const lists = 1.25 * rows + PAGE_BYTES;
  return joinSidesMinimumBytes(config, sizes) + NEAREST_ROWS_MINIMUM_BYTES + lists;
}

/** Rows of both sides that are equally near lie in one range. */
async function enumerate(config: AsofJoinConfig, context: CoordinatorContext): Promise<SplitPlan> {
  const left = sortedRuns(config.left.edges, context);
  const right = sortedRuns(config.right.edges, context);
  const both = [...left, ...right];
  const ranges = rangesOf(both, config.left, config.keys.length, context);
  const splits = ranges.map((range, index): Split => {
    const data: RangeSplit = { range, left, right };
    return { index, bytes: Math.ceil(bytesOf(both) / ranges.length), data };
  });
  return { splits, shared: context.allocateShared(8) };
}

export const ASOF_JOIN: SourceFactory<AsofJoinConfig> = {
  role: 'source',
  kind: 'asof-join',
  minimumBytes,
  enumerate,
  create: (config, context, output) => new AsofJoin(config, context, output),
};
