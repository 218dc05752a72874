// Merging sorted records. A binary heap of cursors, least key first, equal keys by run number; records go to one output
// buffer, and while the next key is the same its payload is combined into the record written last (the open one).
//
//     output buffer   completed records | open record | free
//                                       ^ MERGE_OUT   ^ MERGE_OPEN_END
import { addInt, doubleLess, wideLess } from './state-accumulate';
import {
  COUNT,
  CURSOR_END,
  CURSOR_LAST,
  CURSOR_NEXT,
  CURSOR_PREFIX,
  CURSOR_RUN,
  F64,
  I128,
  LAYOUT_ACCUMULATOR_BASE,
  LAYOUT_ACCUMULATORS,
  LAYOUT_ENTRY,
  LAYOUT_ROW_BYTES,
  MAX,
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
  MIN,
  SUM_DOUBLE,
  SUM_INT,
  SUPER_BYTES,
  TEXT,
} from './state-layout';
import { accumulatorEntry, keyPrefix, pad8, payloadOf, recordBytes, tailBytes } from './state-record';
import { addToExpansion, superAdd, superAddExpansion, superAddSuper } from './state-super';
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

/** Combines the record's payload into the open record, which ends at `openEnd`; returns its new end, 0: no room. */
function combine(layout: usize, open: usize, openEnd: usize, record: usize, room: u32): usize {
  const base = load<u32>(layout, LAYOUT_ACCUMULATOR_BASE);
  const fixed = load<u32>(layout, LAYOUT_ROW_BYTES) - base;
  const accumulators = load<u32>(layout, LAYOUT_ACCUMULATORS);
  const payload = payloadOf(open);
  const other = payloadOf(record);
  let entry = accumulatorEntry(layout);
  // Records with tails, or with a sum that may need one, are combined behind the open record and moved into its place.
  let plain = load<u32>(open, 4) == fixed && load<u32>(record, 4) == fixed;
  for (let a: u32 = 0; plain && a < accumulators; a++, entry += LAYOUT_ENTRY) {
    const offset = load<u32>(entry, 4) - base;
    const operation = load<u32>(entry);
    plain =
      operation == SUM_DOUBLE
        ? sumStaysSmall(payload + offset, other + offset)
        : operation < u32(MIN) || load<u32>(entry, 8) != TEXT;
  }
  entry = accumulatorEntry(layout);
  if (plain) {
    for (let a: u32 = 0; a < accumulators; a++, entry += LAYOUT_ENTRY) {
      const offset = load<u32>(entry, 4) - base;
      combineFixed(entry, payload + offset, other + offset);
    }
    return openEnd;
  }
  const oldBytes = load<u32>(open, 4);
  if (room < oldBytes + load<u32>(record, 4) + accumulators * SUPER_BYTES) return 0;
  memory.copy(openEnd, payload, fixed);
  let mine = payload + fixed;
  let theirs = other + fixed;
  let tail = openEnd + fixed;
  for (let a: u32 = 0; a < accumulators; a++, entry += LAYOUT_ENTRY) {
    const offset = load<u32>(entry, 4) - base;
    const slot = openEnd + offset;
    const mineBytes = tailBytes(entry, slot);
    const theirBytes = tailBytes(entry, other + offset);
    const operation = load<u32>(entry);
    if (operation == SUM_DOUBLE) {
      tail = combineSums(slot, mineBytes, mine, other + offset, theirBytes, theirs, tail);
    } else if (operation >= u32(MIN) && load<u32>(entry, 8) == TEXT) {
      tail = combineTexts(operation == MAX, slot, mine, other + offset, theirs, tail);
    } else {
      combineFixed(entry, slot, other + offset);
    }
    mine += mineBytes;
    theirs += theirBytes;
  }
  const newBytes = u32(tail - openEnd);
  memory.copy(payload, openEnd, newBytes);
  store<u32>(open, newBytes, 4);
  return payload + newBytes;
}

