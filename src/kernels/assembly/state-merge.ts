// Merging sorted records. A binary heap of cursors, least key first, equal keys by run number; records go to one output
// buffer, and while the next key is the same its payload is combined into the record written last (the open one).
//
//     output buffer   completed records | open record | free
//                                       ^ MERGE_OUT   ^ MERGE_OPEN_END
import { copyBytes } from './copy-bytes';
import { combine } from './state-combine';
import {
  AHEAD_ROWS,
  CURSOR_END,
  CURSOR_INDEXED,
  CURSOR_LAST,
  CURSOR_NEXT,
  CURSOR_PREFIX,
  CURSOR_PREFIX_LOW,
  CURSOR_RUN,
  LAYOUT_ACCUMULATORS,
  MERGE_AHEAD,
  MERGE_AHEAD_FROM,
  MERGE_AHEAD_TO,
  MERGE_CURSORS,
  MERGE_DONE,
  MERGE_FULL,
  MERGE_HEAP,
  MERGE_LAYOUT,
  MERGE_NEEDED,
  MERGE_OPEN_END,
  MERGE_OUT,
  MERGE_OUT_END,
  MERGE_ROW_LIMIT,
  MERGE_ROWS,
  MERGE_STALE,
  MERGE_TOO_SMALL,
  MERGE_TOUCHED,
  MERGE_WANTS_BLOCK,
  SORT_ENTRY_BYTES,
  SORT_ENTRY_RECORD,
  SUPER_BYTES,
} from './state-layout';
import { keyWord, payloadOf, recordBytes } from './state-record';
import { expandedBound, expandSingle, isSingle } from './state-single';
import { bytesEqual, compareBytes } from './state-text';

/** The record that the cursor stands on. */
// @ts-ignore: decorator
@inline
function recordAt(cursor: usize): usize {
  const next: usize = load<u32>(cursor, CURSOR_NEXT);
  return load<u32>(cursor, CURSOR_INDEXED) ? load<u32>(next, SORT_ENTRY_RECORD) : next;
}

/** Entries begin with what records must be asked for. */
// @ts-ignore: decorator
@inline
function notePrefix(cursor: usize): void {
  const next: usize = load<u32>(cursor, CURSOR_NEXT);
  const isIndexed = load<u32>(cursor, CURSOR_INDEXED) != 0;
  store<u64>(cursor, isIndexed ? load<u64>(next) : keyWord(next, 0), CURSOR_PREFIX);
  store<u32>(cursor, isIndexed ? load<u32>(next, 8) : u32(keyWord(next, 8) >>> 32), CURSOR_PREFIX_LOW);
}

// @ts-ignore: decorator
@inline
function cursorLess(a: usize, b: usize): bool {
  const x = load<u64>(a, CURSOR_PREFIX);
  const y = load<u64>(b, CURSOR_PREFIX);
  if (x != y) return x < y;
  const low = load<u32>(a, CURSOR_PREFIX_LOW);
  const otherLow = load<u32>(b, CURSOR_PREFIX_LOW);
  if (low != otherLow) return low < otherLow;
  const p = recordAt(a);
  const q = recordAt(b);
  const order = compareBytes(p + 8, load<u32>(p), q + 8, load<u32>(q));
  return order != 0 ? order < 0 : load<u32>(a, CURSOR_RUN) < load<u32>(b, CURSOR_RUN);
}

function sift(heap: usize, count: u32, parent: u32): void {
  const cursor = load<u32>(heap + (parent << 2));
  while (true) {
    let child = parent * 2 + 1;
    if (child >= count) break;
    let least = load<u32>(heap + (child << 2));
    if (child + 1 < count) {
      const right = load<u32>(heap + (child << 2), 4);
      if (cursorLess(right, least)) {
        least = right;
        child++;
      }
    }
    if (!cursorLess(least, cursor)) break;
    store<u32>(heap + (parent << 2), least);
    parent = child;
  }
  store<u32>(heap + (parent << 2), cursor);
}

/**
 * Puts the least cursor in its place again after it has moved, or takes it out at its end. False: it needs its next block
 * first (set NEXT and END, or LAST).
 */
