/**
 * The rows of the store as partitions and peers: what each row begins is found out when it comes, by holding it against
 * the row before it.
 */
import type { Chunk, RowStore } from './row-store.js';
import { isSameValue } from './values.js';

const BEGINS_PEERS = 1;

/** A place among the rows that is asked for in ascending order, mostly. */
export class RowReader {
  readonly #store: RowStore;
  #chunk: Chunk | undefined;
  /** The row within its chunk. */
  index = 0;

  constructor(store: RowStore) {
    this.#store = store;
  }

  seek(row: number): Chunk {
    const chunk = this.#chunk;
    const at = chunk === undefined ? -1 : row - chunk.first;
    if (chunk !== undefined && at >= 0 && at < this.#store.chunkRows) {
      this.index = at;
      return chunk;
    }
    const found = this.#store.chunkOf(row);
    this.#chunk = found;
    this.index = row - found.first;
    return found;
  }

  /** Whether no peer of the row stands before it. */
  beginsPeers(row: number): boolean {
    const { flags } = this.seek(row);
    return (this.#store.memory.heap.u8[flags + this.index] & BEGINS_PEERS) !== 0;
  }
}

export class PartitionRows {
  readonly #store: RowStore;
  readonly #partition: readonly number[];
  readonly #order: readonly number[];
  readonly #before: RowReader;
  readonly #at: RowReader;
  /** First rows of partitions behind the one at hand, ascending. */
  readonly #starts: number[] = [];

  constructor(store: RowStore, partition: readonly number[], order: readonly number[]) {
    this.#store = store;
    this.#partition = partition;
    this.#order = order;
    this.#before = new RowReader(store);
    this.#at = new RowReader(store);
  }

  /** Looks at the rows from number `from` on, which have come. */
  mark(from: number): void {
    const { u8 } = this.#store.memory.heap;
    for (let row = from; row < this.#store.length; row++) {
      const isOfSplit = row === this.#store.first;
      const isFirst = isOfSplit || !this.#agree(this.#partition, row);
      if (isFirst && !isOfSplit) this.#starts.push(row);
      const { flags } = this.#at.seek(row);
      u8[flags + this.#at.index] = isFirst || !this.#agree(this.#order, row) ? BEGINS_PEERS : 0;
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

  #agree(columns: readonly number[], row: number): boolean {
    const { heap } = this.#store.memory;
    const before = this.#before.seek(row - 1).vectors;
    const at = this.#at.seek(row).vectors;
    const [i, j] = [this.#before.index, this.#at.index];
    return columns.every((column) => isSameValue(heap, before[column], i, at[column], j));
  }
}
