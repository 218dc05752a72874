// Finding the group row of every input row, making new ones. See GroupTable for the structure.
//
//     directory slot = hash & (slots - 1), linear probing; entry = u32 row address, u32 hash; address 0: empty
//
// A kernel stops before the row that it has no room for, notes why in TABLE_STOP, and returns that row's position.
import { rowAt } from './state-column';
import { makeGroup, rowEquals, textSlotEquals } from './state-group';
import { fixedWord, hashFixed, hashKeys, hashText, hashWord, NULL_WORD } from './state-hash';
import {
  COLUMN_BYTES,
  F64,
  I32,
  I64,
  I128,
  KEY_TEXT_BYTES,
  LARGE_SLOTS,
  LAYOUT_ENTRY,
  LAYOUT_HEAD,
  LAYOUT_KEYS,
  TABLE_DIRECTORY,
  TABLE_HASH_MASK,
  TABLE_LAYOUT,
  TABLE_SLOTS,
  TABLE_TOUCHED,
  TEXT,
  U8,
} from './state-layout';
import { firstLanes, sameRest } from './state-text';

/** Whether the directory's entry is of this text's group: a null is of length 0, as its slot is all zero. */
// @ts-ignore: decorator
@inline
function isEntryOf(entry: usize, hash: u32, isNull: bool, slotOffset: usize, address: usize, bytes: u32, lanes: v128): bool {
  if (load<u32>(entry, 4) != hash) return false;
  const group: usize = load<u32>(entry);
  return load<u8>(group) == u8(!isNull) && textSlotEquals(group + slotOffset, address, bytes, lanes);
}

/**
 * The loop has no call, for which V8 would put what it holds in registers on the stack; rows of new groups are looked up
 * one by one. `isPlain`: there is neither a selection nor a null.
 */
// @ts-ignore: decorator
@inline
function findTexts(table: usize, columns: usize, selection: usize, from: u32, to: u32, groups: usize, isPlain: bool): u32 {
  const layout: usize = load<u32>(table, TABLE_LAYOUT);
  const slotOffset: usize = load<u32>(layout + LAYOUT_HEAD, 4);
  const values: usize = load<u32>(columns);
  const stride = load<u32>(columns, 4);
  const validity: usize = load<u32>(columns, 8);
  const validityStride = load<u32>(columns, 12);
  const directory: usize = load<u32>(table, TABLE_DIRECTORY);
  const mask = load<u32>(table, TABLE_SLOTS) - 1;
  const hashMask = load<u32>(table, TABLE_HASH_MASK);
  const nullHash = u32(hashWord(0, NULL_WORD));
  for (let i = from; i < to; i++) {
    for (; i < to; i++) {
      const row = isPlain ? i : rowAt(selection, i);
      const text = values + row * stride;
      let address: usize = load<u32>(text);
      let bytes: u32 = load<u32>(text, 4);
      const isNull = !isPlain && validity != 0 && load<u8>(validity + row * validityStride) == 0;
      if (isNull) {
        address = 0;
        bytes = 0;
      }
      const lanes = firstLanes(address, bytes);
      const hash = (isNull ? nullHash : u32(hashText(0, address, bytes, lanes))) & hashMask;
      // The first entry, which mostly is the one, comes before the loop: V8 tests for an interrupt where a loop begins.
      let slot = hash & mask;
      let entry = directory + (slot << 3);
      let group: usize = load<u32>(entry);
      if (group == 0) break;
      if (!isEntryOf(entry, hash, isNull, slotOffset, address, bytes, lanes)) {
        do {
          slot = (slot + 1) & mask;
          entry = directory + (slot << 3);
          group = load<u32>(entry);
        } while (group != 0 && !isEntryOf(entry, hash, isNull, slotOffset, address, bytes, lanes));
        if (group == 0) break;
      }
      store<u32>(groups + (i << 2), group);
    }
    if (i == to) break;
    if (!findAlone(table, columns, selection, i, groups)) return i;
  }
  return to;
}

/** One text key. */
export function findText(table: usize, columns: usize, selection: usize, from: u32, to: u32, groups: usize): u32 {
  const isPlain = selection == 0 && load<u32>(columns, 8) == 0;
  return isPlain
    ? findTexts(table, columns, 0, from, to, groups, true)
    : findTexts(table, columns, selection, from, to, groups, false);
}

/** Looks one row up by all that it holds; false: stopped. */
function findAlone(table: usize, columns: usize, selection: usize, i: u32, groups: usize): bool {
  const layout: usize = load<u32>(table, TABLE_LAYOUT);
  hashKeys(layout, columns, selection, i, i + 1, groups);
  const hash = load<u32>(groups + (i << 2)) & load<u32>(table, TABLE_HASH_MASK);
  const group = findRow(table, layout, load<u32>(layout, LAYOUT_KEYS), columns, rowAt(selection, i), hash);
  store<u32>(groups + (i << 2), group);
  return group != 0;
}

