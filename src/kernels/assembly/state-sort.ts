// Sorting group rows and records by key. An entry carries 12 bytes of the normalized key and the row; entries are radix sorted in
// place digit by digit (American flag), ranges that tie are refilled with the next 12 bytes, small ranges are inserted.
//
// Ends of ranges are compared with !=: at the top of the address space they wrap to 0.
//
// The entries of groups lie where the directory was: it has at least two 8-byte slots a group, an entry takes 16 bytes.
//
// Layout 0 means records, whose keys are there already, VALUES entries that are all there is, GROUPS those of which only the upper 32
// bits are looked at; else keys are made of group rows, 12 bytes at a time.
import { doubleLess, wideLess } from './state-extreme';
import { encodeKey } from './state-key';
import {
  DESCENDING,
  F64,
  I128,
  LAYOUT_ENTRY,
  LAYOUT_HEAD,
  LAYOUT_KEYS,
  NULLS_FIRST,
  SORT_ENTRY_BYTES,
  SORT_ENTRY_RECORD,
  TABLE_DIRECTORY,
  TABLE_GROUPS,
  TABLE_LAYOUT,
  TABLE_SLOTS,
  TABLE_TOUCHED,
  TEXT,
} from './state-layout';
import { keyWord } from './state-record';
import { compareBytes } from './state-text';

/** No address: in place of the layout of group rows. */
const VALUES: usize = 1;
const GROUPS: usize = 2;
/** The lowest bit of a group. */
const GROUP_SHIFT: u64 = 32;

const PREFIX_BYTES: u32 = 12;
const INSERTION_ROWS: u32 = 24;
/** Refills read keys from their start, so very long common prefixes are left to comparisons. */
const MAX_DEPTH: u32 = 64;
const MAX_DIGIT_BITS: u64 = 8;
const MAX_BUCKETS: usize = 256;
/** Counts and ends of the buckets; behind them keys are made. */
const HISTOGRAM_BYTES: usize = 2048;

function fill(layout: usize, entry: usize, depth: u32, scratch: usize): void {
  if (layout == 0) {
    const record: usize = load<u32>(entry, SORT_ENTRY_RECORD);
    store<u64>(entry, keyWord(record, depth * PREFIX_BYTES));
    store<u32>(entry, u32(keyWord(record, depth * PREFIX_BYTES + 8) >>> 32), 8);
    return;
  }
  const window = scratch + depth * PREFIX_BYTES;
  store<u64>(window, 0);
  store<u32>(window, 0, 8);
  const end = encodeKey(layout, load<u32>(entry, 12), scratch, window + PREFIX_BYTES);
  // What lies behind the key's end is left over from another one.
  if (end < window + PREFIX_BYTES) memory.fill(max(end, window), 0, window + PREFIX_BYTES - max(end, window));
  store<u64>(entry, bswap<u64>(load<u64>(window)));
  store<u32>(entry, bswap<u32>(load<u32>(window, 8)), 8);
}

function compareRows(layout: usize, a: usize, b: usize): i32 {
  if (layout == VALUES) return 0;
  if (layout == 0) return compareBytes(a + 8, load<u32>(a), b + 8, load<u32>(b));
  const keys = load<u32>(layout, LAYOUT_KEYS);
  for (let k: u32 = 0; k < keys; k++) {
    const key = layout + LAYOUT_HEAD + k * LAYOUT_ENTRY;
    const order = load<u32>(key, 8);
    const aValid = load<u8>(a + k);
    if (aValid != load<u8>(b + k)) return (aValid != 0) == ((order & NULLS_FIRST) != 0) ? 1 : -1;
    if (aValid == 0) continue;
    const x = a + load<u32>(key, 4);
    const y = b + load<u32>(key, 4);
    let result: i32 = 0;
    switch (load<u32>(key)) {
      case TEXT:
        result = compareBytes(load<u32>(x), load<u32>(x, 4), load<u32>(y), load<u32>(y, 4));
        break;
      case F64: {
        const p = load<f64>(x);
        const q = load<f64>(y);
        result = i32(doubleLess(q, p)) - i32(doubleLess(p, q));
        break;
      }
      case I128:
        result = i32(wideLess(y, x)) - i32(wideLess(x, y));
        break;
      default:
        result = i32(load<i64>(x) > load<i64>(y)) - i32(load<i64>(x) < load<i64>(y));
    }
    if (result != 0) return order & DESCENDING ? -result : result;
  }
  return 0;
}

// @ts-ignore: decorator
@inline
function entryLess(layout: usize, hi: u64, lo: u64, other: usize): bool {
  const otherHi = load<u64>(other);
  if (hi != otherHi) return hi < otherHi;
  const otherLo = load<u64>(other, 8);
  if (u32(lo) != u32(otherLo)) return u32(lo) < u32(otherLo);
  return compareRows(layout, u32(lo >>> 32), u32(otherLo >>> 32)) < 0;
}

