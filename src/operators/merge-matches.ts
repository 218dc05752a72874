/**
 * The left rows of a join by key whose keys were looked up: made into rows of the join, a part of a batch at a time. They do
 * not come in the order of their positions, so of those that fail the lowest one is kept, and rows behind it are left out.
 */
import type { RecordBatch } from '../columnar/record-batch.js';
import type { SourceContext, TaskSizes } from '../dataflow/factory.js';
import type { Collector } from '../dataflow/operator.js';
import type { Arena } from '../memory/arena.js';
import { JoinMatches, type JoinMatchesConfig, type JoinPass, matchesBytes } from './join-matches.js';
import { LowestFailure } from './lowest-failure.js';

/** Lists of a u32 a row. */
const LISTS = 4;

export class MergeMatches {
  readonly #context: SourceContext;
  readonly #matches: JoinMatches;
  readonly #failure = new LowestFailure();
  // Addresses: a u32 a row.
  readonly #every: number;
  readonly #found: number;
  readonly #selection: number;
  readonly #selectedFound: number;
  // The batch at work, and its rows that were looked up and not yet joined.
  #batch: RecordBatch | undefined;
  #pass: JoinPass | undefined;
  #from = 0;
  #to = 0;

  constructor(config: JoinMatchesConfig, context: SourceContext, output: Collector, arena: Arena) {
    const { batchRows, memory } = context;
    this.#context = context;
    [this.#every, this.#found, this.#selection, this.#selectedFound] = Array.from({ length: LISTS }, () =>
      arena.allocate(4 * batchRows, 4),
    );
    for (let row = 0; row < batchRows; row++) memory.heap.u32[(this.#every >>> 2) + row] = row;
    this.#matches = new JoinMatches(config, context, output, arena, false);
  }

  open(): void {
    this.#matches.open();
  }

  /** Rows of `batch`, whose last column is their position, are looked up from here on. */
  begin(batch: RecordBatch, pass?: JoinPass): void {
    this.#batch = batch;
    this.#pass = pass;
    this.#from = 0;
    this.#to = 0;
  }

  /** The next row has found `record`, the first of its key; 0: none. */
  add(record: number): void {
    this.#context.memory.heap.u32[(this.#found >>> 2) + this.#to++] = record;
  }

  /** Makes rows of what was found. */
  settle(): void {
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

  /** Throws the error of the lowest row. */
  raise(): void {
    this.#failure.raise();
  }

  close(): void {
    this.#matches.close();
  }

  #join(batch: RecordBatch, from: number, to: number): void {
    if (this.#failure.isThere) {
      this.#joinBefore(batch, from, to);
      return;
    }
    const rows = { ...batch, selection: this.#every + 4 * from, selectedCount: to - from };
    this.#matches.join(rows, this.#found + 4 * from, this.#pass);
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
    this.#matches.join({ ...batch, selection: this.#selection, selectedCount: count }, this.#selectedFound, this.#pass);
  }

  #positionOf({ vectors }: RecordBatch, row: number): bigint {
    return this.#context.memory.heap.i64[(vectors[vectors.length - 1].values >>> 3) + row];
  }
}

export function mergeMatchesBytes(config: JoinMatchesConfig, sizes: TaskSizes): number {
  return matchesBytes(config, sizes) + LISTS * 4 * sizes.batchRows;
}
