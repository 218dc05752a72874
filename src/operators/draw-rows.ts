/**
 * The physical `draw`: a number for each row, drawn from a seed and the row itself, whatever the slots, the batches and the
 * memory are. A row is known by its place in its file, or where it has none by how many rows come before it.
 */
import { BIGINT } from '../columnar/data-type.js';
import type { RecordBatch } from '../columnar/record-batch.js';
import { createVector } from '../columnar/vector.js';
import type { TransformFactory } from '../dataflow/factory.js';
import type { Collector, Operator, OperatorContext } from '../dataflow/operator.js';
import { leatError } from '../errors.js';
import { selectedRow } from '../expr/compiler/row-values.js';
import { Arena } from '../memory/arena.js';

export interface DrawConfig {
  readonly seed: bigint;
  /** Tells the steps apart that draw in a pipeline. */
  readonly step: bigint;
  /** Rows have a place; else one task sees all of them in order. */
  readonly isPlaced: boolean;
}

/** Every bit of the input changes half of the output's; Chris Wellons' lowbias32. */
function mix(word: number): number {
  let x = word ^ (word >>> 16);
  x = Math.imul(x, 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return x ^ (x >>> 16);
}

class DrawRows implements Operator {
  readonly #config: DrawConfig;
  readonly #context: OperatorContext;
  readonly #output: Collector;
  readonly #arena: Arena;
  /** What is mixed already: two words, each with constants of its own. */
  readonly #states: readonly [high: number, low: number];
  #draws = 0;
  /** Rows that came before. */
  #rank = 0;

  constructor(config: DrawConfig, context: OperatorContext, output: Collector) {
    this.#config = config;
    this.#context = context;
    this.#output = output;
    this.#arena = new Arena(context.memory, 'a sample');
    const words = new Uint32Array(BigUint64Array.of(BigInt.asUintN(64, config.seed), config.step).buffer);
    const [high, low] = [0x9e3779b9, 0x85ebca6b].map((start) =>
      words.reduce((x, word) => mix(x ^ word) + start, start),
    );
    this.#states = [high, low];
  }

  open(): void {
    this.#draws = this.#arena.allocate(8 * this.#context.batchRows, 8);
  }

  processBatch(batch: RecordBatch): void {
    const { heap } = this.#context.memory;
    const { selection, selectedCount, origin } = batch;
    for (let i = 0; i < selectedCount; i++) {
      const row = selectedRow(heap, selection, i);
      if (!this.#config.isPlaced) {
        this.#draw(heap.u32, row, 0, this.#rank++);
        continue;
      }
      if (origin === undefined) throw leatError('INTERNAL', 'a sample of rows without a place');
      const { source, file, offset } = origin.position(row);
      this.#draw(heap.u32, row, mix(source) + file, offset);
    }
    this.#output.emit({ ...batch, vectors: [...batch.vectors, createVector(BIGINT, this.#draws)] });
  }

  /** 63 bits, so that draws are not negative. */
  #draw(u32: Uint32Array, row: number, source: number, place: number): void {
    const [high, low] = this.#states;
    const upper = Math.floor(place / 2 ** 32);
    const at = (this.#draws >>> 2) + 2 * row;
    u32[at] = mix(mix(mix(low ^ source) ^ upper) ^ place);
    u32[at + 1] = mix(mix(mix(high ^ source) ^ upper) ^ place) & 0x7fffffff;
  }

  endInput(): undefined {
    return undefined;
  }

  close(): void {
    this.#arena.close();
  }
}

export const DRAW_ROWS: TransformFactory<DrawConfig> = {
  role: 'transform',
  kind: 'draw',
  minimumBytes: (_, { batchRows }) => 8 * batchRows,
  create: (config, context, output) => new DrawRows(config, context, output),
};
