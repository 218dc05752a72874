/** The records of several runs in the order of their keys, of each identity the one that stays, without tombstones. */
import { PAGE_BYTES } from '../../memory/heap.js';
import { pad8 } from '../groups/row-layout.js';
import { KeptRecord } from '../join/kept-record.js';
import { MergedRecords, mergeBuffersMinimumBytes, mergedRecordsBytes } from '../runs/merged-records.js';
import { pagesFor } from '../runs/page-stock.js';
import type { KeyRange, SortedRun } from '../runs/sorted-run.js';
import { sortFormatBytes, writeSortFormat } from '../sort/sort-format.js';
import type { StateEnv } from '../state-env.js';
import { identityFormat, type KeyedFormat } from './keyed-format.js';

const PURPOSE = 'merging a keyed store';

function fixedBytes(format: KeyedFormat, range: KeyRange, batchRows: number, shareBytes: number): number {
  const own = pad8(sortFormatBytes(identityFormat(format))) + 2 * pad8(4 * batchRows);
  return own + mergedRecordsBytes(batchRows, range, shareBytes);
}

/** Managed memory without which they cannot be merged; a record longer than a page needs more. */
export function mergedIdentitiesMinimumBytes(format: KeyedFormat, batchRows: number, shareBytes: number): number {
  const fixed = fixedBytes(format, { low: null, high: null }, batchRows, shareBytes);
  return (pagesFor(fixed) + 1) * PAGE_BYTES + mergeBuffersMinimumBytes(shareBytes);
}

export interface MergeOptions {
  readonly range: KeyRange;
  readonly batchRows: number;
  /** No run is left out that has older rows: tombstones have done their work. */
  readonly dropsTombstones: boolean;
}

export class MergedIdentities {
  /** Addresses: of the records of a batch, a u32 each, and of their hashes. */
  readonly records: number;
  readonly hashes: number;
  readonly #env: StateEnv;
  readonly #drops: number;
  readonly #identity: number;
  readonly #fixed: { readonly address: number; readonly pages: number };
  readonly #last: KeptRecord;
  readonly #merged: MergedRecords;

  constructor(
    env: StateEnv,
    format: KeyedFormat,
    runs: readonly SortedRun[],
    { range, batchRows, dropsTombstones }: MergeOptions,
  ) {
    this.#env = env;
    this.#drops = dropsTombstones ? 1 : 0;
    const identity = identityFormat(format);
    const pages = pagesFor(fixedBytes(format, range, batchRows, env.memory.shareBytes));
    this.#fixed = { address: env.memory.allocate(pages, PURPOSE), pages };
    this.#identity = this.#fixed.address;
    writeSortFormat(env.heap, this.#identity, identity);
    this.records = this.#identity + pad8(sortFormatBytes(identity));
    this.hashes = this.records + pad8(4 * batchRows);
    try {
      this.#last = new KeptRecord(env, PURPOSE);
    } catch (error) {
      env.memory.free(this.#fixed.address, pages);
      throw error;
    }
    try {
      this.#merged = new MergedRecords(env, runs, range, this.hashes + pad8(4 * batchRows), batchRows, PURPOSE);
    } catch (error) {
      this.#free();
      throw error;
    }
  }

  /** How many records the next batch has; 0 at the end. They stay until the next call. */
  next(): number {
    const { kernels, heap, hashMask = 0xffffffff } = this.#env;
    for (;;) {
      const count = this.#merged.next();
      if (count === 0) return 0;
      const { records } = this.#merged;
      const taken =
        kernels.firstOfIdentities(
          ...([this.#identity, hashMask, this.#last.address, records, count] as const),
          ...([this.#drops, this.records, this.hashes] as const),
        ) >>> 0;
      this.#last.keep(heap.u32[(records >>> 2) + count - 1]);
      if (taken > 0) return taken;
    }
  }

  close(): void {
    this.#merged.close();
    this.#free();
  }

  #free(): void {
    this.#last.close();
    this.#env.memory.free(this.#fixed.address, this.#fixed.pages);
  }
}
