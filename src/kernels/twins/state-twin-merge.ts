/** What merging records means: see assembly/state-merge.ts. Cursors are sorted anew for every record. */
import type { Heap } from '../../memory/heap.js';
import {
  COUNT,
  CURSOR_END,
  CURSOR_INDEXED,
  CURSOR_LAST,
  CURSOR_NEXT,
  CURSOR_RUN,
  LAYOUT_ACCUMULATOR_BASE,
  LAYOUT_ACCUMULATORS,
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
  SORT_ENTRY_BYTES,
  SORT_ENTRY_RECORD,
  SUM_DOUBLE,
  SUM_INT,
  SUPER_BYTES,
  SUPER_WORDS,
  TEXT,
} from '../assembly/state-layout.js';

import type { StateKernels } from '../state-kernels.js';
import {
  addCount,
  expansionAt,
  expansionPlus,
  expansionUnits,
  hasOffset,
  isLess,
  setExpansion,
} from './state-twin-accumulate.js';
import { accumulatorEntries, bytesAt, type Entry, pad8, setSigned, setU32, signedAt, u32 } from './state-twin-heap.js';
import { keyBytes, payloadOf, recordBytes, tailBytes } from './state-twin-records.js';
import { expandedBound, expandSingle, isSingle } from './state-twin-single.js';

/** The sum of two expansions; null when it needs a superaccumulator. */
function addedExpansion(heap: Heap, slot: number, other: number): number[] | null {
  let parts: number[] | null = expansionAt(heap, slot);
  for (const part of expansionAt(heap, other)) parts = parts === null ? null : expansionPlus(parts, part);
  return parts;
}

/** Combines two accumulators without tails into the first. */
function combineFixed(heap: Heap, entry: Entry, slot: number, other: number): void {
  if (entry.operation === COUNT) {
    addCount(heap, slot, heap.u64[other >>> 3]);
  } else if (entry.operation === SUM_INT) {
    setSigned(heap, slot, 3, signedAt(heap, slot, 3) + signedAt(heap, other, 3));
    addCount(heap, slot + 24, heap.u64[(other + 24) >>> 3]);
  } else {
    const has = hasOffset(entry.physical);
    if (u32(heap, other + has) === 0) return;
    const [low, high] = entry.operation === MAX ? [slot, other] : [other, slot];
    if (u32(heap, slot + has) !== 0 && !isLess(entry.physical, heap, low, high)) return;
    heap.u8.copyWithin(slot, other, other + has + 4);
  }
}

/** One accumulator of the combined payload at `slot`, its tail as bytes. */
function combineOne(
  heap: Heap,
  entry: Entry,
  slot: number,
  mine: Uint8Array,
  other: number,
  theirs: Uint8Array,
): Uint8Array {
  if (entry.operation === SUM_DOUBLE) {
    addCount(heap, slot + 24, heap.u64[(other + 24) >>> 3]);
    setU32(heap, slot + 36, u32(heap, slot + 36) | u32(heap, other + 36));
    const parts = mine.length + theirs.length === 0 ? addedExpansion(heap, slot, other) : null;
    if (parts !== null) {
      setExpansion(heap, slot, parts);
      return mine;
    }
    const units = expansionUnits(heap, slot) + expansionUnits(heap, other) + unitsOf(mine) + unitsOf(theirs);
    setExpansion(heap, slot, [0, 0, 0]);
    setU32(heap, slot + 32, 1);
    const words = new BigUint64Array(SUPER_WORDS);
    for (let i = 0; i < SUPER_WORDS; i++) words[i] = BigInt.asUintN(64, units >> BigInt(64 * i));
    return new Uint8Array(words.buffer);
  }
  if (entry.operation >= 3 && entry.physical === TEXT) {
    const [a, b] = [mine.subarray(0, u32(heap, slot + 4)), theirs.subarray(0, u32(heap, other + 4))];
    const order = Buffer.compare(b, a);
    const isFirst = u32(heap, slot + 12) === 0;
    if (!isFirst && (u32(heap, other + 12) === 0 || (entry.operation === MAX ? order <= 0 : order >= 0))) return mine;
    heap.u8.copyWithin(slot, other, other + 16);
    return theirs;
  }
  combineFixed(heap, entry, slot, other);
  return mine;
}

