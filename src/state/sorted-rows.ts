/**
 * The rows of sorted runs within a key range, merged, as batches in key order.
 *
 * 1. Runs in files need two buffers each. When memory does not hold enough of them, some runs are first merged into a longer
 *    one in the spill folder, until one pass is left.
 * 2. That pass finds the records of a batch; its columns are made of them. Texts are views into the records.
 */
import type { RecordBatch } from '../columnar/record-batch.js';
import { PAGE_BYTES } from '../memory/heap.js';
import { largestBlock, MergePasses, type Pass } from './merge-passes.js';
import { RowMerge, writeMergedRun } from './merge-rows.js';
import { PageStock, pagesFor } from './page-stock.js';
import type { BlockBuffer } from './record-blocks.js';
import { RecordColumns, recordColumnsFixedBytes, recordColumnsRowBytes } from './record-columns.js';
import { mergeControlBytes } from './record-merge.js';
import { pad8 } from './row-layout.js';
import { boundBytes, type RangeBounds, RunReader, writeBounds } from './run-reader.js';
import { runBlockBytes } from './run-writer.js';
import type { SortFormat } from './sort-format.js';
import type { KeyRange, SortedRun } from './sorted-run.js';
import type { StateEnv, StateSizes } from './state-env.js';

const PURPOSE = 'merging sorted rows';
/** Parts of a task's share for buffers to read runs with. */
export interface ReadShare {
  /** At most. */
  readonly most: number;
  /** Promised, beside two runs. */
  readonly promised: number;
}

/** Where nobody else reads. */
const READ_SHARE: ReadShare = { most: 1 / 2, promised: 0 };

interface Sizes {
  readonly fanIn: number;
  readonly batchRows: number;
  readonly fixedBytes: number;
}

function sizesOf(format: SortFormat, range: KeyRange, { shareBytes, batchRows: mostRows }: StateSizes): Sizes {
  // Beside the columns, where the record of each row lies.
  const rowBytes = recordColumnsRowBytes(format) + 4;
  const target = Math.min(Math.max(shareBytes / 16, PAGE_BYTES / 4), 4 * PAGE_BYTES);
  const batchRows = Math.max(1, Math.min(mostRows, Math.floor(target / rowBytes)));
  // A cursor takes 36 bytes; more than a few thousand are better merged in two passes.
  const fanIn = Math.min(4096, Math.max(128, Math.floor(shareBytes / (32 << 10))));
  const control = recordColumnsFixedBytes(format) + mergeControlBytes(fanIn) + boundBytes(range) + 3 * 16;
  return { fanIn, batchRows, fixedBytes: control + batchRows * rowBytes };
}

/** Managed memory without which SortedRows cannot work: everything fixed, a block to write, and two runs to read. */
export function sortedRowsMinimumBytes(
  format: SortFormat,
  sizes: StateSizes,
  { promised }: ReadShare = READ_SHARE,
): number {
  const { fixedBytes } = sizesOf(format, { low: null, high: null }, sizes);
  const pages = pagesFor(fixedBytes) + 5 * pagesFor(runBlockBytes(sizes.shareBytes));
  return pages * PAGE_BYTES + Math.floor(sizes.shareBytes * promised);
}

export class SortedRows {
  // configuration
  readonly #env: StateEnv;
  readonly #bounds: RangeBounds;
  readonly #sizes: Sizes;
  readonly #readShare: ReadShare;
  readonly #control: number;
  readonly #records: number;
  readonly #columns: RecordColumns;
  readonly #batch: RecordBatch;
  // state
  readonly #merge: RowMerge;
  // resources
  readonly #fixed: { readonly address: number; readonly pages: number };
  readonly #stock: PageStock;
  readonly #passes: MergePasses;
  #readPages: number[] = [];
  #isClosed = false;

