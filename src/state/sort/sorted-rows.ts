/**
 * The rows of sorted runs within a key range, merged, as batches in key order: columns are made of the records of a batch. Texts are
 * views into the records.
 */
import type { RecordBatch } from '../../columnar/record-batch.js';
import { Arena, arenaPages } from '../../memory/arena.js';
import { PAGE_BYTES } from '../../memory/heap.js';
import { MergedRecords, mergeBuffersMinimumBytes, mergedRecordsBytes, type ReadShare } from '../runs/merged-records.js';
import type { KeyRange, SortedRun } from '../runs/sorted-run.js';
import type { StateEnv, StateSizes } from '../state-env.js';
import { RecordColumns, recordColumnsPlaces, recordColumnsRowBytes } from './record-columns.js';
import type { SortFormat } from './sort-format.js';

const PURPOSE = 'merging sorted rows';

interface Sizes {
  readonly batchRows: number;
  /** Of what is allocated for good, piece by piece: memory for so many pages together may not be found. */
  readonly places: readonly number[];
}

function sizesOf(format: SortFormat, range: KeyRange, { shareBytes, batchRows: mostRows }: StateSizes): Sizes {
  const target = Math.min(Math.max(shareBytes / 16, PAGE_BYTES / 4), 4 * PAGE_BYTES);
  // Beside the columns, where the record of each row lies.
  const batchRows = Math.max(1, Math.min(mostRows, Math.floor(target / (recordColumnsRowBytes(format) + 4))));
  const control = mergedRecordsBytes(batchRows, range, shareBytes);
  return { batchRows, places: [...recordColumnsPlaces(format, batchRows), control] };
}

/** Managed memory without which SortedRows cannot work: everything fixed, and what merging takes. */
export function sortedRowsMinimumBytes(format: SortFormat, sizes: StateSizes, readShare?: ReadShare): number {
  const { places } = sizesOf(format, { low: null, high: null }, sizes);
  return arenaPages(places) * PAGE_BYTES + mergeBuffersMinimumBytes(sizes.shareBytes, readShare);
}

export class SortedRows {
  readonly #arena: Arena;
  readonly #columns: RecordColumns;
  readonly #batch: RecordBatch;
  readonly #merged: MergedRecords;
  #isClosed = false;

  constructor(env: StateEnv, format: SortFormat, runs: readonly SortedRun[], range: KeyRange, readShare?: ReadShare) {
    const { shareBytes } = env.memory;
    const { batchRows } = sizesOf(format, range, { shareBytes, batchRows: env.batchRows });
    this.#arena = new Arena(env.memory, PURPOSE);
    try {
      this.#columns = new RecordColumns(env, format, batchRows, (bytes) => this.#arena.allocate(bytes));
      this.#batch = { numRows: 0, vectors: this.#columns.vectors, selection: 0, selectedCount: 0 };
      const control = this.#arena.allocate(mergedRecordsBytes(batchRows, range, shareBytes));
      this.#merged = new MergedRecords(env, runs, range, control, batchRows, PURPOSE, readShare);
    } catch (error) {
      this.#arena.close();
      throw error;
    }
  }

  /** Address: a u32 for each row that was found last, where its record lies. */
  get records(): number {
    return this.#merged.records;
  }

  /** Finds the next rows in order; how many they are, 0 at the end. Their records live until the next call. */
  nextRecords(): number {
    return this.#merged.next();
  }

  /** The same with their columns; null at the end. */
  next(): RecordBatch | null {
    const count = this.nextRecords();
    if (count === 0) return null;
    this.#columns.read(this.#merged.records, count);
    this.#batch.numRows = count;
    this.#batch.selectedCount = count;
    return this.#batch;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#merged.close();
    this.#arena.close();
  }
}
