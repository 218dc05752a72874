/**
 * Which of the rows to sort can still be among the first ones of their group: a table of groups, each with the best words that
 * were seen of it (kernels/assembly/state-bounds.ts). Rows beyond them are dropped before anything is written of them: of n rows
 * of a group in any order some k * ln(n / k) are left for its first k.
 *
 * Whatever is dropped would not be asked for, so the table may be forgotten at any time: it does not spill, it begins anew. It is
 * given up when it drops too few rows, or has too many groups.
 */
import { type DataType, physicalOf } from '../../columnar/data-type.js';
import type { Vector } from '../../columnar/vector.js';
import { COLUMN_BYTES, DESCENDING, NULLS_FIRST, TABLE_GROUPS } from '../../kernels/assembly/state-layout.js';
import type { Spillable } from '../../memory/task-memory.js';
import type { SortFormat } from '../sort/sort-format.js';
import type { StateEnv, StateSizes } from '../state-env.js';
import { PHYSICAL_CODES, type RowLayout, rowLayout } from './row-layout.js';
import { TableMemory, tableMinimumBytes } from './table-memory.js';

/** Of rows that agree in the first `keys` keys of a sort nobody asks for more than the first `rows`, and with ties those equal to them. */
export interface GroupBound {
  readonly keys: number;
  readonly rows: number;
  readonly withTies: boolean;
}

/** In a smaller share the table would be given up before it has dropped much. */
const LEAST_SHARE_BYTES = 8 << 20;
/** Of the share: the rows that are left need the rest. */
const TABLE_SHARE = 1 / 8;
/** Rows looked at at a time: what the find kernel has read ahead is still in the cache. */
const PIECE_ROWS = 1024;
/** After so many rows is looked whether enough were dropped to pay for it, which is one in eight. */
const TRIAL_ROWS = 1 << 19;
const LEAST_DROPPED = 1 / 8;

/** A word of each of the rows that are asked for; one accumulator, for the description of the column. */
function layoutOf(groupKeys: readonly DataType[], words: number): RowLayout {
  const layout = rowLayout(groupKeys, [
    { accumulator: { kind: 'count', input: null, result: { kind: 'bigint' } }, input: null },
  ]);
  return { ...layout, rowBytes: layout.accumulatorBase + 8 * words };
}

/** Managed memory without which GroupBounds cannot work; 0: there are none in so small a share. */
export function groupBoundsMinimumBytes(format: SortFormat, { keys, rows }: GroupBound, sizes: StateSizes): number {
  if (sizes.shareBytes < LEAST_SHARE_BYTES) return 0;
  return tableMinimumBytes(layoutOf(format.keys.slice(0, keys), rows), sizes);
}

/** Undefined where they would not pay. */
export function openGroupBounds(env: StateEnv, format: SortFormat, bound: GroupBound): GroupBounds | undefined {
  return env.memory.shareBytes < LEAST_SHARE_BYTES ? undefined : new GroupBounds(env, format, bound);
}

export class GroupBounds implements Spillable {
  readonly name = 'bounds of groups';
  /** Where `select` leaves the rows. */
  readonly rows: number;

  // configuration
  readonly #env: StateEnv;
  readonly #layout: RowLayout;
  readonly #keys: number;
  readonly #keep: number;
  readonly #physical: number;
  readonly #order: number;
  // state
  #seen = 0;
  #kept = 0;
  #isGivenUp = false;
  #isBusy = false;
  #isClosed = false;
  // resources
  readonly #memory: TableMemory;

  constructor(env: StateEnv, format: SortFormat, { keys, rows }: GroupBound) {
    this.#env = env;
    this.#keys = keys;
    this.#keep = rows;
    this.#layout = layoutOf(format.keys.slice(0, keys), rows);
    this.#physical = PHYSICAL_CODES[physicalOf(format.keys[keys])];
    const { descending, nullsFirst } = format.orders[keys] ?? {};
    this.#order = (descending ? DESCENDING : 0) | (nullsFirst ? NULLS_FIRST : 0);
    this.#memory = new TableMemory(env, this.#layout);
    this.rows = this.#memory.orderedRows;
    env.memory.registerSpillable(this);
  }

  /** It pays no more, and can be closed. */
  get isGivenUp(): boolean {
    return this.#isGivenUp;
  }

  /**
   * The rows that may be wanted of `count` rows: row indices from `selection` (0: rows 0 .. count-1), in their order; how many
   * they are. `keys`: the columns of the sort's keys.
   */
  select(keys: readonly Vector[], selection: number, count: number): number {
    this.#isBusy = true;
    const { keyColumns, inputColumns } = this.#memory;
    for (let k = 0; k < this.#keys; k++) this.#memory.describe(keyColumns + k * COLUMN_BYTES, keys[k]);
    this.#memory.describe(inputColumns, keys[this.#keys]);
    let kept = 0;
    for (let from = 0; from < count; ) {
      const reached = this.#memory.find(selection, from, Math.min(count, from + PIECE_ROWS));
      if (reached > from) {
        kept += this.#selectFound(selection, from, reached, this.rows + 4 * kept);
        from = reached;
      } else if (!this.#makeRoom()) {
        this.#isGivenUp = true;
        kept += this.#takeAll(selection, from, count, this.rows + 4 * kept);
        from = count;
      }
    }
    this.#judge(count, kept);
    this.#isBusy = false;
    return kept;
  }

  spillableBytes(): number {
    return this.#isBusy ? 0 : this.heldBytes();
  }

  heldBytes(): number {
    return this.#isClosed ? 0 : this.#memory.stock.bytes;
  }

  spill(): number {
    const bytes = this.spillableBytes();
    if (bytes === 0) return 0;
    this.#memory.clear();
    this.#memory.shrink();
    return bytes;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#env.memory.unregisterSpillable(this);
    this.#memory.close();
  }

  #selectFound(selection: number, from: number, to: number, rows: number): number {
    const { groupOf, inputColumns } = this.#memory;
    const list = [this.#layout.accumulatorBase, this.#keep] as const;
    const column = [inputColumns, this.#physical, this.#order] as const;
    return this.#env.kernels.rowsInBounds(groupOf, ...list, ...column, selection, from, to, rows) >>> 0;
  }

  /** False when the table has had its share, or nobody has memory for it. */
  #makeRoom(): boolean {
    const { shareBytes } = this.#env.memory;
    const isFull = this.#memory.get(TABLE_GROUPS) > 0 && this.heldBytes() >= shareBytes * TABLE_SHARE;
    return !isFull && this.#memory.makeRoom();
  }

  #takeAll(selection: number, from: number, to: number, rows: number): number {
    const { u32 } = this.#env.heap;
    for (let i = from; i < to; i++) u32[(rows >>> 2) + i - from] = selection === 0 ? i : u32[(selection >>> 2) + i];
    return to - from;
  }

  #judge(seen: number, kept: number): void {
    this.#seen += seen;
    this.#kept += kept;
    if (this.#seen < TRIAL_ROWS) return;
    if (this.#kept > this.#seen * (1 - LEAST_DROPPED)) this.#isGivenUp = true;
    this.#seen = 0;
    this.#kept = 0;
  }
}
