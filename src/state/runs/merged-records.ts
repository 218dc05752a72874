/**
 * The records of sorted runs within a key range, in the order of all runs. Runs in files need two buffers each. When memory does
 * not hold enough of them, some runs are first merged into a longer one in the spill folder, until one pass is left.
 */
import { PAGE_BYTES } from '../../memory/heap.js';
import { pad8 } from '../groups/row-layout.js';
import { RowMerge, writeMergedRun } from '../sort/merge-rows.js';
import type { StateEnv } from '../state-env.js';
import { largestBlock, MergePasses, type Pass } from './merge-passes.js';
import { PageStock, pagesFor } from './page-stock.js';
import type { BlockBuffer } from './record-blocks.js';
import { mergeControlBytes } from './record-merge.js';
import { boundBytes, type RangeBounds, RunReader, writeBounds } from './run-reader.js';
import { runBlockBytes } from './run-writer.js';
import type { KeyRange, SortedRun } from './sorted-run.js';

/** Parts of a task's share for buffers to read runs with. */
export interface ReadShare {
  /** At most. */
  readonly most: number;
  /** Promised, beside two runs. */
  readonly promised: number;
}

/** Where nobody else reads. */
const READ_SHARE: ReadShare = { most: 1 / 2, promised: 0 };

/** A cursor takes 36 bytes; more than a few thousand are better merged in two passes. */
function mostRuns(shareBytes: number): number {
  return Math.min(4096, Math.max(128, Math.floor(shareBytes / (32 << 10))));
}

/** Bytes of control, and the addresses of the records of a batch. */
export function mergedRecordsBytes(batchRows: number, range: KeyRange, shareBytes: number): number {
  return pad8(mergeControlBytes(mostRuns(shareBytes))) + pad8(4 * batchRows) + boundBytes(range);
}

/** Managed memory beside that without which they cannot be merged: a block to write, and two runs to read. */
export function mergeBuffersMinimumBytes(shareBytes: number, { promised }: ReadShare = READ_SHARE): number {
  return 5 * pagesFor(runBlockBytes(shareBytes)) * PAGE_BYTES + Math.floor(shareBytes * promised);
}

export class MergedRecords {
  // configuration
  readonly #env: StateEnv;
  readonly #purpose: string;
  readonly #batchRows: number;
  readonly #bounds: RangeBounds;
  readonly #readShare: ReadShare;
  readonly #control: number;
  readonly #records: number;
  // state
  readonly #merge: RowMerge;
  // resources
  readonly #stock: PageStock;
  readonly #passes: MergePasses;
  #readPages: number[] = [];

  /** `control` takes mergedRecordsBytes and is 8-byte aligned. `purpose`: of the memory, in errors. */
  constructor(
    env: StateEnv,
    runs: readonly SortedRun[],
    range: KeyRange,
    control: number,
    batchRows: number,
    purpose: string,
    readShare: ReadShare = READ_SHARE,
  ) {
    this.#env = env;
    this.#purpose = purpose;
    this.#batchRows = batchRows;
    this.#readShare = readShare;
    this.#control = control;
    this.#records = control + pad8(mergeControlBytes(mostRuns(env.memory.shareBytes)));
    this.#stock = new PageStock(env.memory);
    this.#bounds = writeBounds(env, this.#records + pad8(4 * batchRows), range);
    this.#passes = new MergePasses(env, this.#bounds);
    try {
      this.#merge = this.#openLast(runs);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Address: a u32 for each record of the batch, where it lies. Lives as long as the batch. */
  get records(): number {
    return this.#records;
  }

  /** How many records the next batch has; 0 at the end. They stay until the next call. */
  next(): number {
    return this.#merge.next(this.#batchRows);
  }

  close(): void {
    this.#passes.close();
    this.#stock.freeAll();
  }

  /** Merges in as many passes as memory asks for, and opens the last one. */
  #openLast(runs: readonly SortedRun[]): RowMerge {
    // First of all: buffers to read with take what there is.
    const bytes = runBlockBytes(this.#env.memory.shareBytes);
    const block = { address: this.#stock.require(bytes, this.#purpose), bytes };
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
    const most = mostRuns(this.#env.memory.shareBytes);
    if (files.length === 0) return most;
    const bytes = 2 * Math.max(...files.map((run) => pad8(largestBlock(run, this.#bounds))));
    return Math.max(2, Math.min(most, Math.floor((this.#env.memory.shareBytes * this.#readShare.most) / bytes)));
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
        next = isPromised ? this.#stock.require(bytes, this.#purpose) : this.#stock.takeExtra(bytes);
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
    const run = writeMergedRun(this.#env, this.#open(pass), block, this.#batchRows);
    for (const address of this.#readPages.splice(0)) this.#stock.putBack(address);
    return run;
  }
}
