/** Rows of the right side of a join that met nobody, in their order; read when all of the left are through. */
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
import type { Collector } from '../dataflow/operator.js';
import { Arena } from '../memory/arena.js';
import { type JoinRows, type RecordChunk, recordLayout, recordsInOrder } from '../state/join/join-record.js';
import { UnmetRecords, unmetBytes } from './unmet-records.js';

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
  #unmet: UnmetRecords | undefined;

  constructor(config: JoinRestConfig, context: SourceContext, output: Collector) {
    this.#config = config;
    this.#context = context;
    this.#output = output;
    this.#arena = new Arena(context.memory, 'a join');
  }

  open(): void {
    const { left, keys, payload } = this.#config;
    const { bytes } = recordLayout(keys, payload);
    this.#unmet = new UnmetRecords({ left, payload, recordBytes: bytes }, this.#context, this.#output, this.#arena);
  }

  runSplit(split: Split): void {
    this.#unmet?.emit(split.data as readonly RecordChunk[]);
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
  minimumBytes: ({ payload }, sizes) => unmetBytes(payload, sizes),
  enumerate,
  create: (config, context, output) => new JoinRest(config, context, output),
};
