// The rows that can still be among the first ones of their group. Of each group a list of the best words seen so far is kept in
// its row: a word is the beginning of a value's place in the order, so a row whose word is beyond the last one of a full list
// cannot be wanted, and one with the same word may be.
//
//     list of a group     u64 word, ...   best first; words are kept inverted, so that 0, as a new row is, says that there is none
import { rowAt } from './state-column';
import { canonicalWord } from './state-hash';
import { orderedDouble, SIGN } from './state-key';
import { DESCENDING, F64, I32, I64, I128, NULLS_FIRST, TEXT, U8 } from './state-layout';

/** The first 8 bytes of a text, zeros behind its end. */
function textWord(address: usize, bytes: u32): u64 {
  if (bytes >= 8) return bswap<u64>(load<u64>(address));
  let word: u64 = 0;
  for (let i: u32 = 0; i < 8; i++) word = (word << 8) | (i < bytes ? load<u8>(address + i) : 0);
  return word;
}

/** A number that is no less than that of a lower value. */
// @ts-ignore: decorator
@inline
function orderedWord(physical: u32, value: usize): u64 {
  switch (physical) {
    case U8:
      return load<u8>(value);
    case I32:
      return load<u32>(value) ^ 0x80000000;
    case F64:
      return orderedDouble(canonicalWord(load<f64>(value)));
    case I128: {
      // Values beyond 64 bits are all the same.
      const low = load<i64>(value);
      const high = load<i64>(value, 8);
      if (high == low >> 63) return u64(low) ^ SIGN;
      return high < 0 ? 0 : u64.MAX_VALUE;
    }
    case TEXT:
      return textWord(load<u32>(value), load<u32>(value, 4));
    default:
      return load<u64>(value) ^ SIGN;
  }
}

// @ts-ignore: decorator
@inline
function select(groups: usize, offset: u32, keep: u32, column: usize, physical: u32, order: u32, selection: usize, from: u32, to: u32, rows: usize): u32 {
  const values: usize = load<u32>(column);
  const stride = load<u32>(column, 4);
  const validity: usize = load<u32>(column, 8);
  const validityStride = load<u32>(column, 12);
  const flip: u64 = order & DESCENDING ? 0 : ~u64(0);
  const nullWord: u64 = order & NULLS_FIRST ? ~u64(0) : 0;
  const lastOffset: usize = (keep - 1) << 3;
  let count: u32 = 0;
  for (let i = from; i < to; i++) {
    const row = rowAt(selection, i);
    const isNull = validity != 0 && load<u8>(validity + row * validityStride) == 0;
    const word = isNull ? nullWord : orderedWord(physical, values + row * stride) ^ flip;
    const list: usize = load<u32>(groups + (i << 2)) + offset;
    let at = list + lastOffset;
    const last = load<u64>(at);
    if (word < last) continue;
    store<u32>(rows + (count++ << 2), row);
    if (word == last) continue;
    for (; at != list; at -= 8) {
      const before = load<u64>(at - 8);
      if (before >= word) break;
      store<u64>(at, before);
    }
    store<u64>(at, word);
  }
  return count;
}

/**
 * Row indices of the positions from..to-1 that may be among the first `keep` of their groups, from `rows` on; how many. `groups`:
 * the group row of each position; `offset`: where the list begins in it; `column`: what the rows of a group are ordered by.
 */
export function rowsInBounds(
  groups: usize,
  offset: u32,
  keep: u32,
  column: usize,
  physical: u32,
  order: u32,
  selection: usize,
  from: u32,
  to: u32,
  rows: usize,
): u32 {
  switch (physical) {
    case U8:
      return select(groups, offset, keep, column, U8, order, selection, from, to, rows);
    case I32:
      return select(groups, offset, keep, column, I32, order, selection, from, to, rows);
    case F64:
      return select(groups, offset, keep, column, F64, order, selection, from, to, rows);
    case I128:
      return select(groups, offset, keep, column, I128, order, selection, from, to, rows);
    case TEXT:
      return select(groups, offset, keep, column, TEXT, order, selection, from, to, rows);
    default:
      return select(groups, offset, keep, column, I64, order, selection, from, to, rows);
  }
}
