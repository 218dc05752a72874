// The rows that can still be among the first ones of an order: those whose normalized key is below a bound. Nothing is written
// of the others; mostly the first byte in which a value differs from the bound's says which it is.
import { rowAt } from './state-column';
import { fixedWord } from './state-hash';
import { nullMarker, orderedDouble, SIGN, VALUE_MARKER } from './state-key';
import {
  COLUMN_BYTES,
  DESCENDING,
  F64,
  I32,
  I128,
  ROWS_ENTRY,
  ROWS_HEAD,
  ROWS_KEYS,
  SORT_ENTRY_BYTES,
  TEXT,
  U8,
} from './state-layout';
import { recordBytes } from './state-record';
import { entryOf } from './state-rows';

/** Where the column's bytes in the bound end, of values that are equal; else 0 for a lower value, 1 for a higher one. */
// @ts-ignore: decorator
@inline
function compareWords(word: u64, other: u64, end: usize): usize {
  return word == other ? end : usize(word > other);
}

function compareText(address: usize, bytes: u32, flip: u8, at: usize): usize {
  const end = address + bytes;
  for (; address != end; address++) {
    const byte = load<u8>(address);
    const first: u8 = (byte <= 1 ? 1 : byte) ^ flip;
    const other = load<u8>(at++);
    if (first != other) return usize(first > other);
    if (byte > 1) continue;
    const second: u8 = (byte + 1) ^ flip;
    const next = load<u8>(at++);
    if (second != next) return usize(second > next);
  }
  const last = load<u8>(at++);
  return flip == last ? at : usize(flip > last);
}

/** Like compareWords, of the value in `row` and the bound's column at `at`. */
// @ts-ignore: decorator
@inline
function compareColumn(physical: u32, order: u32, column: usize, row: u32, at: usize): usize {
  const validity: usize = load<u32>(column, 8);
  const isNull = validity != 0 && load<u8>(validity + row * load<u32>(column, 12)) == 0;
  const marker = isNull ? nullMarker(order) : VALUE_MARKER;
  const other = load<u8>(at++);
  if (marker != other) return usize(marker > other);
  if (isNull) return at;
  const value: usize = load<u32>(column) + row * load<u32>(column, 4);
  const flip: u64 = order & DESCENDING ? ~u64(0) : 0;
  switch (physical) {
    case U8:
      return compareWords(load<u8>(value) ^ u8(flip), load<u8>(at), at + 1);
    case I32:
      return compareWords(load<u32>(value) ^ 0x80000000 ^ u32(flip), bswap<u32>(load<u32>(at)), at + 4);
    case F64:
      return compareWords(orderedDouble(fixedWord(F64, value)) ^ flip, bswap<u64>(load<u64>(at)), at + 8);
    case I128: {
      const high = compareWords(load<u64>(value, 8) ^ SIGN ^ flip, bswap<u64>(load<u64>(at)), at + 8);
      return high <= 1 ? high : compareWords(load<u64>(value) ^ flip, bswap<u64>(load<u64>(at, 8)), at + 16);
    }
    case TEXT:
      return compareText(load<u32>(value), load<u32>(value, 4), u8(flip), at);
    default:
      return compareWords(load<u64>(value) ^ SIGN ^ flip, bswap<u64>(load<u64>(at)), at + 8);
  }
}

/** Row indices of the positions from..to-1 whose keys are below the one of the record `bound`, from `rows` on; how many. */
export function rowsBelow(layout: usize, columns: usize, selection: usize, from: u32, to: u32, bound: usize, rows: usize): u32 {
  const keys = load<u32>(layout, ROWS_KEYS);
  let count: u32 = 0;
  for (let i = from; i < to; i++) {
    const row = rowAt(selection, i);
    let at = bound + 8;
    let entry = layout + ROWS_HEAD;
    let column = columns;
    for (let k: u32 = 0; k < keys && at > 1; k++, entry += ROWS_ENTRY, column += COLUMN_BYTES) {
      at = compareColumn(load<u32>(entry), load<u32>(entry, 8), column, row, at);
    }
    store<u32>(rows + (count << 2), row);
    count += u32(at == 0);
  }
  return count;
}

/** Sort entries of `count` records that lie one behind another. */
export function enterRows(record: usize, count: u32, entries: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    entryOf(entries + i * SORT_ENTRY_BYTES, record);
    record += recordBytes(record);
  }
}
