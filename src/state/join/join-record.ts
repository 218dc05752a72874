/**
 * A row of a join's right side in managed memory, and who reads it:
 *
 *     u32 next | u32 last | u32 epoch | met | validity, a byte a value | values, 8-byte aligned | key part
 *
 * Rows of one key are chained by `next` in their order; `last` and `epoch` serve to do so. `met` is set by whoever finds the row, and since all tasks set the
 * same it does not matter when, or how often. The key part is what a group row begins with: key flags and key slots.
 */
import { type DataType, PHYSICAL_BYTES, physicalOf } from '../../columnar/data-type.js';
import { RECORD_VALIDITY } from '../../kernels/assembly/state-layout.js';
import { pad8, type RowLayout, rowLayout } from '../groups/row-layout.js';

export interface RecordLayout {
  /** Of each value, from the record's start. */
  readonly offsets: readonly number[];
  readonly keys: RowLayout;
  /** Where the key part begins. */
  readonly keyPart: number;
  readonly bytes: number;
}

/** Where the values lie, from the record's start, and where what is behind them begins. */
function placeValues(values: readonly DataType[]): { readonly offsets: readonly number[]; readonly end: number } {
  let end = pad8(RECORD_VALIDITY + values.length);
  const offsets = values.map((type) => {
    const at = end;
    end += pad8(PHYSICAL_BYTES[physicalOf(type)]);
    return at;
  });
  return { offsets, end };
}

export function valueOffsets(values: readonly DataType[]): readonly number[] {
  return placeValues(values).offsets;
}

export function recordLayout(keyTypes: readonly DataType[], values: readonly DataType[]): RecordLayout {
  const { offsets, end } = placeValues(values);
  const keys = rowLayout(keyTypes, []);
  return { offsets, keys, keyPart: end, bytes: end + keys.rowBytes };
}

/** Records that lie one behind another, and their hashes. */
export interface RecordChunk {
  readonly address: number;
  readonly records: number;
  readonly hashes: number;
}

/** The rows that one task has taken in, by split. Plain data; the memory is the job's. */
export interface JoinRows {
  readonly splits: readonly { readonly split: number; readonly chunks: readonly RecordChunk[] }[];
  readonly rows: number;
  /** How many of them have a hash with each HASH_BITS highest bits. */
  readonly hashes: readonly number[];
}

/** As many partitions as these bits tell apart are the most that a directory can have. */
export const HASH_BITS = 8;

/** The records of all tasks, in the order of their rows. */
export function recordsInOrder(results: readonly JoinRows[]): readonly RecordChunk[] {
  return results
    .flatMap(({ splits }) => splits)
    .sort((a, b) => a.split - b.split)
    .flatMap(({ chunks }) => chunks);
}
