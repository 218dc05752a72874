/**
 * The rows of the store as partitions and peers: what each row begins is found out when it comes, by holding it against
 * the row before it.
 */
import type { Chunk } from './chunk.js';
import type { RowStore } from './row-store.js';
import { isSameValue } from './values.js';

/** Marks of a row. The first row of a partition is the first of its peers, whether its order keys have changed or not. */
const BEGINS_PEERS = 1;
const BEGINS_PARTITION = 2;

export class PartitionRows {
  readonly #store: RowStore;
  readonly #partition: readonly number[];
  readonly #order: readonly number[];
  /** First rows of partitions behind the one at hand, ascending. */
  readonly #starts: number[] = [];

  constructor(store: RowStore, partition: readonly number[], order: readonly number[]) {
    this.#store = store;
    this.#partition = partition;
    this.#order = order;
  }

  /** Looks at the rows from number `from` on, which have come and are of one chunk. */
  mark(from: number): void {
    const { u8 } = this.#store.memory.heap;
    const chunk = this.#store.chunkOf(from);
    const start = from - chunk.first;
    const end = this.#store.length - chunk.first;
    u8.fill(0, chunk.flags + start, chunk.flags + end);
    for (const column of this.#partition) this.#markChanges(chunk, column, start, end, BEGINS_PARTITION);
    for (const column of this.#order) this.#markChanges(chunk, column, start, end, BEGINS_PEERS);
    if (from === this.#store.first) u8[chunk.flags + start] = BEGINS_PEERS;
    for (let i = start; i < end; i++) {
      if ((u8[chunk.flags + i] & BEGINS_PARTITION) !== 0) this.#starts.push(chunk.first + i);
    }
  }

  /** Where the partition at hand ends; undefined: not yet known. */
  get end(): number | undefined {
    return this.#starts[0];
  }

  /** Goes on to the next partition. */
  leave(): void {
    this.#starts.shift();
  }

  /** Begins with another split. */
  clear(): void {
    this.#starts.length = 0;
  }

  /** Marks the rows whose value is not that of the row before. */
  #markChanges({ first, vectors, flags }: Chunk, column: number, start: number, end: number, mark: number): void {
    const { heap } = this.#store.memory;
    const vector = vectors[column];
    let from = start;
    if (start === 0) {
      from = 1;
      if (first > this.#store.first) {
        const before = this.#store.chunkOf(first - 1);
        const last = first - 1 - before.first;
        if (!isSameValue(heap, before.vectors[column], last, vector, 0)) heap.u8[flags] |= mark;
      }
    }
    for (let i = from; i < end; i++) {
      if (!isSameValue(heap, vector, i - 1, vector, i)) heap.u8[flags + i] |= mark;
    }
  }
}
