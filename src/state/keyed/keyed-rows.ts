/** What a keyed store has, by its runs: the rows of a range of keys in their order, as batches. Texts are views into the records. */
import type { RecordBatch } from '../../columnar/record-batch.js';
import { PAGE_BYTES } from '../../memory/heap.js';
import { keyPrefixBytes } from '../runs/key-prefix.js';
import { keyRanges } from '../runs/key-ranges.js';
import { pagesFor } from '../runs/page-stock.js';
import type { KeyRange } from '../runs/sorted-run.js';
import { RecordColumns, recordColumnsFixedBytes, recordColumnsRowBytes } from '../sort/record-columns.js';
import type { StateEnv, StateSizes } from '../state-env.js';
import { type KeyedFormat, type KeyedRuns, rowFormat } from './keyed-format.js';
import { MergedIdentities, mergedIdentitiesMinimumBytes } from './merged-identities.js';

/** At most `count` ascending ranges of about the same size that cover all keys; an identity lies in one. */
export function rangesOfKeyed(format: KeyedFormat, { runs }: KeyedRuns, count: number): KeyRange[] {
  const { keys, orders } = rowFormat(format);
  const prefix = (key: Buffer): number => keyPrefixBytes(key, keys, orders, format.keys.length);
  return keyRanges(
    runs.map(({ run }) => run),
    count,
    prefix,
  );
}

function sizesOf(format: KeyedFormat, { shareBytes, batchRows: mostRows }: StateSizes) {
  const rowBytes = recordColumnsRowBytes(rowFormat(format));
  const target = Math.min(Math.max(shareBytes / 16, PAGE_BYTES / 4), 4 * PAGE_BYTES);
  const batchRows = Math.max(1, Math.min(mostRows, Math.floor(target / (rowBytes + 8))));
  return { batchRows, columnBytes: recordColumnsFixedBytes(rowFormat(format)) + batchRows * rowBytes };
}

/** Managed memory without which KeyedRows cannot work. */
export function keyedRowsMinimumBytes(format: KeyedFormat, sizes: StateSizes): number {
  const { batchRows, columnBytes } = sizesOf(format, sizes);
  return pagesFor(columnBytes) * PAGE_BYTES + mergedIdentitiesMinimumBytes(format, batchRows, sizes.shareBytes);
}

export class KeyedRows {
  readonly #env: StateEnv;
  readonly #columns: RecordColumns;
  readonly #merged: MergedIdentities;
  readonly #fixed: { readonly address: number; readonly pages: number };

  constructor(env: StateEnv, format: KeyedFormat, { runs }: KeyedRuns, range: KeyRange) {
    this.#env = env;
    const sizes = { shareBytes: env.memory.shareBytes, batchRows: env.batchRows };
    const { batchRows, columnBytes } = sizesOf(format, sizes);
    const pages = pagesFor(columnBytes);
    this.#fixed = { address: env.memory.allocate(pages, 'rows of a keyed store'), pages };
    let next = this.#fixed.address;
    this.#columns = new RecordColumns(env, rowFormat(format), batchRows, (bytes) => {
      const at = Math.ceil(next / 16) * 16;
      next = at + bytes;
      return at;
    });
    const sorted = runs.map(({ run }) => run);
    try {
      this.#merged = new MergedIdentities(env, format, sorted, { range, batchRows, dropsTombstones: true });
    } catch (error) {
      env.memory.free(this.#fixed.address, pages);
      throw error;
    }
  }

  /** The values of the next rows; null at the end. */
  next(): RecordBatch | null {
    const count = this.#merged.next();
    if (count === 0) return null;
    this.#columns.read(this.#merged.records, count);
    return { numRows: count, vectors: this.#columns.vectors, selection: 0, selectedCount: count };
  }

  close(): void {
    this.#merged.close();
    this.#env.memory.free(this.#fixed.address, this.#fixed.pages);
  }
}
