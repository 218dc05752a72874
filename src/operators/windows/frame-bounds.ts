/**
 * Where the frames of rows begin and end. Both only ever move forwards from row to row, so each walks over the rows of a
 * partition once. A bound that depends on rows still to come is not known yet.
 */
import type { FrameBound, KeyOrder, WindowFrame } from '../../columnar/window.js';
import { isNull } from '../../expr/compiler/row-values.js';
import { RowReader } from './row-reader.js';
import type { RowStore } from './row-store.js';
import { compareValues } from './values.js';

/** The rows of the partition that are there, from `start`; `end` is undefined while more may come. */
export interface KnownRows {
  readonly start: number;
  readonly have: number;
  readonly end: number | undefined;
}

const UNKNOWN = -1;

export class FrameBounds {
  /** Bounds of the rows found last: the first row of the frame, and the first behind it. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly #start: BoundCursor;
  readonly #end: BoundCursor;

  constructor(store: RowStore, { start, end }: WindowFrame<number>, keyOrder: KeyOrder | undefined) {
    this.low = new Float64Array(store.chunkRows);
    this.high = new Float64Array(store.chunkRows);
    this.#start = new BoundCursor(store, start, keyOrder, false);
    this.#end = new BoundCursor(store, end, keyOrder, true);
  }

  begin(start: number): void {
    this.#start.begin(start);
    this.#end.begin(start);
  }

  /** Rows before this one are not looked at any more. */
  get oldest(): number {
    return Math.min(this.#start.oldest, this.#end.oldest);
  }

  /** Finds the bounds of the rows from..to-1 as far as they are known; answers where that ends. */
  find(from: number, to: number, rows: KnownRows): number {
    for (let row = from; row < to; row++) {
      const low = this.#start.find(row, rows);
      const high = low === UNKNOWN ? UNKNOWN : this.#end.find(row, rows);
      if (high === UNKNOWN) return row;
      this.low[row - from] = low;
      this.high[row - from] = Math.max(low, high);
    }
    return to;
  }
}

/** One end of the frames: answers the first row of a frame, or (`isEnd`) the first behind it. */
class BoundCursor {
  readonly #store: RowStore;
  readonly #bound: FrameBound<number>;
  readonly #order: KeyOrder | undefined;
  readonly #isEnd: boolean;
  /** The group of peers of the row asked for last, its number from 0. */
  #row = 0;
  #group = 0;
  readonly #rowReader: RowReader;
  readonly #groups: GroupWalker;
  /** By values: rows before it are before the bound. */
  #at = 0;
  readonly #atReader: RowReader;

  constructor(store: RowStore, bound: FrameBound<number>, order: KeyOrder | undefined, isEnd: boolean) {
    this.#store = store;
    this.#bound = bound;
    this.#order = order;
    this.#isEnd = isEnd;
    this.#rowReader = new RowReader(store);
    this.#atReader = new RowReader(store);
    this.#groups = new GroupWalker(store);
  }

  begin(start: number): void {
    this.#row = start;
    this.#group = 0;
    this.#at = start;
    this.#groups.begin(start);
  }

  find(row: number, rows: KnownRows): number {
    const bound = this.#bound;
    const behind = this.#isEnd ? 1 : 0;
    switch (bound.kind) {
      case 'unbounded':
        return this.#isEnd ? (rows.end ?? UNKNOWN) : rows.start;
      case 'rows': {
        const found = Math.max(rows.start, row + bound.by + behind);
        return rows.end === undefined ? (found <= rows.have ? found : UNKNOWN) : Math.min(found, rows.end);
      }
      case 'groups':
        return this.#groups.find(this.#groupOf(row) + bound.by + behind, rows);
      case 'value': {
        // Both walks go on with the row, so that neither has to look back when it is needed.
        const group = this.#groupOf(row);
        this.#groups.enter(group, row);
        const { vectors } = this.#rowReader.seek(row);
        if (!isNull(this.#store.memory.heap, vectors[bound.bound], this.#rowReader.index)) {
          return this.#findValue(bound.key, bound.bound, row, rows);
        }
        this.#at = Math.max(this.#at, row);
        return this.#groups.find(group + behind, rows);
      }
    }
  }

  get oldest(): number {
    switch (this.#bound.kind) {
      case 'groups':
        return this.#groups.oldest;
      case 'value':
        return this.#at;
      default:
        return Infinity;
    }
  }

  #groupOf(row: number): number {
    while (this.#row < row) if (this.#rowReader.beginsPeers(++this.#row)) this.#group++;
    return this.#group;
  }

  #findValue(key: number, bound: number, row: number, rows: KnownRows): number {
    const { heap } = this.#store.memory;
    const limit = this.#rowReader.seek(row).vectors[bound];
    const { index } = this.#rowReader;
    const sign = this.#order?.descending ? -1 : 1;
    for (; this.#at < rows.have; this.#at++) {
      const { vectors } = this.#atReader.seek(this.#at);
      const at = this.#atReader.index;
      if (isNull(heap, vectors[key], at)) {
        if (this.#order?.nullsFirst) continue;
        return this.#at;
      }
      const compared = sign * compareValues(heap, vectors[key], at, limit, index);
      if (this.#isEnd ? compared > 0 : compared >= 0) return this.#at;
    }
    return rows.end ?? UNKNOWN;
  }
}

/** Finds where groups of peers begin, of ascending numbers from 0; behind the last one that is the partition's end. */
class GroupWalker {
  readonly #reader: RowReader;
  /** The group whose first row is `at`; the rows up to `next` are of it. */
  #group = 0;
  #at = 0;
  #next = 0;

  constructor(store: RowStore) {
    this.#reader = new RowReader(store);
  }

  begin(start: number): void {
    this.#group = 0;
    this.#at = start;
    this.#next = start + 1;
  }

  /** Goes on to the group of a row, if it is the first one of a group that was not reached. */
  enter(group: number, row: number): void {
    if (group <= this.#group) return;
    this.#group = group;
    this.#at = row;
    this.#next = row + 1;
  }

  get oldest(): number {
    return this.#next;
  }

  find(group: number, { have, end }: KnownRows): number {
    while (this.#group < group) {
      while (this.#next < have && !this.#reader.beginsPeers(this.#next)) this.#next++;
      if (this.#next >= have) return end ?? UNKNOWN;
      this.#group++;
      this.#at = this.#next++;
    }
    return this.#at;
  }
}
