// Combining the partial accumulators of two records with one key.
import { doubleLess, wideLess } from './state-extreme';
import {
  COUNT,
  F64,
  I128,
  LAYOUT_ACCUMULATOR_BASE,
  LAYOUT_ACCUMULATORS,
  LAYOUT_ENTRY,
  LAYOUT_ROW_BYTES,
  MAX,
  MIN,
  SUM_DOUBLE,
  SUM_INT,
  SUPER_BYTES,
  TEXT,
} from './state-layout';
import { accumulatorEntry, pad8, payloadOf, tailBytes } from './state-record';
import { addInt } from './state-sum';
import { addToExpansion, superAdd, superAddExpansion, superAddSuper } from './state-super';
import { compareBytes } from './state-text';

/** Combines the record's payload into the open record, which ends at `openEnd`; returns its new end, 0: no room. */
export function combine(layout: usize, open: usize, openEnd: usize, record: usize, room: u32): usize {
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
