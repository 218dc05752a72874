/**
 * The second phase of an aggregation and the reading side of a range exchange: merges the sorted runs that all attempts
 * of the producer sealed, one key range a split, and finishes the accumulators. Ranges are ascending, so the groups of
 * split after split are in key order.
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
import { AggregateMerge, aggregateMergeMinimumBytes } from '../state/groups/aggregate-merge.js';
import { keyPrefixBytes } from '../state/runs/key-prefix.js';
import { keyRanges } from '../state/runs/key-ranges.js';
import type { KeyRange, SortedRun } from '../state/runs/sorted-run.js';
import type { AggregateConfig } from './partial-aggregate.js';
import { stateEnv } from './state-env.js';

export interface RunSourceConfig extends AggregateConfig {
  /** Rows that agree in so many first keys come from one split. */
  readonly grouping?: number;
  /** From the partial aggregates of one exchange. */
  readonly edges: readonly JobEdge[];
}

interface RunSplit {
  readonly range: KeyRange;
  /** The same array in every split, so that it crosses to a slot once. */
  readonly runs: readonly SortedRun[];
}

/** Below this many bytes of partial groups a second range is not worth a second task. */
const RANGE_BYTES = 256 << 10;
/** Ranges a slot, so that uneven ranges still keep all slots busy. */
const RANGES_PER_SLOT = 4;

class RunSource implements Source {
  private readonly config: RunSourceConfig;
  private readonly context: SourceContext;
  private readonly output: Collector;

  constructor(config: RunSourceConfig, context: SourceContext, output: Collector) {
    this.config = config;
    this.context = context;
    this.output = output;
  }

  open(): void {}

  runSplit(split: Split): void {
    const { range, runs } = split.data as RunSplit;
    const { keys, calls } = this.config;
    const merge = new AggregateMerge(stateEnv(this.context), keys, calls, runs, range);
    try {
      for (let batch = merge.next(); batch !== null; batch = merge.next()) {
        this.context.poll();
        this.output.emit(batch);
        if (this.output.done) return;
      }
    } finally {
      merge.close();
    }
  }

  close(): void {}
}

async function enumerate({ edges, keys, grouping }: RunSourceConfig, context: CoordinatorContext): Promise<SplitPlan> {
  const runs = edges.flatMap(({ vertex, operator }) =>
    (context.upstream(vertex, operator) as (readonly SortedRun[])[]).flat(),
  );
  const bytes = runs.reduce((sum, run) => sum + run.bytes, 0);
  const wanted = Math.min(context.slots * RANGES_PER_SLOT, Math.ceil(bytes / RANGE_BYTES));
  const isWhole = keys.length === 0 || grouping === 0;
  const prefix = grouping === undefined ? undefined : (key: Buffer) => keyPrefixBytes(key, keys, [], grouping);
  const ranges = isWhole ? [{ low: null, high: null }] : keyRanges(runs, Math.max(1, wanted), prefix);
  const splits = ranges.map((range, index): Split => {
    const data: RunSplit = { range, runs };
    return { index, bytes: Math.ceil(bytes / ranges.length), data };
  });
  return { splits, shared: context.allocateShared(8) };
}

export const RUN_SOURCE: SourceFactory<RunSourceConfig> = {
  role: 'source',
  kind: 'run-source',
  minimumBytes: ({ keys, calls }, sizes) => aggregateMergeMinimumBytes(keys, calls, sizes),
  enumerate,
  create: (config, context, output) => new RunSource(config, context, output),
};