/** As findTexts: no call in the loop. */
// @ts-ignore: decorator
@inline
function findWord(table: usize, columns: usize, selection: usize, from: u32, to: u32, groups: usize, physical: u32): u32 {
  const layout: usize = load<u32>(table, TABLE_LAYOUT);
  const slotOffset: usize = load<u32>(layout + LAYOUT_HEAD, 4);
  const directory: usize = load<u32>(table, TABLE_DIRECTORY);
  const mask = load<u32>(table, TABLE_SLOTS) - 1;
  const hashMask = load<u32>(table, TABLE_HASH_MASK);
  const values: usize = load<u32>(columns);
  const stride = load<u32>(columns, 4);
  const validity: usize = load<u32>(columns, 8);
  const validityStride = load<u32>(columns, 12);
  for (let i = from; i < to; i++) {
    for (; i < to; i++) {
      const row = rowAt(selection, i);
      const isNull = validity != 0 && load<u8>(validity + row * validityStride) == 0;
      const word = isNull ? 0 : fixedWord(physical, values + row * stride);
      const hash = u32(isNull ? hashWord(0, NULL_WORD) : hashFixed(physical, 0, word)) & hashMask;
      let slot = hash & mask;
      let group: usize = 0;
      while (true) {
        const entry = directory + (slot << 3);
        group = load<u32>(entry);
        if (group == 0) break;
        if (load<u32>(entry, 4) == hash) {
          if (load<u64>(group + slotOffset) == word && load<u8>(group) == u8(!isNull)) break;
        }
        slot = (slot + 1) & mask;
      }
      if (group == 0) break;
      store<u32>(groups + (i << 2), group);
    }
    if (i == to) break;
    if (!findAlone(table, columns, selection, i, groups)) return i;
  }
  return to;
}

/** One key of any other type than text and i128. */
export function findFixed(table: usize, columns: usize, selection: usize, from: u32, to: u32, groups: usize): u32 {
  switch (load<u32>(<usize>load<u32>(table, TABLE_LAYOUT) + LAYOUT_HEAD)) {
    case U8:
      return findWord(table, columns, selection, from, to, groups, U8);
    case I32:
      return findWord(table, columns, selection, from, to, groups, I32);
    case F64:
      return findWord(table, columns, selection, from, to, groups, F64);
    default:
      return findWord(table, columns, selection, from, to, groups, I64);
  }
}

/** The group of a row by comparing all its keys; 0: stopped. */
function findRow(table: usize, layout: usize, keys: u32, columns: usize, row: u32, hash: u32): usize {
  const directory: usize = load<u32>(table, TABLE_DIRECTORY);
  const mask = load<u32>(table, TABLE_SLOTS) - 1;
  let slot = hash & mask;
  while (true) {
    const entry = directory + (slot << 3);
    const found: usize = load<u32>(entry);
    if (found == 0) return makeGroup(table, layout, keys, columns, row, entry, hash);
    if (load<u32>(entry, 4) == hash && rowEquals(found, layout, keys, columns, row)) return found;
    slot = (slot + 1) & mask;
  }
}

/** Whether some row's group differs from it in key column k. Differences are gathered: a choice a row costs more. */
// @ts-ignore: decorator
@inline
function columnDiffers(
  column: usize,
  k: u32,
  slotOffset: usize,
  selection: usize,
  from: u32,
  to: u32,
  groups: usize,
  physical: u32,
): bool {
  const values: usize = load<u32>(column);
  const stride = load<u32>(column, 4);
  const validity: usize = load<u32>(column, 8);
  const validityStride = load<u32>(column, 12);
  let flags: u32 = 0;
  let words: u64 = 0;
  let lanes = i64x2.splat(0);
  for (let i = from; i < to; i++) {
    const row = rowAt(selection, i);
    const group: usize = load<u32>(groups + (i << 2));
    const isValid = validity == 0 || load<u8>(validity + row * validityStride) != 0;
    flags |= u32(load<u8>(group + k)) ^ u32(isValid);
    if (!isValid) continue;
    const slot = group + slotOffset;
    const value = values + row * stride;
    if (physical == TEXT) {
      const address: usize = load<u32>(value);
      const bytes = load<u32>(value, 4);
      flags |= load<u32>(slot, 4) ^ bytes;
      lanes = v128.or(lanes, v128.xor(v128.load(slot, 8), firstLanes(address, bytes)));
      // Only where the group's text is as long: it is read as far as this one.
      if (bytes > u32(KEY_TEXT_BYTES) && (flags != 0 || !sameRest(load<u32>(slot), address, bytes))) return true;
    } else {
      words |= load<u64>(slot) ^ fixedWord(physical, value);
      if (physical == I128) words |= load<u64>(slot, 8) ^ load<u64>(value, 8);
    }
  }
  return flags != 0 || words != 0 || v128.any_true(lanes);
}

