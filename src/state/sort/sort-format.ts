/**
 * How rows to sort are kept: a normalized key to order them by, and all their values beside it, so that a key is never
 * decoded and a double keeps the sign of its zero. See kernels/assembly/state-rows.ts for the bytes.
 */
import { type DataType, PHYSICAL_BYTES, physicalOf } from '../../columnar/data-type.js';
import {
  DESCENDING,
  NULLS_FIRST,
  ROWS_ENTRY,
  ROWS_FIXED,
  ROWS_HEAD,
  ROWS_KEYS,
  ROWS_VALUES,
  SORT_ENTRY_RECORD,
} from '../../kernels/assembly/state-layout.js';
import type { Heap } from '../../memory/heap.js';
import { PHYSICAL_CODES } from '../groups/row-layout.js';
import { rowValues } from './payload-layout.js';

/** How a key sorts; by default ascending with nulls last. */
export interface KeyOrder {
  readonly descending?: boolean;
  readonly nullsFirst?: boolean;
}

export interface SortFormat {
  readonly keys: readonly DataType[];
  /** How the keys are ordered; default: ascending, nulls last. */
  readonly orders: readonly KeyOrder[];
  readonly values: readonly DataType[];
  /** Bytes behind the values of a payload, by which its length says what it is. */
  readonly unusedBytes?: number;
  /** Only so many rows, the first ones, are asked for. */
  readonly keep?: number;
}

/** Whether the 12 bytes that an entry has of a key are all of it. */
export function fitsEntry(keys: readonly DataType[]): boolean {
  const bytes = (type: DataType): number => {
    const physical = physicalOf(type);
    return 1 + (physical === 'text' ? SORT_ENTRY_RECORD : PHYSICAL_BYTES[physical]);
  };
  return keys.reduce((sum, type) => sum + bytes(type), 0) <= SORT_ENTRY_RECORD;
}

export function sortFormatBytes({ keys, values }: SortFormat): number {
  return ROWS_HEAD + (keys.length + values.length) * ROWS_ENTRY;
}

/** Writes the format for the kernels, `sortFormatBytes` at `address`. */
export function writeSortFormat(
  { u32 }: Heap,
  address: number,
  { keys, orders, values, unusedBytes = 0 }: SortFormat,
): void {
  let word = (address + ROWS_HEAD) >>> 2;
  const entry = (type: DataType, offset: number, order: number): void => {
    u32.set([PHYSICAL_CODES[physicalOf(type)], offset, order, 0], word);
    word += ROWS_ENTRY / 4;
  };
  for (const [k, type] of keys.entries()) {
    const { descending, nullsFirst } = orders[k] ?? {};
    entry(type, 0, (descending ? DESCENDING : 0) | (nullsFirst ? NULLS_FIRST : 0));
  }
  const { offsets, bytes } = rowValues(values);
  for (const [v, type] of values.entries()) entry(type, offsets[v], 0);
  u32[(address + ROWS_KEYS) >>> 2] = keys.length;
  u32[(address + ROWS_VALUES) >>> 2] = values.length;
  u32[(address + ROWS_FIXED) >>> 2] = bytes + unusedBytes;
}
