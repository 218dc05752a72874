/**
 * A join by key: both sides come as sorted runs, in the order of (keys, position), and are walked together, one range of
 * keys a split. Only rows of the right that the left is at lie in memory. What comes out are the columns of the left and
 * its position, then those of the right and its position: an exchange behind brings them into the order that a join has,
 * rows that only the right has last, since their position on the left is null.
 */
import type { RecordBatch } from '../columnar/record-batch.js';
import type {
  CoordinatorContext,
  Source,
  SourceContext,
  SourceFactory,
  Split,
  SplitPlan,
  TaskSizes,
} from '../dataflow/factory.js';
import type { JobEdge } from '../dataflow/job-graph.js';
import type { Collector } from '../dataflow/operator.js';
import { Arena } from '../memory/arena.js';
import { PAGE_BYTES } from '../memory/heap.js';
import { KeptMemory } from '../memory/kept-memory.js';
import { recordLayout } from '../state/join-record.js';
import { RightRows, rightRowsMinimumBytes } from '../state/right-rows.js';
import type { SortFormat } from '../state/sort-format.js';
import { keyBytesOf, keyOf } from '../state/sorted-keys.js';
import { type ReadShare, SortedRows, sortedRowsMinimumBytes } from '../state/sorted-rows.js';
import type { KeyRange, SortedRun } from '../state/sorted-run.js';
import { givesRest, isSelection, JoinMatches, type JoinMatchesConfig, matchesBytes } from './join-matches.js';
import { LowestFailure } from './lowest-failure.js';
import { bytesOf, rangesOf, sortedRuns } from './sorted-ranges.js';
import { stateEnv } from './state-env.js';
import { UnmetRecords, unmetBytes } from './unmet-records.js';

/** Both sides have the same keys, then a position that is the last value too. */
export interface JoinSide extends SortFormat {
  /** From `sort-rows`. */
  readonly edges: readonly JobEdge[];
}

export interface MergeJoinConfig extends Omit<JoinMatchesConfig, 'left' | 'payload'> {
  /** Columns of the left that are its keys. */
  readonly keys: readonly number[];
  readonly left: JoinSide;
  readonly right: JoinSide;
}

interface RangeSplit {
  readonly range: KeyRange;
  /** The same arrays in every split, so that they cross to a slot once. */
  readonly left: readonly SortedRun[];
  readonly right: readonly SortedRun[];
}

/** For the runs of each side. With few buffers runs are merged in many passes, which the sort behind leaves no room for. */
const READ_SHARE: ReadShare = { most: 1 / 4, promised: 1 / 8 };

/** Room for the sort behind: what both sides have left in memory stays there meanwhile, and many small runs are slow. */
const SORT_SHARE = 1 / 4;

class MergeJoin implements Source {
  readonly #config: MergeJoinConfig;
  readonly #context: SourceContext;
  readonly #arena: Arena;
  /** What both sides are read with. */
  readonly #readMemory: KeptMemory;
  readonly #output: Collector;
  readonly #failure = new LowestFailure();
  #matches!: JoinMatches;
  #right: RightRows | undefined;
  // Addresses: a u32 a row.
  #every = 0;
  #found = 0;
  #selection = 0;
  #selectedFound = 0;
  // The batch of the left at work, and its rows that were looked up and not yet joined.
  #batch: RecordBatch | undefined;
  #from = 0;
  #to = 0;

  constructor(config: MergeJoinConfig, context: SourceContext, output: Collector) {
    this.#config = config;
    this.#context = context;
    this.#output = output;
    this.#arena = new Arena(context.memory, 'a join');
    this.#readMemory = new KeptMemory(context.memory);
  }