function unitsOf(tail: Uint8Array): bigint {
  if (tail.length === 0) return 0n;
  const words = new BigUint64Array(Uint8Array.from(tail).buffer);
  return BigInt.asIntN(
    64 * SUPER_WORDS,
    words.reduceRight((value, word) => (value << 64n) | word, 0n),
  );
}

/** Combines `record` into the open one; its new end, or 0 when the kernel would have had no room. */
function combine(heap: Heap, layout: number, open: number, openEnd: number, record: number, room: number): number {
  const base = u32(heap, layout + LAYOUT_ACCUMULATOR_BASE);
  const fixed = u32(heap, layout + LAYOUT_ROW_BYTES) - base;
  const entries = accumulatorEntries(heap, layout);
  const [payload, other] = [payloadOf(heap, open), payloadOf(heap, record)];
  const [bytes, otherBytes] = [u32(heap, open + 4), u32(heap, record + 4)];
  const isPlain =
    bytes === fixed &&
    otherBytes === fixed &&
    entries.every((entry) => {
      const offset = entry.offset - base;
      if (entry.operation === SUM_DOUBLE) return addedExpansion(heap, payload + offset, other + offset) !== null;
      return entry.operation < 3 || entry.physical !== TEXT;
    });
  if (!isPlain && room < bytes + otherBytes + entries.length * SUPER_BYTES) return 0;
  let [mineAt, theirsAt] = [payload + fixed, other + fixed];
  const tails = entries.map((entry) => {
    const [slot, otherSlot] = [payload + entry.offset - base, other + entry.offset - base];
    const mine = Uint8Array.from(bytesAt(heap, mineAt, tailBytes(heap, entry, slot)));
    const theirs = Uint8Array.from(bytesAt(heap, theirsAt, tailBytes(heap, entry, otherSlot)));
    mineAt += mine.length;
    theirsAt += theirs.length;
    return combineOne(heap, entry, slot, mine, otherSlot, theirs);
  });
  let end = payload + fixed;
  for (const tail of tails) {
    heap.u8.set(tail, end);
    end += pad8(tail.length);
  }
  setU32(heap, open + 4, end - payload);
  return isPlain ? openEnd : end;
}

