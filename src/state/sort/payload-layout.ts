/** Where values lie in the payload of a row's record: a bit each, for nulls, then the values without gaps. See state-rows.ts. */
import { type DataType, PHYSICAL_BYTES, physicalOf } from '../../columnar/data-type.js';

export interface RowValues {
  /** Bytes from the payload's start; of a text only its length lies here. */
  readonly offsets: readonly number[];
  /** Of the payload, without texts. */
  readonly bytes: number;
}

export function rowValues(types: readonly DataType[]): RowValues {
  let bytes = Math.ceil(types.length / 8);
  const offsets = types.map((type) => {
    const physical = physicalOf(type);
    const offset = bytes;
    bytes += physical === 'text' ? 4 : PHYSICAL_BYTES[physical];
    return offset;
  });
  return { offsets, bytes };
}
