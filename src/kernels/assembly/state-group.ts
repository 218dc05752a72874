// Group rows: made in the table's memory, compared with rows of input, found again when the directory grows. A function
// that has no room notes why in TABLE_STOP and returns 0.
import { fixedWord } from './state-hash';
import {
  COLUMN_BYTES,
  I128,
  KEY_TEXT_BYTES,
  LAYOUT_ENTRY,
  LAYOUT_HEAD,
  LAYOUT_ORDINAL,
  LAYOUT_ROW_BYTES,
  STOP_DIRECTORY,
  STOP_ROWS,
  STOP_TAIL,
  STOP_TEXT_LIMIT,
  TABLE_DIRECTORY,
  TABLE_GROUPS,
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
} from './state-layout';
import { firstLanes, sameLanes, sameRest } from './state-text';

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
  const layout: usize = load<u32>(table, TABLE_LAYOUT);
  const bytes = load<u32>(layout, LAYOUT_ROW_BYTES);
  // Not row + bytes > end: at the top of the address space that sum wraps.
  if (load<u32>(table, TABLE_ROW_END) - u32(row) < bytes) return stop(table, STOP_ROWS, bytes);
  memory.fill(row, 0, bytes);
  store<u32>(row + load<u32>(layout, LAYOUT_ORDINAL), groups);
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
  v128.store(slot, firstLanes(address, bytes), 8);
  store<u32>(slot, bytes, 4);
  if (bytes <= u32(KEY_TEXT_BYTES)) {
    store<u32>(slot, slot + 8);
    return;
  }
  const copy = tail(table, bytes);
  memory.copy(copy, address, bytes);
  store<u32>(slot, copy);
}

// @ts-ignore: decorator
@inline
export function textSlotEquals(slot: usize, address: usize, bytes: u32, lanes: v128): bool {
  if (load<u32>(slot, 4) != bytes) return false;
  if (!sameLanes(v128.load(slot, 8), lanes)) return false;
  return bytes <= u32(KEY_TEXT_BYTES) || sameRest(load<u32>(slot), address, bytes);
}

export function rowEquals(group: usize, layout: usize, keys: u32, columns: usize, row: u32): bool {
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
      if (!textSlotEquals(slot, address, bytes, firstLanes(address, bytes))) return false;
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
    if (bytes <= u32(KEY_TEXT_BYTES)) continue;
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

export function makeGroup(table: usize, layout: usize, keys: u32, columns: usize, row: u32, entry: usize, hash: u32): usize {
  if (!textsFit(table, layout, keys, columns, row)) return 0;
  const group = newRow(table, entry, hash);
  if (group != 0) storeKeys(table, group, layout, keys, columns, row);
  return group;
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
