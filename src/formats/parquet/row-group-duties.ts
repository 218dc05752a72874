/**
 * Which attempt writes which row group. Rows are spooled by split, and every attempt adds the whole splits up in their order;
 * who has the split in which a row group ends writes the group, as soon as all splits up to there are whole.
 *
 *     splits       | 0 a | 1 b | 2 a | 3 b | 4 b | ...        a, b: the attempts that read them
 *     row groups   |     0 a       |      1 b     | ...
 *
 * Kill-safe like the file itself: who repeats an attempt gets its splits and with them its groups; splits that are whole
 * and groups that are through are passed over. Nobody waits for one that waits for him: a group is written when all it
 * needs is there, an attempt writes its groups in their order, and it looks for them wherever it waits.
 */
import { type LeatError, leatError } from '../../errors.js';
import type { Heap } from '../../memory/heap.js';
import type { OrderedFileWriter } from '../publishing/ordered-file.js';
import { keepRecord } from './row-group-record.js';
import type { BlockRows, PlacedSplit } from './row-group-rows.js';
import { type RowGroupSizes, type RowPlace, rowGroupAt } from './row-group-sizes.js';
import type { RowGroupWriter } from './row-group-writer.js';
import type { RowSpoolState } from './row-spool-state.js';
import { readSplitIndex, type SplitIndex, SplitSpool } from './spooled-split.js';

/** Where the words of the file end: eight milliards of rows. */
export const MAX_ROW_GROUPS = 65_536;

/** What a split may leave on the disk while those before it are not whole. */
const SPOOL_LIMIT = 256 << 20;

export interface RowGroupDutiesOptions {
  /** Of the spool. */
  readonly name: string;
  readonly columns: number;
  readonly sizes: RowGroupSizes;
  readonly state: RowSpoolState;
  readonly file: OrderedFileWriter;
  readonly writer: RowGroupWriter;
  readonly heap: Heap;
  /** No other attempt reads splits: what it leaves unread nobody reads. */
  readonly isAlone: boolean;
  readonly metrics: { waitMs: number };
  readonly poll: () => void;
}

/** A split of the row group at work; its index is looked at when the group is written. */
interface OpenSplit {
  readonly split: number;
  readonly start: RowPlace;
}

export class RowGroupDuties {
  readonly #options: RowGroupDutiesOptions;
  /** The first split that is not added up, and how much lies before it. */
  #next = 0;
  #place: RowPlace = { row: 0, bytes: 0 };
  /** The row group that the next row belongs to, so far as it is known; those before it are somebody's business already. */
  #group = 0;
  /** Splits that have rows of that group. */
  #open: OpenSplit[] = [];
  /** Of this attempt, with what lies before them once that is known. */
  #spools: { readonly spool: SplitSpool; start: RowPlace | undefined }[] = [];
  /** Splits of this attempt from `next` on, ascending. */
  readonly #mine: number[] = [];
  #lastSplit = -1;
  /** The split at work; undefined when it is whole already. */
  #spool: SplitSpool | undefined;

  constructor(options: RowGroupDutiesOptions) {
    this.#options = options;
  }

