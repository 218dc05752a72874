/**
 * The aggregate's final side: partial groups of all runs within a key range, merged, finished and handed out as batches
 * in key order.
 *
 * 1. Runs in files need a buffer each. When memory does not hold enough of them, groups of runs are first merged into
 *    longer runs in the spill folder, until one pass is left.
 * 2. That pass merges records into a buffer, which is then decoded column by column.
 */
import type { AccumulatorCall } from '../../columnar/accumulator.js';
import { type DataType, PHYSICAL_BYTES, physicalOf } from '../../columnar/data-type.js';
import type { RecordBatch } from '../../columnar/record-batch.js';
import { createVector, type Vector } from '../../columnar/vector.js';
import { SUPER_BYTES } from '../../kernels/assembly/state-layout.js';
import { PAGE_BYTES } from '../../memory/heap.js';
import { largestBlock, MergePasses, type Pass } from '../runs/merge-passes.js';
import { PageStock, pagesFor } from '../runs/page-stock.js';
import { type MergeBuffer, mergeControlBytes, RecordMerge } from '../runs/record-merge.js';
import { boundBytes, type RangeBounds, RunReader, writeBounds } from '../runs/run-reader.js';
import { FileRunWriter, runBlockBytes } from '../runs/run-writer.js';
import type { KeyRange, SortedRun } from '../runs/sorted-run.js';
import type { StateEnv, StateSizes } from '../state-env.js';
import { AggregateResults } from './aggregate-results.js';
import {
  layoutBytes,
  pad8,
  type RowLayout,
  recordBound,
  rowLayout,
  vectorRowBytes,
  writeLayout,
} from './row-layout.js';

/** Files that are read at once: a second pass costs little by then. Runs in memory come on top. */
const MAX_FAN_IN = 128;
const PURPOSE = 'merging an aggregate';

/** Where things lie, and how many rows a batch of results has. */
interface MergeSizes {
  readonly controlBytes: number;
  readonly batchRows: number;
  /** Vectors, and 12 bytes a row for addresses. */
  readonly vectorBytes: number;
  readonly bufferBytes: number;
}

function mergeSizes(
  keys: readonly DataType[],
  calls: readonly AccumulatorCall[],
  range: KeyRange,
  sizes: StateSizes,
  runsInMemory = 0,
): MergeSizes {
  const layout = rowLayout(keys, calls);
  const rowBytes = vectorRowBytes([...keys, ...calls.map(({ accumulator }) => accumulator.result)]) + 12;
  const target = Math.min(Math.max(sizes.shareBytes / 16, PAGE_BYTES / 4), 4 * PAGE_BYTES);
  const batchRows = Math.max(1, Math.min(sizes.batchRows, Math.floor(target / rowBytes)));
  const columns = keys.length + calls.length;
  return {
    controlBytes:
      pad8(layoutBytes(layout)) +
      pad8(mergeControlBytes(runsInMemory + MAX_FAN_IN)) +
      pad8(boundBytes(range)) +
      3 * SUPER_BYTES,
    batchRows,
    vectorBytes: batchRows * rowBytes + (2 * columns + 3) * 16,
    bufferBytes: Math.max(Math.floor(target), runBlockBytes(sizes.shareBytes), recordBound(layout, 1024)),
  };
}

/** Managed memory without which an AggregateMerge cannot work. */
export function aggregateMergeMinimumBytes(
  keys: readonly DataType[],
  calls: readonly AccumulatorCall[],
  sizes: StateSizes,
): number {
  const { controlBytes, vectorBytes, bufferBytes } = mergeSizes(keys, calls, { low: null, high: null }, sizes);
  // Everything fixed, and buffers for two runs.
  const fixed = pagesFor(controlBytes + vectorBytes) + pagesFor(bufferBytes);
  return (fixed + 2 * pagesFor(runBlockBytes(sizes.shareBytes))) * PAGE_BYTES;
}

export class AggregateMerge {
  // configuration
  readonly #env: StateEnv;
  readonly #layout: RowLayout;
  readonly #layoutAddress: number;
  readonly #controlAddress: number;
  readonly #bounds: RangeBounds;
  readonly #sizes: MergeSizes;
  readonly #results: AggregateResults;
  readonly #vectors: Vector[];
  // state
  #merge: RecordMerge;
  #isKeyless: boolean;
  // resources
  readonly #fixed: { readonly address: number; readonly pages: number };
  readonly #stock: PageStock;
  readonly #buffer: MergeBuffer;
  readonly #passes: MergePasses;
  #readPages: number[] = [];
  #isClosed = false;

