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
  TREE_KEY_BYTES,
  VALUE_ENTRY_BYTES,
  VALUE_ENTRY_COUNT,
  VALUES_COUNTED,
  VALUES_FIRST,
  VALUES_FLAGS,
  VALUES_HEAD,
  VALUES_ROWS,
  VALUES_UNSORTED,
  WRITE_CHUNK,
  WRITE_COUNT,
  WRITE_COUNTS,
  WRITE_CURSORS,
  WRITE_GROUP,
  WRITE_FIRST,
  WRITE_IS_GROUPED,
  WRITE_IS_OPEN,
  WRITE_LEAVES,
  WRITE_LEFT,
  WRITE_OUT,
  WRITE_RECORDS,
  WRITE_TABLE,
  WRITE_TREE,
} from './state-values-layout';

/**
 * Each group of a sorted table learns its place, in the field where it had its ordinal. The most rows of a group, as they are counted
 * at `countOffset`.
 */
export function placeGroups(table: usize, countOffset: u32): f64 {
  const entries: usize = load<u32>(table, TABLE_DIRECTORY);
  const groups = load<u32>(table, TABLE_GROUPS);
  const ordinal = load<u32>(<usize>load<u32>(table, TABLE_LAYOUT), LAYOUT_ORDINAL);
  let most: u64 = 0;
  for (let i: u32 = 0; i < groups; i++) {
    const row: usize = load<u32>(entries + i * SORT_ENTRY_BYTES, 12);
    store<u32>(row + ordinal, i);
    most = max(most, load<u64>(row + countOffset));
  }
  return f64(most);
}