// @ts-ignore: decorator
@inline
function settleLeast(merge: usize, heap: usize): bool {
  if (load<u32>(merge, MERGE_STALE) == 0) return true;
  let count = load<u32>(merge, MERGE_CURSORS);
  const least: usize = load<u32>(heap);
  if (load<u32>(least, CURSOR_NEXT) != load<u32>(least, CURSOR_END)) {
    notePrefix(least);
  } else if (load<u32>(least, CURSOR_LAST) == 0) {
    return false;
  } else {
    store<u32>(merge, --count, MERGE_CURSORS);
    store<u32>(heap, load<u32>(heap + (count << 2)));
  }
  if (count > 1) sift(heap, count, 0);
  store<u32>(merge, 0, MERGE_STALE);
  return true;
}

/** Orders the cursors; each must stand on a record. */
export function openMerge(merge: usize): void {
  const heap: usize = load<u32>(merge, MERGE_HEAP);
  const count = load<u32>(merge, MERGE_CURSORS);
  for (let i: u32 = 0; i < count; i++) {
    notePrefix(load<u32>(heap + (i << 2)));
  }
  for (let i = count >>> 1; i > 0; i--) sift(heap, count, i - 1);
}

/** Reads the heads and payloads of records; what it answers is there only so that they are read. */
function readAhead(records: usize, count: u32): u32 {
  let seen: u32 = 0;
  for (let i: u32 = 0; i < count; i++) seen ^= load<u32>(load<u32>(records + (i << 2)));
  for (let i: u32 = 0; i < count; i++) seen ^= load<u32>(payloadOf(load<u32>(records + (i << 2))) - 4);
  return seen;
}

/**
 * Finds the next records, as many as can be had without a new block, and reads their heads and payloads: under an index
 * they lie anywhere, and a core waits for many lines at once only in a loop that does nothing else.
 */
function lookAhead(merge: usize, heap: usize): u32 {
  const records = merge + MERGE_AHEAD;
  let count: u32 = 0;
  while (count < u32(AHEAD_ROWS) && settleLeast(merge, heap) && load<u32>(merge, MERGE_CURSORS) != 0) {
    store<u32>(records + (count++ << 2), takeLeast(merge, heap));
  }
  store<u32>(merge, readAhead(records, count), MERGE_TOUCHED);
  store<u32>(merge, count, MERGE_AHEAD_TO);
  return count;
}

/** The record of the least cursor, which moves on and is left to be settled. */
// @ts-ignore: decorator
@inline
function takeLeast(merge: usize, heap: usize): u32 {
  const cursor: usize = load<u32>(heap);
  const next: usize = load<u32>(cursor, CURSOR_NEXT);
  const isIndexed = load<u32>(cursor, CURSOR_INDEXED) != 0;
  store<u32>(cursor, u32(next) + (isIndexed ? u32(SORT_ENTRY_BYTES) : recordBytes(next)), CURSOR_NEXT);
  store<u32>(merge, 1, MERGE_STALE);
  return isIndexed ? load<u32>(next, SORT_ENTRY_RECORD) : u32(next);
}

/**
 * Merges until nothing is left (MERGE_DONE), the buffer or the row limit is reached (MERGE_FULL), the least cursor (the
 * first of the heap) needs its next block (MERGE_WANTS_BLOCK: set NEXT and END, or LAST), or the buffer cannot take the
 * open record (MERGE_TOO_SMALL: MERGE_NEEDED more bytes).
 */
