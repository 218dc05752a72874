/**
 * Puts every row's position behind its columns, so that sorting by it brings rows back into the order they have here:
 *
 *     position = ordinal of the input (7 bits) | split (24 bits) | row of the split (32 bits)
 */
import { BIGINT } from '../columnar/data-type.js';
import type { RecordBatch } from '../columnar/record-batch.js';
import { createVector } from '../columnar/vector.js';
import type { TransformFactory } from '../dataflow/factory.js';
import type { Collector, Operator, OperatorContext } from '../dataflow/operator.js';
import { leatError } from '../errors.js';
import { Arena } from '../memory/arena.js';

export interface RowPositionConfig {
  /** Below MAX_ORDERED_INPUTS; rows of inputs with a lower ordinal come first. */
  readonly ordinal: number;
}

const MAX_SPLITS = 1 << 24;

/** The upper half of the positions of a split's rows. */
export function highOfPosition(ordinal: number, split: number): number {
  if (split >= MAX_SPLITS) throw leatError('INTERNAL', `split ${split} has no position`);
  return ordinal * MAX_SPLITS + split;
}

class RowPosition implements Operator {
  readonly #arena: Arena;
  readonly #config: RowPositionConfig;
  readonly #context: OperatorContext;
  readonly #output: Collector;
  #positions = 0;
  /** The upper and the lower half of the next row's position. */
  #high = 0;
  #low = 0;

  constructor(config: RowPositionConfig, context: OperatorContext, output: Collector) {
    this.#config = config;
    this.#context = context;
    this.#output = output;
    this.#arena = new Arena(context.memory, 'row positions');
  }

  open(): void {
    this.#positions = this.#arena.allocate(8 * this.#context.batchRows, 8);
  }

  beginSplit(split: number): void {
    this.#high = highOfPosition(this.#config.ordinal, split);
    this.#low = 0;
  }

  processBatch(batch: RecordBatch): void {
    const { u32 } = this.#context.memory.heap;
    const { selection, selectedCount } = batch;
    const words = this.#positions >>> 2;
    for (let i = 0; i < selectedCount; i++) {
      const row = selection === 0 ? i : u32[(selection >>> 2) + i];
      u32[words + 2 * row] = this.#low++;
      u32[words + 2 * row + 1] = this.#high;
    }
    const vectors = [...batch.vectors, createVector(BIGINT, this.#positions)];
    this.#output.emit({ numRows: batch.numRows, vectors, selection, selectedCount });
  }

  endInput(): undefined {
    return undefined;
  }

  close(): void {
    this.#arena.close();
  }
}

export const ROW_POSITION: TransformFactory<RowPositionConfig> = {
  role: 'transform',
  kind: 'row-position',
  minimumBytes: (_, { batchRows }) => 8 * batchRows,
  create: (config, context, output) => new RowPosition(config, context, output),
};
