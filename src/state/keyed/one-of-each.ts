/**
 * Rows to sort of which only the first of each group is asked for, a group being rows that agree in the first keys: of what comes to
 * this task the others are dropped at once. As long as there are some; a table of rows that are all different costs more than it saves.
 *
 * 1. Rows go to a keyed store, which keeps the least one of each group, until it has TRIAL_ROWS, or must write them out.
 * 2. With few rows a group by then, the rest is sorted like any other rows.
 *
 * Either way records of one shape come out, and of each group the first one is among them.
 */
import type { Vector } from '../../columnar/vector.js';
import type { SortedRun } from '../runs/sorted-run.js';
import { SortBuffer, sortBufferMinimumBytes } from '../sort/sort-buffer.js';
import type { SortFormat } from '../sort/sort-format.js';
import type { StateEnv, StateSizes } from '../state-env.js';
import type { KeyedFormat } from './keyed-format.js';
import { KeyedStore, keyedStoreMinimumBytes } from './keyed-store.js';
import type { LoadRows } from './memtable.js';

/** Records of so many rows are more than a core's cache holds. */
const TRIAL_ROWS = 1 << 16;
/** Rows a group in the trial, from which on the store is worth its price. */
const LEAST_ROWS_A_GROUP = 1.1;

const NOT_SEARCHED = { isSearched: false };

/** The first `grouping` keys ascend, with nulls last. */
function keyedFormat({ keys, orders, values }: SortFormat, grouping: number): KeyedFormat {
  const rank = keys.slice(grouping).map((type, i) => ({ type, ...orders[grouping + i] }));
  return { keys: keys.slice(0, grouping), rank, values, keeps: 'least' };
}

/** Managed memory without which OneOfEach cannot work: it has the store, or what sorts the rest. */
export function oneOfEachMinimumBytes(format: SortFormat, grouping: number, sizes: StateSizes): number {
  return Math.max(
    keyedStoreMinimumBytes(keyedFormat(format, grouping), sizes, NOT_SEARCHED),
    sortBufferMinimumBytes(format, sizes),
  );
}

export class OneOfEach {
  rowsIn = 0;
  readonly #env: StateEnv;
  readonly #format: SortFormat;
  readonly #trialRows: number;
  readonly #runs: SortedRun[] = [];
  #store: KeyedStore | undefined;
  #rest: SortBuffer | undefined;
  #isTrial = true;

  constructor(env: StateEnv, format: SortFormat, grouping: number) {
    this.#env = env;
    this.#format = format;
    this.#trialRows = env.trialGroups ?? TRIAL_ROWS;
    this.#store = new KeyedStore(env, keyedFormat(format, grouping), NOT_SEARCHED);
  }

  /** Takes `count` rows in, as a sort buffer does. */
  add(columns: readonly Vector[], selection: number, count: number, load: LoadRows): void {
    this.rowsIn += count;
    if (this.#store === undefined) {
      this.#rest?.add(columns, selection, count, load);
      return;
    }
    this.#store.upsert(columns, selection, count, load);
    const { rows, metrics } = this.#store;
    if (this.#isTrial && (rows >= this.#trialRows || metrics.spilledRuns > 0)) this.#endTrial(this.#store);
  }

  /** The rows as sorted runs; those in memory are sealed for `partition`. Ends the buffer. */
  finish(partition: number): SortedRun[] {
    const kept = this.#store?.seal(partition).runs.map(({ run }) => run) ?? [];
    return [...this.#runs, ...kept, ...(this.#rest?.finish(partition) ?? [])];
  }

  /** Frees everything that was not sealed; always called, also after finish or a failure. */
  close(): void {
    this.#store?.close();
    this.#rest?.close();
  }

  #endTrial(store: KeyedStore): void {
    this.#isTrial = false;
    const kept = store.rows + store.metrics.spilledRows;
    if (this.rowsIn >= kept * LEAST_ROWS_A_GROUP) return;
    // In files, as what sorts the rest is promised no more memory than the store.
    store.spill();
    this.#runs.push(...store.seal(0).runs.map(({ run }) => run));
    this.#store = undefined;
    this.#rest = new SortBuffer(this.#env, this.#format);
  }
}
