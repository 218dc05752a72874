// Sorted entries of values as records; see state-values-layout.ts.
import { encodeKey } from './state-key';
import {
  LAYOUT_ENTRY,
  LAYOUT_HEAD,
  LAYOUT_KEYS,
  LAYOUT_ORDINAL,
  SORT_ENTRY_BYTES,
  TABLE_DIRECTORY,
  TABLE_GROUPS,
  TABLE_LAYOUT,
  TEXT,
} from './state-layout';
import { pad8 } from './state-record';
import { valueOf } from './state-values';
import {
  CURSOR_PAIR_BYTES,
  FEW_VALUES,
  MOST_COUNT,
  SUFFIX_BYTES,
  VALUE_ENTRY_BYTES,
  VALUE_ENTRY_COUNT,
  VALUES_COUNTED,
  VALUES_FIRST,
  VALUES_FLAGS,
  VALUES_HEAD,
  VALUES_ROWS,
  WRITE_CHUNK,
  WRITE_COUNT,
  WRITE_COUNTS,
  WRITE_CURSORS,
  WRITE_GROUP,
  WRITE_HEAP,
  WRITE_IS_OPEN,
  WRITE_LEFT,
  WRITE_OUT,
  WRITE_RECORDS,
  WRITE_TABLE,
} from './state-values-layout';

/** Each group of a sorted table learns its place, in the field where it had its ordinal. */
export function placeGroups(table: usize): void {
  const entries: usize = load<u32>(table, TABLE_DIRECTORY);
  const groups = load<u32>(table, TABLE_GROUPS);
  const ordinal = load<u32>(<usize>load<u32>(table, TABLE_LAYOUT), LAYOUT_ORDINAL);
  for (let i: u32 = 0; i < groups; i++) store<u32>(<usize>load<u32>(entries + i * SORT_ENTRY_BYTES, 12) + ordinal, i);
}

// @ts-ignore: decorator
@inline
function cursorLess(a: usize, b: usize): bool {
  const x: usize = load<u32>(a);
  const y: usize = load<u32>(b);
  const high = load<u64>(x);
  const otherHigh = load<u64>(y);
  return high != otherHigh ? high < otherHigh : load<u32>(x, 8) < load<u32>(y, 8);
}

function siftDown(heap: usize, count: u32, parent: u32): void {
  while (true) {
    let child: u32 = 2 * parent + 1;
    if (child >= count) return;
    let at = heap + child * CURSOR_PAIR_BYTES;
    if (child + 1 < count && cursorLess(at + CURSOR_PAIR_BYTES, at)) {
      child++;
      at += CURSOR_PAIR_BYTES;
    }
    const up = heap + parent * CURSOR_PAIR_BYTES;
    if (!cursorLess(at, up)) return;
    const cursor = load<u64>(up);
    store<u64>(up, load<u64>(at));
    store<u64>(at, cursor);
    parent = child;
  }
}

/** Orders the cursors, none of which is at its end. */
export function openValues(write: usize): void {
  const count = load<u32>(write, WRITE_CURSORS);
  for (let i = count >>> 1; i > 0; i--) siftDown(load<u32>(write, WRITE_HEAP), count, i - 1);
}

/** The least cursor moves on; how many cursors are left. */
// @ts-ignore: decorator
@inline
function advance(heap: usize, count: u32): u32 {
  const next = load<u32>(heap) + VALUE_ENTRY_BYTES;
  store<u32>(heap, next);
  if (next == load<u32>(heap, 4)) {
    count--;
    store<u64>(heap, load<u64>(heap + count * CURSOR_PAIR_BYTES));
  }
  if (count > 1) siftDown(heap, count, 0);
  return count;
}

function keyBound(layout: usize, row: usize): u32 {
  const keys = load<u32>(layout, LAYOUT_KEYS);
  let bytes: u32 = SUFFIX_BYTES;
  for (let k: u32 = 0; k < keys; k++) {
    const key = layout + LAYOUT_HEAD + k * LAYOUT_ENTRY;
    bytes += load<u32>(key) == TEXT ? 2 * load<u32>(row + load<u32>(key, 4), 4) + 10 : 17;
  }
  return bytes;
}

