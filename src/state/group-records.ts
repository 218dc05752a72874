/**
 * Rows as groups of their own: sorted records of (key, accumulators of that one row), for input that a table would not make
 * smaller. Equal keys meet where runs are merged, as they do when a table has been spilled.
 *
 *     row ──> record  [ key | accumulators, zeroed ]  ──> folded where it lies ──> sorted, as any rows (sort-buffer.ts)
 */
import type { DataType } from '../columnar/data-type.js';
import type { Vector } from '../columnar/vector.js';
import { COLUMN_BYTES, MAX, MIN, TABLE_BYTES, TEXT } from '../kernels/assembly/state-layout.js';
import { PAGE_BYTES } from '../memory/heap.js';
import { type Folding, type FoldStep, foldSteps } from './fold-steps.js';
import { pagesFor } from './page-stock.js';
import { layoutBytes, pad8, type RowLayout, writeLayout } from './row-layout.js';
import { SortBuffer, sortBufferMinimumBytes } from './sort-buffer.js';
import { PIECE_ROWS } from './sort-control.js';
import type { SortFormat } from './sort-format.js';
import type { SortedRun } from './sorted-run.js';
import type { StateEnv, StateSizes } from './state-env.js';
import { describeColumn } from './table-memory.js';

/** Texts of minimums and maximums are of any length: they need a table's arena. */
export function canBeRecords({ keys, accumulators }: RowLayout): boolean {
  return (
    keys.length > 0 &&
    accumulators.every(({ operation, physical }) => !((operation === MIN || operation === MAX) && physical === TEXT))
  );
}

function formatOf(keys: readonly DataType[], layout: RowLayout): SortFormat {
  return { keys, orders: [], values: [], stateBytes: layout.rowBytes - layout.accumulatorBase };
}

function controlBytes(layout: RowLayout, { batchRows }: StateSizes): number {
  const columns = layout.accumulators.length * COLUMN_BYTES;
  return pad8(layoutBytes(layout)) + TABLE_BYTES + columns + 4 * PIECE_ROWS + 4 * batchRows;
}

/** Managed memory without which GroupRecords cannot work. */
export function groupRecordsMinimumBytes(keys: readonly DataType[], layout: RowLayout, sizes: StateSizes): number {
  return pagesFor(controlBytes(layout, sizes)) * PAGE_BYTES + sortBufferMinimumBytes(formatOf(keys, layout), sizes);
}

export class GroupRecords {
  // configuration
  readonly #env: StateEnv;
  readonly #layout: RowLayout;
  readonly #steps: readonly FoldStep[];
  // addresses in the control block
  readonly #layoutAddress: number;
  /** Without an arena: what asks for it stops. */
  readonly #emptyTable: number;
  readonly #inputColumns: number;
  readonly #groupOf: number;
  /** Rows of the batch whose accumulators do not fit a record. */
  readonly refused: number;
  // state
  readonly #inputs: number[];
  #refusedCount = 0;
  // resources
  readonly #control: { readonly address: number; readonly pages: number };
  readonly #buffer: SortBuffer;

  constructor(env: StateEnv, keys: readonly DataType[], layout: RowLayout) {
    this.#env = env;
    this.#layout = layout;
    this.#steps = foldSteps(layout.accumulators);
    const sizes = { shareBytes: env.memory.shareBytes, batchRows: env.batchRows };
    const pages = pagesFor(controlBytes(layout, sizes));
    const address = env.memory.allocate(pages, 'groups as records');
    this.#control = { address, pages };
    this.#layoutAddress = address;
    this.#emptyTable = address + pad8(layoutBytes(layout));
    this.#inputColumns = this.#emptyTable + TABLE_BYTES;
    this.#groupOf = this.#inputColumns + layout.accumulators.length * COLUMN_BYTES;
    this.refused = this.#groupOf + 4 * PIECE_ROWS;
    this.#inputs = layout.accumulators.map(({ input }, i) =>
      input === null ? 0 : this.#inputColumns + i * COLUMN_BYTES,
    );
    writeLayout(env.heap, address, layout);
    env.heap.u8.fill(0, this.#emptyTable, this.#emptyTable + TABLE_BYTES);
    try {
      this.#buffer = new SortBuffer(env, formatOf(keys, layout), (...piece) => this.#fold(...piece));
    } catch (error) {
      env.memory.free(address, pages);
      throw error;
    }
  }

  /**
   * Takes `count` rows in: row indices from `selection` (0: rows 0 .. count-1). Answers how many of them are at `refused` for
   * the caller to put elsewhere: their records have seen nothing.
   */
  add(keys: readonly Vector[], columns: readonly Vector[], selection: number, count: number): number {
    this.#layout.accumulators.forEach(({ input }, i) => {
      if (input !== null) describeColumn(this.#env.heap, this.#inputs[i], columns[input]);
    });
    this.#refusedCount = 0;
    this.#buffer.add(keys, selection, count);
    return this.#refusedCount;
  }

  /** All rows as sorted runs; those in memory are sealed for `partition`. */
  finish(partition: number): SortedRun[] {
    return this.#buffer.finish(partition);
  }

  /** Frees everything that was not sealed; always called, also after finish or a failure. */
  close(): void {
    this.#buffer.close();
    this.#env.memory.free(this.#control.address, this.#control.pages);
  }

  #fold(records: number, selection: number, from: number, to: number): void {
    const { heap, kernels } = this.#env;
    // The array is numbered by position.
    const groupOf = this.#groupOf - 4 * from;
    kernels.openStates(this.#layoutAddress, records, from, to, groupOf);
    const folding: Folding = { kernels, table: this.#emptyTable, groupOf, selection, ordered: 0 };
    const refused = new Set<number>();
    for (const { fold, input } of this.#steps) {
      let position = fold(folding, this.#inputs[input], from, to);
      for (; position < to; position = fold(folding, this.#inputs[input], position + 1, to)) refused.add(position);
    }
    for (const position of refused) {
      kernels.openStates(this.#layoutAddress, records, position, position + 1, groupOf);
      const row = selection === 0 ? position : heap.u32[(selection >>> 2) + position];
      heap.u32[(this.refused >>> 2) + this.#refusedCount++] = row;
    }
  }
}
