/**
 * A fold over frames: the rows are kept in the order of the fold, which goes over all of them when the frame has changed,
 * but for a quantile, which is found where it lies.
 */
import { BIGINT, type DataType } from '../../columnar/data-type.js';
import type { Value } from '../../columnar/value.js';
import { allocateVector, type Vector } from '../../columnar/vector.js';
import type { WindowFold } from '../../columnar/window.js';
import { isNull, readValue, writeValue } from '../../expr/compiler/row-values.js';
import { Arena } from '../../memory/arena.js';
import { createFold } from '../folds/create-fold.js';
import type { Fold, TextView } from '../folds/fold.js';
import { quantileOf } from '../folds/quantile.js';
import type { Chunk } from './chunk.js';
import type { FrameAggregate } from './frame-state.js';
import type { LookupRows } from './lookup-rows.js';
import { OrderedRows } from './ordered-rows.js';
import { RowReader } from './row-reader.js';
import type { RowStore } from './row-store.js';
import { copyValue, writeNull } from './values.js';

/** Rows that a fold is given at once. */
const FOLD_ROWS = 256;

export class FoldAggregate implements FrameAggregate {
  readonly looksUp = true;
  readonly chosen = -1;
  /** Of the results, and what is looked up. */
  readonly #results: RowStore;
  readonly #store: RowStore;
  readonly #spec: WindowFold;
  readonly #value: number;
  readonly #rows: OrderedRows;
  readonly #fold: Fold;
  readonly #reader: RowReader;
  readonly #arena: Arena;
  /** A batch for the fold: values, and how often each is there. */
  #vectors: readonly [values: Vector, counts: Vector] | undefined;

  /** `inputs`: the value, then the keys. */
  constructor(results: RowStore, lookups: LookupRows, spec: WindowFold, inputs: readonly number[], result: DataType) {
    const { store } = lookups;
    const [value, ...keys] = lookups.slotsOf(inputs);
    this.#results = results;
    const count = spec.isDistinct && spec.isWeighted ? 1 : null;
    this.#store = store;
    this.#spec = spec;
    this.#value = value;
    this.#rows = new OrderedRows(store, keys, spec.orders);
    this.#fold = createFold(store.memory, { name: spec.fold.kind, fold: spec.fold, value: 0, count, result });
    this.#reader = new RowReader(store);
    this.#arena = new Arena(store.memory, 'the rows of a window');
  }

  add(row: number): void {
    if (!this.#isSkipped(row)) this.#rows.insert(row);
  }

  remove(row: number): void {
    if (!this.#isSkipped(row)) this.#rows.remove(row);
  }

  clear(): void {
    this.#rows.clear();
  }

  write(_chunk: Chunk, result: Vector, row: number): void {
    const { heap } = this.#store.memory;
    const value = this.#result(result.type);
    if (value === null) {
      writeNull(heap, result, row);
      return;
    }
    heap.u8[(result.validity >>> 0) + row] = 1;
    const allocate = (bytes: number): number => this.#results.resultText(bytes);
    if (typeof value !== 'object') {
      writeValue(heap, result, result.values, row, value, allocate);
      return;
    }
    const address = allocate(value.bytes);
    heap.u8.copyWithin(address, value.address, value.address + value.bytes);
    heap.u32[(result.values >>> 2) + 2 * row] = address;
    heap.u32[(result.values >>> 2) + 2 * row + 1] = value.bytes;
  }

  close(): void {
    this.#rows.close();
    this.#fold.close();
    this.#arena.close();
  }

  /** Folds pass over nulls. */
  #isSkipped(row: number): boolean {
    const { vectors } = this.#reader.seek(row);
    return isNull(this.#store.memory.heap, vectors[this.#value], this.#reader.index);
  }

  #result(type: DataType): Value | TextView {
    const { fold, isDistinct, isWeighted } = this.#spec;
    if (fold.kind !== 'quantile' || (isDistinct && !isWeighted)) {
      this.#foldRows();
      return this.#fold.finish();
    }
    return quantileOf(this.#rows.length, fold.fraction, fold.isContinuous, type, (rank) => {
      const { vectors } = this.#reader.seek(this.#rows.at(rank));
      return readValue(this.#store.memory.heap, vectors[this.#value], this.#reader.index);
    });
  }

  #foldRows(): void {
    const { heap } = this.#store.memory;
    const [values, counts] = this.#batch();
    let filled = 0;
    const flush = (): void => {
      const batch = { numRows: filled, vectors: [values, counts], selection: 0, selectedCount: filled };
      if (filled > 0) this.#fold.add(batch, 0, filled);
      filled = 0;
    };
    this.#rows.forEach((row, isNew) => {
      if (this.#spec.isDistinct && !isNew) {
        heap.i64[(counts.values >>> 3) + filled - 1] += 1n;
        return;
      }
      if (filled === FOLD_ROWS) flush();
      const { vectors } = this.#reader.seek(row);
      copyValue(heap, vectors[this.#value], this.#reader.index, values, filled);
      heap.i64[(counts.values >>> 3) + filled++] = 1n;
    });
    flush();
  }

  #batch(): readonly [values: Vector, counts: Vector] {
    const known = this.#vectors;
    if (known !== undefined) return known;
    const { type } = this.#reader.seek(this.#store.length - 1).vectors[this.#value];
    const made = [
      allocateVector(this.#arena, type, FOLD_ROWS),
      allocateVector(this.#arena, BIGINT, FOLD_ROWS),
    ] as const;
    this.#vectors = made;
    return made;
  }
}
