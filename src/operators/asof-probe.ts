/**
 * The left side of an asof join whose right side lies in memory: looks the keys of its rows up in the directory of the right,
 * and the nearest row of the key in its index. Rows stay what and where they are; columns of the right are put beside them.
 */
import { type DataType, PHYSICAL_BYTES } from '../columnar/data-type.js';
import type { RecordBatch } from '../columnar/record-batch.js';
import type { TransformFactory } from '../dataflow/factory.js';
import type { JobEdge } from '../dataflow/job-graph.js';
import type { Collector, Operator, OperatorContext } from '../dataflow/operator.js';
import { COLUMN_BYTES } from '../kernels/assembly/state-layout.js';
import { Arena } from '../memory/arena.js';
import { describeColumn } from '../state/groups/table-memory.js';
import { AsofIndex } from '../state/join/asof-index.js';
import { type JoinPartition, openProbe, probeBytes } from '../state/join/join-directory.js';
import { recordLayout } from '../state/join/join-record.js';
import { OrderedWords } from '../state/join/ordered-words.js';
import { JoinPairs, type JoinPairsConfig, pairBytes } from './join-pairs.js';

export interface AsofProbeConfig {
  /** Columns of the left that meet the keys of the right, in that order, and the one that is compared. */
  readonly keys: readonly number[];
  readonly at: number;
  readonly keyTypes: readonly DataType[];
  /** Columns of the right behind its keys; the first one is compared, the others are put beside the left's. */
  readonly payload: readonly DataType[];
  readonly isBackward: boolean;
  readonly isStrict: boolean;
  /** From `join-directory`. */
  readonly edge: JobEdge;
}

class AsofProbe implements Operator {
  readonly #config: AsofProbeConfig;
  readonly #context: OperatorContext;
  readonly #output: Collector;
  readonly #arena: Arena;
  readonly #index: AsofIndex;
  readonly #value: OrderedWords;
  #pairs!: JoinPairs;
  // Filled in by `open`: addresses.
  #columns = 0;
  #probe = 0;
  /** The first record of the key of each row. */
  #found = 0;

  constructor(config: AsofProbeConfig, context: OperatorContext, output: Collector) {
    const { heap } = context.memory;
    this.#config = config;
    this.#context = context;
    this.#output = output;
    this.#arena = new Arena(context.memory, 'an asof join');
    this.#index = new AsofIndex(heap, config.isBackward, config.isStrict);
    this.#value = new OrderedWords(heap, config.payload[0]);
  }

  open(): void {
    const { keys, keyTypes, payload } = this.#config;
    const { batchRows, memory, prepared } = this.#context;
    this.#columns = this.#arena.allocate(Math.max(1, keys.length) * COLUMN_BYTES);
    this.#found = this.#arena.allocate(4 * batchRows, 4);
    const partitions = (prepared as readonly (readonly JoinPartition[])[]).flat();
    this.#probe = openProbe(memory, this.#arena, recordLayout(keyTypes, payload), partitions);
    this.#pairs = new JoinPairs(pairsOf(this.#config), this.#context, this.#arena);
  }

  processBatch(batch: RecordBatch): void {
    const { vectors, selection, selectedCount, numRows } = batch;
    const { heap } = this.#context.memory;
    this.#config.keys.forEach((slot, k) => {
      describeColumn(heap, this.#columns + k * COLUMN_BYTES, vectors[slot]);
    });
    this.#context.kernels.state.lookUpRecords(this.#probe, this.#columns, selection, 0, selectedCount, this.#found);
    this.#findNearest(batch);
    this.#output.emit({ ...batch, vectors: [...vectors, ...this.#pairs.gatherRight(numRows)] });
  }

  endInput(): undefined {
    return undefined;
  }

  close(): void {
    this.#arena.close();
  }

  /** The record of each row of the batch, at the row's own place; 0: there is none. */
  #findNearest({ vectors, selection, selectedCount, numRows }: RecordBatch): void {
    const { u8, u32 } = this.#context.memory.heap;
    const { values, validity, physical, isConstant } = vectors[this.#config.at];
    const [width, step] = isConstant ? [0, 0] : [PHYSICAL_BYTES[physical], 1];
    const [found, records] = [this.#found >>> 2, this.#pairs.records >>> 2];
    u32.fill(0, records, records + numRows);
    for (let i = 0; i < selectedCount; i++) {
      const first = u32[found + i];
      const row = selection === 0 ? i : u32[(selection >>> 2) + i];
      if (first === 0 || (validity !== 0 && u8[validity + row * step] === 0)) continue;
      this.#value.read(values + row * width);
      u32[records + row] = this.#index.find(first, this.#value);
    }
  }
}

function pairsOf({ payload }: AsofProbeConfig): JoinPairsConfig {
  return { left: [], leftTypes: [], right: [...payload.keys()].slice(1), payload };
}

export const ASOF_PROBE: TransformFactory<AsofProbeConfig> = {
  role: 'transform',
  kind: 'asof-probe',
  minimumBytes: (config, sizes) =>
    (pairBytes(pairsOf(config)) + 4) * sizes.batchRows + probeBytes(recordLayout(config.keyTypes, config.payload)),
  prepare: ({ edge }, context) => context.upstream(edge.vertex, edge.operator),
  create: (config, context, output) => new AsofProbe(config, context, output),
};
