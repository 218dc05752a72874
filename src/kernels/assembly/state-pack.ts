// Texts whose order is that of rows, with a value behind it: the least of a group is what first, arg_max and their like ask for. No
// two positions are equal, so the value is never looked at. See state-pack-layout.ts.
import { copyBytes } from './copy-bytes';
import { rowAt } from './state-column';
import { COLUMN_BYTES, F64, I32, I64, I128, TEXT, U8 } from './state-layout';
import {
  PACK_ENTRY,
  PACK_FLAGS,
  PACK_HAS_CONDITION,
  PACK_HEAD,
  PACK_KEYS,
  PACK_NEEDED,
  PACK_PHYSICAL,
  PACK_POSITION,
  PACK_POSITION_BYTES,
  PACK_SKIPS_NULL_KEYS,
  PACK_SKIPS_NULL_VALUES,
  PACK_TAIL_BYTES,
  PACK_TAKES_LAST,
} from './state-pack-layout';
import { keyValue, widthOf } from './state-rows';

// @ts-ignore: decorator
@inline
function isValid(column: usize, row: u32): bool {
  const validity: usize = load<u32>(column, 8);
  return validity == 0 || load<u8>(validity + row * load<u32>(column, 12)) != 0;
}

// @ts-ignore: decorator
@inline
function valueAt(column: usize, row: u32): usize {
  return <usize>load<u32>(column) + row * load<u32>(column, 4);
}

function writeKey(physical: u32, order: u32, value: usize, isPresent: bool, out: usize): usize {
  switch (physical) {
    case U8:
      return keyValue(U8, order, value, isPresent, out);
    case I32:
      return keyValue(I32, order, value, isPresent, out);
    case I128:
      return keyValue(I128, order, value, isPresent, out);
    case F64:
      return keyValue(F64, order, value, isPresent, out);
    case TEXT:
      return keyValue(TEXT, order, value, isPresent, out);
    default:
      return keyValue(I64, order, value, isPresent, out);
  }
}

/** Whether the row may be the one that is picked. */
function counts(pack: usize, columns: usize, row: u32): bool {
  const keys = load<u32>(pack, PACK_KEYS);
  const flags = load<u32>(pack, PACK_FLAGS);
  const value = columns + keys * COLUMN_BYTES;
  if (flags & PACK_SKIPS_NULL_VALUES && !isValid(value, row)) return false;
  if (flags & PACK_SKIPS_NULL_KEYS) {
    for (let k: u32 = 0; k < keys; k++) if (!isValid(columns + k * COLUMN_BYTES, row)) return false;
  }
  const condition = value + COLUMN_BYTES;
  return !(flags & PACK_HAS_CONDITION) || (isValid(condition, row) && load<u8>(valueAt(condition, row)) != 0);
}

/** Bytes that the text of the row takes at most. */
function textBound(pack: usize, columns: usize, row: u32): u32 {
  const keys = load<u32>(pack, PACK_KEYS);
  let bytes: u32 = PACK_POSITION_BYTES + PACK_TAIL_BYTES;
  for (let k: u32 = 0; k <= keys; k++) {
    const column = columns + k * COLUMN_BYTES;
    const physical = k == keys ? load<u32>(pack, PACK_PHYSICAL) : load<u32>(pack + k * PACK_ENTRY, PACK_HEAD);
    // What lies where a null is may be anything.
    if (!isValid(column, row)) bytes += 1;
    else bytes += 2 + 2 * (physical == TEXT ? load<u32>(valueAt(column, row), 4) : widthOf(physical));
  }
  return bytes;
}

/**
 * Texts of the positions from..to-1, at `out` one after another while they fit before `outEnd`; views of them and whether there is
 * one go to rows of `values` and `validity`. Columns: the keys of the order, the value, the condition if there is one. The first
 * position that does not fit, or `to`.
 */
export function packTexts(
  pack: usize,
  columns: usize,
  selection: usize,
  from: u32,
  to: u32,
  out: usize,
  outEnd: usize,
  values: usize,
  validity: usize,
): u32 {
  const keys = load<u32>(pack, PACK_KEYS);
  const physical = load<u32>(pack, PACK_PHYSICAL);
  const flip: u64 = load<u32>(pack, PACK_FLAGS) & PACK_TAKES_LAST ? ~u64(0) : 0;
  const value = columns + keys * COLUMN_BYTES;
  for (let i = from; i < to; i++) {
    const row = rowAt(selection, i);
    const isCounted = counts(pack, columns, row);
    store<u8>(validity + row, u8(isCounted));
    if (!isCounted) continue;
    const bound = textBound(pack, columns, row);
    if (u32(outEnd - out) < bound) {
      store<u32>(pack, bound, PACK_NEEDED);
      return i;
    }
    let end = out;
    for (let k: u32 = 0; k < keys; k++) {
      const entry = pack + PACK_HEAD + k * PACK_ENTRY;
      const column = columns + k * COLUMN_BYTES;
      end = writeKey(load<u32>(entry), load<u32>(entry, 4), valueAt(column, row), isValid(column, row), end);
    }
    store<u64>(end, bswap<u64>((load<u64>(pack, PACK_POSITION) + (i - from)) ^ flip));
    end += PACK_POSITION_BYTES;
    const isPresent = isValid(value, row);
    const at = valueAt(value, row);
    let bytes: u32 = 0;
    if (isPresent) {
      bytes = physical == TEXT ? load<u32>(at, 4) : widthOf(physical);
      copyBytes(end, physical == TEXT ? load<u32>(at) : at, bytes);
      end += bytes;
    }
    store<u8>(end, u8(isPresent));
    store<u32>(end + 1, bytes);
    end += PACK_TAIL_BYTES;
    store<u32>(values + (row << 3), u32(out));
    store<u32>(values + (row << 3), u32(end - out), 4);
    out = end;
  }
  return to;
}