  beginSplit(split: number): void {
    const { state, name, columns, heap } = this.#options;
    this.#mine.push(split);
    this.#lastSplit = split;
    this.#spool = state.isWhole(split) ? undefined : new SplitSpool(name, split, columns, heap);
    if (this.#spool !== undefined) this.#spools.push({ spool: this.#spool, start: undefined });
    this.advance();
  }

  /** A block of the split at work. */
  add(address: number, bytes: number, rows: number, columns: readonly { bytes: number; values: number }[]): void {
    this.#spool?.add(address, bytes, rows, columns);
  }

  endSplit(split: number): void {
    const spool = this.#spool;
    this.#spool = undefined;
    if (spool !== undefined) {
      spool.finish();
      this.#options.state.complete(split, spool.rows, spool.bytes);
    }
    this.advance();
  }

  /** Writes what can be written; waits when too much lies in the spool. */
  advance(): void {
    this.#addUp();
    const spool = this.#spool;
    if (spool === undefined) return;
    this.#wait(() => this.#next === spool.index.split || spool.held < SPOOL_LIMIT);
    if (this.#next === spool.index.split) this.#writeSoFar(spool);
  }

  /** All splits of the attempt are through: writes its last row groups, and waits until they are in the file. */
  finish(): void {
    const { state, file, isAlone } = this.#options;
    this.#wait(() => this.#next > this.#lastSplit);
    const isLast = isAlone || this.#lastSplit === state.splits - 1;
    if (isLast && !file.isAbandoned) this.#write(this.#group, () => this.#placed());
    file.finish();
    this.#removeThrough();
  }

  close(): void {
    // Left by an error or a cancel: nobody must wait for the split to be whole.
    if (this.#mine.length > 0 || this.#spool !== undefined) this.#options.file.abandon();
    for (const { spool } of this.#spools) spool.close();
  }

  #wait(isOver: () => boolean): void {
    const { state, file, metrics, poll } = this.#options;
    while (!isOver() && !file.isAbandoned) {
      const seen = state.version;
      this.#addUp();
      if (isOver()) return;
      poll();
      const begin = performance.now();
      state.wait(seen);
      metrics.waitMs += performance.now() - begin;
    }
  }

  /**
   * Adds up the splits that are whole, and writes the row groups that end in those of this attempt. Not beyond the one at work:
   * of those behind it nobody knows yet whose they are.
   */
  #addUp(): void {
    const { state, sizes } = this.#options;
    while (this.#next <= this.#lastSplit && state.isWhole(this.#next)) {
      const split = this.#next++;
      const start = this.#place;
      const end = { row: start.row + state.rows(split), bytes: start.bytes + state.bytes(split) };
      const group = rowGroupAt(end, sizes);
      const isMine = this.#mine[0] === split;
      if (end.row > start.row) this.#open.push({ split, start });
      if (isMine) {
        this.#mine.shift();
        this.#placeSpool(split, start);
        for (let each = this.#group; each < group; each++) this.#write(each, () => this.#placed());
      }
      if (this.#group < group) this.#open = end.row > start.row ? [{ split, start }] : [];
      this.#group = group;
      this.#place = end;
      if (isMine) this.#removeThrough();
    }
  }

  /** The split at work is the next one: row groups that end in what there is of it. */
  #writeSoFar(spool: SplitSpool): void {
    const start = this.#place;
    this.#placeSpool(spool.index.split, start);
    const group = rowGroupAt({ row: start.row + spool.rows, bytes: start.bytes + spool.bytes }, this.#options.sizes);
    if (this.#group === group) return;
    const splits = (): PlacedSplit[] => [...this.#placed(), { index: spool.index, start }];
    for (let each = this.#group; each < group; each++) this.#write(each, splits);
    this.#group = group;
    this.#open = [];
    this.#removeThrough();
  }

  /** `splits`: not looked at for a row group that is through, whose splits may be gone. */
  #write(group: number, splits: () => readonly PlacedSplit[]): void {
    const { file, writer, name } = this.#options;
    if (group >= MAX_ROW_GROUPS) throw tooManyGroups();
    file.beginSplit(group);
    if (file.isThrough(group)) return;
    const blocks = writer.rows(group, splits());
    if (blocks.length > 0) keepRecord(name, group, writer.write(blocks));
    file.endSplit(blocks.reduce((sum, { from, to }: BlockRows) => sum + to - from, 0));
  }

  #placed(): PlacedSplit[] {
    return this.#open.map(({ split, start }) => ({ index: this.#indexOf(split), start }));
  }

  #indexOf(split: number): SplitIndex {
    const { name, columns } = this.#options;
    const own = this.#spools.find(({ spool }) => spool.index.split === split);
    return own === undefined ? readSplitIndex(name, split, columns) : own.spool.index;
  }

  #placeSpool(split: number, start: RowPlace): void {
    const own = this.#spools.find(({ spool }) => spool.index.split === split);
    if (own !== undefined) own.start = start;
  }

  /** Takes away what is spooled of this attempt and in the file. */
  #removeThrough(): void {
    const { sizes, file } = this.#options;
    this.#spools = this.#spools.filter(({ spool, start }) => {
      if (start === undefined) return true;
      spool.removeParts(({ row, bytes }) =>
        file.isThrough(rowGroupAt({ row: start.row + row, bytes: start.bytes + bytes }, sizes)),
      );
      if (!spool.isEmpty || spool === this.#spool) return true;
      spool.removeIndex();
      return false;
    });
  }
}

function tooManyGroups(): LeatError {
  return leatError('FORMAT_IO', `the output has more than ${MAX_ROW_GROUPS.toLocaleString('en')} row groups`, {
    hint: 'write the rows to several files, each with a `filter` above it',
  });
}
