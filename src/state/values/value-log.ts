/**
 * The values of groups as they come, for aggregates over all of them.
 *
 *     group table   key -> group row, which counts the group's rows that have a value
 *     cache         places for values that were met lately, with how often
 *     log           segments of entries (group row, value, count), filled one after another
 *
 * 1. A find kernel writes the group row of every input row; the next one logs the values, those that the cache does not count.
 * 2. A cache that counts too few of them is passed by.
 * 3. At the end, or when memory is refused, groups are sorted by their keys and each segment by group and value; merged they
 *    are a run of records, some hundred values of a group each, equal ones counted.
 */
import { type DataType, physicalOf } from '../../columnar/data-type.js';
import type { Vector } from '../../columnar/vector.js';
import { COLUMN_BYTES, TABLE_GROUPS } from '../../kernels/assembly/state-layout.js';
import {
  LOG_BYTES,
  LOG_CACHE,
  LOG_CACHE_SHIFT,
  LOG_END,
  LOG_HITS,
  LOG_NEXT,
  VALUE_ENTRY_BYTES,
} from '../../kernels/assembly/state-values-layout.js';
import { PAGE_BYTES } from '../../memory/heap.js';
import type { Spillable } from '../../memory/task-memory.js';
import { PHYSICAL_CODES, type RowLayout, rowLayout } from '../groups/row-layout.js';
import { TableMemory, tableMinimumBytes } from '../groups/table-memory.js';
import { pagesFor } from '../runs/page-stock.js';
import type { SortedRun } from '../runs/sorted-run.js';
import type { StateEnv, StateSizes } from '../state-env.js';
import { type Piece, recordExtraBytes, ValueWriter, valueWriterBytes } from './value-writer.js';

/** What is logged: groups by keys, a column of values of at most 8 bytes. */
export interface ValueFormat {
  readonly keys: readonly DataType[];
  readonly value: DataType;
}

/** Rows looked up at a time in a large table: its lines stay in the cache until their values are logged. */
const PIECE_ROWS = 1024;
/** A cache that counts less than a third of the rows costs more than it saves. */
const CACHE_TRIAL_ROWS = 1 << 15;
const LEAST_HITS = 1 / 3;
const MAX_SEGMENT_BYTES = 2 << 20;
const MAX_SEGMENTS = 1024;

/** Few segments to merge, each small enough to be sorted in a cache. */
function segmentBytes(shareBytes: number): number {
  const pages = Math.floor(shareBytes / 64 / PAGE_BYTES);
  return Math.min(MAX_SEGMENT_BYTES, Math.max(1, pages) * PAGE_BYTES);
}

function cachePlaces(shareBytes: number): number {
  return shareBytes >= 4 << 20 ? 4096 : 256;
}

function controlBytes({ shareBytes }: StateSizes): number {
  return LOG_BYTES + cachePlaces(shareBytes) * VALUE_ENTRY_BYTES + valueWriterBytes(MAX_SEGMENTS + 1, shareBytes);
}

function layoutOf({ keys, value }: ValueFormat): RowLayout {
  const count = { kind: 'count', input: value, result: { kind: 'bigint' } } as const;
  return rowLayout(keys, [{ accumulator: count, input: 0 }]);
}

/** Managed memory without which a ValueLog cannot work: the table, the control block, a page of the log. */
export function valueLogMinimumBytes(format: ValueFormat, sizes: StateSizes): number {
  const table = tableMinimumBytes(layoutOf(format), sizes, recordExtraBytes(sizes.shareBytes));
  return table + (pagesFor(controlBytes(sizes)) + 1) * PAGE_BYTES;
}

export class ValueLog implements Spillable {
  readonly name = 'value log';
  rowsIn = 0;

  // configuration
  readonly #env: StateEnv;
  readonly #layout: RowLayout;
  readonly #physical: number;
  readonly #segmentBytes: number;
  readonly #cache: number;
  readonly #cachePlaces: number;
  // state
  readonly #runs: SortedRun[] = [];
  #segments: Segment[] = [];
  /** Rows since the cache was last emptied. */
  #cachedRows = 0;
  #isBusy = false;
  #isClosed = false;
  // resources
  readonly #memory: TableMemory;
  readonly #writer: ValueWriter;
  readonly #control: { readonly address: number; readonly pages: number };

