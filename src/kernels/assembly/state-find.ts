// Finding the group row of every input row, making new ones. See GroupTable for the structure.
//
//     directory slot = hash & (slots - 1), linear probing; entry = u32 row address, u32 hash; address 0: empty
//
// A kernel stops before the row that it has no room for, notes why in TABLE_STOP, and returns that row's position.
import { fixedWord, hashKeys, hashText, hashWord, NULL_WORD } from './state-hash';
import {
  COLUMN_BYTES,
  F64,
  I32,
  I64,
  I128,
  LAYOUT_ACCUMULATOR_BASE,
  LAYOUT_ENTRY,
  LAYOUT_HEAD,
  LAYOUT_KEYS,
  LAYOUT_ROW_BYTES,
  STOP_DIRECTORY,
  STOP_ROWS,
  STOP_TAIL,
  STOP_TEXT_LIMIT,
  TABLE_DIRECTORY,
  TABLE_GROUPS,
  TABLE_HASH_MASK,
  TABLE_LAYOUT,
  TABLE_LIMIT,
  TABLE_NEEDED,
  TABLE_ROW_END,
  TABLE_ROW_NEXT,
  TABLE_SLOTS,
  TABLE_STOP,
  TABLE_TAIL_END,
  TABLE_TAIL_NEXT,
  TABLE_TEXT_LIMIT,
  TEXT,
  U8,
} from './state-layout';
import { bytesEqual, firstWord } from './state-text';

function stop(table: usize, reason: u32, needed: u32): usize {
  store<u32>(table, reason, TABLE_STOP);
  store<u32>(table, needed, TABLE_NEEDED);
  return 0;
}

/** A new row with zeroed accumulators in the directory's slot, or 0. The caller writes the keys. */
function newRow(table: usize, entry: usize, hash: u32): usize {
  const groups = load<u32>(table, TABLE_GROUPS);
  if (groups >= load<u32>(table, TABLE_LIMIT)) return stop(table, STOP_DIRECTORY, 0);
  const row: usize = load<u32>(table, TABLE_ROW_NEXT);
  const bytes = load<u32>(load<u32>(table, TABLE_LAYOUT), LAYOUT_ROW_BYTES);
  // Not row + bytes > end: at the top of the address space that sum wraps.
  if (load<u32>(table, TABLE_ROW_END) - u32(row) < bytes) return stop(table, STOP_ROWS, bytes);
  memory.fill(row, 0, bytes);
  store<u32>(table, row + bytes, TABLE_ROW_NEXT);
  store<u32>(table, groups + 1, TABLE_GROUPS);
  store<u32>(entry, row);
  store<u32>(entry, hash, 4);
  return row;
}

/** `bytes` bytes, 8-byte aligned, from the table's arena, or 0. */
export function tail(table: usize, bytes: u32): usize {
  const next: usize = load<u32>(table, TABLE_TAIL_NEXT);
  const padded = (bytes + 7) & ~7;
  if (load<u32>(table, TABLE_TAIL_END) - u32(next) < padded) return stop(table, STOP_TAIL, padded);
  store<u32>(table, next + padded, TABLE_TAIL_NEXT);
  return next;
}

/** Room for a text key of `bytes` bytes; false: stopped. Taken before the row, so that a stop leaves nothing behind. */
// @ts-ignore: decorator
@inline
function textFits(table: usize, bytes: u32, soFar: u32): bool {
  if (bytes > load<u32>(table, TABLE_TEXT_LIMIT)) {
    stop(table, STOP_TEXT_LIMIT, bytes);
    return false;
  }
  const padded = soFar + ((bytes + 7) & ~7);
  if (load<u32>(table, TABLE_TAIL_END) - load<u32>(table, TABLE_TAIL_NEXT) < padded) {
    stop(table, STOP_TAIL, padded);
    return false;
  }
  return true;
}

/** The caller has made sure that the bytes fit. */
function storeText(table: usize, slot: usize, address: usize, bytes: u32): void {
  const word = firstWord(address, bytes);
  store<u64>(slot, word, 8);
  store<u32>(slot, bytes, 4);
  if (bytes <= 8) {
    store<u32>(slot, slot + 8);
    return;
  }
  const copy = tail(table, bytes);
  memory.copy(copy, address, bytes);
  store<u32>(slot, copy);
}

// @ts-ignore: decorator
@inline
function textSlotEquals(slot: usize, address: usize, bytes: u32, word: u64): bool {
  if (load<u32>(slot, 4) != bytes || load<u64>(slot, 8) != word) return false;
  if (bytes <= 8) return true;
  const copy: usize = load<u32>(slot);
  // As in hashText: no loop up to 24 bytes.
  const last = bytes - 8;
  const second = min<u32>(8, last);
  if (load<u64>(copy + second) != load<u64>(address + second)) return false;
  if (load<u64>(copy + last) != load<u64>(address + last)) return false;
  return bytes <= 24 || bytesEqual(copy + 16, address + 16, bytes - 24);
}

