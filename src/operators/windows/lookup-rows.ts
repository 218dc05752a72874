/**
 * The columns of those calls that look rows up in an order of their own, kept a second time: they stay in memory while the
 * rows that they are part of may leave it. Rows have the same numbers here.
 */
import type { DataType } from '../../columnar/data-type.js';
import type { RecordBatch } from '../../columnar/record-batch.js';
import type { TaskSizes } from '../../dataflow/factory.js';
import type { WindowCall } from '../../dataflow/logical-graph.js';
import type { OperatorContext } from '../../dataflow/operator.js';
import { PAGE_BYTES } from '../../memory/heap.js';
import { chunkRowsOf } from './chunk-sizes.js';
import { RowStore } from './row-store.js';

/** Calls that keep the rows of a frame in an order. */
export function looksUp({ spec }: WindowCall): boolean {
  return spec.kind === 'fold' || (spec.kind === 'accumulate' && spec.isDistinct);
}

export class LookupRows {
  readonly store: RowStore;
  readonly #columns: readonly number[];

  /** Chunks are a multiple of `rows`, so that what is appended to a chunk of so many rows is appended to one here. */
  constructor(context: OperatorContext, types: readonly DataType[], calls: readonly WindowCall[], rows: number) {
    this.#columns = lookupColumns(calls);
    const input = this.#columns.map((column) => types[column]);
    const chunkRows = Math.max(1, Math.floor(chunkRowsOf(input, context) / rows)) * rows;
    this.store = new RowStore(context, {
      input,
      results: [],
      chunkRows,
      splitRows: chunkRows,
      lookedUpBy: calls[0].name,
    });
  }

  /** Where columns of the rows are here. */
  slotsOf(columns: readonly number[]): readonly number[] {
    return columns.map((column) => this.#columns.indexOf(column));
  }

  append(batch: RecordBatch, from: number, count: number): void {
    const vectors = this.#columns.map((column) => batch.vectors[column]);
    this.store.append({ ...batch, vectors, pending: undefined }, from, count);
  }
}

/** Without repetition. */
function lookupColumns(calls: readonly WindowCall[]): readonly number[] {
  return [...new Set(calls.flatMap(({ inputs }) => inputs))];
}

/** Of each call the rows in order, a batch for a fold, and what the fold keeps. */
const CALL_PAGES = 4;
/** The chunk, and texts for which it has no room. */
const CHUNK_PAGES = 2;
/** What waits to be read stays where it is, so that there may be no more than was promised: a part of the share. */
const PROMISED = 1 / 4;

export function lookupMinimumBytes(calls: readonly WindowCall[], { shareBytes }: TaskSizes): number {
  if (calls.length === 0) return 0;
  const least = (CALL_PAGES * calls.length + CHUNK_PAGES) * PAGE_BYTES;
  return Math.max(least, Math.floor(shareBytes * PROMISED));
}