export function mergeRecords(merge: usize): u32 {
  const heap: usize = load<u32>(merge, MERGE_HEAP);
  const layout: usize = load<u32>(merge, MERGE_LAYOUT);
  const outEnd: usize = load<u32>(merge, MERGE_OUT_END);
  let out: usize = load<u32>(merge, MERGE_OUT);
  let openEnd: usize = load<u32>(merge, MERGE_OPEN_END);
  let rows = load<u32>(merge, MERGE_ROWS);
  let next = load<u32>(merge, MERGE_AHEAD_FROM);
  let end = load<u32>(merge, MERGE_AHEAD_TO);
  let status: u32 = MERGE_DONE;
  for (; ; next++) {
    if (next == end) {
      next = 0;
      end = lookAhead(merge, heap);
      if (end == 0) {
        if (load<u32>(merge, MERGE_CURSORS) != 0) {
          status = MERGE_WANTS_BLOCK;
        } else if (openEnd != 0) {
          out = openEnd;
          openEnd = 0;
          rows++;
        }
        break;
      }
    }
    const record: usize = load<u32>(merge + (next << 2), MERGE_AHEAD);
    const isOne = layout != 0 && isSingle(record);
    const bytes = isOne ? expandedBound(layout, record) : recordBytes(record);
    if (openEnd != 0 && layout != 0 && sameKey(out, record)) {
      let room = u32(outEnd - openEnd);
      let other = record;
      if (isOne && room >= bytes) {
        // At the end of the buffer, where it is not in the way.
        other = (outEnd - bytes) & ~7;
        expandSingle(layout, record, other);
        room = u32(other - openEnd);
      }
      const combined = isOne && other == record ? 0 : combine(layout, out, openEnd, other, room);
      if (combined == 0) {
        // Twice the open record holds any combination of the two, with a superaccumulator for each sum.
        const sums = load<u32>(layout, LAYOUT_ACCUMULATORS) * SUPER_BYTES;
        store<u32>(merge, u32(openEnd - out) + (isOne ? 2 * bytes + 8 : bytes) + sums, MERGE_NEEDED);
        status = rows != 0 ? MERGE_FULL : MERGE_TOO_SMALL;
        break;
      }
      openEnd = combined;
    } else {
      if (openEnd != 0) {
        out = openEnd;
        openEnd = 0;
        rows++;
      }
      if (rows == load<u32>(merge, MERGE_ROW_LIMIT)) {
        status = MERGE_FULL;
        break;
      }
      if (u32(outEnd - out) < bytes) {
        store<u32>(merge, bytes, MERGE_NEEDED);
        status = rows != 0 ? MERGE_FULL : MERGE_TOO_SMALL;
        break;
      }
      if (isOne) {
        openEnd = expandSingle(layout, record, out);
      } else {
        memory.copy(out, record, bytes);
        openEnd = out + bytes;
      }
    }
  }
  store<u32>(merge, next, MERGE_AHEAD_FROM);
  store<u32>(merge, out, MERGE_OUT);
  store<u32>(merge, openEnd, MERGE_OPEN_END);
  store<u32>(merge, rows, MERGE_ROWS);
  return status;
}

/**
 * The addresses of the next records, least key first, from out[MERGE_ROWS] on; nothing is combined or copied. Ends as
 * mergeRecords does, but for MERGE_TOO_SMALL.
 */
export function mergeRows(merge: usize, out: usize): u32 {
  const heap: usize = load<u32>(merge, MERGE_HEAP);
  const limit = load<u32>(merge, MERGE_ROW_LIMIT);
  let rows = load<u32>(merge, MERGE_ROWS);
  let status: u32 = MERGE_FULL;
  while (true) {
    if (!settleLeast(merge, heap)) {
      status = MERGE_WANTS_BLOCK;
      break;
    }
    if (load<u32>(merge, MERGE_CURSORS) == 0) {
      status = MERGE_DONE;
      break;
    }
    if (rows == limit) break;
    store<u32>(out + (rows++ << 2), takeLeast(merge, heap));
  }
  store<u32>(merge, rows, MERGE_ROWS);
  return status;
}

/**
 * Copies the records from..to-1 to `out`, as many as fit before `outEnd`; returns the first one not copied, and at
 * `endAt` where the copies end.
 */
export function gatherRows(records: usize, from: u32, to: u32, out: usize, outEnd: usize, endAt: usize): u32 {
  let i = from;
  let ahead = from;
  for (; i < to; i++) {
    if (i == ahead) {
      ahead = min<u32>(to, i + AHEAD_ROWS);
      store<u32>(endAt, readAhead(records + (i << 2), ahead - i));
    }
    const record: usize = load<u32>(records + (i << 2));
    const bytes = recordBytes(record);
    if (u32(outEnd - out) < bytes) break;
    copyBytes(out, record, bytes);
    out += bytes;
  }
  store<u32>(endAt, u32(out));
  return i;
}

/** The first of the sort entries in [start, end) whose key is not less than the `keyBytes` bytes at `key`, or end. */
export function lowerEntry(start: usize, end: usize, key: usize, keyBytes: u32): usize {
  let low: u32 = 0;
  let high = u32(end - start) / SORT_ENTRY_BYTES;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const record: usize = load<u32>(start + middle * SORT_ENTRY_BYTES, SORT_ENTRY_RECORD);
    if (compareBytes(record + 8, load<u32>(record), key, keyBytes) < 0) low = middle + 1;
    else high = middle;
  }
  return start + low * SORT_ENTRY_BYTES;
}

// @ts-ignore: decorator
@inline
function sameKey(a: usize, b: usize): bool {
  const bytes = load<u32>(a);
  return bytes == load<u32>(b) && bytesEqual(a + 8, b + 8, bytes);
}
