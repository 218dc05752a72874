/**
 * The partial side of an aggregation: a table while that makes the input smaller, else rows as records (group-records.ts),
 * which cost a third: nothing is looked up, and nothing lies scattered over more memory than a cache holds.
 *
 * 1. All rows go to the table until it has TRIAL_GROUPS groups. With few rows a group by then, records begin.
 * 2. From then on every SAMPLED_BATCH-th batch still goes to the table. How many of its rows meet a group tells how many keys there
 *    are (a share h of all keys is known when a share h of the rows is met), so how many rows a group has by now.
 * 3. When that is enough after all, the table takes the rest.
 *
 * Either way partial groups come out; which rows went where does not show in what they add up to.
 */
import type { AccumulatorCall } from '../../columnar/accumulator.js';
import type { DataType } from '../../columnar/data-type.js';
import type { Vector } from '../../columnar/vector.js';
import type { SortedRun } from '../runs/sorted-run.js';
import type { StateEnv, StateSizes } from '../state-env.js';
import { canBeRecords, GroupRecords, groupRecordsMinimumBytes } from './group-records.js';
import { GroupTable, groupTableMinimumBytes } from './group-table.js';
import { rowLayout } from './row-layout.js';

/** A table of so many groups is larger than a core's cache. */
const TRIAL_GROUPS = 1 << 17;
/** Rows a group in the trial, from which on a table is worth its price, */
const TRIAL_ROWS_PER_GROUP = 1.2;
/** and by the estimate. */
const ROWS_PER_GROUP = 2;
const SAMPLED_BATCH = 32;
/** Of the samples before, what is left with each new one. */
const MEMORY_OF_SAMPLES = 0.75;
/** In a smaller share a table is written out long before the trial ends. */
const LEAST_SHARE_BYTES = 32 << 20;

function mayBeRecords(sizes: Pick<StateSizes, 'shareBytes'>, trialGroups: number): boolean {
  return sizes.shareBytes >= LEAST_SHARE_BYTES || trialGroups < TRIAL_GROUPS;
}

/** Managed memory without which PartialGroups cannot work. */
export function partialGroupsMinimumBytes(
  keys: readonly DataType[],
  calls: readonly AccumulatorCall[],
  sizes: StateSizes,
): number {
  const layout = rowLayout(keys, calls);
  const table = groupTableMinimumBytes(keys, calls, sizes);
  if (!canBeRecords(layout) || !mayBeRecords(sizes, TRIAL_GROUPS)) return table;
  return table + groupRecordsMinimumBytes(keys, layout, sizes);
}

export class PartialGroups {
  readonly #env: StateEnv;
  readonly #keys: readonly DataType[];
  readonly #calls: readonly AccumulatorCall[];
  readonly #table: GroupTable;
  readonly #trialGroups: number;
  #records: GroupRecords | undefined;
  #mode: 'trial' | 'records' | 'table';
  #rows = 0;
  #batches = 0;
  /** Of the samples: rows, and those that met no group. */
  #sampled = 0;
  #unmet = 0;

  constructor(env: StateEnv, keys: readonly DataType[], calls: readonly AccumulatorCall[]) {
    this.#env = env;
    this.#keys = keys;
    this.#calls = calls;
    this.#trialGroups = env.trialGroups ?? TRIAL_GROUPS;
    const isPossible = canBeRecords(rowLayout(keys, calls)) && mayBeRecords(env.memory, this.#trialGroups);
    this.#mode = isPossible ? 'trial' : 'table';
    this.#table = new GroupTable(env, keys, calls);
  }

  /** Takes `count` rows in: row indices from `selection` (0: rows 0 .. count-1). Calls number the `columns`. */
  add(keys: readonly Vector[], columns: readonly Vector[], selection: number, count: number): void {
    this.#rows += count;
    if (this.#mode !== 'records') {
      this.#table.add(keys, columns, selection, count);
      if (this.#mode === 'trial' && this.#table.groups >= this.#trialGroups) this.#endTrial();
    } else if (this.#batches++ % SAMPLED_BATCH === 0) {
      this.#sample(keys, columns, selection, count);
    } else {
      this.#records?.add(keys, columns, selection, count);
    }
  }

  /** Everything as sorted runs, sealed for `partition` or spilled. */
  finish(partition: number): SortedRun[] {
    return [...this.#table.finish(partition), ...(this.#records?.finish(partition) ?? [])];
  }

  /** Frees everything that was not sealed; always called, also after finish or a failure. */
  close(): void {
    this.#table.close();
    this.#records?.close();
    this.#records = undefined;
  }

  #endTrial(): void {
    if (this.#rows >= this.#table.groups * TRIAL_ROWS_PER_GROUP) {
      this.#mode = 'table';
      return;
    }
    this.#records = new GroupRecords(this.#env, this.#keys, rowLayout(this.#keys, this.#calls));
    this.#mode = 'records';
  }

  #sample(keys: readonly Vector[], columns: readonly Vector[], selection: number, count: number): void {
    const { groups, spilledRuns } = this.#table;
    this.#table.add(keys, columns, selection, count);
    // Just written out, it knows no keys any more.
    if (this.#table.spilledRuns !== spilledRuns) return;
    this.#sampled = this.#sampled * MEMORY_OF_SAMPLES + count;
    this.#unmet = this.#unmet * MEMORY_OF_SAMPLES + this.#table.groups - groups;
    const share = 1 - this.#unmet / this.#sampled;
    if (this.#rows * share >= ROWS_PER_GROUP * this.#table.groups) this.#mode = 'table';
  }
}
