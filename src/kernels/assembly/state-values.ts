// The values of groups, for aggregates over all of them: logged as they come, sorted, and equal ones counted.
//
// Most values are met once, or again and again. So there is a small cache in front of the log, an entry a place, whatever was met
// there last: what is met again is counted in it, what makes room goes to the log.
import { rowAt } from './state-column';
import { fixedWord } from './state-hash';
import { orderedDouble, SIGN } from './state-key';
import { F64, I32, I64, U8 } from './state-layout';
import {
  LOG_CACHE,
  LOG_CACHE_SHIFT,
  LOG_END,
  LOG_HITS,
  LOG_NEXT,
  MOST_COUNT,
  VALUE_ENTRY_BYTES,
  VALUE_ENTRY_COUNT,
} from './state-values-layout';

// @ts-ignore: decorator
@inline
export function valueOf(entry: usize): u64 {
  return (load<u64>(entry) << 32) | load<u32>(entry, 8);
}

// @ts-ignore: decorator
@inline
function logColumn(physical: u32, log: usize, groups: usize, column: usize, selection: usize, from: u32, to: u32): u32 {
  const values: usize = load<u32>(column);
  const stride = load<u32>(column, 4);
  const validity: usize = load<u32>(column, 8);
  const validityStride = load<u32>(column, 12);
  const cache: usize = load<u32>(log, LOG_CACHE);
  const shift: u64 = load<u32>(log, LOG_CACHE_SHIFT);
  const end: usize = load<u32>(log, LOG_END);
  let next: usize = load<u32>(log, LOG_NEXT);
  let hits: u32 = 0;
  let i = from;
  for (; i < to; i++) {
    const row = rowAt(selection, i);
    if (validity != 0 && load<u8>(validity + row * validityStride) == 0) continue;
    const word = fixedWord(physical, values + row * stride);
    const value = physical == F64 ? orderedDouble(word) : word ^ SIGN;
    const high = (u64(load<u32>(groups + (i << 2))) << 32) | (value >>> 32);
    if (cache == 0) {
      if (next == end) break;
      store<u64>(next, high);
      store<u64>(next, (u64(1) << 32) | u32(value), 8);
      next += VALUE_ENTRY_BYTES;
      continue;
    }
    const hash = ((high * 0x9e3779b97f4a7c15) ^ value) * 0xc2b2ae3d27d4eb4f;
    const place = cache + (usize(hash >>> shift) * VALUE_ENTRY_BYTES);
    const count = load<u32>(place, VALUE_ENTRY_COUNT);
    if (load<u64>(place) == high && load<u32>(place, 8) == u32(value) && count != 0 && count != u32(MOST_COUNT)) {
      store<u32>(place, count + 1, VALUE_ENTRY_COUNT);
      hits++;
      continue;
    }
    if (count != 0) {
      if (next == end) break;
      v128.store(next, v128.load(place));
      next += VALUE_ENTRY_BYTES;
    }
    store<u64>(place, high);
    store<u64>(place, (u64(1) << 32) | u32(value), 8);
  }
  store<u32>(log, next, LOG_NEXT);
  store<u32>(log, load<u32>(log, LOG_HITS) + hits, LOG_HITS);
  return i;
}

/** Logs the values of positions from..to-1 that are not null, with their group rows; stops before the one it has no room for. */
export function logValues(
  log: usize,
  groups: usize,
  column: usize,
  physical: u32,
  selection: usize,
  from: u32,
  to: u32,
): u32 {
  switch (physical) {
    case U8:
      return logColumn(U8, log, groups, column, selection, from, to);
    case I32:
      return logColumn(I32, log, groups, column, selection, from, to);
    case F64:
      return logColumn(F64, log, groups, column, selection, from, to);
    default:
      return logColumn(I64, log, groups, column, selection, from, to);
  }
}

