/**
 * The control block of a sort buffer, by which its kernels work:
 *
 *     format | columns | merge | sort scratch | where the rows of a piece go | bound | block buffer
 */
import type { Vector } from '../../columnar/vector.js';
import { COLUMN_BYTES, SORT_SCRATCH_BYTES } from '../../kernels/assembly/state-layout.js';
import type { Heap } from '../../memory/heap.js';
import { pad8 } from '../groups/row-layout.js';
import { describeColumn } from '../groups/table-memory.js';
import { pagesFor } from '../runs/page-stock.js';
import { mergeControlBytes } from '../runs/record-merge.js';
import { runBlockBytes } from '../runs/run-writer.js';
import type { RunRoom } from '../runs/sorted-run.js';
import type { StateEnv, StateSizes } from '../state-env.js';
import { type SortFormat, sortFormatBytes, writeSortFormat } from './sort-format.js';

/** Rows written at a time: what is noted of each takes 20 bytes, which stay in the cache. */
export const PIECE_ROWS = 1024;
const PIECE_ARRAYS = 6;
/** A longer key does not become the bound: the one before it bounds too. */
const MOST_BOUND_BYTES = 4096;
/** A buffer may hold eight times its share in segments of the usual kind before there are too many to be merged. */
export const MAX_SEGMENTS = 1024;

export function sortControlPages(format: SortFormat, { shareBytes }: Pick<StateSizes, 'shareBytes'>): number {
  const columns = (format.keys.length + format.values.length) * COLUMN_BYTES;
  const fixed = pad8(sortFormatBytes(format)) + columns + pad8(mergeControlBytes(MAX_SEGMENTS)) + SORT_SCRATCH_BYTES;
  return pagesFor(fixed + PIECE_ARRAYS * 4 * PIECE_ROWS + MOST_BOUND_BYTES + runBlockBytes(shareBytes));
}

export class SortControl {
  readonly address: number;
  readonly pages: number;
  // addresses in it
  readonly format: number;
  readonly columns: number;
  readonly merge: number;
  readonly scratch: number;
  readonly keyBytes: number;
  readonly payloadBytes: number;
  readonly records: number;
  readonly cursors: number;
  readonly tails: number;
  readonly rowsBelow: number;
  readonly bound: number;
  readonly block: RunRoom;
  readonly #heap: Heap;

  /** Throws MEMORY_EXHAUSTED. */
  constructor({ heap, memory }: StateEnv, format: SortFormat) {
    this.#heap = heap;
    this.pages = sortControlPages(format, memory);
    this.address = memory.allocate(this.pages, 'a sort');
    let end = this.address;
    const place = (bytes: number): number => {
      const at = end;
      end += pad8(bytes);
      return at;
    };
    this.format = place(sortFormatBytes(format));
    this.columns = place((format.keys.length + format.values.length) * COLUMN_BYTES);
    this.merge = place(mergeControlBytes(MAX_SEGMENTS));
    this.scratch = place(SORT_SCRATCH_BYTES);
    this.keyBytes = place(4 * PIECE_ROWS);
    this.payloadBytes = place(4 * PIECE_ROWS);
    this.records = place(4 * PIECE_ROWS);
    this.cursors = place(4 * PIECE_ROWS);
    this.tails = place(4 * PIECE_ROWS);
    this.rowsBelow = place(4 * PIECE_ROWS);
    this.bound = place(MOST_BOUND_BYTES);
    // Not what is left of the page: readers count on blocks of this size.
    this.block = {
      address: end,
      bytes: runBlockBytes(memory.shareBytes),
      within: { address: this.address, pages: this.pages },
    };
    writeSortFormat(heap, this.format, format);
  }

  describe(columns: readonly Vector[], from: number, to: number): void {
    for (let i = from; i < to; i++) describeColumn(this.#heap, this.columns + i * COLUMN_BYTES, columns[i]);
  }

  /** Keeps the key of a record as the bound; false when it is too long for that. */
  setBound(record: number): boolean {
    const bytes = 8 + pad8(this.#heap.u32[record >>> 2]);
    if (bytes > MOST_BOUND_BYTES) return false;
    this.#heap.u8.copyWithin(this.bound, record, record + bytes);
    return true;
  }
}
