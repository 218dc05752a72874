/**
 * The rows of sorted runs within a key range, merged, as batches in key order: columns are made of the records of a batch. Texts are
 * views into the records.
 */
import { type DataType, PHYSICAL_BYTES, physicalOf } from '../columnar/data-type.js';
import type { RecordBatch } from '../columnar/record-batch.js';
import { createVector, type Vector } from '../columnar/vector.js';
import { PAGE_BYTES } from '../memory/heap.js';
import { MergedRecords, mergeBuffersMinimumBytes, mergedRecordsBytes, type ReadShare } from './merged-records.js';
import { pagesFor } from './page-stock.js';
import { pad8, vectorRowBytes } from './row-layout.js';
import { type SortFormat, sortFormatBytes, writeSortFormat } from './sort-format.js';
import type { KeyRange, SortedRun } from './sorted-run.js';
import type { StateEnv, StateSizes } from './state-env.js';

const PURPOSE = 'merging sorted rows';
/** Of each row of a batch: its payload, its next text. */
const ROW_ADDRESSES = 2;

interface Sizes {
  readonly batchRows: number;
  readonly fixedBytes: number;
}

function sizesOf(format: SortFormat, range: KeyRange, { shareBytes, batchRows: mostRows }: StateSizes): Sizes {
  // Also the address of its record.
  const rowBytes = vectorRowBytes(format.values) + 4 * ROW_ADDRESSES + 4;
  const target = Math.min(Math.max(shareBytes / 16, PAGE_BYTES / 4), 4 * PAGE_BYTES);
  const batchRows = Math.max(1, Math.min(mostRows, Math.floor(target / rowBytes)));
  const places = 2 * format.values.length + ROW_ADDRESSES + 3;
  const control = pad8(sortFormatBytes(format)) + mergedRecordsBytes(batchRows, range, shareBytes);
  return { batchRows, fixedBytes: control + batchRows * (rowBytes - 4) + places * 16 };
}

/** Managed memory without which SortedRows cannot work: everything fixed, and what merging takes. */
export function sortedRowsMinimumBytes(format: SortFormat, sizes: StateSizes, readShare?: ReadShare): number {
  const { fixedBytes } = sizesOf(format, { low: null, high: null }, sizes);
  return pagesFor(fixedBytes) * PAGE_BYTES + mergeBuffersMinimumBytes(sizes.shareBytes, readShare);
}

export class SortedRows {
  readonly #env: StateEnv;
  readonly #format: number;
  readonly #payloads: number;
  readonly #tails: number;
  readonly #batch: RecordBatch;
  readonly #validity: readonly number[];
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
    this.#format = place(sortFormatBytes(format));
    writeSortFormat(env.heap, this.#format, format);
    this.#payloads = place(4 * batchRows);
    this.#tails = place(4 * batchRows);
    const vectors = format.values.map((type: DataType): Vector => {
      const values = place(batchRows * PHYSICAL_BYTES[physicalOf(type)]);
      return createVector(type, values, place(batchRows));
    });
    this.#validity = vectors.map(({ validity }) => validity);
    this.#batch = { numRows: 0, vectors, selection: 0, selectedCount: 0 };
    const control = place(mergedRecordsBytes(batchRows, range, env.memory.shareBytes));
    try {
      this.#merged = new MergedRecords(env, runs, range, control, batchRows, PURPOSE, readShare);
    } catch (error) {
      this.#env.memory.free(address, pages);
      throw error;
    }
  }

  /** Address: a u32 for each row of the batch, where its record lies. Lives as long as the batch. */
  get records(): number {
    return this.#merged.records;
  }

  /** The next rows in order; null at the end. The batch lives until the next call. */
  next(): RecordBatch | null {
    const count = this.#merged.next();
    if (count === 0) return null;
    const { kernels } = this.#env;
    const [payloads, tails] = [this.#payloads, this.#tails];
    kernels.openRows(this.#format, this.#merged.records, count, payloads, tails);
    for (const [v, vector] of this.#batch.vectors.entries()) {
      const nulls = kernels.readRows(this.#format, v, payloads, tails, count, vector.values, this.#validity[v]);
      vector.validity = nulls === 0 ? 0 : this.#validity[v];
    }
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
