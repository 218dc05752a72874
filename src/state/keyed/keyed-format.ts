/**
 * What a keyed store keeps: one row for each identity, as a record that lies in runs too. The key of a record says which of two writes
 * of one identity stays, so that it is the lesser one wherever they meet, in whatever order runs are merged:
 *
 *     key       identity | rank | epoch        the epoch grows with every memtable; with `last` the greater one comes first
 *     payload   values                         none: a tombstone
 */
import { type DataType, INT } from '../../columnar/data-type.js';
import { KEEP_FIRST, KEEP_LAST, KEEP_LEAST } from '../../kernels/assembly/state-layout.js';
import type { FileBytes, SortedRun } from '../runs/sorted-run.js';
import type { KeyOrder, SortFormat } from '../sort/sort-format.js';

/** Which of the writes of one identity stays: by time, or by rank and of equals the first. */
export type KeepRule = 'last' | 'first' | 'least';

export const KEEP_CODES: Readonly<Record<KeepRule, number>> = {
  last: KEEP_LAST,
  first: KEEP_FIRST,
  least: KEEP_LEAST,
};

export interface RankColumn extends KeyOrder {
  readonly type: DataType;
}

export interface KeyedFormat {
  /** The identity. */
  readonly keys: readonly DataType[];
  readonly values: readonly DataType[];
  readonly keeps: KeepRule;
  /** With `least`: what comes first in this order stays. */
  readonly rank?: readonly RankColumn[];
}

/** A run of records, whose identities all differ, and the bytes of its filter. Plain data. */
export interface KeyedRun {
  readonly run: SortedRun;
  readonly filter?: FileBytes;
}

/** What a store has, oldest run first, and the epoch of what is written next. Plain data. */
export interface KeyedRuns {
  readonly runs: readonly KeyedRun[];
  readonly epoch: number;
}

const NO_VALUES = { orders: [], values: [] };

export function identityFormat({ keys }: KeyedFormat): SortFormat {
  return { ...NO_VALUES, keys };
}

/** What is looked at when a row is written. */
export function probeFormat({ keys, rank = [] }: KeyedFormat): SortFormat {
  return { ...NO_VALUES, keys: [...keys, ...rank.map(({ type }) => type)], orders: ordersOf(keys, rank) };
}

export function rowFormat({ keys, values, keeps, rank = [] }: KeyedFormat): SortFormat {
  return {
    keys: [...keys, ...rank.map(({ type }) => type), INT],
    orders: [...ordersOf(keys, rank), { descending: keeps === 'last' }],
    values,
    // Without values a byte tells a row from a tombstone.
    unusedBytes: values.length === 0 ? 1 : 0,
  };
}

export function tombstoneFormat(format: KeyedFormat): SortFormat {
  return { ...rowFormat(format), values: [], unusedBytes: 0 };
}

function ordersOf(keys: readonly DataType[], rank: readonly RankColumn[]): readonly KeyOrder[] {
  return [...keys.map(() => ({})), ...rank];
}
