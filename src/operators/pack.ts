/**
 * `first`, `arg_max` and their like are a minimum: this operator adds, for each of them, a column of texts that are
 * ordered as the rows are (packed-value.ts); behind the aggregation `unpack` takes the value out of the least text.
 */
import { STRING } from '../columnar/data-type.js';
import type { RecordBatch } from '../columnar/record-batch.js';
import { allocateVector, type Vector } from '../columnar/vector.js';
import type { TransformFactory } from '../dataflow/factory.js';
import type { Pack } from '../dataflow/logical-graph.js';
import type { Collector, Operator, OperatorContext } from '../dataflow/operator.js';
import { isNull, selectedRow } from '../expr/compiler/row-values.js';
import { Arena } from '../memory/arena.js';
import { PAGE_BYTES } from '../memory/heap.js';
import { type PackedKey, packedBound, writePacked } from './packed-value.js';
import { highOfPosition } from './row-position.js';

export interface PackConfig {
  readonly packs: readonly Pack[];
  /** Rows of inputs with a lower ordinal come first. */
  readonly ordinal: number;
}

const FIRST_PAGES = 4;

class PackRows implements Operator {
  readonly #packs: readonly Pack[];
  readonly #ordinal: number;
  readonly #context: OperatorContext;
  readonly #output: Collector;
  readonly #arena: Arena;
  #columns: readonly Vector[] = [];
  #selection = 0;
  /** Bytes of texts; grows when a row does not fit. */
  #buffer = { address: 0, pages: 0 };
  /** The position of the next row. */
  #high = 0;
  #low = 0;

  constructor({ packs, ordinal }: PackConfig, context: OperatorContext, output: Collector) {
    this.#packs = packs;
    this.#ordinal = ordinal;
    this.#context = context;
    this.#output = output;
    this.#arena = new Arena(context.memory, 'the rows of first, last, arg_min and arg_max');
  }

  open(): void {
    const { batchRows } = this.#context;
    this.#selection = this.#arena.allocate(4 * batchRows, 4);
    this.#columns = this.#packs.map(() => allocateVector(this.#arena, STRING, batchRows));
    this.#grow(FIRST_PAGES);
  }

  beginSplit(split: number): void {
    this.#high = highOfPosition(this.#ordinal, split);
    this.#low = 0;
  }

  /** Hands the batch on, in parts when the texts of all rows do not fit into the buffer. */
  processBatch(batch: RecordBatch): void {
    const { heap } = this.#context.memory;
    const rows = this.#packs.map(({ orderBy, value }) => ({
      keys: orderBy.map(({ slot, descending, nullsFirst }): PackedKey => {
        return { vector: batch.vectors[slot], descending, nullsFirst };
      }),
      value: batch.vectors[value],
    }));
    const vectors = [...batch.vectors, ...this.#columns];
    let next = this.#buffer.address;
    let taken = 0;
    const flush = (): void => {
      if (taken === 0) return;
      this.#output.emit({ numRows: batch.numRows, vectors, selection: this.#selection, selectedCount: taken });
      next = this.#buffer.address;
      taken = 0;
    };
    for (let i = 0; i < batch.selectedCount; i++) {
      const row = selectedRow(heap, batch.selection, i);
      let bytes = 0;
      for (let p = 0; p < rows.length; p++) bytes += packedBound(heap, rows[p].keys, rows[p].value, row);
      if (next + bytes > this.#buffer.address + this.#buffer.pages * PAGE_BYTES) {
        flush();
        if (bytes > this.#buffer.pages * PAGE_BYTES) this.#grow(Math.ceil(bytes / PAGE_BYTES));
        next = this.#buffer.address;
      }
      for (let p = 0; p < rows.length; p++) {
        next = this.#writeRow(this.#packs[p], this.#columns[p], rows[p].keys, rows[p].value, batch, row, next);
      }
      this.#low++;
      heap.u32[(this.#selection >>> 2) + taken++] = row;
    }
    flush();
  }

  #writeRow(
    pack: Pack,
    column: Vector,
    keys: readonly PackedKey[],
    value: Vector,
    batch: RecordBatch,
    row: number,
    at: number,
  ): number {
    const { heap } = this.#context.memory;
    const counts = this.#counts(pack, keys, value, batch, row);
    heap.u8[(column.validity >>> 0) + row] = counts ? 1 : 0;
    if (!counts) return at;
    const flip = pack.takesLast ? -1 : 0;
    const end = writePacked(heap, at, keys, this.#high ^ flip, this.#low ^ flip, value, row);
    heap.u32[(column.values >>> 2) + 2 * row] = at;
    heap.u32[(column.values >>> 2) + 2 * row + 1] = end - at;
    return end;
  }

  #counts(pack: Pack, keys: readonly PackedKey[], value: Vector, batch: RecordBatch, row: number): boolean {
    const { heap } = this.#context.memory;
    if (pack.skipsNullValues && isNull(heap, value, row)) return false;
    if (pack.skipsNullKeys && keys.some(({ vector }) => isNull(heap, vector, row))) return false;
    if (pack.condition === null) return true;
    const condition = batch.vectors[pack.condition];
    const index = condition.isConstant ? 0 : row;
    return !isNull(heap, condition, row) && heap.u8[(condition.values >>> 0) + index] !== 0;
  }

  #grow(pages: number): void {
    const { memory } = this.#context;
    if (this.#buffer.pages > 0) memory.free(this.#buffer.address, this.#buffer.pages);
    this.#buffer = { address: 0, pages: 0 };
    this.#buffer = { address: memory.allocate(pages, 'texts of first, last, arg_min and arg_max') >>> 0, pages };
  }

  endInput(): undefined {
    return undefined;
  }

  close(): void {
    if (this.#buffer.pages > 0) this.#context.memory.free(this.#buffer.address, this.#buffer.pages);
    this.#buffer = { address: 0, pages: 0 };
    this.#arena.close();
  }
}

export const PACK: TransformFactory<PackConfig> = {
  role: 'transform',
  kind: 'pack',
  minimumBytes: ({ packs }, { batchRows }) =>
    (4 + 9 * packs.length) * batchRows + 64 * packs.length + (FIRST_PAGES + 1) * PAGE_BYTES,
  create: (config, context, output) => new PackRows(config, context, output),
};