  constructor(
    env: StateEnv,
    format: SortFormat,
    runs: readonly SortedRun[],
    range: KeyRange,
    readShare: ReadShare = READ_SHARE,
  ) {
    this.#env = env;
    this.#readShare = readShare;
    this.#sizes = sizesOf(format, range, { shareBytes: env.memory.shareBytes, batchRows: env.batchRows });
    const pages = pagesFor(this.#sizes.fixedBytes);
    const address = env.memory.allocate(pages, PURPOSE);
    this.#fixed = { address, pages };
    this.#stock = new PageStock(env.memory);
    try {
      let next = address;
      const place = (bytes: number): number => {
        const at = Math.ceil(next / 16) * 16;
        next = at + bytes;
        return at;
      };
      const rows = this.#sizes.batchRows;
      this.#control = place(mergeControlBytes(this.#sizes.fanIn));
      this.#records = place(4 * rows);
      this.#columns = new RecordColumns(env, format, rows, place);
      this.#bounds = writeBounds(env, place(boundBytes(range)), range);
      this.#batch = { numRows: 0, vectors: this.#columns.vectors, selection: 0, selectedCount: 0 };
      this.#passes = new MergePasses(env, this.#bounds);
      this.#merge = this.#openLast(runs);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Address: a u32 for each row that was found last, where its record lies. */
  get records(): number {
    return this.#records;
  }

  /** Finds the next rows in order; how many they are, 0 at the end. Their records live until the next call. */
  nextRecords(): number {
    return this.#merge.next(this.#sizes.batchRows);
  }

  /** The same with their columns; null at the end. */
  next(): RecordBatch | null {
    const count = this.nextRecords();
    if (count === 0) return null;
    this.#columns.read(this.#merge.records, count);
    this.#batch.numRows = count;
    this.#batch.selectedCount = count;
    return this.#batch;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#passes?.close();
    this.#stock.freeAll();
    this.#env.memory.free(this.#fixed.address, this.#fixed.pages);
  }

  /** Merges in as many passes as memory asks for, and opens the last one. */
  #openLast(runs: readonly SortedRun[]): RowMerge {
    // First of all: buffers to read with take what there is.
    const bytes = runBlockBytes(this.#env.memory.shareBytes);
    const block = { address: this.#stock.require(bytes, PURPOSE), bytes };
    const last = this.#passes.last(
      runs,
      (left) => this.#readBuffers(left.slice(0, this.#fanIn(left))),
      (pass) => this.#mergeToFile(pass, block),
    );
    this.#stock.putBack(block.address);
    return this.#open(last);
  }

  /** How many runs may be merged at once, by the share for buffers; at least two. */
  #fanIn(runs: readonly SortedRun[]): number {
    const files = runs.filter((run) => run.location.kind === 'file');
    if (files.length === 0) return this.#sizes.fanIn;
    const bytes = 2 * Math.max(...files.map((run) => pad8(largestBlock(run, this.#bounds))));
    return Math.max(
      2,
      Math.min(this.#sizes.fanIn, Math.floor((this.#env.memory.shareBytes * this.#readShare.most) / bytes)),
    );
  }

  #open({ runs, buffers }: Pass<readonly number[]>): RowMerge {
    const readers = runs.map((run, i) => new RunReader(this.#env, run, this.#bounds, buffers[i]));
    return new RowMerge(this.#env, readers, this.#control, this.#records);
  }

  /** Two buffers for each run in a file, for as many runs as are promised or granted; at least two. */
  #readBuffers(runs: readonly SortedRun[]): (readonly number[])[] {
    const buffers: (readonly number[])[] = [];
    let next = 0;
    let end = 0;
    let promised = Math.floor(this.#env.memory.shareBytes * this.#readShare.promised);
    const buffer = (bytes: number, isPromised: boolean): number => {
      if (end - next < bytes) {
        next = isPromised ? this.#stock.require(bytes, PURPOSE) : this.#stock.takeExtra(bytes);
        if (next === 0) return 0;
        end = next + pagesFor(bytes) * PAGE_BYTES;
        this.#readPages.push(next);
      }
      next += bytes;
      return next - bytes;
    };
    for (const run of runs) {
      if (run.location.kind === 'memory') {
        buffers.push([]);
        continue;
      }
      const bytes = pad8(largestBlock(run, this.#bounds));
      const isPromised = buffers.length < 2 || promised >= 2 * pagesFor(bytes) * PAGE_BYTES;
      if (buffers.length >= 2) promised -= 2 * bytes;
      const pair = [buffer(bytes, isPromised), buffer(bytes, isPromised)];
      if (pair.includes(0)) return buffers;
      buffers.push(pair);
    }
    return buffers;
  }

  #mergeToFile(pass: Pass<readonly number[]>, block: BlockBuffer): SortedRun {
    const run = writeMergedRun(this.#env, this.#open(pass), block, this.#sizes.batchRows);
    for (const address of this.#readPages.splice(0)) this.#stock.putBack(address);
    return run;
  }
}
