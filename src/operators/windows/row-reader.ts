/** A place among the rows of a store that is asked for in ascending order, mostly. */
import type { Chunk } from './chunk.js';
import type { RowStore } from './row-store.js';

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
    const at = chunk === undefined || !chunk.isHere ? -1 : row - chunk.first;
    if (chunk !== undefined && at >= 0 && at < chunk.rows) {
      this.index = at;
      chunk.usedAt = this.#store.clock;
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
    return this.#store.memory.heap.u8[flags + this.index] !== 0;
  }
}
