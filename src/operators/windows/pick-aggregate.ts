/** The value of the row that is first by some keys: min, max, first, last, arg_max. */
import type { Vector } from '../../columnar/vector.js';
import type { WindowPick } from '../../columnar/window.js';
import type { Chunk } from './chunk.js';
import type { FrameAggregate } from './frame-state.js';
import { PickOrder } from './pick-order.js';
import { ResultWriter } from './result-writer.js';
import { RowQueue } from './row-queue.js';
import { RowReader } from './row-reader.js';
import type { RowStore } from './row-store.js';

abstract class PickAggregate implements FrameAggregate {
  readonly looksUp = false;
  protected readonly order: PickOrder;
  readonly #reader: RowReader;
  readonly #values: ResultWriter;

  constructor(store: RowStore, pick: WindowPick, inputs: readonly number[], result: number) {
    this.order = new PickOrder(store, pick, inputs);
    this.#reader = new RowReader(store);
    this.#values = new ResultWriter(store, inputs[0], result);
  }

  abstract readonly chosen: number;
  abstract add(row: number): void;
  abstract remove(row: number): void;
  abstract clear(): void;
  abstract close(): void;

  write(chunk: Chunk, _result: Vector, row: number): void {
    const { chosen } = this;
    if (chosen < 0) {
      this.#values.writeNull(chunk, row);
      return;
    }
    const found = this.#reader.seek(chosen);
    this.#values.write(chosen, found, this.#reader.index, chunk, row);
  }
}

/** While no row leaves. */
class GrowingPick extends PickAggregate {
  chosen = -1;

  add(row: number): void {
    if (this.order.counts(row) && (this.chosen < 0 || this.order.isBetter(row, this.chosen))) this.chosen = row;
  }

  remove(): void {}

  clear(): void {
    this.chosen = -1;
  }

  close(): void {}
}

/** Rows leave: those are kept that will be first when others have gone, each behind the one before it in both senses. */
class MovingPick extends PickAggregate {
  readonly #rows: RowQueue;

  constructor(store: RowStore, pick: WindowPick, inputs: readonly number[], result: number) {
    super(store, pick, inputs, result);
    this.#rows = new RowQueue(store);
  }

  get chosen(): number {
    return this.#rows.length === 0 ? -1 : this.#rows.first;
  }

  add(row: number): void {
    if (!this.order.counts(row)) return;
    while (this.#rows.length > 0 && this.order.isBetter(row, this.#rows.last)) this.#rows.pop();
    this.#rows.push(row);
  }

  remove(row: number): void {
    if (this.#rows.length > 0 && this.#rows.first === row) this.#rows.shift();
  }

  clear(): void {
    this.#rows.clear();
  }

  close(): void {
    this.#rows.close();
  }
}

/** `inputs`: the value, the keys, perhaps a condition. `grows`: no row leaves. */
export function createPick(
  store: RowStore,
  pick: WindowPick,
  inputs: readonly number[],
  grows: boolean,
  result: number,
): FrameAggregate {
  return new (grows ? GrowingPick : MovingPick)(store, pick, inputs, result);
}