/** One text key. */
export function findText(table: usize, columns: usize, selection: usize, from: u32, to: u32, groups: usize): u32 {
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
    const row = selection ? load<u32>(selection + (i << 2)) : i;
    const isNull = validity != 0 && load<u8>(validity + row * validityStride) == 0;
    const text = values + row * stride;
    // A null's slot is all zero, so that it never equals a text: an empty text has its slot's address in it.
    const address: usize = isNull ? 0 : load<u32>(text);
    const bytes: u32 = isNull ? 0 : load<u32>(text, 4);
    const word = firstWord(address, bytes);
    const hash = u32(isNull ? hashWord(0, NULL_WORD) : hashText(0, address, bytes, word)) & hashMask;
    let slot = hash & mask;
    let group: usize = 0;
    while (true) {
      const entry = directory + (slot << 3);
      const found: usize = load<u32>(entry);
      if (found == 0) {
        if (!isNull && bytes > 8 && !textFits(table, bytes, 0)) return i;
        group = newRow(table, entry, hash);
        if (group == 0) return i;
        if (!isNull) {
          store<u8>(group, 1);
          storeText(table, group + slotOffset, address, bytes);
        }
        break;
      }
      if (load<u32>(entry, 4) == hash && load<u8>(found) == u8(!isNull) && textSlotEquals(found + slotOffset, address, bytes, word)) {
        group = found;
        break;
      }
      slot = (slot + 1) & mask;
    }
    store<u32>(groups + (i << 2), group);
  }
  return to;
}

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
    const row = selection ? load<u32>(selection + (i << 2)) : i;
    const isNull = validity != 0 && load<u8>(validity + row * validityStride) == 0;
    const word = isNull ? 0 : fixedWord(physical, values + row * stride);
    const hash = u32(hashWord(0, isNull ? NULL_WORD : word)) & hashMask;
    let slot = hash & mask;
    let group: usize = 0;
    while (true) {
      const entry = directory + (slot << 3);
      const found: usize = load<u32>(entry);
      if (found == 0) {
        group = newRow(table, entry, hash);
        if (group == 0) return i;
        store<u8>(group, u8(!isNull));
        store<u64>(group + slotOffset, word);
        break;
      }
      if (load<u32>(entry, 4) == hash && load<u64>(found + slotOffset) == word && load<u8>(found) == u8(!isNull)) {
        group = found;
        break;
      }
      slot = (slot + 1) & mask;
    }
    store<u32>(groups + (i << 2), group);
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

function rowEquals(group: usize, layout: usize, keys: u32, columns: usize, row: u32): bool {
  let key = layout + LAYOUT_HEAD;
  let column = columns;
  for (let k: u32 = 0; k < keys; k++, key += LAYOUT_ENTRY, column += COLUMN_BYTES) {
    const validity: usize = load<u32>(column, 8);
    const isValid = validity == 0 || load<u8>(validity + row * load<u32>(column, 12)) != 0;
    if (load<u8>(group + k) != u8(isValid)) return false;
    if (!isValid) continue;
    const slot = group + load<u32>(key, 4);
    const value = <usize>load<u32>(column) + row * load<u32>(column, 4);
    const physical = load<u32>(key);
    if (physical == TEXT) {
      const address: usize = load<u32>(value);
      const bytes = load<u32>(value, 4);
      if (!textSlotEquals(slot, address, bytes, firstWord(address, bytes))) return false;
    } else {
      if (load<u64>(slot) != fixedWord(physical, value)) return false;
      if (physical == I128 && load<u64>(slot, 8) != load<u64>(value, 8)) return false;
    }
  }
  return true;
}

function textsFit(table: usize, layout: usize, keys: u32, columns: usize, row: u32): bool {
  let needed: u32 = 0;
  for (let k: u32 = 0; k < keys; k++) {
    if (load<u32>(layout + LAYOUT_HEAD + k * LAYOUT_ENTRY) != TEXT) continue;
    const column = columns + k * COLUMN_BYTES;
    const validity: usize = load<u32>(column, 8);
    if (validity != 0 && load<u8>(validity + row * load<u32>(column, 12)) == 0) continue;
    const bytes = load<u32>(<usize>load<u32>(column) + row * load<u32>(column, 4), 4);
    if (bytes <= 8) continue;
    if (!textFits(table, bytes, needed)) return false;
    needed += (bytes + 7) & ~7;
  }
  return true;
}