function keyDiffers(
  layout: usize,
  k: u32,
  columns: usize,
  selection: usize,
  from: u32,
  to: u32,
  groups: usize,
): bool {
  const key = layout + LAYOUT_HEAD + k * LAYOUT_ENTRY;
  const slot: usize = load<u32>(key, 4);
  const column = columns + k * COLUMN_BYTES;
  switch (load<u32>(key)) {
    case U8:
      return columnDiffers(column, k, slot, selection, from, to, groups, U8);
    case I32:
      return columnDiffers(column, k, slot, selection, from, to, groups, I32);
    case I128:
      return columnDiffers(column, k, slot, selection, from, to, groups, I128);
    case F64:
      return columnDiffers(column, k, slot, selection, from, to, groups, F64);
    case TEXT:
      return columnDiffers(column, k, slot, selection, from, to, groups, TEXT);
    default:
      return columnDiffers(column, k, slot, selection, from, to, groups, I64);
  }
}

/** Reads the directory where the hashes in `groups` point: a loop so short that a core waits for many lines at once. */
function touchDirectory(table: usize, from: u32, to: u32, groups: usize): void {
  const directory: usize = load<u32>(table, TABLE_DIRECTORY);
  const mask = (load<u32>(table, TABLE_SLOTS) - 1) & load<u32>(table, TABLE_HASH_MASK);
  let seen: u32 = 0;
  for (let i = from; i < to; i++) seen ^= load<u32>(directory + ((load<u32>(groups + (i << 2)) & mask) << 3));
  store<u32>(table, seen, TABLE_TOUCHED);
}

/** The same for the groups' rows; whether some group's first key is null. */
function touchRows(from: u32, to: u32, groups: usize): bool {
  let nulls: u32 = 0;
  for (let i = from; i < to; i++) nulls |= load<u8>(load<u32>(groups + (i << 2))) ^ 1;
  return nulls != 0;
}

/** Whether rows with equal hashes have equal keys, but for groups of null. */
// @ts-ignore: decorator
@inline
function isHashKey(layout: usize, columns: usize, hashMask: u32): bool {
  const isInt = load<u32>(layout, LAYOUT_KEYS) == 1 && load<u32>(layout + LAYOUT_HEAD) == I32;
  return isInt && hashMask == u32.MAX_VALUE && load<u32>(columns, 8) == 0;
}

/**
 * Any keys, column by column: hash all rows, take the first group with the same 32-bit hash for each, then compare one
 * key column after another. Only when some row turns out different (a collision) are rows looked up one by one.
 * What a large table costs are lines that are in no cache; those are asked for ahead.
 */
export function findAny(table: usize, columns: usize, selection: usize, from: u32, to: u32, groups: usize): u32 {
  const layout: usize = load<u32>(table, TABLE_LAYOUT);
  const keys = load<u32>(layout, LAYOUT_KEYS);
  const directory: usize = load<u32>(table, TABLE_DIRECTORY);
  const mask = load<u32>(table, TABLE_SLOTS) - 1;
  const hashMask = load<u32>(table, TABLE_HASH_MASK);
  hashKeys(layout, columns, selection, from, to, groups);
  const isLarge = mask >= u32(LARGE_SLOTS);
  if (isLarge) touchDirectory(table, from, to, groups);
  let reached = from;
  for (; reached < to; reached++) {
    const hash = load<u32>(groups + (reached << 2)) & hashMask;
    let slot = hash & mask;
    let group: usize = 0;
    while (true) {
      const entry = directory + (slot << 3);
      group = load<u32>(entry);
      if (group == 0) {
        const row = rowAt(selection, reached);
        group = makeGroup(table, layout, keys, columns, row, entry, hash);
        break;
      }
      if (load<u32>(entry, 4) == hash) break;
      slot = (slot + 1) & mask;
    }
    if (group == 0) break;
    store<u32>(groups + (reached << 2), group);
  }
  const hasNulls = isLarge && touchRows(from, reached, groups);
  if (isLarge && !hasNulls && isHashKey(layout, columns, hashMask)) return reached;
  let differs = false;
  for (let k: u32 = 0; k < keys && !differs; k++) {
    differs = keyDiffers(layout, k, columns, selection, from, reached, groups);
  }
  if (!differs) return reached;
  for (let i = from; i < reached; i++) {
    const row = rowAt(selection, i);
    if (rowEquals(load<u32>(groups + (i << 2)), layout, keys, columns, row)) continue;
    if (!findAlone(table, columns, selection, i, groups)) return i;
  }
  return reached;
}
