/** Orders the rows of each key of an asof join's right side, when its directory is there: a partition of it a split. */
import type { DataType } from '../columnar/data-type.js';
import type {
  CoordinatorContext,
  Source,
  SourceContext,
  SourceFactory,
  Split,
  SplitPlan,
} from '../dataflow/factory.js';
import type { JobEdge } from '../dataflow/job-graph.js';
import { SORT_SCRATCH_BYTES } from '../kernels/assembly/state-layout.js';
import { Arena } from '../memory/arena.js';
import { PAGE_BYTES } from '../memory/heap.js';
import { AsofIndexBuilder } from '../state/join/asof-index.js';
import type { JoinPartition } from '../state/join/join-directory.js';
import { valueOffsets } from '../state/join/join-record.js';
import { stateEnv } from './state-env.js';

export interface AsofIndexConfig {
  /** Columns of the right behind its keys; the first one says how near a row is. */
  readonly payload: readonly DataType[];
  /** From `join-directory`. */
  readonly edge: JobEdge;
  /** The join's node, which can be made without an index too. */
  readonly node: number;
}

class AsofIndexSource implements Source {
  readonly #config: AsofIndexConfig;
  readonly #context: SourceContext;
  readonly #arena: Arena;
  #builder: AsofIndexBuilder | undefined;

  constructor(config: AsofIndexConfig, context: SourceContext) {
    this.#config = config;
    this.#context = context;
    this.#arena = new Arena(context.memory, 'an asof join');
  }

  open(): void {
    const { payload } = this.#config;
    const column = { type: payload[0], offset: valueOffsets(payload)[0] };
    this.#builder = new AsofIndexBuilder(stateEnv(this.#context), this.#arena, column);
  }

  runSplit(split: Split): void {
    this.#context.poll();
    this.#builder?.add(split.data as JoinPartition);
  }

  endInput(): undefined {
    this.#builder?.finish(this.#context.attempt);
    this.#builder = undefined;
    return undefined;
  }

  close(): void {
    this.#builder?.close();
    this.#arena.close();
  }
}

async function enumerate({ edge }: AsofIndexConfig, context: CoordinatorContext): Promise<SplitPlan> {
  const partitions = (context.upstream(edge.vertex, edge.operator) as (readonly JoinPartition[])[]).flat();
  const splits = partitions.map((data, index): Split => ({ index, bytes: 0, data }));
  return { splits, shared: context.allocateShared(8) };
}

export const ASOF_INDEX: SourceFactory<AsofIndexConfig> = {
  role: 'source',
  kind: 'asof-index',
  minimumBytes: () => SORT_SCRATCH_BYTES + 2 * PAGE_BYTES,
  holdsFor: ({ node }) => node,
  enumerate,
  create: (config, context) => new AsofIndexSource(config, context),
};
