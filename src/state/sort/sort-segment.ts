/** Segments of a sort buffer: as runs, and copied, which puts their records in order and lets the pages go that they lay in. */

import { SORT_ENTRY_BYTES, SORT_ENTRY_RECORD } from '../../kernels/assembly/state-layout.js';
import { type Heap, PAGE_BYTES } from '../../memory/heap.js';
import { BlockListBuilder } from '../runs/block-list.js';
import { type PageRun, pagesFor } from '../runs/page-stock.js';
import { recordBytes } from '../runs/record-blocks.js';
import { sampleKey, sampleKeyText } from '../runs/run-writer.js';
import type { RunRoom, SortedRun } from '../runs/sorted-run.js';
import type { StateEnv } from '../state-env.js';

/** Sort entries in pages of their own, and the records that they point to. */
export interface Segment {
  readonly entries: number;
  readonly chunks: number[];
  rows: number;
  bytes: number;
}

/** Entries between two of which the key is noted, to cut ranges by. */
const SAMPLE_ROWS = 1024;

/** A segment that is sorted, as a run; `pages` are its own when they are sealed, `room` is for whoever moves it to a file. */
export function indexedRun(
  heap: Heap,
  { entries, rows, bytes }: Segment,
  pages: readonly PageRun[],
  room: RunRoom,
): SortedRun {
  const blocks = new BlockListBuilder();
  for (let row = 0; row < rows; row += SAMPLE_ROWS) {
    const at = entries + row * SORT_ENTRY_BYTES;
    const count = Math.min(SAMPLE_ROWS, rows - row);
    const firstKey = sampleKey(heap, heap.u32[(at + SORT_ENTRY_RECORD) >>> 2]);
    blocks.add({ at, bytes: Math.ceil((bytes / rows) * count), rows: count, checksum: 0 }, firstKey);
  }
  const last = entries + (rows - 1) * SORT_ENTRY_BYTES;
  const lastKey = rows === 0 ? undefined : sampleKeyText(heap, heap.u32[(last + SORT_ENTRY_RECORD) >>> 2]);
  return { rows, bytes, blocks: blocks.toList(), lastKey, location: { kind: 'memory', pages, indexed: room } };
}

/** Records that lie anywhere, one behind another in new segments. */
export class SegmentCopy {
  readonly segments: Segment[] = [];
  /** Where the next record goes, and where its chunk ends. */
  next = 0;
  end = 0;
  /** Some memory was refused, which leaves the copy incomplete. */
  isRefused = false;
  readonly #env: StateEnv;
  readonly #takePages: (bytes: number) => number;
  readonly #segmentBytes: number;
  readonly #endAt: number;

  /** `takePages`: pages for so many bytes, or 0. `endAt`: a word for the kernel to say where it ended. */
  constructor(env: StateEnv, takePages: (bytes: number) => number, segmentBytes: number, endAt: number) {
    this.#env = env;
    this.#takePages = takePages;
    this.#segmentBytes = segmentBytes;
    this.#endAt = endAt;
  }

  /** Appends `count` records, whose addresses are at `records`; these must ascend by key. */
  add(records: number, count: number): void {
    const { heap, kernels } = this.#env;
    for (let from = 0; from < count && !this.isRefused; ) {
      const segment = this.#open();
      if (segment === undefined) return;
      const limit = Math.min(count, from + this.#segmentBytes / SORT_ENTRY_BYTES - segment.rows);
      const start = this.next;
      const reached = kernels.gatherRows(records, from, limit, start, this.end, this.#endAt) >>> 0;
      if (reached === from) {
        this.#growChunk(segment, recordBytes(heap, heap.u32[(records >>> 2) + from]));
        continue;
      }
      kernels.enterRows(start, reached - from, segment.entries + segment.rows * SORT_ENTRY_BYTES);
      this.next = heap.u32[this.#endAt >>> 2];
      segment.rows += reached - from;
      segment.bytes += this.next - start;
      from = reached;
    }
  }

  #open(): Segment | undefined {
    const last = this.segments.at(-1);
    if (last !== undefined && last.rows * SORT_ENTRY_BYTES < this.#segmentBytes) return last;
    const entries = this.#take(this.#segmentBytes);
    if (entries === 0) return undefined;
    const segment = { entries, chunks: [], rows: 0, bytes: 0 };
    this.segments.push(segment);
    this.next = 0;
    this.end = 0;
    return segment;
  }

  #growChunk(segment: Segment, bytes: number): void {
    const address = this.#take(bytes);
    if (address === 0) return;
    segment.chunks.push(address);
    this.next = address;
    this.end = address + pagesFor(bytes) * PAGE_BYTES;
  }

  #take(bytes: number): number {
    const address = this.#takePages(bytes);
    this.isRefused ||= address === 0;
    return address;
  }
}