  constructor(env: StateEnv, format: ValueFormat) {
    this.#env = env;
    this.#layout = layoutOf(format);
    this.#physical = PHYSICAL_CODES[physicalOf(format.value)];
    const sizes = { shareBytes: env.memory.shareBytes, batchRows: env.batchRows };
    this.#segmentBytes = segmentBytes(sizes.shareBytes);
    this.#cachePlaces = cachePlaces(sizes.shareBytes);
    this.#memory = new TableMemory(env, this.#layout, recordExtraBytes(sizes.shareBytes));
    const pages = pagesFor(controlBytes(sizes));
    const address = env.memory.allocate(pages, 'the values of an aggregation');
    this.#control = { address, pages };
    this.#cache = address + LOG_BYTES;
    this.#writer = new ValueWriter(
      env,
      this.#memory,
      this.#layout,
      this.#cache + this.#cachePlaces * VALUE_ENTRY_BYTES,
    );
    this.#emptyLog();
    env.memory.registerSpillable(this);
  }

  /** Takes `count` rows in: row indices from `selection` (0: rows 0 .. count-1). */
  add(keys: readonly Vector[], value: Vector, selection: number, count: number): void {
    if (this.#env.memory.spillRequested()) this.spill();
    this.#isBusy = true;
    const { keyColumns, inputColumns } = this.#memory;
    for (let k = 0; k < keys.length; k++) this.#memory.describe(keyColumns + k * COLUMN_BYTES, keys[k]);
    this.#memory.describe(inputColumns, value);
    for (let from = 0; from < count; ) {
      const to = this.#memory.isLarge ? Math.min(count, from + PIECE_ROWS) : count;
      const reached = this.#memory.find(selection, from, to);
      if (reached === from) {
        if (!this.#memory.makeRoom()) this.#spillAll();
      } else {
        from = this.#logRows(selection, from, reached);
      }
    }
    this.rowsIn += count;
    this.#tryCache(count);
    this.#isBusy = false;
  }

  /** What is left and what was spilled, as sorted runs; those in memory are sealed for `partition`. Ends the log. */
  finish(partition: number): SortedRun[] {
    this.#isBusy = true;
    if (this.#memory.get(TABLE_GROUPS) > 0) this.#runs.push(...this.#writer.writeSealed(this.#pieces(), partition));
    this.close();
    return this.#runs;
  }

  /** Frees everything that was not sealed; always called, also after finish or a failure. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#env.memory.unregisterSpillable(this);
    this.#memory.close();
    this.#env.memory.free(this.#control.address, this.#control.pages);
  }

  spillableBytes(): number {
    return this.#isBusy || this.#memory.get(TABLE_GROUPS) === 0 ? 0 : this.heldBytes();
  }

  heldBytes(): number {
    return this.#isClosed ? 0 : this.#memory.stock.bytes;
  }

  spill(): number {
    const bytes = this.spillableBytes();
    if (bytes === 0) return 0;
    this.#isBusy = true;
    this.#spillAll();
    this.#memory.shrink();
    this.#isBusy = false;
    return bytes;
  }

  /** Logs found rows and counts them; answers the first that was not: a spill made the rows behind it unfound. */
  #logRows(selection: number, from: number, to: number): number {
    const { kernels } = this.#env;
    const { groupOf, inputColumns } = this.#memory;
    const [{ offset }] = this.#layout.accumulators;
    for (let at = from; at < to; ) {
      const log = this.#control.address;
      const reached = kernels.logValues(log, groupOf, inputColumns, this.#physical, selection, at, to) >>> 0;
      kernels.countRows(groupOf, offset, inputColumns, selection, at, reached, 0);
      at = reached;
      if (at < to && !this.#openSegment()) {
        this.#spillAll();
        return at;
      }
    }
    return to;
  }

  /** A new segment; false when there is no memory for it, and some to be had by spilling. */
  #openSegment(): boolean {
    this.#noteRows();
    if (this.#segments.length === MAX_SEGMENTS) return false;
    const { memory } = this.#env;
    const { stock } = this.#memory;
    const take = (): boolean => {
      const wide = stock.take(this.#segmentBytes);
      const address = wide === 0 ? stock.take(PAGE_BYTES) : wide;
      if (address === 0) return false;
      const bytes = wide === 0 ? PAGE_BYTES : this.#segmentBytes;
      this.#segments.push({ entries: address, rows: 0 });
      this.#set(LOG_NEXT, address);
      this.#set(LOG_END, address + bytes);
      return true;
    };
    if (take()) return true;
    // Larger holders in the same task go first: many small runs would cost more than a large one of theirs.
    while (memory.spillOthers(stock.bytes)) if (take()) return true;
    if (this.#segments.length > 0) return false;
    stock.freeStock();
    while (!take()) {
      if (memory.spillOthers() || memory.awaitOthers()) continue;
      // Groups alone fill the memory.
      if (this.#memory.get(TABLE_GROUPS) > 1) return false;
      throw this.#memory.exhausted();
    }
    return true;
  }

  /** The last segment knows how many rows it has. */
  #noteRows(): void {
    const last = this.#segments.at(-1);
    if (last !== undefined) last.rows = ((this.#get(LOG_NEXT) - last.entries) >>> 0) / VALUE_ENTRY_BYTES;
  }

  #tryCache(rows: number): void {
    if (this.#get(LOG_CACHE) === 0) return;
    this.#cachedRows += rows;
    if (this.#cachedRows < CACHE_TRIAL_ROWS) return;
    if (this.#get(LOG_HITS) < this.#cachedRows * LEAST_HITS) this.#set(LOG_CACHE, 0);
    this.#set(LOG_HITS, 0);
    this.#cachedRows = 0;
  }

  /** The entries there are: of each segment, and of the cache. */
  #pieces(): readonly Piece[] {
    this.#noteRows();
    const cached = this.#env.kernels.packCache(this.#cache, this.#cachePlaces) >>> 0;
    return [...this.#segments, { entries: this.#cache, rows: cached }];
  }

  /** Writes all groups and their values as one run into the spill folder; pages stay in stock. */
  #spillAll(): void {
    this.#runs.push(this.#writer.writeFile(this.#pieces()));
    this.#memory.clear();
    for (const { entries } of this.#segments) this.#memory.stock.putBack(entries);
    this.#segments = [];
    this.#emptyLog();
  }

  #emptyLog(): void {
    const bytes = this.#cachePlaces * VALUE_ENTRY_BYTES;
    this.#env.heap.u8.fill(0, this.#cache, this.#cache + bytes);
    this.#set(LOG_NEXT, 0);
    this.#set(LOG_END, 0);
    this.#set(LOG_CACHE, this.#cache);
    this.#set(LOG_CACHE_SHIFT, 64 - Math.log2(this.#cachePlaces));
    this.#set(LOG_HITS, 0);
    this.#cachedRows = 0;
  }

  #get(field: number): number {
    return this.#env.heap.u32[(this.#control.address + field) >>> 2];
  }

  #set(field: number, value: number): void {
    this.#env.heap.u32[(this.#control.address + field) >>> 2] = value;
  }
}

interface Segment extends Piece {
  rows: number;
}
