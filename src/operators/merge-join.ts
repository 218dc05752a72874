/**
 * A join by key: both sides come as sorted runs, in the order of (keys, position), and are walked together, one range of
 * keys a split. Only rows of the right that the left is at lie in memory; of a key that has too many of them a part at a
 * time, for which the left rows of that key are read anew. What comes out are the columns of the left and
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
import type { Collector } from '../dataflow/operator.js';
import { Arena } from '../memory/arena.js';
import { PAGE_BYTES } from '../memory/heap.js';
import { KeptMemory } from '../memory/kept-memory.js';
import { type JoinRange, joinRanges } from '../state/join/join-ranges.js';
import { recordLayout } from '../state/join/join-record.js';
import { RightRows, rightRowsMinimumBytes } from '../state/join/right-rows.js';
import { keyPrefixBytes } from '../state/runs/key-prefix.js';
import type { KeyRange, SortedRun } from '../state/runs/sorted-run.js';
import { copyOfKey, divideRange, keyBytesOf, keyOf } from '../state/sort/sorted-keys.js';
import { SortedRows } from '../state/sort/sorted-rows.js';
import { givesRest, isSelection, type JoinMatchesConfig } from './join-matches.js';
import { type JoinSide, type JoinSides, joinSidesMinimumBytes, SIDE_SHARE } from './join-sides.js';
import { MergeMatches, mergeMatchesBytes } from './merge-matches.js';
import { MetRows } from './met-rows.js';
import { bytesOf, rangeCount, sortedRuns } from './sorted-ranges.js';
import { stateEnv } from './state-env.js';
import { UnmetRecords, unmetBytes } from './unmet-records.js';

export interface MergeJoinConfig extends Omit<JoinMatchesConfig, 'left' | 'payload'>, JoinSides {
  /** Columns of the left that are its keys. */
  readonly keys: readonly number[];
}

interface RangeSplit {
  readonly range: JoinRange;
  /** The same arrays in every split, so that they cross to a slot once. */
  readonly left: readonly SortedRun[];
  readonly right: readonly SortedRun[];
}

class MergeJoin implements Source {
  readonly #config: MergeJoinConfig;
  readonly #context: SourceContext;
  readonly #arena: Arena;
  /** What both sides are read with. */
  readonly #readMemory: KeptMemory;
  readonly #output: Collector;
  #matches!: MergeMatches;
  #right: RightRows | undefined;

  constructor(config: MergeJoinConfig, context: SourceContext, output: Collector) {
    this.#config = config;
    this.#context = context;
    this.#output = output;
    this.#arena = new Arena(context.memory, 'a join');
    this.#readMemory = new KeptMemory(context.memory);
  }

  open(): void {
    const { right } = this.#config;
    const matches = matchesOf(this.#config);
    this.#matches = new MergeMatches(matches, this.#context, this.#output, this.#arena);
    this.#matches.open();
    const { left, payload } = matches;
    const recordBytes = recordLayout([], payload).bytes;
    const rest = givesRest(matches)
      ? new UnmetRecords({ left, payload, recordBytes }, this.#context, this.#output, this.#arena)
      : undefined;
    this.#right = new RightRows(stateEnv(this.#context), this.#arena, right.values, {
      wantsRecords: !isSelection(matches) || matches.condition !== undefined,
      passed: rest && ((records) => rest.emit(records)),
      settle: () => this.#matches.settle(),
    });
  }

  runSplit(split: Split): void {
    const { range, left, right } = split.data as RangeSplit;
    const rightRows = this.#read(this.#config.right, right, range.right);
    try {
      this.#merge(left, range.left, rightRows, this.#right!);
    } finally {
      rightRows.close();
    }
  }

