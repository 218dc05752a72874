// Merging sorted records. A binary heap of cursors, least key first, equal keys by run number; records go to one output
// buffer, and while the next key is the same its payload is combined into the record written last (the open one).
//
//     output buffer   completed records | open record | free
//                                       ^ MERGE_OUT   ^ MERGE_OPEN_END
import { combine } from './state-combine';
import {
  CURSOR_END,
  CURSOR_LAST,
  CURSOR_NEXT,
  CURSOR_PREFIX,
  CURSOR_RUN,
  LAYOUT_ACCUMULATORS,
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
  MERGE_WANTS_BLOCK,
  SUPER_BYTES,
} from './state-layout';
import { keyPrefix, recordBytes } from './state-record';
import { bytesEqual, compareBytes } from './state-text';

// @ts-ignore: decorator
@inline
function cursorLess(a: usize, b: usize): bool {
  const x = load<u64>(a, CURSOR_PREFIX);
  const y = load<u64>(b, CURSOR_PREFIX);
  if (x != y) return x < y;
  const p: usize = load<u32>(a, CURSOR_NEXT);
  const q: usize = load<u32>(b, CURSOR_NEXT);
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

/** Orders the cursors; each must stand on a record. */
export function openMerge(merge: usize): void {
  const heap: usize = load<u32>(merge, MERGE_HEAP);
  const count = load<u32>(merge, MERGE_CURSORS);
  for (let i: u32 = 0; i < count; i++) {
    const cursor = load<u32>(heap + (i << 2));
    store<u64>(cursor, keyPrefix(load<u32>(cursor, CURSOR_NEXT)), CURSOR_PREFIX);
  }
  for (let i = count >>> 1; i > 0; i--) sift(heap, count, i - 1);
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
  let status: u32 = MERGE_DONE;
  while (true) {
    let count = load<u32>(merge, MERGE_CURSORS);
    if (load<u32>(merge, MERGE_STALE) != 0) {
      const least: usize = load<u32>(heap);
      const next: usize = load<u32>(least, CURSOR_NEXT);
      if (next != load<u32>(least, CURSOR_END)) {
        store<u64>(least, keyPrefix(next), CURSOR_PREFIX);
      } else if (load<u32>(least, CURSOR_LAST) == 0) {
        status = MERGE_WANTS_BLOCK;
        break;
      } else {
        store<u32>(merge, --count, MERGE_CURSORS);
        store<u32>(heap, load<u32>(heap + (count << 2)));
      }
      if (count > 1) sift(heap, count, 0);
      store<u32>(merge, 0, MERGE_STALE);
    }
    if (count == 0) {
      if (openEnd != 0) {
        out = openEnd;
        openEnd = 0;
        rows++;
      }
      break;
    }
    const cursor: usize = load<u32>(heap);
    const record: usize = load<u32>(cursor, CURSOR_NEXT);
    const bytes = recordBytes(record);
    if (openEnd != 0 && layout != 0 && sameKey(out, record)) {
      const room = u32(outEnd - openEnd);
      const end = combine(layout, out, openEnd, record, room);
      if (end == 0) {
        // Twice the open record holds any combination of the two, with a superaccumulator for each sum.
        const sums = load<u32>(layout, LAYOUT_ACCUMULATORS) * SUPER_BYTES;
        store<u32>(merge, u32(openEnd - out) + bytes + sums, MERGE_NEEDED);
        status = rows != 0 ? MERGE_FULL : MERGE_TOO_SMALL;
        break;
      }
      openEnd = end;
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
      memory.copy(out, record, bytes);
      openEnd = out + bytes;
    }
    store<u32>(cursor, record + bytes, CURSOR_NEXT);
    store<u32>(merge, 1, MERGE_STALE);
  }
  store<u32>(merge, out, MERGE_OUT);
  store<u32>(merge, openEnd, MERGE_OPEN_END);
  store<u32>(merge, rows, MERGE_ROWS);
  return status;
}

// @ts-ignore: decorator
@inline
function sameKey(a: usize, b: usize): bool {
  const bytes = load<u32>(a);
  return bytes == load<u32>(b) && bytesEqual(a + 8, b + 8, bytes);
}
