// Records of values taken apart into the entries of one group after another; see state-values-layout.ts.
import { payloadOf } from './state-record';
import { sortValues } from './state-sort';
import { compareBytes } from './state-text';
import { countEqual, valueOf } from './state-values';
import {
  FIRST_SUFFIX_BYTES,
  STOP_ENTRIES,
  STOP_GROUPS,
  STOP_KEYS,
  SUFFIX_BYTES,
  TAKE_END,
  TAKE_ENDS,
  TAKE_GROUPS,
  TAKE_IS_IDLE,
  TAKE_IS_OPEN,
  TAKE_IS_SORTED,
  TAKE_KEY_END,
  TAKE_KEY_NEXT,
  TAKE_KEYS,
  TAKE_MOST,
  TAKE_NEEDED,
  TAKE_NEXT,
  TAKE_OPEN,
  TAKE_ROWS,
  TAKE_SCRATCH,
  TAKE_STOP,
  TAKE_TOTALS,
  VALUE_ENTRY_BYTES,
  VALUE_ENTRY_COUNT,
  VALUES_COUNTED,
  VALUES_FIRST,
  VALUES_FLAGS,
  VALUES_HEAD,
  VALUES_ROWS,
  VALUES_UNSORTED,
} from './state-values-layout';

/** Sorts the entries of the group at hand, and counts equal ones in one. */
export function settleGroup(take: usize): void {
  if (load<u32>(take, TAKE_IS_SORTED)) return;
  const open: usize = load<u32>(take, TAKE_OPEN);
  const count = u32(<usize>load<u32>(take, TAKE_NEXT) - open) / u32(VALUE_ENTRY_BYTES);
  sortValues(open, count, load<u32>(take, TAKE_SCRATCH));
  store<u32>(take, open + countEqual(open, count) * VALUE_ENTRY_BYTES, TAKE_NEXT);
  store<u32>(take, 1, TAKE_IS_SORTED);
}

/**
 * Moves entries of the group at hand whose values are less than that at `bound` behind the others. How many rows they stand
 * for; where they begin becomes TAKE_NEXT.
 */
export function splitGroup(take: usize, bound: usize): f64 {
  const least = load<u64>(bound);
  let end: usize = load<u32>(take, TAKE_NEXT);
  let rows: f64 = 0;
  for (let entry: usize = load<u32>(take, TAKE_OPEN); entry != end; ) {
    if (valueOf(entry) >= least) {
      entry += VALUE_ENTRY_BYTES;
      continue;
    }
    rows += f64(load<u32>(entry, VALUE_ENTRY_COUNT));
    end -= VALUE_ENTRY_BYTES;
    const other = v128.load(end);
    v128.store(end, v128.load(entry));
    v128.store(entry, other);
  }
  if (rows != 0) store<u32>(take, 0, TAKE_IS_SORTED);
  store<u32>(take, end, TAKE_NEXT);
  return rows;
}

/** The group at hand is complete. */
export function closeGroup(take: usize): void {
  settleGroup(take);
  const group = load<u32>(take, TAKE_GROUPS);
  const next = load<u32>(take, TAKE_NEXT);
  store<u32>(<usize>load<u32>(take, TAKE_ENDS) + (group << 2), next);
  store<f64>(<usize>load<u32>(take, TAKE_TOTALS) + (group << 3), load<f64>(take, TAKE_ROWS));
  store<u32>(take, group + 1, TAKE_GROUPS);
  store<u32>(take, 0, TAKE_IS_OPEN);
}

function stop(take: usize, reason: u32, needed: u32): void {
  store<u32>(take, reason, TAKE_STOP);
  store<u32>(take, needed, TAKE_NEEDED);
}

/** Begins the group whose key is there; false: stopped. */
function openGroup(take: usize, key: usize, bytes: u32): bool {
  const group = load<u32>(take, TAKE_GROUPS);
  if (group == load<u32>(take, TAKE_MOST)) {
    stop(take, STOP_GROUPS, 0);
    return false;
  }
  const at: usize = load<u32>(take, TAKE_KEY_NEXT);
  if (load<u32>(take, TAKE_KEY_END) - u32(at) < bytes) {
    stop(take, STOP_KEYS, bytes);
    return false;
  }
  memory.copy(at, key, bytes);
  store<u32>(<usize>load<u32>(take, TAKE_KEYS) + (group << 2), at);
  store<u32>(take, at + bytes, TAKE_KEY_NEXT);
  store<u32>(take, load<u32>(take, TAKE_NEXT), TAKE_OPEN);
  store<u32>(take, 1, TAKE_IS_OPEN);
  store<u32>(take, 1, TAKE_IS_SORTED);
  store<u32>(take, 0, TAKE_IS_IDLE);
  store<f64>(take, 0, TAKE_ROWS);
  return true;
}

// @ts-ignore: decorator
@inline
function isOpenKey(take: usize, key: usize, bytes: u32): bool {
  const open: usize = load<u32>(<usize>load<u32>(take, TAKE_KEYS) + (load<u32>(take, TAKE_GROUPS) << 2));
  return compareBytes(open, load<u32>(take, TAKE_KEY_NEXT) - u32(open), key, bytes) == 0;
}

/**
 * Takes the records from..to-1 at `records` in; answers the first that it did not take. Entries of a group follow those of the one
 * before it, its key likewise.
 */
export function takeValues(take: usize, records: usize, from: u32, to: u32): u32 {
  for (let i = from; i < to; i++) {
    const record: usize = load<u32>(records + (i << 2));
    const payload = payloadOf(record);
    const flags = load<u32>(payload, VALUES_FLAGS);
    const bytes = load<u32>(record) - (flags & VALUES_FIRST ? FIRST_SUFFIX_BYTES : SUFFIX_BYTES);
    if (load<u32>(take, TAKE_IS_OPEN) && !isOpenKey(take, record + 8, bytes)) closeGroup(take);
    if (!load<u32>(take, TAKE_IS_OPEN) && !openGroup(take, record + 8, bytes)) return i;
    if (load<u32>(take, TAKE_IS_IDLE)) continue;
    const count = load<u32>(payload);
    let next: usize = load<u32>(take, TAKE_NEXT);
    if (load<u32>(take, TAKE_END) - u32(next) < count * VALUE_ENTRY_BYTES) {
      stop(take, STOP_ENTRIES, count * VALUE_ENTRY_BYTES);
      return i;
    }
    if (flags & VALUES_FIRST) store<f64>(take, load<f64>(take, TAKE_ROWS) + f64(load<u64>(payload, VALUES_ROWS)), TAKE_ROWS);
    if (count == 0) continue;
    const values = payload + VALUES_HEAD;
    const isFirst = <u32>next == load<u32>(take, TAKE_OPEN);
    const follows = isFirst || valueOf(next - VALUE_ENTRY_BYTES) < load<u64>(values);
    if (!follows || flags & VALUES_UNSORTED) store<u32>(take, 0, TAKE_IS_SORTED);
    const counts = flags & VALUES_COUNTED ? values + (count << 3) : 0;
    for (let v: u32 = 0; v < count; v++, next += VALUE_ENTRY_BYTES) {
      const value = load<u64>(values + (v << 3));
      store<u64>(next, value >>> 32);
      store<u64>(next, u64(counts == 0 ? 1 : load<u32>(counts + (v << 2))) << 32 | u32(value), 8);
    }
    store<u32>(take, next, TAKE_NEXT);
  }
  return to;
}