export function mergeTwins(heap: Heap): Pick<StateKernels, 'openMerge' | 'mergeRecords' | 'mergeRows'> {
  const recordAt = (cursor: number): number => {
    const next = u32(heap, cursor + CURSOR_NEXT);
    return u32(heap, cursor + CURSOR_INDEXED) === 0 ? next : u32(heap, next + SORT_ENTRY_RECORD);
  };
  const advanceLeast = (merge: number): void => {
    const cursor = u32(heap, u32(heap, merge + MERGE_HEAP));
    const isIndexed = u32(heap, cursor + CURSOR_INDEXED) !== 0;
    const step = isIndexed ? SORT_ENTRY_BYTES : recordBytes(heap, recordAt(cursor));
    setU32(heap, cursor + CURSOR_NEXT, u32(heap, cursor + CURSOR_NEXT) + step);
    setU32(heap, merge + MERGE_STALE, 1);
  };
  const sortCursors = (merge: number): void => {
    const cursors = u32(heap, merge + MERGE_HEAP) >>> 2;
    const sorted = [...heap.u32.slice(cursors, cursors + u32(heap, merge + MERGE_CURSORS))].sort((a, b) => {
      const order = Buffer.compare(keyBytes(heap, recordAt(a)), keyBytes(heap, recordAt(b)));
      return order || u32(heap, a + CURSOR_RUN) - u32(heap, b + CURSOR_RUN);
    });
    heap.u32.set(sorted, cursors);
  };
  /** The least cursor has moved. False: it wants a block. */
  const settle = (merge: number): boolean => {
    const cursors = u32(heap, merge + MERGE_HEAP);
    const least = u32(heap, cursors);
    if (u32(heap, least + CURSOR_NEXT) === u32(heap, least + CURSOR_END)) {
      if (u32(heap, least + CURSOR_LAST) === 0) return false;
      const count = u32(heap, merge + MERGE_CURSORS) - 1;
      setU32(heap, merge + MERGE_CURSORS, count);
      setU32(heap, cursors, u32(heap, cursors + 4 * count));
    }
    sortCursors(merge);
    setU32(heap, merge + MERGE_STALE, 0);
    return true;
  };
  return {
    openMerge: sortCursors,
    mergeRows(merge, records) {
      const get = (field: number): number => u32(heap, merge + field);
      for (;;) {
        if (get(MERGE_STALE) !== 0 && !settle(merge)) return MERGE_WANTS_BLOCK;
        if (get(MERGE_CURSORS) === 0) return MERGE_DONE;
        const rows = get(MERGE_ROWS);
        if (rows === get(MERGE_ROW_LIMIT)) return MERGE_FULL;
        setU32(heap, records + 4 * rows, recordAt(u32(heap, get(MERGE_HEAP))));
        setU32(heap, merge + MERGE_ROWS, rows + 1);
        advanceLeast(merge);
      }
    },
    mergeRecords(merge) {
      const layout = u32(heap, merge + MERGE_LAYOUT);
      const get = (field: number): number => u32(heap, merge + field);
      const set = (field: number, value: number): void => setU32(heap, merge + field, value);
      const completeOpen = (): void => {
        if (get(MERGE_OPEN_END) === 0) return;
        set(MERGE_OUT, get(MERGE_OPEN_END));
        set(MERGE_OPEN_END, 0);
        set(MERGE_ROWS, get(MERGE_ROWS) + 1);
      };
      const noRoom = (needed: number): number => {
        set(MERGE_NEEDED, needed);
        return get(MERGE_ROWS) > 0 ? MERGE_FULL : MERGE_TOO_SMALL;
      };
      for (;;) {
        if (get(MERGE_STALE) !== 0 && !settle(merge)) return MERGE_WANTS_BLOCK;
        if (get(MERGE_CURSORS) === 0) {
          completeOpen();
          return MERGE_DONE;
        }
        const record = recordAt(u32(heap, get(MERGE_HEAP)));
        const isOne = layout !== 0 && isSingle(heap, record);
        const bytes = isOne ? expandedBound(heap, layout, record) : recordBytes(heap, record);
        const [out, openEnd, outEnd] = [get(MERGE_OUT), get(MERGE_OPEN_END), get(MERGE_OUT_END)];
        if (openEnd !== 0 && layout !== 0 && Buffer.compare(keyBytes(heap, out), keyBytes(heap, record)) === 0) {
          const isExpanded = isOne && outEnd - openEnd >= bytes;
          const other = isExpanded ? Math.floor((outEnd - bytes) / 8) * 8 : record;
          if (isExpanded) expandSingle(heap, layout, record, other);
          const room = isExpanded ? other - openEnd : outEnd - openEnd;
          const end = isOne && !isExpanded ? 0 : combine(heap, layout, out, openEnd, other, room);
          const sums = u32(heap, layout + LAYOUT_ACCUMULATORS) * SUPER_BYTES;
          if (end === 0) return noRoom(openEnd - out + (isOne ? 2 * bytes + 8 : bytes) + sums);
          set(MERGE_OPEN_END, end);
        } else {
          completeOpen();
          if (get(MERGE_ROWS) === get(MERGE_ROW_LIMIT)) return MERGE_FULL;
          const at = get(MERGE_OUT);
          if (outEnd - at < bytes) return noRoom(bytes);
          if (isOne) {
            set(MERGE_OPEN_END, expandSingle(heap, layout, record, at));
          } else {
            heap.u8.copyWithin(at, record, record + bytes);
            set(MERGE_OPEN_END, at + bytes);
          }
        }
        advanceLeast(merge);
      }
    },
  };
}
