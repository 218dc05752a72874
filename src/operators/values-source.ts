/**
 * The second phase of an aggregation over the values of groups: merges the runs that all attempts of the producers sealed, one key
 * range a split, and folds the values of one group after another. Ranges are ascending, so the groups of split after split are in
 * key order.
 */
import type { RecordBatch } from '../columnar/record-batch.js';
import type { Vector } from '../columnar/vector.js';
import type {
  CoordinatorContext,
  Source,
  SourceContext,
  SourceFactory,
  Split,
  SplitPlan,
} from '../dataflow/factory.js';
import type { JobEdge } from '../dataflow/job-graph.js';
import type { FoldCall } from '../dataflow/logical-graph.js';
import type { Collector } from '../dataflow/operator.js';
import { Arena } from '../memory/arena.js';
import { PAGE_BYTES } from '../memory/heap.js';
import type { KeyRange, SortedRun } from '../state/runs/sorted-run.js';
import { type GroupVisitor, ValueGroups, valueGroupsMinimumBytes } from '../state/values/value-groups.js';
import type { ValueFormat } from '../state/values/value-log.js';
import { createCountedFold } from './folds/create-fold.js';
import type { Fold } from './folds/fold.js';
import { ResultRows } from './result-rows.js';
import { bytesOf, rangesOf, sortedRuns } from './sorted-ranges.js';
import { stateEnv } from './state-env.js';

export interface ValuesSourceConfig extends ValueFormat {
  /** Over the columns of a group: its values, and how often each is there. */
  readonly calls: readonly FoldCall[];
  /** From `log-values` of one exchange. */
  readonly edges: readonly JobEdge[];
}

interface RunSplit {
  readonly range: KeyRange;
  /** The same array in every split, so that it crosses to a slot once. */
  readonly runs: readonly SortedRun[];
}

class ValuesSource implements Source, GroupVisitor {
  readonly #config: ValuesSourceConfig;
  readonly #context: SourceContext;
  readonly #output: Collector;
  readonly #arena: Arena;
  #folds: readonly Fold[] = [];
  #results!: ResultRows;

  constructor(config: ValuesSourceConfig, context: SourceContext, output: Collector) {
    this.#config = config;
    this.#context = context;
    this.#output = output;
    this.#arena = new Arena(context.memory, 'an aggregation');
  }

  open(): void {
    const { calls } = this.#config;
    const { memory, batchRows } = this.#context;
    this.#folds = calls.map((call) => createCountedFold(memory, call));
    const types = calls.map(({ result }) => result);
    this.#results = new ResultRows(memory, this.#arena, types, batchRows);
  }

  runSplit(split: Split): void {
    const { range, runs } = split.data as RunSplit;
    if (runs.length === 0) {
      this.#showNone();
      return;
    }
    const groups = new ValueGroups(stateEnv(this.#context), this.#config, runs, range, this);
    try {
      groups.read();
    } finally {
      groups.close();
    }
  }

  begin(rows: number): void {
    for (const fold of this.#folds) fold.begin?.(rows);
  }

  spare(): number {
    let rows = Number.POSITIVE_INFINITY;
    for (const fold of this.#folds) rows = Math.min(rows, fold.spare?.() ?? 0);
    return rows;
  }

  skip(rows: number): void {
    for (const fold of this.#folds) fold.skip?.(rows);
  }

  values(batch: RecordBatch, from: number, to: number): void {
    for (const fold of this.#folds) fold.add(batch, from, to);
  }

  end(): boolean {
    for (let column = 0; column < this.#folds.length; column++) this.#results.set(column, this.#folds[column].finish());
    return this.#results.endRow();
  }

  keys(columns: readonly Vector[], rows: number): boolean {
    this.#context.poll();
    const vectors = [...columns, ...this.#results.take()];
    this.#output.emit({ numRows: rows, vectors, selection: 0, selectedCount: rows });
    return !this.#output.done;
  }

  /** Without keys there is one group, also of no rows. */
  #showNone(): void {
    if (this.#config.keys.length > 0) return;
    this.begin(0);
    this.end();
    this.keys([], 1);
  }

  close(): void {
    for (const fold of this.#folds) fold.close();
    this.#results?.close();
    this.#arena.close();
  }
}

async function enumerate(config: ValuesSourceConfig, context: CoordinatorContext): Promise<SplitPlan> {
  const { edges, keys } = config;
  const runs = sortedRuns(edges, context);
  const ranges =
    keys.length === 0 ? [{ low: null, high: null }] : rangesOf(runs, { keys, orders: [] }, keys.length, context);
  const splits = ranges.map((range, index): Split => {
    const data: RunSplit = { range, runs };
    return { index, bytes: Math.ceil(bytesOf(runs) / ranges.length), data };
  });
  return { splits, shared: context.allocateShared(8) };
}

export const VALUES_SOURCE: SourceFactory<ValuesSourceConfig> = {
  role: 'source',
  kind: 'values-source',
  minimumBytes: (config, sizes) =>
    valueGroupsMinimumBytes(config, sizes) +
    config.calls.length * (17 * sizes.batchRows + 64) +
    (2 * config.calls.length + 2) * PAGE_BYTES,
  enumerate,
  create: (config, context, output) => new ValuesSource(config, context, output),
};
