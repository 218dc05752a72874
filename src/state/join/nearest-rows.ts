/**
 * The right side of an asof join: sorted rows that are walked along with those of the left, which come in the same order.
 * Whoever is at a row of the left has passed all rows of the right that it may take, and the last of them is the nearest.
 *
 *     left      (A 10)         (A 25) (A 26)   (B 7)
 *     right  (A 8)    (A 20)                         (B 9)
 *     nearest  A 8             A 20   A 20      none: the last one has another key
 *
 * Rows are found as records. They live as long as their batch: when it ends, `settle` asks the left to be done with what it
 * has found, and the last row passed is kept. A walk that begins in the middle begins with the last row before its range.
 */
import { ROWS_FIXED } from '../../kernels/assembly/state-layout.js';
import type { Arena } from '../../memory/arena.js';
import { PAGE_BYTES } from '../../memory/heap.js';
import { pad8 } from '../groups/row-layout.js';
import { keyPrefixBytes } from '../runs/key-prefix.js';
import type { KeyRange, SortedRun } from '../runs/sorted-run.js';
import { type SortFormat, sortFormatBytes, writeSortFormat } from '../sort/sort-format.js';
import { compareKeys, keyBytesOf, keyOf } from '../sort/sorted-keys.js';
import type { SortedRows } from '../sort/sorted-rows.js';
import type { StateEnv } from '../state-env.js';
import { KeptRecord } from './kept-record.js';
import { keepLastBefore } from './last-before.js';

export interface NearestRowsUse {
  /** So many first keys of both sides must be equal; the next one says how near a row is. */
  readonly keys: number;
  /** Rows where all of these are equal do not meet. */
  readonly isStrict: boolean;
  /** The left is to be done with what it has found. */
  readonly settle: () => void;
}

/** A page for the row that is kept; a bound and a block, to find the one before a range. */
export const NEAREST_ROWS_MINIMUM_BYTES = 3 * PAGE_BYTES;

export class NearestRows {
  readonly #env: StateEnv;
  readonly #format: SortFormat;
  readonly #use: NearestRowsUse;
  readonly #kept: KeptRecord;
  /** A record of nulls. */
  readonly nothing: number;
  #rows!: SortedRows;
  // The batch at work, and the next of its rows.
  #count = 0;
  #row = 0;
  /** The last row that was passed: its record; 0: there is none. */
  #last = 0;

  constructor(env: StateEnv, format: SortFormat, arena: Arena, use: NearestRowsUse) {
    this.#env = env;
    this.#format = format;
    this.#use = use;
    this.nothing = recordOfNulls(env, format, arena);
    this.#kept = new KeptRecord(env, 'an asof join');
  }

  /** Walks the rows of the runs that lie in the range, from its beginning. */
  begin(rows: SortedRows, runs: readonly SortedRun[], range: KeyRange): void {
    keepLastBefore(this.#env, runs, range, this.#kept);
    this.#last = this.#kept.address;
    this.#rows = rows;
    this.#count = rows.nextRecords();
    this.#row = 0;
  }

  /** The nearest row to one of the left: its record, or `nothing`. Records of the left ascend from call to call. */
  find(left: number): number {
    const { heap } = this.#env;
    const { isStrict } = this.#use;
    const bytes = keyBytesOf(heap, left);
    while (this.#count > 0) {
      const right = heap.u32[(this.#rows.records >>> 2) + this.#row];
      const order = compareKeys(heap, keyOf(right), keyBytesOf(heap, right), keyOf(left), bytes);
      if (order > 0 || (order === 0 && isStrict)) break;
      this.#last = right;
      this.#row++;
      if (this.#row === this.#count) this.#turn();
    }
    return this.#last !== 0 && this.#hasKeysOf(left) ? this.#last : this.nothing;
  }

  close(): void {
    this.#kept.close();
  }

  /** Goes on to the next batch; the records of this one go, but for the last. */
  #turn(): void {
    this.#use.settle();
    this.#kept.keep(this.#last);
    this.#last = this.#kept.address;
    this.#count = this.#rows.nextRecords();
    this.#row = 0;
  }

  /** Whether the last row that was passed has the keys of a row of the left. */
  #hasKeysOf(left: number): boolean {
    const { u8 } = this.#env.heap;
    const { keys, orders } = this.#format;
    const bytes = keyPrefixBytes(u8, keys, orders, this.#use.keys, keyOf(left));
    const [a, b] = [keyOf(left), keyOf(this.#last)];
    for (let at = 0; at < bytes; at++) if (u8[a + at] !== u8[b + at]) return false;
    return true;
  }
}

function recordOfNulls({ heap }: StateEnv, format: SortFormat, arena: Arena): number {
  const layout = arena.allocate(sortFormatBytes(format));
  writeSortFormat(heap, layout, format);
  const bytes = heap.u32[(layout + ROWS_FIXED) >>> 2];
  const record = arena.allocate(8 + pad8(bytes));
  heap.u8.fill(0, record, record + 8 + pad8(bytes));
  heap.u32[(record + 4) >>> 2] = bytes;
  // A bit a value.
  heap.u8.fill(0xff, record + 8, record + 8 + Math.ceil(format.values.length / 8));
  return record;
}
