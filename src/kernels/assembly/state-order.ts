// Rows ordered by group, by a counting sort, where a table has few groups: then an accumulator folds the rows of a group
// in registers (state-column.ts).
import { rowAt } from './state-column';
import { LAYOUT_ORDINAL, TABLE_GROUPS, TABLE_LAYOUT } from './state-layout';

/** Counts to places: each counter becomes the position of the first row of its kind. */
function countsToPlaces(counters: usize, kinds: u32): void {
  let place: u32 = 0;
  for (let i: u32 = 0; i < kinds; i++) {
    const count = load<u32>(counters + (i << 2));
    store<u32>(counters + (i << 2), place);
    place += count;
  }
}

// @ts-ignore: decorator
@inline
function countOne(counters: usize, kind: u32): u32 {
  const at = counters + (kind << 2);
  const count = load<u32>(at);
  store<u32>(at, count + 1);
  return count;
}

/**
 * The rows of positions from..to-1 ordered by their `groups` (at most MAX_ORDERED_GROUPS in the table), and their groups
 * in the same order; both start at 0. `counters` takes 4 bytes a group.
 */
export function orderByGroup(
  table: usize,
  groups: usize,
  selection: usize,
  from: u32,
  to: u32,
  rows: usize,
  orderedGroups: usize,
  counters: usize,
): void {
  const ordinal: usize = load<u32>(<usize>load<u32>(table, TABLE_LAYOUT), LAYOUT_ORDINAL);
  const kinds = load<u32>(table, TABLE_GROUPS);
  memory.fill(counters, 0, kinds << 2);
  for (let i = from; i < to; i++) countOne(counters, load<u32>(<usize>load<u32>(groups + (i << 2)) + ordinal));
  countsToPlaces(counters, kinds);
  for (let i = from; i < to; i++) {
    const group = load<u32>(groups + (i << 2));
    const place = countOne(counters, load<u32>(<usize>group + ordinal)) << 2;
    store<u32>(rows + place, rowAt(selection, i));
    store<u32>(orderedGroups + place, group);
  }
}