// @ts-ignore: decorator
@inline
function combineFixed(entry: usize, slot: usize, other: usize): void {
  const operation = load<u32>(entry);
  if (operation == COUNT) {
    store<u64>(slot, load<u64>(slot) + load<u64>(other));
  } else if (operation == SUM_INT) {
    addInt(slot, load<u64>(other), load<i64>(other, 8));
    // addInt takes 128 bits and extends their sign; what the third word has beyond that is added here.
    const extension = load<i64>(other, 16) - (load<i64>(other, 8) >> 63);
    store<i64>(slot, load<i64>(slot, 16) + extension, 16);
    store<u64>(slot, load<u64>(slot, 24) + load<u64>(other, 24), 24);
  } else if (operation == SUM_DOUBLE) {
    addToExpansion(slot, load<f64>(other));
    addToExpansion(slot, load<f64>(other, 8));
    addToExpansion(slot, load<f64>(other, 16));
    combineCounts(slot, other);
  } else {
    combineExtreme(operation == MAX, load<u32>(entry, 8), slot, other);
  }
}

// @ts-ignore: decorator
@inline
function combineCounts(slot: usize, other: usize): void {
  store<u64>(slot, load<u64>(slot, 24) + load<u64>(other, 24), 24);
  store<u32>(slot, load<u32>(slot, 36) | load<u32>(other, 36), 36);
}

/** Whether the other expansion can be added without a superaccumulator. */
function sumStaysSmall(slot: usize, other: usize): bool {
  const a = load<f64>(slot);
  const b = load<f64>(slot, 8);
  const c = load<f64>(slot, 16);
  const fits =
    addToExpansion(slot, load<f64>(other)) &&
    addToExpansion(slot, load<f64>(other, 8)) &&
    addToExpansion(slot, load<f64>(other, 16));
  store<f64>(slot, a);
  store<f64>(slot, b, 8);
  store<f64>(slot, c, 16);
  return fits;
}

function combineSums(
  slot: usize,
  mineBytes: u32,
  mine: usize,
  other: usize,
  theirBytes: u32,
  theirs: usize,
  tail: usize,
): usize {
  combineCounts(slot, other);
  if (mineBytes == 0 && theirBytes == 0 && sumStaysSmall(slot, other)) {
    addToExpansion(slot, load<f64>(other));
    addToExpansion(slot, load<f64>(other, 8));
    addToExpansion(slot, load<f64>(other, 16));
    return tail;
  }
  if (mineBytes != 0) memory.copy(tail, mine, SUPER_BYTES);
  else memory.fill(tail, 0, SUPER_BYTES);
  if (theirBytes != 0) superAddSuper(tail, theirs);
  superAddExpansion(tail, slot);
  superAdd(tail, load<f64>(other));
  superAdd(tail, load<f64>(other, 8));
  superAdd(tail, load<f64>(other, 16));
  store<u32>(slot, 1, 32);
  return tail + SUPER_BYTES;
}

function combineTexts(isMax: bool, slot: usize, mine: usize, other: usize, theirs: usize, tail: usize): usize {
  const mineHas = load<u32>(slot, 12) != 0;
  const theirsHas = load<u32>(other, 12) != 0;
  let takesTheirs = !mineHas;
  if (mineHas && theirsHas) {
    const order = compareBytes(theirs, load<u32>(other, 4), mine, load<u32>(slot, 4));
    takesTheirs = isMax ? order > 0 : order < 0;
  }
  if (takesTheirs) {
    store<u64>(slot, load<u64>(other));
    store<u64>(slot, load<u64>(other, 8), 8);
  }
  const bytes = pad8(load<u32>(slot, 4));
  memory.copy(tail, takesTheirs ? theirs : mine, bytes);
  return tail + bytes;
}

function combineExtreme(isMax: bool, physical: u32, slot: usize, other: usize): void {
  const wide = physical == I128;
  const hasOffset: usize = wide ? 16 : 8;
  if (load<u32>(other + hasOffset) == 0) return;
  if (load<u32>(slot + hasOffset) != 0) {
    const less = wide
      ? isMax
        ? wideLess(slot, other)
        : wideLess(other, slot)
      : physical == F64
        ? isMax
          ? doubleLess(load<f64>(slot), load<f64>(other))
          : doubleLess(load<f64>(other), load<f64>(slot))
        : isMax
          ? load<i64>(slot) < load<i64>(other)
          : load<i64>(other) < load<i64>(slot);
    if (!less) return;
  }
  store<u64>(slot, load<u64>(other));
  if (wide) store<u64>(slot, load<u64>(other, 8), 8);
  store<u32>(slot + hasOffset, 1);
}
