/**
 * The runs of a keyed store, oldest first. When there are too many for lookups, the newest ones are merged, as far back as each is not
 * much larger than those behind it: so a row is written about as often as the number of rows has doubled several times.
 */
import { FILTER_LINE_BYTES, SORT_ENTRY_BYTES, SORT_ENTRY_RECORD } from '../../kernels/assembly/state-layout.js';
import { PAGE_BYTES } from '../../memory/heap.js';
import { type BlockBuffer, RecordBlocks } from '../runs/record-blocks.js';
import type { SortedRun } from '../runs/sorted-run.js';
import { PIECE_ROWS } from '../sort/sort-control.js';
import type { StateEnv } from '../state-env.js';
import type { KeyedControl } from './keyed-control.js';
import type { KeyedFormat, KeyedRun } from './keyed-format.js';
import type { Memtable } from './memtable.js';
import { MergedIdentities } from './merged-identities.js';
import { type RunFilter, RunFilters } from './run-filter.js';
import { type LookupRoom, StoredRun } from './stored-run.js';

/** Each may cost a lookup a block. */
const MOST_RUNS = 8;
/** An older run of up to so many times the rows of those behind it is merged with them. */
const MERGED_RATIO = 2;
/** A lookup reads a block as a whole. */
const BLOCK_BYTES = PAGE_BYTES / 8;

export class StoredRuns {
  readonly metrics = { spilledRuns: 0, spilledRows: 0, mergedRuns: 0, blocksRead: 0 };
  readonly #env: StateEnv;
  readonly #control: KeyedControl;
  readonly #format: KeyedFormat;
  readonly #room: BlockBuffer;
  readonly #isSearched: boolean;
  readonly #filters: RunFilters;
  readonly #own = new Set<StoredRun>();
  #runs: StoredRun[];

  /** `given` are not removed when they are merged: others may go on from them. */
  constructor(
    env: StateEnv,
    control: KeyedControl,
    format: KeyedFormat,
    { address }: BlockBuffer,
    { given, isSearched }: { readonly given: readonly KeyedRun[]; readonly isSearched: boolean },
  ) {
    this.#isSearched = isSearched;
    this.#env = env;
    this.#control = control;
    this.#format = format;
    this.#room = { address, bytes: BLOCK_BYTES };
    this.#filters = new RunFilters(env);
    // The newest first: they are asked first, and their filters are small.
    this.#runs = [...given].reverse().map((stored) => this.#opened(stored));
    this.#runs.reverse();
  }

  get stored(): readonly KeyedRun[] {
    return this.#runs.map(({ stored }) => stored);
  }

  /** Makes the memtable a run, and empties it. */
  add(memtable: Memtable): void {
    const { heap, kernels, hashMask = 0xffffffff } = this.#env;
    const { records, found: ignored, identity } = this.#control;
    const { entries, rows } = memtable.sort();
    const writer = this.#writer();
    for (let from = 0; from < rows; from += PIECE_ROWS) {
      const count = Math.min(PIECE_ROWS, rows - from);
      for (let i = 0; i < count; i++) {
        const entry = entries + (from + i) * SORT_ENTRY_BYTES;
        heap.u32[(records >>> 2) + i] = heap.u32[(entry + SORT_ENTRY_RECORD) >>> 2];
      }
      writer.add(records, count);
      // Entries that are done with give their place to hashes: a filter gets memory when the records are gone.
      kernels.firstOfIdentities(identity, hashMask, 0, records, count, 0, ignored, entries + 4 * from);
    }
    memtable.dropRecords();
    const filter = this.#isSearched ? this.#filters.create(rows) : undefined;
    if (filter !== undefined) this.#filters.add(filter, entries, rows);
    this.#runs.push(this.#close(writer, filter));
    memtable.clear();
    this.metrics.spilledRuns++;
    this.metrics.spilledRows += rows;
  }

  /** Merges runs, when there are many. The memtable must be empty: merging takes its memory. */
  compact(): void {
    if (!this.#isSearched || this.#runs.length <= MOST_RUNS) return;
    const runs = this.#runs;
    let from = runs.length - 1;
    for (let rows = runs[from].rows; from > 0; from--) {
      const older = runs[from - 1].rows;
      if (from < runs.length - 1 && older > rows * MERGED_RATIO) break;
      rows += older;
    }
    const merged = runs.slice(from);
    for (const { filter } of merged) this.#filters.free(filter);
    const one = this.#merge(merged, from === 0);
    this.#runs = [...runs.slice(0, from), ...(one.rows === 0 ? [] : [one])];
    for (const run of merged) this.#remove(run);
    this.metrics.mergedRuns += merged.length;
  }

  /** Looks the control's `count` probes up, of which some may be found. False: there is no memory for what is found. */
  find(count: number, room: LookupRoom): boolean {
    if (this.#runs.length === 0) return true;
    const { entries, scratch } = this.#control;
    this.#env.kernels.sortRows(entries, count, scratch);
    const missing = this.#format.keeps === 'last';
    for (let i = this.#runs.length - 1; i >= 0; i--) {
      const run = this.#runs[i];
      const before = run.blocksRead;
      const isDone = run.find(count, missing, room);
      this.metrics.blocksRead += run.blocksRead - before;
      if (!isDone) return false;
    }
    return true;
  }

  close(): void {
    this.#filters.close();
  }

  #opened(stored: KeyedRun): StoredRun {
    const { location } = stored.run;
    const isFiltered = location.kind === 'file' && stored.filter !== undefined;
    const filter = isFiltered ? this.#filters.read(location.extent, stored.filter) : undefined;
    return new StoredRun(this.#env, this.#control, stored, filter);
  }

  #merge(runs: readonly StoredRun[], dropsTombstones: boolean): StoredRun {
    const sorted = runs.map(({ stored }) => stored.run);
    const filter = this.#filters.create(runs.reduce((sum, { rows }) => sum + rows, 0));
    const range = { low: null, high: null };
    const merged = new MergedIdentities(this.#env, this.#format, sorted, {
      ...{ range, dropsTombstones, batchRows: PIECE_ROWS },
    });
    try {
      const writer = this.#writer();
      for (let count = merged.next(); count > 0; count = merged.next()) {
        writer.add(merged.records, count);
        if (filter !== undefined) this.#filters.add(filter, merged.hashes, count);
      }
      return this.#close(writer, filter);
    } finally {
      merged.close();
    }
  }

  #writer(): RecordBlocks {
    return new RecordBlocks(this.#env, 'keyed', this.#room);
  }

  #close(writer: RecordBlocks, filter: RunFilter | undefined): StoredRun {
    const bytes = filter && writer.append(filter.address, filter.lines * FILTER_LINE_BYTES);
    const run: SortedRun = writer.close();
    const stored = new StoredRun(this.#env, this.#control, { run, filter: bytes }, filter);
    this.#own.add(stored);
    return stored;
  }

  #remove(run: StoredRun): void {
    const { location } = run.stored.run;
    if (this.#own.delete(run) && location.kind === 'file') this.#env.spill.remove(location.extent);
  }
}
