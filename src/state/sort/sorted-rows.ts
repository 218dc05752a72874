/**
 * The rows of sorted runs within a key range, merged, as batches in key order: columns are made of the records of a batch. Texts are
 * views into the records.
 */
import type { RecordBatch } from '../../columnar/record-batch.js';
import { PAGE_BYTES } from '../../memory/heap.js';
import { MergedRecords, mergeBuffersMinimumBytes, mergedRecordsBytes, type ReadShare } from '../runs/merged-records.js';
import { pagesFor } from '../runs/page-stock.js';
import type { KeyRange, SortedRun } from '../runs/sorted-run.js';
import type { StateEnv, StateSizes } from '../state-env.js';
import { RecordColumns, recordColumnsFixedBytes, recordColumnsRowBytes } from './record-columns.js';
import type { SortFormat } from './sort-format.js';

const PURPOSE = 'merging sorted rows';

interface Sizes {
  readonly batchRows: number;
  readonly fixedBytes: number;
}

function sizesOf(format: SortFormat, range: KeyRange, { shareBytes, batchRows: mostRows }: StateSizes): Sizes {
  const rowBytes = recordColumnsRowBytes(format);
  const target = Math.min(Math.max(shareBytes / 16, PAGE_BYTES / 4), 4 * PAGE_BYTES);
  // Beside the columns, where the record of each row lies.
  const batchRows = Math.max(1, Math.min(mostRows, Math.floor(target / (rowBytes + 4))));
  const control = recordColumnsFixedBytes(format) + mergedRecordsBytes(batchRows, range, shareBytes) + 16;
  return { batchRows, fixedBytes: control + batchRows * rowBytes };
}

/** Managed memory without which SortedRows cannot work: everything fixed, and what merging takes. */
export function sortedRowsMinimumBytes(format: SortFormat, sizes: StateSizes, readShare?: ReadShare): number {
  const { fixedBytes } = sizesOf(format, { low: null, high: null }, sizes);
  return pagesFor(fixedBytes) * PAGE_BYTES + mergeBuffersMinimumBytes(sizes.shareBytes, readShare);
}

export class SortedRows {
  readonly #env: StateEnv;
  readonly #columns: RecordColumns;
  readonly #batch: RecordBatch;
  readonly #merged: MergedRecords;
  readonly #fixed: { readonly address: number; readonly pages: number };
  #isClosed = false;

  constructor(env: StateEnv, format: SortFormat, runs: readonly SortedRun[], range: KeyRange, readShare?: ReadShare) {
    this.#env = env;
    const { batchRows, fixedBytes } = sizesOf(format, range, {
      shareBytes: env.memory.shareBytes,
      batchRows: env.batchRows,
    });
    const pages = pagesFor(fixedBytes);
    const address = env.memory.allocate(pages, PURPOSE);
    this.#fixed = { address, pages };
    let next = address;
    const place = (bytes: number): number => {
      const at = Math.ceil(next / 16) * 16;
      next = at + bytes;
      return at;
    };
    this.#columns = new RecordColumns(env, format, batchRows, place);
    this.#batch = { numRows: 0, vectors: this.#columns.vectors, selection: 0, selectedCount: 0 };
    const control = place(mergedRecordsBytes(batchRows, range, env.memory.shareBytes));
    try {
      this.#merged = new MergedRecords(env, runs, range, control, batchRows, PURPOSE, readShare);
    } catch (error) {
      this.#env.memory.free(address, pages);
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
    this.#env.memory.free(this.#fixed.address, this.#fixed.pages);
  }
}
