/** Rows of the right side of a join that met nobody, in their order; read when all of the left are through. */
import type { DataType } from '../columnar/data-type.js';
import { gatherRecords } from '../columnar/gather.js';
import { allocateVector, createVector, type Vector } from '../columnar/vector.js';
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
import { RECORD_MET, RECORD_VALIDITY } from '../kernels/assembly/state-layout.js';
import { Arena } from '../memory/arena.js';
import {
  type JoinRows,
  type RecordChunk,
  type RecordLayout,
  recordLayout,
  recordsInOrder,
} from '../state/join-record.js';
import { vectorRowBytes } from '../state/row-layout.js';

export interface JoinRestConfig {
  /** Columns of the left, all null here. */
  readonly left: readonly DataType[];
  readonly keys: readonly DataType[];
  readonly payload: readonly DataType[];
  /** From `join-rows`. */
  readonly edge: JobEdge;
}

class JoinRest implements Source {
  readonly #config: JoinRestConfig;
  readonly #context: SourceContext;
  readonly #output: Collector;
  readonly #arena: Arena;
  readonly #record: RecordLayout;
  #records = 0;
  #left: Vector[] = [];
  #right: Vector[] = [];

  constructor(config: JoinRestConfig, context: SourceContext, output: Collector) {
    this.#config = config;
    this.#context = context;
    this.#output = output;
    this.#arena = new Arena(context.memory, 'a join');
    this.#record = recordLayout(config.keys, config.payload);
  }

  open(): void {
    const { batchRows, memory } = this.#context;
    const { left, payload } = this.#config;
    this.#records = this.#arena.allocate(4 * batchRows, 4);
    const nothing = this.#arena.allocate(32, 16);
    memory.heap.u8.fill(0, nothing, nothing + 32);
    this.#left = left.map((type) => createVector(type, nothing, nothing + 16, true));
    this.#right = payload.map((type) => allocateVector(this.#arena, type, batchRows));
  }

  runSplit(split: Split): void {
    const { batchRows, memory, poll } = this.#context;
    const { u8, u32 } = memory.heap;
    const chunks = split.data as readonly RecordChunk[];
    const { bytes } = this.#record;
    let count = 0;
    for (const { address, records } of chunks) {
      for (let i = 0; i < records; i++) {
        const record = address + i * bytes;
        if (u8[record + RECORD_MET] !== 0) continue;
        u32[(this.#records >>> 2) + count++] = record;
        if (count < batchRows) continue;
        poll();
        this.#emit(count);
        count = 0;
        if (this.#output.done) return;
      }
    }
    if (count > 0) this.#emit(count);
  }

  #emit(count: number): void {
    const { offsets } = this.#record;
    this.#right.forEach((target, column) => {
      gatherRecords(this.#context.memory.heap, this.#records, count, offsets[column], RECORD_VALIDITY + column, target);
    });
    this.#output.emit({ numRows: count, vectors: [...this.#left, ...this.#right], selection: 0, selectedCount: count });
  }

  close(): void {
    this.#arena.close();
  }
}

async function enumerate({ edge }: JoinRestConfig, context: CoordinatorContext): Promise<SplitPlan> {
  const chunks = recordsInOrder(context.upstream(edge.vertex, edge.operator) as readonly JoinRows[]);
  return { splits: [{ index: 0, bytes: 0, data: chunks }], shared: context.allocateShared(8) };
}

export const JOIN_REST: SourceFactory<JoinRestConfig> = {
  role: 'source',
  kind: 'join-rest',
  minimumBytes: ({ payload }, { batchRows }) => (vectorRowBytes(payload) + 4) * batchRows + 64,
  enumerate,
  create: (config, context, output) => new JoinRest(config, context, output),
};
