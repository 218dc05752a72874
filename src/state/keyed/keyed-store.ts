/**
 * Rows by their identity, in any memory: written, deleted and looked up batch by batch, in the end read in order.
 *
 *     write ──> memtable ── memory is refused ──> run ─┬─> run    sorted records in the spill folder, each run with a filter
 *                                                 run ─┘          several of about the same size are merged into one
 *     look up: the memtable, then runs from the newest to the oldest, as long as something is missing
 *
 * Nothing of it is shared: `seal` hands over runs, on which another task can go on.
 */
import type { Vector } from '../../columnar/vector.js';
import { PAGE_BYTES } from '../../memory/heap.js';
import { memoryExhausted } from '../../memory/memory-exhausted.js';
import type { Spillable } from '../../memory/task-memory.js';
import { PageStock, pagesFor } from '../runs/page-stock.js';
import type { BlockBuffer } from '../runs/record-blocks.js';
import type { RunRoom } from '../runs/sorted-run.js';
import { PIECE_ROWS } from '../sort/sort-control.js';
import { indexedRun } from '../sort/sort-segment.js';
import type { StateEnv, StateSizes } from '../state-env.js';
import { type Found, FoundRows, foundRowsPages } from './found-rows.js';
import { KeyProbes } from './key-probes.js';
import { KeyedControl, keyedControlPages } from './keyed-control.js';
import type { KeyedFormat, KeyedRuns } from './keyed-format.js';
import { type LoadRows, MEMTABLE_LEAST_BYTES, Memtable } from './memtable.js';
import { mergedIdentitiesMinimumBytes } from './merged-identities.js';
import { StoredRuns } from './stored-runs.js';

const PURPOSE = 'a keyed store';

/** Managed memory without which a store cannot work; rows longer than a page need more. */
export function keyedStoreMinimumBytes(
  format: KeyedFormat,
  { shareBytes }: Pick<StateSizes, 'shareBytes'>,
  { isSearched = true }: Pick<KeyedStoreOptions, 'isSearched'> = {},
): number {
  // And a page to put blocks together in.
  const written = (keyedControlPages(format) + 1) * PAGE_BYTES;
  if (!isSearched) return written + MEMTABLE_LEAST_BYTES;
  const found = foundRowsPages(format, shareBytes) * PAGE_BYTES;
  const merged = mergedIdentitiesMinimumBytes(format, PIECE_ROWS, shareBytes);
  return written + found + Math.max(MEMTABLE_LEAST_BYTES, merged);
}

export interface KeyedStoreOptions {
  /** Of a store before; they stay as they are. */
  readonly given?: KeyedRuns;
  /** Rows can be looked up; else runs need no filters, and may be many. */
  readonly isSearched?: boolean;
}

export class KeyedStore implements Spillable {
  readonly name = 'keyed store';
  // resources
  readonly #env: StateEnv;
  readonly #control: KeyedControl;
  readonly #stock: PageStock;
  readonly #memtable: Memtable;
  readonly #probes: KeyProbes;
  /** Where rows are looked up. */
  readonly #found: FoundRows | undefined;
  readonly #runs: StoredRuns;
  readonly #room: RunRoom;
  // state
  #epoch = 0;
  /** How many rows were looked up at a time. */
  #lookedUp = PIECE_ROWS;
  #isBusy = false;
  #isClosed = false;
  /** Longer probes than the control takes, and blocks than the room takes. */
  #probePages = 0;
  #blockPages = 0;
  #blockBytes = 0;

  /** Throws MEMORY_EXHAUSTED. */
  constructor(
    env: StateEnv,
    format: KeyedFormat,
    { given = { runs: [], epoch: 0 }, isSearched = true }: KeyedStoreOptions = {},
  ) {
    this.#env = env;
    this.#stock = new PageStock(env.memory);
    this.#control = new KeyedControl(env, format);
    const address = this.#stock.require(PAGE_BYTES, PURPOSE);
    this.#room = { address, bytes: PAGE_BYTES, within: { address, pages: 1 } };
    this.#memtable = new Memtable(env, this.#control);
    if (isSearched) this.#found = new FoundRows(env, this.#control, format);
    this.#probes = new KeyProbes(env, this.#control, (bytes) => this.#probeRoom(bytes));
    const options = { given: given.runs, isSearched };
    this.#runs = new StoredRuns(env, this.#control, format, this.#room, options);
    this.#setEpoch(given.epoch);
    env.memory.registerSpillable(this);
  }

  /** In memory. */
  get rows(): number {
    return this.#memtable.rows;
  }

  get metrics(): StoredRuns['metrics'] {
    return this.#runs.metrics;
  }

  /**
   * Writes `count` rows: row indices from `selection` (0: rows 0 .. count-1). `columns`: keys, rank, values, none of them a view into
   * what was looked up. The values may not be there yet: `load` makes those of the rows that stay.
   */
  upsert(columns: readonly Vector[], selection: number, count: number, load?: LoadRows): void {
    const loadRows = (rows: number, found: number): void => {
      load?.(rows, found);
      this.#control.describe(columns);
    };
    this.#work(columns, () => this.#write(this.#control.probe, this.#control.row, selection, count, load && loadRows));
  }

  /** Removes the rows with these keys; only of a store that keeps the last, where a deletion is a write like any other. */
  delete(keys: readonly Vector[], selection: number, count: number): void {
    this.#work(keys, () => this.#write(this.#control.identity, this.#control.tombstone, selection, count));
  }