/** Moves what the cache holds to its start; how many entries that are. */
export function packCache(cache: usize, places: u32): u32 {
  let out = cache;
  for (let place: u32 = 0; place < places; place++) {
    const entry = cache + place * VALUE_ENTRY_BYTES;
    if (load<u32>(entry, VALUE_ENTRY_COUNT) == 0) continue;
    v128.store(out, v128.load(entry));
    out += VALUE_ENTRY_BYTES;
  }
  return u32(out - cache) / u32(VALUE_ENTRY_BYTES);
}

/** Group rows in entries become the groups' places in the order of the keys, which are at `ordinal` in the rows. */
export function placeValues(entries: usize, count: u32, ordinal: u32): void {
  for (let entry = entries; count != 0; count--, entry += VALUE_ENTRY_BYTES) {
    store<u32>(entry, load<u32>(<usize>load<u32>(entry, 4) + ordinal), 4);
  }
}

/** One entry of each value of a group, where they can be counted in one; entries are sorted. How many are left. */
export function countEqual(entries: usize, count: u32): u32 {
  if (count == 0) return 0;
  const end = entries + count * VALUE_ENTRY_BYTES;
  let last = entries;
  for (let entry = entries + VALUE_ENTRY_BYTES; entry != end; entry += VALUE_ENTRY_BYTES) {
    if (load<u64>(entry) == load<u64>(last) && load<u32>(entry, 8) == load<u32>(last, 8)) {
      const sum = u64(load<u32>(entry, VALUE_ENTRY_COUNT)) + load<u32>(last, VALUE_ENTRY_COUNT);
      if (sum <= u64(MOST_COUNT)) {
        store<u32>(last, u32(sum), VALUE_ENTRY_COUNT);
        continue;
      }
    }
    last += VALUE_ENTRY_BYTES;
    if (last != entry) v128.store(last, v128.load(entry));
  }
  return u32(last - entries) / u32(VALUE_ENTRY_BYTES) + 1;
}

/**
 * Values and counts of `count` sorted entries of a group, as rows of columns from `first` on. Equal values are one row; the row
 * behind the last one.
 */
export function readValues(entries: usize, count: u32, physical: u32, values: usize, counts: usize, first: u32): u32 {
  let rows = first;
  let last: u64 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const entry = entries + i * VALUE_ENTRY_BYTES;
    const value = valueOf(entry);
    const own: u64 = load<u32>(entry, VALUE_ENTRY_COUNT);
    if (rows != first && value == last) {
      const at = counts + (rows << 3) - 8;
      store<u64>(at, load<u64>(at) + own);
      continue;
    }
    last = value;
    store<u64>(counts + (rows << 3), own);
    switch (physical) {
      case U8:
        store<u8>(values + rows, u8(value));
        break;
      case I32:
        store<u32>(values + (rows << 2), u32(value));
        break;
      case F64:
        store<u64>(values + (rows << 3), value & SIGN ? value ^ SIGN : ~value);
        break;
      default:
        store<u64>(values + (rows << 3), value ^ SIGN);
    }
    rows++;
  }
  return rows;
}

/**
 * The values of groups first..groups-1, whose entries end at ends[i], as rows from 0 on; of as many groups as there is room for
 * their entries, `most` rows. rowEnds[i] is the row behind the last one of group i. The first group that is left.
 */
export function readGroups(
  entries: usize,
  ends: usize,
  first: u32,
  groups: u32,
  most: u32,
  physical: u32,
  values: usize,
  counts: usize,
  rowEnds: usize,
): u32 {
  let rows: u32 = 0;
  let from = entries;
  for (let group = first; group < groups; group++) {
    const to: usize = load<u32>(ends + (group << 2));
    const count = u32(to - from) / u32(VALUE_ENTRY_BYTES);
    if (count > most - rows) return group;
    rows = readValues(from, count, physical, values, counts, rows);
    store<u32>(rowEnds + (group << 2), rows);
    from = to;
  }
  return groups;
}