  #read(side: JoinSide, runs: readonly SortedRun[], range: KeyRange): SortedRows {
    return new SortedRows({ ...stateEnv(this.#context), memory: this.#readMemory }, side, runs, range, SIDE_SHARE);
  }

  #merge(leftRuns: readonly SortedRun[], range: KeyRange, rightRows: SortedRows, right: RightRows): void {
    right.begin(rightRows);
    for (let rest = range; ; ) {
      const key = this.#walk(this.#read(this.#config.left, leftRuns, rest), right);
      if (key === undefined) break;
      const { within, behind } = divideRange(rest, key);
      this.#joinInPasses(leftRuns, within, right);
      rest = behind;
    }
    right.end();
  }

  /** Both sides together, up to a key of which not all rows of the right can be held at a time: answers that key. */
  #walk(left: SortedRows, right: RightRows): Buffer | undefined {
    const { heap } = this.#context.memory;
    try {
      for (let batch = left.next(); batch !== null; batch = left.next()) {
        this.#context.poll();
        this.#matches.begin(batch);
        for (let row = 0; row < batch.numRows; row++) {
          const record = heap.u32[(left.records >>> 2) + row];
          const found = this.#hasNullKey(batch, row) ? 0 : right.find(keyOf(record), keyBytesOf(heap, record));
          if (right.hasMore) return copyOfKey(heap, record);
          this.#matches.add(found);
        }
        this.#matches.settle();
        right.release();
      }
      return undefined;
    } finally {
      left.close();
    }
  }

  /** The left rows of one key are read once for each part of the right ones. */
  #joinInPasses(leftRuns: readonly SortedRun[], range: KeyRange, right: RightRows): void {
    const met = new MetRows(this.#context.memory);
    try {
      for (let first = right.found; first !== 0; first = right.findMore()) {
        met.beginPass(!right.hasMore);
        this.#joinPass(this.#read(this.#config.left, leftRuns, range), first, met);
      }
    } finally {
      met.close();
    }
  }

  #joinPass(left: SortedRows, first: number, met: MetRows): void {
    try {
      for (let batch = left.next(); batch !== null; batch = left.next()) {
        this.#context.poll();
        this.#matches.begin(batch, met);
        met.beginBatch(batch.numRows);
        for (let row = 0; row < batch.numRows; row++) this.#matches.add(first);
        this.#matches.settle();
      }
    } finally {
      left.close();
    }
  }

  #hasNullKey({ vectors }: RecordBatch, row: number): boolean {
    const { u8 } = this.#context.memory.heap;
    for (const slot of this.#config.keys) {
      const { validity } = vectors[slot];
      if (validity !== 0 && u8[validity + row] === 0) return true;
    }
    return false;
  }

  endInput(): undefined {
    this.#matches.raise();
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
  const rest = givesRest(matches) ? unmetBytes(matches.payload, sizes) : 0;
  const lists = mergeMatchesBytes(matches, sizes) + rest;
  // Where memory is in pieces, some of a page is left over behind each of the larger lists.
  const pieces = 1.25 * lists + PAGE_BYTES;
  return joinSidesMinimumBytes(config, sizes) + rightRowsMinimumBytes(config.right, sizes) + pieces;
}

async function enumerate(config: MergeJoinConfig, context: CoordinatorContext): Promise<SplitPlan> {
  const { left: leftSide, right: rightSide, keys } = config;
  const left = sortedRuns(leftSide.edges, context);
  const right = sortedRuns(rightSide.edges, context);
  const bytes = bytesOf([...left, ...right]);
  const keyBytes = (key: Buffer): number => keyPrefixBytes(key, leftSide.keys, leftSide.orders, keys.length);
  // Whether a row of the right has met nobody is known only where all left rows with its key are read.
  const isDivisible = !givesRest(config);
  const ranges = joinRanges({ left, right, keyBytes, isDivisible }, rangeCount(bytes, context));
  const splits = ranges.map((range, index): Split => {
    const data: RangeSplit = { range, left, right };
    return { index, bytes: Math.ceil(bytes / ranges.length), data };
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