  constructor(
    env: StateEnv,
    keys: readonly DataType[],
    calls: readonly AccumulatorCall[],
    runs: readonly SortedRun[],
    range: KeyRange,
  ) {
    this.#env = env;
    this.#layout = rowLayout(keys, calls);
    this.#isKeyless = keys.length === 0;
    const sizes = { shareBytes: env.memory.shareBytes, batchRows: env.batchRows };
    const runsInMemory = runs.filter(({ location }) => location.kind === 'memory').length;
    this.#sizes = mergeSizes(keys, calls, range, sizes, runsInMemory);
    const pages = pagesFor(this.#sizes.controlBytes + this.#sizes.vectorBytes);
    const address = env.memory.allocate(pages, PURPOSE);
    this.#fixed = { address, pages };
    this.#stock = new PageStock(env.memory);
    try {
      let next = address;
      const place = (bytes: number): number => {
        const at = (next + 15) & ~15;
        next = (at >>> 0) + bytes;
        return at >>> 0;
      };
      this.#layoutAddress = place(layoutBytes(this.#layout));
      writeLayout(env.heap, this.#layoutAddress, this.#layout);
      this.#controlAddress = place(mergeControlBytes(runsInMemory + MAX_FAN_IN));
      this.#bounds = writeBounds(env, place(boundBytes(range)), range);
      const rows = this.#sizes.batchRows;
      const vector = (type: DataType): Vector => {
        const values = place(rows * PHYSICAL_BYTES[physicalOf(type)]);
        return createVector(type, values, place(rows));
      };
      this.#vectors = [...keys, ...calls.map(({ accumulator }) => accumulator.result)].map(vector);
      this.#results = new AggregateResults(env, this.#layout, this.#layoutAddress, calls, {
        vectors: this.#vectors,
        rows: place(4 * rows),
        keyAt: place(4 * rows),
        slow: place(4 * rows),
        scratch: place(2 * SUPER_BYTES),
      });
      const bufferBytes = pagesFor(this.#sizes.bufferBytes) * PAGE_BYTES;
      this.#buffer = { address: this.#stock.require(bufferBytes, PURPOSE), bytes: bufferBytes };
      this.#passes = new MergePasses(env, this.#bounds);
      this.#merge = this.#openLast(runs);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /**
   * The next groups in key order: key vectors, then a result vector per accumulator; null at the end. The batch lives
   * until the next call. Without keys: one row, also when there are no runs.
   */
  next(): RecordBatch | null {
    if (!this.#merge.fill(this.#sizes.batchRows, this.#buffer.bytes)) {
      if (!this.#isKeyless) return null;
      this.#isKeyless = false;
      return this.#results.none(this.#buffer.address);
    }
    this.#isKeyless = false;
    return this.#results.decode(this.#buffer.address, this.#merge.rows);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#passes?.close();
    this.#stock.freeAll();
    this.#env.memory.free(this.#fixed.address, this.#fixed.pages);
  }

  /** Merges in as many passes as memory asks for, and opens the last one. */
  #openLast(runs: readonly SortedRun[]): RecordMerge {
    return this.#open(
      this.#passes.last(
        runs,
        (left) => this.#readBuffers(left, this.#fanIn(left)),
        (pass) => this.#mergeToFile(pass),
      ),
    );
  }

  /** How many files may be read at once: half the share for buffers, at least two. */
  #fanIn(runs: readonly SortedRun[]): number {
    const files = runs.filter((run) => run.location.kind === 'file');
    const bytes = files.reduce((most, run) => Math.max(most, largestBlock(run, this.#bounds)), 1);
    return Math.max(2, Math.min(MAX_FAN_IN, Math.floor(this.#env.memory.shareBytes / 2 / bytes)));
  }

  #open({ runs, buffers }: Pass<number>): RecordMerge {
    const readers = runs.map((run, i) => new RunReader(this.#env, run, this.#bounds, [buffers[i]]));
    return new RecordMerge(this.#env, this.#stock, readers, this.#layoutAddress, this.#controlAddress, this.#buffer);
  }

  /** A buffer for each run in a file, several to a page, for at most `fanIn` files and what memory is granted for; at least two. */
  #readBuffers(runs: readonly SortedRun[], fanIn: number): number[] {
    const buffers: number[] = [];
    let files = 0;
    let next = 0;
    let end = 0;
    for (const run of runs) {
      if (run.location.kind === 'memory') {
        buffers.push(0);
        continue;
      }
      if (files++ === fanIn) return buffers;
      const bytes = pad8(largestBlock(run, this.#bounds));
      if (end - next < bytes) {
        next = buffers.length < 2 ? this.#stock.require(bytes, PURPOSE) : this.#stock.take(bytes);
        if (next === 0) return buffers;
        end = next + pagesFor(bytes) * PAGE_BYTES;
        this.#readPages.push(next);
      }
      buffers.push(next);
      next += bytes;
    }
    return buffers;
  }

  #mergeToFile(pass: Pass<number>): SortedRun {
    const merge = this.#open(pass);
    const writer = new FileRunWriter(this.#env, 'aggregate-merge');
    while (merge.fill(0xffffffff, runBlockBytes(this.#env.memory.shareBytes))) {
      writer.addBlock(this.#buffer.address, merge.bytes, merge.rows);
    }
    for (const address of this.#readPages.splice(0)) this.#stock.putBack(address);
    return writer.close();
  }
}
