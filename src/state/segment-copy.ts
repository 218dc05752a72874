/** Records that lie anywhere in memory, copied into segments of their own, so that the pages they lie in can be given back. */
import { SORT_ENTRY_BYTES } from '../kernels/assembly/state-layout.js';
import { PAGE_BYTES } from '../memory/heap.js';
import { type PageStock, pagesFor } from './page-stock.js';
import { recordBytes } from './record-blocks.js';
import type { StateEnv } from './state-env.js';

/** Sort entries in pages of their own, and the records that they point to. */
export interface Segment {
  readonly entries: number;
  readonly chunks: number[];
  rows: number;
  bytes: number;
}

export class SegmentCopy {
  readonly segments: Segment[] = [];
  /** Where the next record goes, and where its chunk ends. */
  next = 0;
  end = 0;
  /** Some memory was refused, which leaves the copy incomplete. */
  isRefused = false;
  readonly #env: StateEnv;
  readonly #stock: PageStock;
  readonly #segmentBytes: number;
  readonly #endAt: number;

  /** `endAt`: a word for the kernel to say where it ended. */
  constructor(env: StateEnv, stock: PageStock, segmentBytes: number, endAt: number) {
    this.#env = env;
    this.#stock = stock;
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
    const address = this.#stock.take(bytes);
    this.isRefused ||= address === 0;
    return address;
  }
}
