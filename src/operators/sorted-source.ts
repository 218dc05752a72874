/**
 * The reading side of an exchange in order: merges the sorted runs that all attempts of its producers sealed, one key range
 * a split. Ranges are ascending, so the rows of split after split are in order.
 */
import type {
  CoordinatorContext,
  Source,
  SourceContext,
  SourceFactory,
  Split,
  SplitPlan,
} from '../dataflow/factory.js';
import type { JobEdge } from '../dataflow/job-graph.js';
import type { Collector } from '../dataflow/operator.js';
import { KeptMemory } from '../memory/kept-memory.js';
import type { KeyRange, SortedRun } from '../state/runs/sorted-run.js';
import type { SortFormat } from '../state/sort/sort-format.js';
import { SortedRows, sortedRowsMinimumBytes } from '../state/sort/sorted-rows.js';
import { bytesOf, rangesOf, sortedRuns } from './sorted-ranges.js';
import { stateEnv } from './state-env.js';

export interface SortedSourceConfig extends SortFormat {
  /** Rows that agree in so many first keys come from one split. */
  readonly grouping?: number;
  /** From `sort-rows` of one exchange. */
  readonly edges: readonly JobEdge[];
}

interface RunSplit {
  readonly range: KeyRange;
  /** The same array in every split, so that it crosses to a slot once. */
  readonly runs: readonly SortedRun[];
}

class SortedSource implements Source {
  readonly #config: SortedSourceConfig;
  readonly #context: SourceContext;
  readonly #memory: KeptMemory;
  readonly #output: Collector;

  constructor(config: SortedSourceConfig, context: SourceContext, output: Collector) {
    this.#config = config;
    this.#context = context;
    this.#memory = new KeptMemory(context.memory);
    this.#output = output;
  }

  open(): void {}

  runSplit(split: Split): void {
    const { range, runs } = split.data as RunSplit;
    const env = { ...stateEnv(this.#context), memory: this.#memory };
    const rows = new SortedRows(env, this.#config, runs, range);
    try {
      for (let batch = rows.next(); batch !== null; batch = rows.next()) {
        this.#context.poll();
        this.#output.emit(batch);
        if (this.#output.done) return;
      }
    } finally {
      rows.close();
    }
  }

  close(): void {
    this.#memory.close();
  }
}

async function enumerate(config: SortedSourceConfig, context: CoordinatorContext): Promise<SplitPlan> {
  const { edges, grouping } = config;
  const runs = sortedRuns(edges, context);
  const ranges = grouping === 0 ? [{ low: null, high: null }] : rangesOf(runs, config, grouping, context);
  const splits = ranges.map((range, index): Split => {
    const data: RunSplit = { range, runs };
    return { index, bytes: Math.ceil(bytesOf(runs) / ranges.length), data };
  });
  return { splits, shared: context.allocateShared(8) };
}

export const SORTED_SOURCE: SourceFactory<SortedSourceConfig> = {
  role: 'source',
  kind: 'sorted-source',
  minimumBytes: (config, sizes) => sortedRowsMinimumBytes(config, sizes),
  enumerate,
  create: (config, context, output) => new SortedSource(config, context, output),
};