  open(): void {
    const { batchRows, memory } = this.#context;
    const { right } = this.#config;
    [this.#every, this.#found, this.#selection, this.#selectedFound] = Array.from({ length: 4 }, () =>
      this.#arena.allocate(4 * batchRows, 4),
    );
    for (let row = 0; row < batchRows; row++) memory.heap.u32[(this.#every >>> 2) + row] = row;
    const matches = matchesOf(this.#config);
    this.#matches = new JoinMatches(matches, this.#context, this.#output, this.#arena, false);
    this.#matches.open();
    const { left, payload } = matches;
    const recordBytes = recordLayout([], payload).bytes;
    const rest = givesRest(matches)
      ? new UnmetRecords({ left, payload, recordBytes }, this.#context, this.#output, this.#arena)
      : undefined;
    this.#right = new RightRows(stateEnv(this.#context), this.#arena, right.values, {
      wantsRecords: !isSelection(matches) || matches.condition !== undefined,
      passed: rest && ((records) => rest.emit(records)),
      settle: () => this.#settle(),
    });
  }

  runSplit(split: Split): void {
    const { range, left, right } = split.data as RangeSplit;
    const env = { ...stateEnv(this.#context), memory: this.#readMemory };
    const leftRows = new SortedRows(env, this.#config.left, left, range, READ_SHARE);
    try {
      const rightRows = new SortedRows(env, this.#config.right, right, range, READ_SHARE);
      try {
        this.#merge(leftRows, rightRows, this.#right!);
      } finally {
        rightRows.close();
      }
    } finally {
      leftRows.close();
    }
  }

  #merge(left: SortedRows, rightRows: SortedRows, right: RightRows): void {
    const { heap } = this.#context.memory;
    const { u32 } = heap;
    right.begin(rightRows);
    for (let batch = left.next(); batch !== null; batch = left.next()) {
      this.#context.poll();
      this.#batch = batch;
      this.#from = 0;
      for (this.#to = 0; this.#to < batch.numRows; this.#to++) {
        const record = u32[(left.records >>> 2) + this.#to];
        const first = this.#hasNullKey(batch, this.#to) ? 0 : right.find(keyOf(record), keyBytesOf(heap, record));
        u32[(this.#found >>> 2) + this.#to] = first;
      }
      this.#settle();
      right.release();
    }
    right.end();
  }

  #hasNullKey({ vectors }: RecordBatch, row: number): boolean {
    const { u8 } = this.#context.memory.heap;
    for (const slot of this.#config.keys) {
      const { validity } = vectors[slot];
      if (validity !== 0 && u8[validity + row] === 0) return true;
    }
    return false;
  }

  /** Makes rows of what was looked up. */
  #settle(): void {
    const batch = this.#batch;
    while (batch !== undefined && this.#from < this.#to) {
      const from = this.#from;
      this.#from = this.#to;
      this.#failure.try(
        () => this.#join(batch, from, this.#to),
        () => {
          // Later rows of the batch may stand before the one that failed.
          this.#from = this.#matches.failedRow + 1;
          return this.#positionOf(batch, this.#matches.failedRow);
        },
      );
    }
  }

  #join(batch: RecordBatch, from: number, to: number): void {
    if (this.#failure.isThere) {
      this.#joinBefore(batch, from, to);
      return;
    }
    const rows = { ...batch, selection: this.#every + 4 * from, selectedCount: to - from };
    this.#matches.join(rows, this.#found + 4 * from);
  }

  /** Rows that stand before the failure: nobody is going to see those behind it. */
  #joinBefore(batch: RecordBatch, from: number, to: number): void {
    const { u32 } = this.#context.memory.heap;
    let count = 0;
    for (let row = from; row < to; row++) {
      if (!this.#failure.isBehind(this.#positionOf(batch, row))) continue;
      u32[(this.#selection >>> 2) + count] = row;
      u32[(this.#selectedFound >>> 2) + count++] = u32[(this.#found >>> 2) + row];
    }
    if (count === 0) return;
    this.#matches.join({ ...batch, selection: this.#selection, selectedCount: count }, this.#selectedFound);
  }

  #positionOf({ vectors }: RecordBatch, row: number): bigint {
    return this.#context.memory.heap.i64[(vectors[vectors.length - 1].values >>> 3) + row];
  }

  endInput(): undefined {
    this.#failure.raise();
    return undefined;
  }

  close(): void {
    this.#right?.close();
    this.#matches?.close();
    this.#readMemory.close();
    this.#arena.close();
  }
}

function matchesOf({ type, condition, left, right }: MergeJoinConfig): JoinMatchesConfig {
  return { type, condition, left: left.values, payload: right.values };
}

function minimumBytes(config: MergeJoinConfig, sizes: TaskSizes): number {
  const matches = matchesOf(config);
  const { left, right } = config;
  const reading = sortedRowsMinimumBytes(left, sizes, READ_SHARE) + sortedRowsMinimumBytes(right, sizes, READ_SHARE);
  const rest = givesRest(matches) ? unmetBytes(matches.payload, sizes) : 0;
  const lists = matchesBytes(matches, sizes) + rest + 16 * sizes.batchRows;
  // Where memory is in pieces, some of a page is left over behind each of the larger lists.
  const pieces = 1.25 * lists + PAGE_BYTES;
  return reading + rightRowsMinimumBytes(right, sizes) + pieces + sizes.shareBytes * SORT_SHARE;
}

async function enumerate(config: MergeJoinConfig, context: CoordinatorContext): Promise<SplitPlan> {
  const { left: leftSide, right: rightSide, keys } = config;
  const left = sortedRuns(leftSide.edges, context);
  const right = sortedRuns(rightSide.edges, context);
  const both = [...left, ...right];
  const ranges = rangesOf(both, leftSide, keys.length, context);
  const splits = ranges.map((range, index): Split => {
    const data: RangeSplit = { range, left, right };
    return { index, bytes: Math.ceil(bytesOf(both) / ranges.length), data };
  });
  return { splits, shared: context.allocateShared(8) };
}

export const MERGE_JOIN: SourceFactory<MergeJoinConfig> = {
  role: 'source',
  kind: 'merge-join',
  minimumBytes,
  enumerate,
  create: (config, context, output) => new MergeJoin(config, context, output),
};
