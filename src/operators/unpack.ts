/** Takes the values out of the texts that `pack` made. */
import { type DataType, PHYSICAL_BYTES } from '../columnar/data-type.js';
import type { RecordBatch } from '../columnar/record-batch.js';
import { allocateVector, type Vector } from '../columnar/vector.js';
import type { TransformFactory } from '../dataflow/factory.js';
import type { Collector, Operator, OperatorContext } from '../dataflow/operator.js';
import { isNull, selectedRow } from '../expr/compiler/row-values.js';
import { Arena } from '../memory/arena.js';
import { PAGE_BYTES } from '../memory/heap.js';
import { packedValue } from './packed-value.js';

export interface UnpackConfig {
  readonly columns: readonly { readonly slot: number; readonly type: DataType }[];
}

class UnpackRows implements Operator {
  readonly #config: UnpackConfig;
  readonly #context: OperatorContext;
  readonly #output: Collector;
  readonly #arena: Arena;
  #columns: readonly Vector[] = [];

  constructor(config: UnpackConfig, context: OperatorContext, output: Collector) {
    this.#config = config;
    this.#context = context;
    this.#output = output;
    this.#arena = new Arena(context.memory, 'the values of first, last, arg_min and arg_max');
  }

  open(): void {
    const { columns } = this.#config;
    this.#columns = columns.map(({ type }) => allocateVector(this.#arena, type, this.#context.batchRows));
  }

  processBatch(batch: RecordBatch): void {
    const vectors = [...batch.vectors];
    for (const [index, { slot }] of this.#config.columns.entries()) {
      this.#unpack(batch, batch.vectors[slot], this.#columns[index]);
      vectors[slot] = this.#columns[index];
    }
    this.#output.emit({ ...batch, vectors });
  }

  #unpack({ selection, selectedCount }: RecordBatch, packed: Vector, column: Vector): void {
    const { heap } = this.#context.memory;
    const { u8, u32 } = heap;
    const { physical, values, validity } = column;
    for (let i = 0; i < selectedCount; i++) {
      const row = selectedRow(heap, selection, i);
      const at = (packed.values >>> 2) + 2 * row;
      const value = isNull(heap, packed, row) ? undefined : packedValue(heap, u32[at], u32[at + 1]);
      u8[(validity >>> 0) + row] = value === undefined ? 0 : 1;
      if (value === undefined) continue;
      if (physical === 'text') {
        u32[(values >>> 2) + 2 * row] = value.at;
        u32[(values >>> 2) + 2 * row + 1] = value.bytes;
      } else {
        u8.copyWithin((values >>> 0) + PHYSICAL_BYTES[physical] * row, value.at, value.at + value.bytes);
      }
    }
  }

  endInput(): undefined {
    return undefined;
  }

  close(): void {
    this.#arena.close();
  }
}

export const UNPACK: TransformFactory<UnpackConfig> = {
  role: 'transform',
  kind: 'unpack',
  minimumBytes: ({ columns }, { batchRows }) => columns.length * (17 * batchRows + 64) + PAGE_BYTES,
  create: (config, context, output) => new UnpackRows(config, context, output),
};