function insertionSort(layout: usize, from: usize, to: usize): void {
  for (let at = from + SORT_ENTRY_BYTES; at != to; at += SORT_ENTRY_BYTES) {
    const hi = load<u64>(at);
    const lo = load<u64>(at, 8);
    let hole = at;
    while (hole > from && entryLess(layout, hi, lo, hole - SORT_ENTRY_BYTES)) {
      store<u64>(hole, load<u64>(hole - SORT_ENTRY_BYTES));
      store<u64>(hole, load<u64>(hole - SORT_ENTRY_BYTES, 8), 8);
      hole -= SORT_ENTRY_BYTES;
    }
    store<u64>(hole, hi);
    store<u64>(hole, lo, 8);
  }
}

/** By groups alone. */
function insertionSortGroups(from: usize, to: usize): void {
  for (let at = from + SORT_ENTRY_BYTES; at != to; at += SORT_ENTRY_BYTES) {
    const entry = v128.load(at);
    const group = load<u64>(at) >>> GROUP_SHIFT;
    let hole = at;
    for (; hole > from && group < load<u64>(hole - SORT_ENTRY_BYTES) >>> GROUP_SHIFT; hole -= SORT_ENTRY_BYTES) {
      v128.store(hole, v128.load(hole - SORT_ENTRY_BYTES));
    }
    v128.store(hole, entry);
  }
}

function siftDown(layout: usize, from: usize, parent: u32, count: u32): void {
  const hi = load<u64>(from + parent * SORT_ENTRY_BYTES);
  const lo = load<u64>(from + parent * SORT_ENTRY_BYTES, 8);
  while (true) {
    let child = parent * 2 + 1;
    if (child >= count) break;
    let at = from + child * SORT_ENTRY_BYTES;
    if (child + 1 < count && entryLess(layout, load<u64>(at), load<u64>(at, 8), at + SORT_ENTRY_BYTES)) {
      child++;
      at += SORT_ENTRY_BYTES;
    }
    if (!entryLess(layout, hi, lo, at)) break;
    store<u64>(from + parent * SORT_ENTRY_BYTES, load<u64>(at));
    store<u64>(from + parent * SORT_ENTRY_BYTES, load<u64>(at, 8), 8);
    parent = child;
  }
  store<u64>(from + parent * SORT_ENTRY_BYTES, hi);
  store<u64>(from + parent * SORT_ENTRY_BYTES, lo, 8);
}

function heapSort(layout: usize, from: usize, count: u32): void {
  for (let i = count >>> 1; i > 0; i--) siftDown(layout, from, i - 1, count);
  for (let last = count - 1; last > 0; last--) {
    swap(from, from + last * SORT_ENTRY_BYTES);
    siftDown(layout, from, 0, last);
  }
}

// @ts-ignore: decorator
@inline
function swap(a: usize, b: usize): void {
  const hi = load<u64>(a);
  const lo = load<u64>(a, 8);
  store<u64>(a, load<u64>(b));
  store<u64>(a, load<u64>(b, 8), 8);
  store<u64>(b, hi);
  store<u64>(b, lo, 8);
}

/** As many bits of the prefix, from `shift` on, as `mask` has. */
// @ts-ignore: decorator
@inline
function digitOf(entry: usize, isLow: bool, shift: u64, mask: u32): u32 {
  return u32((isLow ? u64(load<u32>(entry, 8)) : load<u64>(entry)) >>> shift) & mask;
}

/** Moves entries to the buckets of their digits. Counts of these are in `scratch` and become ends of buckets. */
// @ts-ignore: decorator
@inline
function distribute(from: usize, isLow: bool, shift: u64, mask: u32, scratch: usize): void {
  const ends = scratch + MAX_BUCKETS * 4;
  let start: u32 = 0;
  for (let bucket: u32 = 0; bucket <= mask; bucket++) {
    const size = load<u32>(scratch + (bucket << 2));
    store<u32>(scratch + (bucket << 2), start);
    start += size;
    store<u32>(ends + (bucket << 2), start);
  }
  for (let bucket: u32 = 0; bucket <= mask; bucket++) {
    const end = load<u32>(ends + (bucket << 2));
    while (load<u32>(scratch + (bucket << 2)) < end) {
      const at = from + load<u32>(scratch + (bucket << 2)) * SORT_ENTRY_BYTES;
      const home = digitOf(at, isLow, shift, mask);
      const place = load<u32>(scratch + (home << 2));
      store<u32>(scratch + (home << 2), place + 1);
      if (home != bucket) swap(at, from + place * SORT_ENTRY_BYTES);
    }
  }
}

/**
 * Digits begin at the highest bit in which the entries differ at all, so that bytes which are the same in every key (markers,
 * signs, the exponents of prices) cost nothing; a small range has small digits.
 */
