/**
 * Filters of runs: bits by which a lookup can tell, mostly, that a run does not have an identity. They are kept in memory that nobody
 * was promised, up to a part of the task's share, and behind the records in the run's file, from where they are read again.
 */
import { FILTER_LINE_BYTES } from '../../kernels/assembly/state-layout.js';
import { PAGE_BYTES } from '../../memory/heap.js';
import type { SpillExtent } from '../../memory/spill-folder.js';
import { PageStock, pagesFor } from '../runs/page-stock.js';
import { readBytes } from '../runs/run-reader.js';
import type { FileBytes } from '../runs/sorted-run.js';
import type { StateEnv } from '../state-env.js';

/** In memory. */
export interface RunFilter {
  readonly address: number;
  /** Of FILTER_LINE_BYTES. */
  readonly lines: number;
}

/** One in a hundred lookups in vain reads a block then. */
const BITS_A_ROW = 10;
/** With fewer of them half of the lookups pass. */
const LEAST_BITS_A_ROW = 3;
/** Part of the task's share that all filters may have. */
const SHARE = 4;

export class RunFilters {
  readonly #env: StateEnv;
  readonly #stock: PageStock;
  /** The pages of those in memory, by their addresses. */
  readonly #bytes = new Map<number, number>();

  constructor(env: StateEnv) {
    this.#env = env;
    this.#stock = new PageStock(env.memory);
  }

  /**
   * An empty filter for so many rows, if there is memory for one: at most half of what is left, so that a large run, which is old, leaves
   * something to those that are written after it.
   */
  create(rows: number): RunFilter | undefined {
    const most = Math.floor((rows * BITS_A_ROW) / (8 * FILTER_LINE_BYTES)) + 1;
    const lines = Math.min(most, Math.floor(this.#left() / 2 / FILTER_LINE_BYTES));
    if (lines * FILTER_LINE_BYTES * 8 < rows * LEAST_BITS_A_ROW) return undefined;
    const filter = this.#take(lines);
    if (filter !== undefined) {
      this.#env.heap.u8.fill(0, filter.address, filter.address + lines * FILTER_LINE_BYTES);
    }
    return filter;
  }

  add({ address, lines }: RunFilter, hashes: number, count: number): void {
    this.#env.kernels.addToFilter(address, lines, hashes, count);
  }

  /** The filter that lies in a run's file, if there is memory for it. */
  read(extent: SpillExtent, bytes: FileBytes): RunFilter | undefined {
    if (bytes.bytes > this.#left()) return undefined;
    const filter = this.#take(bytes.bytes / FILTER_LINE_BYTES);
    if (filter !== undefined) readBytes(this.#env, extent, bytes, filter.address);
    return filter;
  }

  free(filter: RunFilter | undefined): void {
    if (filter === undefined) return;
    this.#bytes.delete(filter.address);
    this.#stock.putBack(filter.address);
    this.#stock.freeStock();
  }

  close(): void {
    this.#stock.freeAll();
  }

  #left(): number {
    const held = [...this.#bytes.values()].reduce((sum, bytes) => sum + bytes, 0);
    return this.#env.memory.shareBytes / SHARE - held;
  }

  #take(lines: number): RunFilter | undefined {
    const bytes = lines * FILTER_LINE_BYTES;
    const address = this.#stock.takeExtra(bytes);
    if (address === 0) return undefined;
    this.#bytes.set(address, pagesFor(bytes) * PAGE_BYTES);
    return { address, lines };
  }
}
