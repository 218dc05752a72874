/**
 * The physical `limit`: one task sees all rows in order, hands on those that are wanted and asks for no more when it has
 * them. With `by` it must see all rows.
 */
import type { DataType } from '../columnar/data-type.js';
import type { RecordBatch } from '../columnar/record-batch.js';
import type { TransformFactory } from '../dataflow/factory.js';
import type { Collector, Operator, OperatorContext } from '../dataflow/operator.js';
import { Arena } from '../memory/arena.js';
import { GroupCounter, groupCounterMinimumBytes } from '../state/groups/group-counter.js';
import { stateEnv } from './state-env.js';

export interface LimitConfig {
  readonly count: number;
  readonly offset: number;
  /** Columns that make groups, and their types. */
  readonly by: readonly number[];
  readonly types: readonly DataType[];
  /** Of the logical graph. */
  readonly node: number;
}

class LimitRows implements Operator {
  readonly #config: LimitConfig;
  readonly #output: Collector;
  readonly #context: OperatorContext;
  readonly #arena: Arena;
  readonly #end: number;
  #groups: GroupCounter | undefined;
  #selection = 0;
  #seen = 0;

  constructor(config: LimitConfig, context: OperatorContext, output: Collector) {
    this.#config = config;
    this.#context = context;
    this.#output = output;
    this.#arena = new Arena(context.memory, 'limit');
    this.#end = config.offset + config.count;
  }

  get isDone(): boolean {
    return this.#config.count === 0 || (this.#config.by.length === 0 && this.#seen >= this.#end);
  }

  open(): void {
    this.#selection = this.#arena.allocate(4 * this.#context.batchRows, 4);
    if (this.#config.by.length === 0) return;
    this.#groups = new GroupCounter(stateEnv(this.#context), this.#config.types);
  }

  processBatch(batch: RecordBatch): void {
    const selectedCount = this.#groups === undefined ? this.#takeFirst(batch) : this.#takeOfGroups(batch, this.#groups);
    if (selectedCount > 0) this.#output.emit({ ...batch, selection: this.#selection, selectedCount });
  }

  #takeFirst({ selection, selectedCount }: RecordBatch): number {
    const { u32 } = this.#context.memory.heap;
    const from = Math.min(selectedCount, Math.max(0, this.#config.offset - this.#seen));
    const to = Math.min(selectedCount, this.#end - this.#seen);
    this.#seen += selectedCount;
    const taken = this.#selection >>> 2;
    for (let i = from; i < to; i++) u32[taken + i - from] = selection === 0 ? i : u32[(selection >>> 2) + i];
    return Math.max(0, to - from);
  }

  #takeOfGroups({ vectors, selection, selectedCount }: RecordBatch, groups: GroupCounter): number {
    const { by, offset } = this.#config;
    const keys = by.map((slot) => vectors[slot]);
    return groups.take(keys, selection, selectedCount, offset, this.#end, this.#selection);
  }

  endInput(): undefined {
    return undefined;
  }

  close(): void {
    this.#groups?.close();
    this.#arena.close();
  }
}

export const LIMIT_ROWS: TransformFactory<LimitConfig> = {
  role: 'transform',
  kind: 'limit',
  minimumBytes: ({ types }, sizes) =>
    4 * sizes.batchRows + (types.length === 0 ? 0 : groupCounterMinimumBytes(types, sizes)),
  holdsFor: ({ by, node }) => (by.length === 0 ? undefined : node),
  create: (config, context, output) => new LimitRows(config, context, output),
};
