// Records of one row, whose payload is the row's values in place of the accumulators that these would be: a third of the bytes
// (see state/groups/group-records.ts). They become accumulators when they are merged.
//
//     payload     a bit an input (1: null), the inputs' values without gaps: as the values of a row to sort; see state-rows.ts
//
// Its bytes are never a multiple of 8, those of accumulators always are.
import { canonicalWord, fixedWord } from './state-hash';
import {
  COUNT,
  F64,
  I128,
  LAYOUT_ACCUMULATOR_BASE,
  LAYOUT_ACCUMULATORS,
  LAYOUT_ENTRY,
  LAYOUT_ROW_BYTES,
  SUM_DOUBLE,
  SUM_INT,
  SUPER_BYTES,
} from './state-layout';
import { accumulatorEntry, pad8, payloadOf } from './state-record';
import { addToExpansion, special, superAdd } from './state-super';

// @ts-ignore: decorator
@inline
export function isSingle(record: usize): bool {
  return (load<u32>(record, 4) & 7) != 0;
}

/** Bytes that the record may take when it is expanded. */
export function expandedBound(layout: usize, record: usize): u32 {
  const fixed = load<u32>(layout, LAYOUT_ROW_BYTES) - load<u32>(layout, LAYOUT_ACCUMULATOR_BASE);
  return 8 + pad8(load<u32>(record)) + fixed + load<u32>(layout, LAYOUT_ACCUMULATORS) * SUPER_BYTES;
}

/** A sum of one double at `slot`, zeroes before; where its tail ends, which begins at `tail`. */
// @ts-ignore: decorator
@inline
function sumOfOne(slot: usize, x: f64, tail: usize): usize {
  store<u64>(slot, 1, 24);
  if (addToExpansion(slot, x)) return tail;
  if (!(abs(x) < Infinity)) {
    store<u32>(slot, special(x), 36);
    return tail;
  }
  memory.fill(tail, 0, SUPER_BYTES);
  superAdd(tail, x);
  store<u32>(slot, 1, 32);
  return tail + SUPER_BYTES;
}

/** Writes the record at `out` with accumulators that have seen its values; where it ends. */
export function expandSingle(layout: usize, record: usize, out: usize): usize {
  const keyPart: usize = 8 + pad8(load<u32>(record));
  const values = payloadOf(record);
  memory.copy(out, record, keyPart);
  const payload = out + keyPart;
  const base = load<u32>(layout, LAYOUT_ACCUMULATOR_BASE);
  const fixed = load<u32>(layout, LAYOUT_ROW_BYTES) - base;
  for (let at: u32 = 0; at < fixed; at += 8) store<u64>(payload + at, 0);
  const accumulators = load<u32>(layout, LAYOUT_ACCUMULATORS);
  let tail = payload + fixed;
  let entry = accumulatorEntry(layout);
  for (let a: u32 = 0; a < accumulators; a++, entry += LAYOUT_ENTRY) {
    const slot = payload + load<u32>(entry, 4) - base;
    const operation = load<u32>(entry);
    const place = load<u32>(entry, 12);
    const input = place >>> 16;
    if (input != 0 && (load<u8>(values + ((input - 1) >>> 3)) >>> u8((input - 1) & 7)) & 1) continue;
    if (operation == COUNT) {
      store<u64>(slot, 1);
      continue;
    }
    const value = values + (place & 0xffff);
    const physical = load<u32>(entry, 8);
    if (operation == SUM_DOUBLE) {
      tail = sumOfOne(slot, load<f64>(value), tail);
      continue;
    }
    const isWide = physical == I128;
    store<u64>(slot, physical == F64 ? canonicalWord(load<f64>(value)) : isWide ? load<u64>(value) : fixedWord(physical, value));
    const high = isWide ? load<i64>(value, 8) : load<i64>(slot) >> 63;
    if (operation == SUM_INT) {
      store<i64>(slot, high, 8);
      store<i64>(slot, high >> 63, 16);
      store<u64>(slot, 1, 24);
    } else {
      if (isWide) store<i64>(slot, high, 8);
      store<u32>(slot + (isWide ? 16 : 8), 1);
    }
  }
  store<u32>(out, u32(tail - payload), 4);
  return tail;
}