function radixSort(layout: usize, from: usize, count: u32, depth: u32, scratch: usize): void {
  const to = from + count * SORT_ENTRY_BYTES;
  const isByGroup = layout == GROUPS;
  if (count <= INSERTION_ROWS) return isByGroup ? insertionSortGroups(from, to) : insertionSort(layout, from, to);
  const hi = load<u64>(from);
  const lo = load<u32>(from, 8);
  let differing: u64 = 0;
  let differingLow: u32 = 0;
  for (let at = from; at != to; at += SORT_ENTRY_BYTES) {
    differing |= load<u64>(at) ^ hi;
    differingLow |= load<u32>(at, 8) ^ lo;
  }
  if (isByGroup && differing >>> GROUP_SHIFT == 0) return;
  if (differing == 0 && differingLow == 0) return sortTied(layout, from, count, depth + 1, scratch);
  const isLow = differing == 0;
  const highest = 63 - clz<u64>(isLow ? differingLow : differing);
  const bits = min<u64>(MAX_DIGIT_BITS, 31 - clz<u32>(count) - 1);
  const lowest: u64 = isByGroup ? GROUP_SHIFT : 0;
  const shift = highest >= bits + lowest ? highest - bits + 1 : lowest;
  const mask = (u32(1) << u32(bits)) - 1;
  memory.fill(scratch, 0, (mask + 1) << 2);
  for (let at = from; at != to; at += SORT_ENTRY_BYTES) {
    const bucket = scratch + (digitOf(at, isLow, shift, mask) << 2);
    store<u32>(bucket, load<u32>(bucket) + 1);
  }
  distribute(from, isLow, shift, mask, scratch);
  if (isByGroup && shift == GROUP_SHIFT) return;
  // The counts are overwritten further down, so the buckets are found again by their digits.
  let first = from;
  while (first != to) {
    const value = digitOf(first, isLow, shift, mask);
    let end = first + SORT_ENTRY_BYTES;
    while (end != to && digitOf(end, isLow, shift, mask) == value) end += SORT_ENTRY_BYTES;
    if (end - first > usize(SORT_ENTRY_BYTES)) {
      radixSort(layout, first, u32(end - first) / u32(SORT_ENTRY_BYTES), depth, scratch);
    }
    first = end;
  }
}

/** Orders entries whose bytes before `depth` are the same. They keep those: whoever merges entries reads them. */
function sortTied(layout: usize, from: usize, count: u32, depth: u32, scratch: usize): void {
  if (layout == VALUES) return;
  if (depth == MAX_DEPTH) return heapSort(layout, from, count);
  const to = from + count * SORT_ENTRY_BYTES;
  const hi = load<u64>(from);
  const lo = load<u32>(from, 8);
  for (let at = from; at != to; at += SORT_ENTRY_BYTES) fill(layout, at, depth, scratch + HISTOGRAM_BYTES);
  radixSort(layout, from, count, depth, scratch);
  for (let at = from; at != to; at += SORT_ENTRY_BYTES) {
    store<u64>(at, hi);
    store<u32>(at, lo, 8);
  }
}

/** Orders `count` entries of records. `scratch` takes SORT_SCRATCH_BYTES. */
export function sortRows(entries: usize, count: u32, scratch: usize): void {
  if (count > 1) radixSort(0, entries, count, 0, scratch);
}

/** Orders `count` entries of values by their first 12 bytes. `scratch` takes SORT_SCRATCH_BYTES. */
export function sortValues(entries: usize, count: u32, scratch: usize): void {
  if (count > 1) radixSort(VALUES, entries, count, 0, scratch);
}

/** Orders entries of values by their groups, those of one in any order. `scratch` takes SORT_SCRATCH_BYTES. */
export function groupValues(entries: usize, count: u32, scratch: usize): void {
  if (count > 1) radixSort(GROUPS, entries, count, 0, scratch);
}

/** Sorted or by their hashes, rows lie anywhere: so many are read ahead by a loop that does nothing else, see findAny. */
export const READ_AHEAD: u32 = 64;

/** Reads the `count` rows whose addresses are at `at`, `stride` bytes apart. */
export function touchRows(table: usize, at: usize, stride: u32, count: u32): void {
  let seen: u32 = 0;
  for (; count != 0; count--, at += stride) seen ^= load<u32>(load<u32>(at));
  store<u32>(table, seen, TABLE_TOUCHED);
}

/** Turns the directory into sort entries of all groups, or with layout 0 records, in key order. `scratch` takes SORT_SCRATCH_BYTES. */
export function sortGroups(table: usize, scratch: usize): void {
  const layout: usize = load<u32>(table, TABLE_LAYOUT);
  const directory: usize = load<u32>(table, TABLE_DIRECTORY);
  const slots = load<u32>(table, TABLE_SLOTS);
  const groups = load<u32>(table, TABLE_GROUPS);
  let count: u32 = 0;
  for (let i: u32 = 0; i < slots; i++) {
    const row = load<u32>(directory + (i << 3));
    if (row != 0) store<u32>(directory + (count++ << 2), row);
  }
  let ahead = groups;
  for (let i = groups; i > 0; i--) {
    if (i == ahead) {
      ahead = i - min<u32>(i, READ_AHEAD);
      touchRows(table, directory + (ahead << 2), 4, i - ahead);
    }
    const row = load<u32>(directory + ((i - 1) << 2));
    const entry = directory + (i - 1) * SORT_ENTRY_BYTES;
    store<u32>(entry, row, 12);
    fill(layout, entry, 0, scratch + HISTOGRAM_BYTES);
  }
  if (groups > 1) radixSort(layout, directory, groups, 0, scratch);
}