/** The payload from `at` on: at most `most` values of the group. Answers its end. */
function writePayload(write: usize, at: usize, most: u32, isFirst: bool, rows: u64): usize {
  const heap: usize = load<u32>(write, WRITE_HEAP);
  const counts: usize = load<u32>(write, WRITE_COUNTS);
  let cursors = load<u32>(write, WRITE_CURSORS);
  let left = rows;
  let values: u32 = 0;
  let last: u64 = 0;
  let repeated: u32 = 0;
  let out = at + VALUES_HEAD;
  while (left != 0) {
    const entry: usize = load<u32>(heap);
    const value = valueOf(entry);
    const count = load<u32>(entry, VALUE_ENTRY_COUNT);
    const own = counts + (values << 2) - 4;
    if (values != 0 && value == last && u64(load<u32>(own)) + count <= u64(MOST_COUNT)) {
      store<u32>(own, load<u32>(own) + count);
      repeated = 1;
    } else {
      if (values == most) break;
      store<u64>(out, value);
      store<u32>(own, count, 4);
      repeated |= count ^ 1;
      out += 8;
      values++;
      last = value;
    }
    left -= count;
    cursors = advance(heap, cursors);
  }
  store<u32>(write, cursors, WRITE_CURSORS);
  store<u64>(write, left, WRITE_LEFT);
  store<u32>(at, values);
  store<u32>(at, (isFirst ? VALUES_FIRST : 0) | (repeated != 0 ? VALUES_COUNTED : 0), VALUES_FLAGS);
  store<u64>(at, isFirst ? rows : 0, VALUES_ROWS);
  if (repeated == 0) return out;
  const bytes = values << 2;
  if (bytes & 4) store<u32>(out + bytes, 0);
  memory.copy(out, counts, bytes);
  return out + pad8(bytes);
}

/** Writes records at `out`, as many as fit before `outEnd`; 1 when all groups are written. */
export function writeValues(write: usize, out: usize, outEnd: usize): u32 {
  const table: usize = load<u32>(write, WRITE_TABLE);
  const layout: usize = load<u32>(table, TABLE_LAYOUT);
  const entries: usize = load<u32>(table, TABLE_DIRECTORY);
  const groups = load<u32>(table, TABLE_GROUPS);
  const chunk = load<u32>(write, WRITE_CHUNK);
  let group = load<u32>(write, WRITE_GROUP);
  let records: u32 = 0;
  while (group < groups) {
    const row: usize = load<u32>(entries + group * SORT_ENTRY_BYTES, 12);
    const isFirst = load<u32>(write, WRITE_IS_OPEN) == 0;
    const rows = isFirst ? load<u64>(row + load<u32>(write, WRITE_COUNT)) : load<u64>(write, WRITE_LEFT);
    const most = u32(min<u64>(rows, chunk));
    // A header, and a word where counts may end.
    const fixed: u32 = 8 + pad8(keyBound(layout, row)) + VALUES_HEAD + 8;
    const room = u32(outEnd - out);
    if (room < fixed + u32(12) * min<u32>(most, FEW_VALUES)) break;
    let keyEnd = encodeKey(layout, row, out + 8, usize.MAX_VALUE);
    if (isFirst) {
      store<u8>(keyEnd++, 0);
    } else {
      store<u8>(keyEnd, 1);
      store<u64>(keyEnd + 1, bswap<u64>(valueOf(load<u32>(<usize>load<u32>(write, WRITE_HEAP)))));
      keyEnd += SUFFIX_BYTES;
    }
    store<u64>(keyEnd, 0);
    const keyBytes = u32(keyEnd - out) - 8;
    const payload = out + 8 + pad8(keyBytes);
    const end = writePayload(write, payload, min<u32>(most, (room - fixed) / 12), isFirst, rows);
    store<u32>(out, keyBytes);
    store<u32>(out, u32(end - payload), 4);
    out = end;
    records++;
    const isDone = load<u64>(write, WRITE_LEFT) == 0;
    store<u32>(write, isDone ? 0 : 1, WRITE_IS_OPEN);
    if (isDone) group++;
  }
  store<u32>(write, group, WRITE_GROUP);
  store<u32>(write, out, WRITE_OUT);
  store<u32>(write, records, WRITE_RECORDS);
  return u32(group == groups);
}
