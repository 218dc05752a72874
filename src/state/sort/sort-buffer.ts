/**
 * Takes rows in and gives them back as sorted runs.
 *
 *     segment         sort entries, in pages of their own    [e0 e1 e2 ...            ]
 *                     records, in chunks of a page or more   [r0 r1 ...][r7 r8 ...]
 *
 * 1. Rows become records in the order they come; each has an entry with the beginning of its key.
 * 2. A segment whose entries are full is sorted, while they are still in the core's cache. When keys are longer than what an
 *    entry holds of them, its records are then put in order too, into new chunks: whoever merges compares whole keys, and
 *    finds them one behind another. The old chunks are used again, still warm.
 * 3. When memory is refused, all segments are merged into one run in the spill folder.
 * 4. What is left at the end is handed over as it lies: a segment is a run with an index.
 *
 * When only the first rows are asked for, the buffer keeps so many of them: it drops the others when it holds twice as many, and
 * from then on takes in only rows below the last one that it kept.
 */
import type { Vector } from '../../columnar/vector.js';
import { SORT_ENTRY_BYTES } from '../../kernels/assembly/state-layout.js';
import { PAGE_BYTES } from '../../memory/heap.js';
import { memoryExhausted } from '../../memory/memory-exhausted.js';
import type { Spillable } from '../../memory/task-memory.js';
import { pad8 } from '../groups/row-layout.js';
import { PageStock, pagesFor } from '../runs/page-stock.js';
import { recordBytes } from '../runs/record-blocks.js';
import { RunReader, UNBOUNDED } from '../runs/run-reader.js';
import type { SortedRun } from '../runs/sorted-run.js';
import type { StateEnv, StateSizes } from '../state-env.js';
import { RowMerge, runBlocks } from './merge-rows.js';
import { MAX_SEGMENTS, PIECE_ROWS, SortControl, sortControlPages } from './sort-control.js';
import { fitsEntry, type SortFormat } from './sort-format.js';
import { indexedRun, type Segment, SegmentCopy } from './sort-segment.js';

const MAX_SEGMENT_BYTES = 4 << 20;

/** Entries take a 128th of the share a segment: few enough segments to merge, small enough to be sorted in a cache. */
function segmentBytes(shareBytes: number): number {
  const pages = Math.floor(shareBytes / 128 / PAGE_BYTES);
  return Math.min(MAX_SEGMENT_BYTES, Math.max(1, pages) * PAGE_BYTES);
}

/** Managed memory without which a SortBuffer cannot work: the control block, a segment, a page of records. */
export function sortBufferMinimumBytes(format: SortFormat, sizes: StateSizes): number {
  return sortControlPages(format, sizes) * PAGE_BYTES + segmentBytes(sizes.shareBytes) + PAGE_BYTES;
}

export class SortBuffer implements Spillable {
  readonly name = 'sort buffer';
  rowsIn = 0;

  // configuration
  readonly #env: StateEnv;
  readonly #segmentBytes: number;
  readonly #keep: number;
  readonly #keys: number;
  readonly #movesRecords: boolean;
  // resources
  readonly #control: SortControl;
  readonly #stock: PageStock;
  // state
  readonly #runs: SortedRun[] = [];
  #segments: Segment[] = [];
  /** Where the next record goes, and where its chunk ends. */
  #next = 0;
  #end = 0;
  /** Nobody asks for rows whose keys are not below that at the bound's address. */
  #isBounded = false;
  #isBusy = false;
  #isClosed = false;

