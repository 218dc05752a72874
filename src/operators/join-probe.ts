/**
 * The left side of a hash join: looks the keys of its rows up in the directory of the right, where that lies. Rows keep
 * the order of the left side, and their matches that of the right side.
 */
import type { DataType } from '../columnar/data-type.js';
import type { RecordBatch } from '../columnar/record-batch.js';
import type { TransformFactory } from '../dataflow/factory.js';
import type { JobEdge } from '../dataflow/job-graph.js';
import type { Collector, Operator, OperatorContext } from '../dataflow/operator.js';
import { COLUMN_BYTES } from '../kernels/assembly/state-layout.js';
import { Arena } from '../memory/arena.js';
import { describeColumn } from '../state/groups/table-memory.js';
import { type JoinPartition, openProbe, probeBytes } from '../state/join/join-directory.js';
import { recordLayout } from '../state/join/join-record.js';
import { JoinMatches, type JoinMatchesConfig, matchesBytes } from './join-matches.js';

export interface JoinProbeConfig extends JoinMatchesConfig {
  /** Columns of the left that meet the keys of the right, in that order. */
  readonly keys: readonly number[];
  readonly keyTypes: readonly DataType[];
  /** From `join-directory`. */
  readonly edge: JobEdge;
}

class JoinProbe implements Operator {
  readonly #config: JoinProbeConfig;
  readonly #context: OperatorContext;
  readonly #output: Collector;
  readonly #arena: Arena;
  readonly #partitions: readonly JoinPartition[];
  #matches: JoinMatches | undefined;
  // Filled in by `open`: addresses.
  #columns = 0;
  #probe = 0;
  /** The first record of the key of each row. */
  #found = 0;

  constructor(config: JoinProbeConfig, context: OperatorContext, output: Collector) {
    this.#config = config;
    this.#context = context;
    this.#output = output;
    this.#arena = new Arena(context.memory, 'a join');
    this.#partitions = partitionsIn(context.prepared);
  }

  open(): void {
    const { keys, keyTypes, payload } = this.#config;
    this.#columns = this.#arena.allocate(Math.max(1, keys.length) * COLUMN_BYTES);
    this.#found = this.#arena.allocate(4 * this.#context.batchRows, 4);
    const layout = recordLayout(keyTypes, payload);
    this.#probe = openProbe(this.#context.memory, this.#arena, layout, this.#partitions);
    const isUnique = this.#partitions.every((partition) => partition.isUnique);
    this.#matches = new JoinMatches(this.#config, this.#context, this.#output, this.#arena, isUnique);
    this.#matches.open();
  }

  processBatch(batch: RecordBatch): void {
    const { vectors, selection, selectedCount } = batch;
    const { heap } = this.#context.memory;
    this.#config.keys.forEach((slot, k) => {
      describeColumn(heap, this.#columns + k * COLUMN_BYTES, vectors[slot]);
    });
    this.#context.kernels.state.lookUpRecords(this.#probe, this.#columns, selection, 0, selectedCount, this.#found);
    this.#matches?.join(batch, this.#found);
  }

  endInput(): undefined {
    return undefined;
  }

  close(): void {
    this.#matches?.close();
    this.#arena.close();
  }
}

/** Of all tasks that made some. */
function partitionsIn(prepared: unknown): readonly JoinPartition[] {
  return (prepared as readonly (readonly JoinPartition[])[]).flat();
}

export const JOIN_PROBE: TransformFactory<JoinProbeConfig> = {
  role: 'transform',
  kind: 'join-probe',
  minimumBytes: (config, sizes) => {
    const { keyTypes, payload } = config;
    return matchesBytes(config, sizes) + 4 * sizes.batchRows + probeBytes(recordLayout(keyTypes, payload));
  },
  prepare: ({ edge }, context) => context.upstream(edge.vertex, edge.operator),
  // All rows of the right may have one key.
  rowsPerRow: (_, prepared) =>
    partitionsIn(prepared).reduce((sum, { rows, isUnique }) => sum + (isUnique ? 0 : rows), 0),
  create: (config, context, output) => new JoinProbe(config, context, output),
};