  /** Shows `take`, which must leave the store alone, what the rows with these keys are, some at a time, in their order. */
  lookUp(keys: readonly Vector[], selection: number, count: number, take: (found: Found) => void): void {
    const rows = this.#found!;
    this.#work(keys, () => {
      // When there was no room for what so many find, that is tried again with the next batch.
      let most = Math.min(rows.most, 2 * this.#lookedUp);
      for (let from = 0; from < count; ) {
        const end = Math.min(count, from + most);
        const reached = this.#find(rows, selection, from, end);
        if (reached < end) most = reached - from;
        this.#lookedUp = most;
        take(rows.take(selection, from, reached - from));
        rows.release();
        from = reached;
      }
    });
  }

  /** All rows as runs; those in memory are sealed for `partition`. Ends the store. */
  seal(partition: number): KeyedRuns {
    this.#isBusy = true;
    const { memory, heap } = this.#env;
    const runs = [...this.#runs.stored];
    const { rows } = this.#memtable;
    if (rows > 0) {
      const segment = this.#memtable.sort();
      const pages = this.#memtable.release();
      for (const { address, pages: count } of [...pages, this.#room.within]) memory.seal(address, count, partition);
      this.#stock.release(this.#room.address);
      runs.push({ run: indexedRun(heap, segment, pages, this.#room) });
    }
    const epoch = rows > 0 ? this.#epoch + 1 : this.#epoch;
    this.close();
    return { runs, epoch };
  }

  /** Frees everything that was not sealed; always called, also after `seal` or a failure. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { memory } = this.#env;
    memory.unregisterSpillable(this);
    this.#memtable.close();
    this.#found?.close();
    this.#runs.close();
    this.#stock.freeAll();
    memory.free(this.#control.address, this.#control.pages);
  }

  spillableBytes(): number {
    return this.#isBusy || this.#isClosed || this.#memtable.rows === 0 ? 0 : this.#memtable.heldBytes;
  }

  heldBytes(): number {
    return this.#isClosed ? 0 : this.#memtable.heldBytes;
  }

  spill(): number {
    const bytes = this.spillableBytes();
    if (bytes > 0) this.#spillMemtable();
    return bytes;
  }

  #work(columns: readonly Vector[], run: () => void): void {
    if (this.#env.memory.spillRequested()) this.spill();
    this.#isBusy = true;
    if (this.#memtable.rows === 0) this.#runs.compact();
    this.#control.describe(columns);
    try {
      run();
    } finally {
      this.#isBusy = false;
    }
  }

  #write(probe: number, format: number, selection: number, count: number, load?: LoadRows): void {
    const { rows } = this.#control;
    const { u32 } = this.#env.heap;
    for (let from = 0; from < count; ) {
      const probes = this.#probes.write(probe, selection, from, count);
      const refused = this.#memtable.write(format, selection, from, probes, load);
      from += probes;
      if (refused === 0) continue;
      this.#makeRoom(this.#memtable.needed);
      if (selection === rows) {
        // The rows that are left, one behind another.
        u32.copyWithin((rows >>> 2) + refused, (rows >>> 2) + from, (rows >>> 2) + count);
        count += refused - from;
        from = 0;
      } else {
        this.#write(probe, format, rows, refused, load);
      }
    }
  }

  /** Looks up positions from `from` on; how far it came. */
  #find(rows: FoundRows, selection: number, from: number, to: number): number {
    for (let end = to; ; end = from + Math.max(1, (end - from) >>> 1)) {
      const count = this.#probes.write(this.#control.identity, selection, from, end);
      this.#memtable.find(count);
      const room = { block: (bytes: number) => this.#blockRoom(bytes), keepHits: () => rows.keepHits() };
      if (this.#runs.find(count, room)) return from + count;
      rows.release();
      if (count === 1) this.#makeRoom(PAGE_BYTES);
    }
  }

  /** Gives memory back that the store can do without, or has others do so. Throws MEMORY_EXHAUSTED. */
  #makeRoom(bytes: number): void {
    const { memory } = this.#env;
    if (this.#memtable.rows > 0) {
      this.#spillMemtable();
      this.#runs.compact();
      return;
    }
    if (memory.spillOthers() || memory.awaitOthers()) return;
    throw memoryExhausted('a row of a keyed store', bytes, memory.shareBytes);
  }

  #spillMemtable(): void {
    this.#runs.add(this.#memtable);
    this.#setEpoch(this.#epoch + 1);
  }

  #setEpoch(epoch: number): void {
    this.#epoch = epoch;
    this.#control.setEpoch(epoch);
  }

  #probeRoom(bytes: number): BlockBuffer {
    this.#stock.putBack(this.#probePages);
    this.#probePages = this.#requirePages(bytes);
    return { address: this.#probePages, bytes: pagesFor(bytes) * PAGE_BYTES };
  }

  #blockRoom(bytes: number): number {
    if (bytes <= this.#room.bytes) return this.#room.address;
    if (bytes > this.#blockBytes) {
      this.#stock.putBack(this.#blockPages);
      this.#blockPages = this.#stock.take(bytes);
      this.#blockBytes = this.#blockPages === 0 ? 0 : pagesFor(bytes) * PAGE_BYTES;
    }
    return this.#blockPages;
  }

  #requirePages(bytes: number): number {
    for (;;) {
      const address = this.#stock.take(bytes);
      if (address !== 0) return address;
      this.#makeRoom(bytes);
    }
  }
}
