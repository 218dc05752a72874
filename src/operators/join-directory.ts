/** Makes the directory over the rows of a join's right side when all of them are there: a partition a split. */
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
import { Arena } from '../memory/arena.js';
import { PAGE_BYTES } from '../memory/heap.js';
import {
  JoinDirectoryBuilder,
  type JoinPartition,
  joinPartitions,
  partitionRows,
} from '../state/join/join-directory.js';
import { type JoinRows, type RecordChunk, recordLayout, recordsInOrder } from '../state/join/join-record.js';
import { stateEnv } from './state-env.js';

export interface JoinDirectoryConfig {
  readonly keys: readonly DataType[];
  readonly payload: readonly DataType[];
  /** Some keys may be null. */
  readonly keepsNulls: boolean;
  /** The join in the logical graph. */
  readonly node: number;
  /** From `join-rows`. */
  readonly edge: JobEdge;
}

interface PartitionSplit {
  readonly partition: number;
  readonly partitions: number;
  readonly rows: number;
  /** The same array in every split, so that it crosses to a slot once. */
  readonly chunks: readonly RecordChunk[];
}

class JoinDirectory implements Source {
  readonly #config: JoinDirectoryConfig;
  readonly #context: SourceContext;
  readonly #done: JoinPartition[] = [];
  #builder: JoinDirectoryBuilder | undefined;

  constructor(config: JoinDirectoryConfig, context: SourceContext) {
    this.#config = config;
    this.#context = context;
  }

  open(): void {
    const { keys, payload, keepsNulls } = this.#config;
    const record = recordLayout(keys, payload);
    const arena = new Arena(this.#context.memory, 'a join');
    this.#builder = new JoinDirectoryBuilder(
      stateEnv(this.#context),
      arena,
      record,
      keepsNulls,
      this.#context.attempt + 1,
    );
  }

  runSplit(split: Split): void {
    const { chunks, rows, partition, partitions } = split.data as PartitionSplit;
    if (this.#builder !== undefined) this.#done.push(this.#builder.link(chunks, rows, partition, partitions));
  }

  endInput(): readonly JoinPartition[] {
    this.#builder?.finish(this.#context.attempt);
    this.#builder = undefined;
    return this.#done;
  }

  close(): void {
    this.#builder?.close();
  }
}

async function enumerate({ edge }: JoinDirectoryConfig, context: CoordinatorContext): Promise<SplitPlan> {
  const results = context.upstream(edge.vertex, edge.operator) as readonly JoinRows[];
  const chunks = recordsInOrder(results);
  const partitions = joinPartitions(
    results.reduce((sum, { rows }) => sum + rows, 0),
    context.slots,
  );
  const splits = Array.from({ length: partitions }, (_, partition): Split => {
    const rows = partitionRows(results, partition, partitions);
    const data: PartitionSplit = { partition, partitions, rows, chunks };
    return { index: partition, bytes: 0, data };
  });
  return { splits, shared: context.allocateShared(8) };
}

export const JOIN_DIRECTORY: SourceFactory<JoinDirectoryConfig> = {
  role: 'source',
  kind: 'join-directory',
  minimumBytes: () => 2 * PAGE_BYTES,
  enumerate,
  holdsFor: ({ node }) => node,
  create: (config, context) => new JoinDirectory(config, context),
};