/** The first entry of the group, or of a later one, between `from` and `end`; entries are in the order of their groups. */
function startOf(group: u32, from: usize, end: usize): usize {
  let count = u32(end - from) / u32(VALUE_ENTRY_BYTES);
  while (count > 0) {
    const half = count >>> 1;
    const middle = from + half * VALUE_ENTRY_BYTES;
    if (load<u32>(middle, 4) < group) {
      from = middle + VALUE_ENTRY_BYTES;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return from;
}

/** Copies the entries of a group, from all cursors, to `out` while they fit before `outEnd`; where they end. Cursors stay. */
export function gatherGroup(write: usize, group: u32, out: usize, outEnd: usize): usize {
  const cursors: usize = load<u32>(write, WRITE_FIRST);
  const count = load<u32>(write, WRITE_CURSORS);
  for (let c: u32 = 0; c < count; c++) {
    const cursor = cursors + c * CURSOR_PAIR_BYTES;
    const end: usize = load<u32>(cursor, 4);
    let entry = startOf(group, load<u32>(cursor), end);
    for (; entry != end && load<u32>(entry, 4) == group && out != outEnd; entry += VALUE_ENTRY_BYTES) {
      v128.store(out, v128.load(entry));
      out += VALUE_ENTRY_BYTES;
    }
  }
  return out;
}

// Cursors play a tournament: each node knows who lost there, place 0 who won in the end. One that moves on plays its way up again,
// a comparison a level without a branch on its outcome.

/** No entry has it: there are fewer groups. */
const NO_KEY: u64 = u64.MAX_VALUE;

// @ts-ignore: decorator
@inline
function noteKey(keys: usize, cursors: usize, cursor: u32): void {
  const at = cursors + cursor * CURSOR_PAIR_BYTES;
  const next: usize = load<u32>(at);
  const isAtEnd = <u32>next == load<u32>(at, 4);
  store<u64>(keys + cursor * TREE_KEY_BYTES, isAtEnd ? NO_KEY : load<u64>(next));
  store<u32>(keys + cursor * TREE_KEY_BYTES, isAtEnd ? 0 : load<u32>(next, 8), 8);
}

// @ts-ignore: decorator
@inline
function keyLess(keys: usize, a: u32, b: u32): bool {
  const x = keys + a * TREE_KEY_BYTES;
  const y = keys + b * TREE_KEY_BYTES;
  const high = load<u64>(x);
  const otherHigh = load<u64>(y);
  return bool(i32(high < otherHigh) | (i32(high == otherHigh) & i32(load<u32>(x, 8) < load<u32>(y, 8))));
}

/** Plays all below the node; who won. */
function play(keys: usize, losers: usize, leaves: u32, node: u32): u32 {
  if (node >= leaves) return node - leaves;
  const a = play(keys, losers, leaves, 2 * node);
  const b = play(keys, losers, leaves, 2 * node + 1);
  const isLess = keyLess(keys, b, a);
  store<u32>(losers + (node << 2), isLess ? a : b);
  return isLess ? b : a;
}

/** The cursors, none of which is at its end, play for the first time. */
export function openValues(write: usize): void {
  const count = load<u32>(write, WRITE_CURSORS);
  const cursors: usize = load<u32>(write, WRITE_FIRST);
  const keys: usize = load<u32>(write, WRITE_TREE);
  let leaves: u32 = 1;
  while (leaves < count) leaves <<= 1;
  store<u32>(write, leaves, WRITE_LEAVES);
  for (let i: u32 = 0; i < leaves; i++) {
    if (i < count) noteKey(keys, cursors, i);
    else store<u64>(keys + i * TREE_KEY_BYTES, NO_KEY);
  }
  const losers = keys + leaves * TREE_KEY_BYTES;
  store<u32>(losers, play(keys, losers, leaves, 1));
}

/** The cursor with the least entry. */
// @ts-ignore: decorator
@inline
function winner(write: usize): u32 {
  return load<u32>(<usize>load<u32>(write, WRITE_TREE) + load<u32>(write, WRITE_LEAVES) * TREE_KEY_BYTES);
}

// @ts-ignore: decorator
@inline
function leastEntry(write: usize): usize {
  return load<u32>(<usize>load<u32>(write, WRITE_FIRST) + winner(write) * CURSOR_PAIR_BYTES);
}

/** The cursor that won moves on. */
// @ts-ignore: decorator
@inline
function advance(cursors: usize, keys: usize, losers: usize, leaves: u32): void {
  let won = load<u32>(losers);
  const at = cursors + won * CURSOR_PAIR_BYTES;
  store<u32>(at, load<u32>(at) + VALUE_ENTRY_BYTES);
  noteKey(keys, cursors, won);
  for (let node = (won + leaves) >>> 1; node != 0; node >>>= 1) {
    const other = load<u32>(losers + (node << 2));
    const isLess = keyLess(keys, other, won);
    store<u32>(losers + (node << 2), select(won, other, isLess));
    won = select(other, won, isLess);
  }
  store<u32>(losers, won);
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
  const counts: usize = load<u32>(write, WRITE_COUNTS);
  const cursors: usize = load<u32>(write, WRITE_FIRST);
  const keys: usize = load<u32>(write, WRITE_TREE);
  const leaves = load<u32>(write, WRITE_LEAVES);
  const losers = keys + leaves * TREE_KEY_BYTES;
  let left = rows;
  let values: u32 = 0;
  let last: u64 = 0;
  let repeated: u32 = 0;
  let out = at + VALUES_HEAD;
  while (left != 0) {
    const entry: usize = load<u32>(cursors + load<u32>(losers) * CURSOR_PAIR_BYTES);
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
    advance(cursors, keys, losers, leaves);
  }
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

/** The payload from `at` on: all values of the group, as they lie. Answers its end. */
function gatherPayload(write: usize, at: usize, group: u32, rows: u64): usize {
  const counts: usize = load<u32>(write, WRITE_COUNTS);
  const cursors: usize = load<u32>(write, WRITE_FIRST);
  const lastCursor = cursors + load<u32>(write, WRITE_CURSORS) * CURSOR_PAIR_BYTES;
  const first = at + VALUES_HEAD;
  let out = first;
  let repeated: u32 = 0;
  for (let cursor = cursors; cursor != lastCursor; cursor += CURSOR_PAIR_BYTES) {
    const end: usize = load<u32>(cursor, 4);
    const from: usize = load<u32>(cursor);
    let entry = from;
    for (; entry != end && load<u32>(entry, 4) == group; entry += VALUE_ENTRY_BYTES) {
      const count = load<u32>(entry, VALUE_ENTRY_COUNT);
      store<u64>(out, valueOf(entry));
      store<u32>(counts + (u32(out - first) >>> 1), count);
      repeated |= count ^ 1;
      out += 8;
    }
    if (entry != from) store<u32>(cursor, entry);
  }
  const values = u32(out - first) >>> 3;
  store<u64>(write, 0, WRITE_LEFT);
  store<u32>(at, values);
  store<u32>(at, VALUES_FIRST | VALUES_UNSORTED | (repeated != 0 ? VALUES_COUNTED : 0), VALUES_FLAGS);
  store<u64>(at, rows, VALUES_ROWS);
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
  const isGrouped = load<u32>(write, WRITE_IS_GROUPED) != 0;
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
    if (room < fixed + u32(12) * (isGrouped ? most : min<u32>(most, FEW_VALUES))) break;
    let keyEnd = encodeKey(layout, row, out + 8, usize.MAX_VALUE);
    if (isFirst) {
      store<u8>(keyEnd++, 0);
    } else {
      store<u8>(keyEnd, 1);
      store<u64>(keyEnd + 1, bswap<u64>(valueOf(leastEntry(write))));
      keyEnd += SUFFIX_BYTES;
    }
    store<u64>(keyEnd, 0);
    const keyBytes = u32(keyEnd - out) - 8;
    const payload = out + 8 + pad8(keyBytes);
    const end = isGrouped
      ? gatherPayload(write, payload, group, rows)
      : writePayload(write, payload, min<u32>(most, (room - fixed) / 12), isFirst, rows);
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