  constructor(env: StateEnv, format: SortFormat) {
    this.#env = env;
    this.#keys = format.keys.length;
    this.#movesRecords = !fitsEntry(format.keys);
    this.#keep = format.keep ?? Number.POSITIVE_INFINITY;
    // Rows are dropped when a segment is full: not later than they can be.
    const kept = pagesFor(2 * this.#keep * SORT_ENTRY_BYTES) * PAGE_BYTES;
    this.#segmentBytes = Math.min(segmentBytes(env.memory.shareBytes), kept);
    this.#control = new SortControl(env, format);
    this.#stock = new PageStock(env.memory);
    env.memory.registerSpillable(this);
  }

  /**
   * Takes `count` rows in: row indices from `selection` (0: rows 0 .. count-1). `columns`: keys, then values. The values may not
   * be there yet: `load` makes those of the rows that are wanted.
   */
  add(
    columns: readonly Vector[],
    selection: number,
    count: number,
    load?: (selection: number, count: number) => void,
  ): void {
    if (this.#env.memory.spillRequested()) this.spill();
    this.#isBusy = true;
    this.#control.describe(columns, 0, this.#keys);
    const isLoaded = !this.#isBounded;
    const loadRows = (rows: number, found: number): void => {
      load?.(rows, found);
      this.#control.describe(columns, this.#keys, columns.length);
    };
    if (isLoaded) loadRows(selection, count);
    for (let from = 0; from < count; from += PIECE_ROWS) {
      const to = Math.min(count, from + PIECE_ROWS);
      if (!this.#isBounded) {
        this.#addPiece(selection, from, to);
        continue;
      }
      const found = this.#findBelow(selection, from, to);
      if (found === 0) continue;
      if (!isLoaded) loadRows(this.#control.rowsBelow, found);
      this.#addPiece(this.#control.rowsBelow, 0, found);
    }
    this.rowsIn += count;
    this.#isBusy = false;
  }

  /** The rows as sorted runs; those in memory are sealed for `partition`. Ends the buffer. */
  finish(partition: number): SortedRun[] {
    this.#isBusy = true;
    this.#sortLast();
    const runs = [...this.#runs, ...this.#segments.map((segment) => this.#sealed(segment, partition))];
    const isIndexed = this.#segments.length > 0;
    this.#segments = [];
    // Runs with an index lie in the control block too: their blocks for a file are put together there.
    if (isIndexed) this.#env.memory.seal(this.#control.address, this.#control.pages, partition);
    this.#close(isIndexed);
    return runs;
  }

  /** Frees everything that was not sealed; always called, also after finish or a failure. */
  close(): void {
    this.#close(false);
  }

  #close(isControlSealed: boolean): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { memory } = this.#env;
    memory.unregisterSpillable(this);
    this.#stock.freeAll();
    if (!isControlSealed) memory.free(this.#control.address, this.#control.pages);
  }

  spillableBytes(): number {
    return this.#isBusy || this.#segments.length === 0 ? 0 : this.heldBytes();
  }

  heldBytes(): number {
    return this.#isClosed ? 0 : this.#stock.bytes;
  }

  spill(): number {
    const bytes = this.spillableBytes();
    if (bytes === 0) return 0;
    this.#isBusy = true;
    this.#spillSegments();
    this.#stock.freeAll();
    this.#isBusy = false;
    return bytes;
  }

  /** How many rows of the piece are wanted; they are at `#rowsBelow`. */
  #findBelow(selection: number, from: number, to: number): number {
    const { format, columns, bound, rowsBelow } = this.#control;
    return this.#env.kernels.rowsBelow(format, columns, selection, from, to, bound, rowsBelow) >>> 0;
  }

  #addPiece(selection: number, from: number, to: number): void {
    const { kernels } = this.#env;
    const control = this.#control;
    // The arrays are numbered by position.
    const base = 4 * from;
    const { format, columns } = control;
    const [keyBytes, payloadBytes] = [control.keyBytes - base, control.payloadBytes - base];
    const [records, cursors, tails] = [control.records - base, control.cursors - base, control.tails - base];
    kernels.measureRows(format, columns, selection, from, to, keyBytes, payloadBytes);
    for (let at = from; at < to; ) {
      const segment = this.#openSegment();
      const limit = Math.min(to, at + this.#segmentBytes / SORT_ENTRY_BYTES - segment.rows);
      const reached = kernels.placeRows(at, limit, keyBytes, payloadBytes, this.#next, this.#end, records) >>> 0;
      if (reached === at) {
        this.#growChunk(segment, 8 + pad8(this.#u32(keyBytes + 4 * at)) + pad8(this.#u32(payloadBytes + 4 * at)));
        continue;
      }
      const entries = segment.entries + segment.rows * SORT_ENTRY_BYTES;
      kernels.writeRows(format, columns, selection, at, reached, records, cursors, tails, entries);
      const last = this.#u32(records + 4 * (reached - 1));
      const next = last + recordBytes(this.#env.heap, last);
      segment.rows += reached - at;
      segment.bytes += next - this.#next;
      this.#next = next;
      at = reached;
    }
  }

  /** The segment with room for an entry. */
  #openSegment(): Segment {
    const open = this.#segmentWithRoom();
    if (open !== undefined) return open;
    this.#sortLast();
    if (this.#movesRecords) this.#moveRecords();
    if (this.#segments.reduce((sum, { rows }) => sum + rows, 0) >= 2 * this.#keep) this.#dropOthers();
    if (this.#segments.length === MAX_SEGMENTS) this.#spillSegments();
    const trimmed = this.#segmentWithRoom();
    if (trimmed !== undefined) return trimmed;
    const segment = { entries: this.#take(this.#segmentBytes), chunks: [], rows: 0, bytes: 0 };
    this.#segments.push(segment);
    this.#next = 0;
    this.#end = 0;
    return segment;
  }

  #segmentWithRoom(): Segment | undefined {
    const last = this.#segments.at(-1);
    return last !== undefined && last.rows * SORT_ENTRY_BYTES < this.#segmentBytes ? last : undefined;
  }

  #growChunk(segment: Segment, bytes: number): void {
    const address = this.#take(bytes);
    // Taking it may have spilled the segment.
    if (this.#segments.at(-1) !== segment) {
      this.#stock.putBack(address);
      return;
    }
    segment.chunks.push(address);
    this.#next = address;
    this.#end = address + pagesFor(bytes) * PAGE_BYTES;
  }

  /** Pages; whatever must be spilled for them is. */
  #take(bytes: number): number {
    const { memory } = this.#env;
    let address = this.#stock.take(bytes);
    // Larger holders in the same task go first: many small runs would cost more than a large one of theirs.
    while (address === 0 && memory.spillOthers(this.#stock.bytes)) address = this.#stock.take(bytes);
    if (address !== 0) return address;
    if (this.#segments.some(({ rows }) => rows > 0)) {
      this.#spillSegments();
      address = this.#stock.take(bytes);
    }
    if (address === 0) {
      // What is stocked in pieces may be had in one piece.
      this.#dropSegments();
      this.#stock.freeStock();
      address = this.#stock.take(bytes);
    }
    while (address === 0 && (memory.spillOthers() || memory.awaitOthers())) address = this.#stock.take(bytes);
    if (address === 0) throw memoryExhausted('rows to sort', bytes, this.#env.memory.shareBytes);
    return address;
  }

  /** Segments before the last one were sorted when they were full. */
  #sortLast(): void {
    const last = this.#segments.at(-1);
    if (last !== undefined) this.#env.kernels.sortRows(last.entries, last.rows, this.#control.scratch);
  }

  /** Puts the records of the last segment in order, if there is memory to spare for a copy. */
  #moveRecords(): void {
    const last = this.#segments.at(-1);
    if (last === undefined) return;
    const copy = this.#segmentCopy((bytes) => this.#stock.takeExtra(bytes));
    const merge = this.#mergeSegments([last]);
    merge.drain(PIECE_ROWS, Number.POSITIVE_INFINITY, (count) => copy.add(merge.records, count));
    if (copy.isRefused) {
      this.#putBack(copy.segments);
      return;
    }
    this.#putBack([last]);
    this.#segments.splice(-1, 1, ...copy.segments);
  }

  #segmentCopy(takePages: (bytes: number) => number): SegmentCopy {
    return new SegmentCopy(this.#env, takePages, this.#segmentBytes, this.#control.block.address);
  }

  /** Keeps the rows that are asked for, in segments of their own; in a file when there is no memory for both. */
  #dropOthers(): void {
    const copy = this.#segmentCopy((bytes) => this.#stock.take(bytes));
    const merge = this.#mergeSegments(this.#segments);
    const last = merge.drain(PIECE_ROWS, this.#keep, (count) => copy.add(merge.records, count));
    if (copy.isRefused) {
      this.#putBack(copy.segments);
      this.#spillSegments();
      return;
    }
    this.#setBound(last);
    this.#dropSegments();
    this.#segments = copy.segments;
    this.#next = copy.next;
    this.#end = copy.end;
  }

  /** Merges the segments into one run in a file; single pages stay in stock. */
  #spillSegments(): void {
    this.#sortLast();
    if (this.#segments.some(({ rows }) => rows > 0)) {
      const merge = this.#mergeSegments(this.#segments);
      const blocks = runBlocks(this.#env, this.#control.block);
      const last = merge.drain(PIECE_ROWS, this.#keep, (count) => blocks.add(merge.records, count));
      this.#runs.push(blocks.close());
      if (last !== 0) this.#setBound(last);
    }
    this.#dropSegments();
  }

  /** Of segments that are sorted. */
  #mergeSegments(segments: readonly Segment[]): RowMerge {
    const { merge, cursors, block } = this.#control;
    const readers = segments
      .filter(({ rows }) => rows > 0)
      .map((segment) => new RunReader(this.#env, indexedRun(this.#env.heap, segment, [], block), UNBOUNDED, []));
    return new RowMerge(this.#env, readers, merge, cursors);
  }

  /** The record of the last row that is asked for, of those here: whatever is added below it comes before it. */
  #setBound(record: number): void {
    if (this.#control.setBound(record)) this.#isBounded = true;
  }

  #dropSegments(): void {
    this.#putBack(this.#segments);
    this.#segments = [];
    this.#next = 0;
    this.#end = 0;
  }

  #putBack(segments: readonly Segment[]): void {
    for (const { entries, chunks } of segments)
      for (const address of [entries, ...chunks]) this.#stock.putBack(address);
  }

  #sealed(segment: Segment, partition: number): SortedRun {
    const pages = [segment.entries, ...segment.chunks].map((address) => this.#stock.release(address));
    for (const run of pages) this.#env.memory.seal(run.address, run.pages, partition);
    return indexedRun(this.#env.heap, segment, pages, this.#control.block);
  }

  #u32(address: number): number {
    return this.#env.heap.u32[address >>> 2];
  }
}
