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
import { keyPrefixBytes } from '../state/key-prefix.js';
import { keyRanges } from '../state/key-ranges.js';
import type { SortFormat } from '../state/sort-format.js';
import { SortedRows, sortedRowsMinimumBytes } from '../state/sorted-rows.js';
import type { KeyRange, SortedRun } from '../state/sorted-run.js';
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

/** Below this many bytes of rows a second range is not worth a second task. */
const LEAST_RANGE_BYTES = 1 << 20;
/** Ranges a slot, so that uneven ranges still keep all slots busy. */
const RANGES_PER_SLOT = 4;
/** Part of a task's share that a range may have: what is made of it can wait in memory for its turn in the output. */
const RANGE_SHARE = 8;
/** Each range opens every run. */
const MOST_RANGES = 512;

class SortedSource implements Source {
  readonly #config: SortedSourceConfig;
  readonly #context: SourceContext;
  readonly #output: Collector;

  constructor(config: SortedSourceConfig, context: SourceContext, output: Collector) {
    this.#config = config;
    this.#context = context;
    this.#output = output;
  }

  open(): void {}

  runSplit(split: Split): void {
    const { range, runs } = split.data as RunSplit;
    const rows = new SortedRows(stateEnv(this.#context), this.#config, runs, range);
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

  close(): void {}
}

async function enumerate(
  { edges, keys, orders, grouping }: SortedSourceConfig,
  context: CoordinatorContext,
): Promise<SplitPlan> {
  const runs = edges.flatMap(({ vertex, operator }) =>
    (context.upstream(vertex, operator) as (readonly SortedRun[])[]).flat(),
  );
  const bytes = runs.reduce((sum, run) => sum + run.bytes, 0);
  const wanted = Math.max(context.slots * RANGES_PER_SLOT, (bytes * RANGE_SHARE) / context.sizes.shareBytes);
  const count = Math.min(Math.ceil(bytes / LEAST_RANGE_BYTES), Math.ceil(wanted), MOST_RANGES);
  const prefix = grouping === undefined ? undefined : (key: Buffer) => keyPrefixBytes(key, keys, orders, grouping);
  const ranges = grouping === 0 ? [{ low: null, high: null }] : keyRanges(runs, Math.max(1, count), prefix);
  const splits = ranges.map((range, index): Split => {
    const data: RunSplit = { range, runs };
    return { index, bytes: Math.ceil(bytes / ranges.length), data };
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
