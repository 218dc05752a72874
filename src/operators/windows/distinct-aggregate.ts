/** An aggregate of one row of each different keys in a frame: the others change nothing while one is in. */
import type { AccumulatorSpec } from '../../columnar/accumulator.js';
import type { Vector } from '../../columnar/vector.js';
import type { Chunk } from './chunk.js';
import type { FrameAggregate } from './frame-state.js';
import type { LookupRows } from './lookup-rows.js';
import { OrderedRows } from './ordered-rows.js';
import type { RowStore } from './row-store.js';
import { createSum } from './sum-aggregate.js';

class DistinctAggregate implements FrameAggregate {
  readonly looksUp = true;
  readonly chosen = -1;
  readonly #inner: FrameAggregate;
  readonly #rows: OrderedRows;

  /** The value that is aggregated is the same in all rows with equal keys. */
  constructor(store: RowStore, inner: FrameAggregate, keys: readonly number[]) {
    this.#inner = inner;
    this.#rows = new OrderedRows(
      store,
      keys,
      keys.map(() => ({ descending: false, nullsFirst: false })),
    );
  }

  add(row: number): void {
    if (!this.#rows.insert(row)) this.#inner.add(row);
  }

  remove(row: number): void {
    if (!this.#rows.remove(row)) this.#inner.remove(row);
  }

  clear(): void {
    this.#rows.clear();
    this.#inner.clear();
  }

  write(chunk: Chunk, result: Vector, row: number): void {
    this.#inner.write(chunk, result, row);
  }

  close(): void {
    this.#rows.close();
    this.#inner.close();
  }
}

/** `inputs`: the value, then the keys. */
export function createDistinct(
  lookups: LookupRows,
  accumulator: AccumulatorSpec,
  inputs: readonly number[],
): FrameAggregate {
  const [value, ...keys] = lookups.slotsOf(inputs);
  return new DistinctAggregate(lookups.store, createSum(lookups.store, accumulator, value), keys);
}