function storeKeys(table: usize, group: usize, layout: usize, keys: u32, columns: usize, row: u32): void {
  for (let k: u32 = 0; k < keys; k++) {
    const key = layout + LAYOUT_HEAD + k * LAYOUT_ENTRY;
    const column = columns + k * COLUMN_BYTES;
    const validity: usize = load<u32>(column, 8);
    if (validity != 0 && load<u8>(validity + row * load<u32>(column, 12)) == 0) continue;
    store<u8>(group + k, 1);
    const slot = group + load<u32>(key, 4);
    const value = <usize>load<u32>(column) + row * load<u32>(column, 4);
    const physical = load<u32>(key);
    if (physical == TEXT) {
      storeText(table, slot, load<u32>(value), load<u32>(value, 4));
    } else {
      store<u64>(slot, fixedWord(physical, value));
      if (physical == I128) store<u64>(slot, load<u64>(value, 8), 8);
    }
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

function makeGroup(table: usize, layout: usize, keys: u32, columns: usize, row: u32, entry: usize, hash: u32): usize {
  if (!textsFit(table, layout, keys, columns, row)) return 0;
  const group = newRow(table, entry, hash);
  if (group != 0) storeKeys(table, group, layout, keys, columns, row);
  return group;
}

/** Whether some row's group differs from it in key column k. */
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
  let differs = false;
  for (let i = from; i < to; i++) {
    const row = selection ? load<u32>(selection + (i << 2)) : i;
    const group: usize = load<u32>(groups + (i << 2));
    const isValid = validity == 0 || load<u8>(validity + row * validityStride) != 0;
    differs = differs || load<u8>(group + k) != u8(isValid);
    if (!isValid) continue;
    const slot = group + slotOffset;
    const value = values + row * stride;
    if (physical == TEXT) {
      const address: usize = load<u32>(value);
      const bytes = load<u32>(value, 4);
      differs = differs || !textSlotEquals(slot, address, bytes, firstWord(address, bytes));
    } else {
      differs = differs || load<u64>(slot) != fixedWord(physical, value);
      if (physical == I128) differs = differs || load<u64>(slot, 8) != load<u64>(value, 8);
    }
  }
  return differs;
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

/**
 * Any keys, column by column: hash all rows, take the first group with the same 32-bit hash for each, then compare one
 * key column after another. Only when some row turns out different (a collision) are rows looked up one by one.
 */
export function findAny(table: usize, columns: usize, selection: usize, from: u32, to: u32, groups: usize): u32 {
  const layout: usize = load<u32>(table, TABLE_LAYOUT);
  const keys = load<u32>(layout, LAYOUT_KEYS);
  const directory: usize = load<u32>(table, TABLE_DIRECTORY);
  const mask = load<u32>(table, TABLE_SLOTS) - 1;
  const hashMask = load<u32>(table, TABLE_HASH_MASK);
  hashKeys(layout, columns, selection, from, to, groups);
  let reached = from;
  for (; reached < to; reached++) {
    const hash = load<u32>(groups + (reached << 2)) & hashMask;
    let slot = hash & mask;
    let group: usize = 0;
    while (true) {
      const entry = directory + (slot << 3);
      group = load<u32>(entry);
      if (group == 0) {
        const row = selection ? load<u32>(selection + (reached << 2)) : reached;
        group = makeGroup(table, layout, keys, columns, row, entry, hash);
        break;
      }
      if (load<u32>(entry, 4) == hash) break;
      slot = (slot + 1) & mask;
    }
    if (group == 0) break;
    store<u32>(groups + (reached << 2), group);
  }
  let differs = false;
  for (let k: u32 = 0; k < keys && !differs; k++) {
    differs = keyDiffers(layout, k, columns, selection, from, reached, groups);
  }
  if (!differs) return reached;
  for (let i = from; i < reached; i++) {
    const row = selection ? load<u32>(selection + (i << 2)) : i;
    if (rowEquals(load<u32>(groups + (i << 2)), layout, keys, columns, row)) continue;
    hashKeys(layout, columns, selection, i, i + 1, groups);
    const group = findRow(table, layout, keys, columns, row, load<u32>(groups + (i << 2)) & hashMask);
    if (group == 0) return i;
    store<u32>(groups + (i << 2), group);
  }
  return reached;
}

/** Moves the directory's entries to a larger one, `slots` zeroed slots at `directory`; TABLE_LIMIT is the caller's. */
export function growDirectory(table: usize, directory: usize, slots: u32): void {
  const old: usize = load<u32>(table, TABLE_DIRECTORY);
  const oldSlots = load<u32>(table, TABLE_SLOTS);
  const mask = slots - 1;
  for (let i: u32 = 0; i < oldSlots; i++) {
    const entry = load<u64>(old + (i << 3));
    if (u32(entry) == 0) continue;
    let slot = u32(entry >>> 32) & mask;
    while (load<u32>(directory + (slot << 3)) != 0) slot = (slot + 1) & mask;
    store<u64>(directory + (slot << 3), entry);
  }
  store<u32>(table, directory, TABLE_DIRECTORY);
  store<u32>(table, slots, TABLE_SLOTS);
}
