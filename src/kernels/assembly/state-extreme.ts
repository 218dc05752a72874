// min and max: folding input values into the group rows that the find kernels named; see state-sum.ts. A value seldom
// replaces the one before, so these loops write little and need no runs.
import { rowAt } from './state-column';
import { tail } from './state-group';
import { canonicalWord } from './state-hash';
import { F64, I32, I64, I128, STOP_TEXT_LIMIT, TABLE_NEEDED, TABLE_STOP, TABLE_TEXT_LIMIT, U8 } from './state-layout';
import { compareBytes } from './state-text';

/** min and max of u8, i32, i64. */
// @ts-ignore: decorator
@inline
function extremeInts(groups: usize, offset: u32, column: usize, selection: usize, from: u32, to: u32, isMax: bool, physical: u32): void {
  const values: usize = load<u32>(column);
  const stride = load<u32>(column, 4);
  const validity: usize = load<u32>(column, 8);
  const validityStride = load<u32>(column, 12);
  for (let i = from; i < to; i++) {
    const row = rowAt(selection, i);
    if (validity != 0 && load<u8>(validity + row * validityStride) == 0) continue;
    const slot = <usize>load<u32>(groups + (i << 2)) + offset;
    const at = values + row * stride;
    const x: i64 = physical == U8 ? <i64>load<u8>(at) : physical == I32 ? <i64>load<i32>(at) : load<i64>(at);
    const best = load<i64>(slot);
    if (load<u32>(slot, 8) == 0 || (isMax ? x > best : x < best)) {
      store<i64>(slot, x);
      store<u32>(slot, 1, 8);
    }
  }
}

/** Whether the double x comes before y: NaN is greatest. */
// @ts-ignore: decorator
@inline
export function doubleLess(x: f64, y: f64): bool {
  return x < y || (y != y && x == x);
}

// @ts-ignore: decorator
@inline
function extremeDoubles(groups: usize, offset: u32, column: usize, selection: usize, from: u32, to: u32, isMax: bool): void {
  const values: usize = load<u32>(column);
  const stride = load<u32>(column, 4);
  const validity: usize = load<u32>(column, 8);
  const validityStride = load<u32>(column, 12);
  for (let i = from; i < to; i++) {
    const row = rowAt(selection, i);
    if (validity != 0 && load<u8>(validity + row * validityStride) == 0) continue;
    const slot = <usize>load<u32>(groups + (i << 2)) + offset;
    putExtreme(slot, load<f64>(values + row * stride), isMax);
  }
}

// @ts-ignore: decorator
@inline
export function putExtreme(slot: usize, x: f64, isMax: bool): void {
  const best = load<f64>(slot);
  if (load<u32>(slot, 8) != 0) {
    // Mostly one comparison decides. It is false where there is a NaN, which is greatest.
    if (isMax ? x <= best : best <= x) return;
    if (isMax ? best != best : x != x) return;
  }
  store<u64>(slot, canonicalWord(x));
  store<u32>(slot, 1, 8);
}

/** Whether the 128-bit value at a is less than that at b. */
export function wideLess(a: usize, b: usize): bool {
  const x = load<i64>(a, 8);
  const y = load<i64>(b, 8);
  return x < y || (x == y && load<u64>(a) < load<u64>(b));
}

function extremeWides(groups: usize, offset: u32, column: usize, selection: usize, from: u32, to: u32, isMax: bool): void {
  const values: usize = load<u32>(column);
  const stride = load<u32>(column, 4);
  const validity: usize = load<u32>(column, 8);
  const validityStride = load<u32>(column, 12);
  for (let i = from; i < to; i++) {
    const row = rowAt(selection, i);
    if (validity != 0 && load<u8>(validity + row * validityStride) == 0) continue;
    const slot = <usize>load<u32>(groups + (i << 2)) + offset;
    const at = values + row * stride;
    if (load<u32>(slot, 16) == 0 || (isMax ? wideLess(slot, at) : wideLess(at, slot))) {
      store<u64>(slot, load<u64>(at));
      store<u64>(slot, load<u64>(at, 8), 8);
      store<u32>(slot, 1, 16);
    }
  }
}

/** min and max of every type but text. */
export function extreme(
  groups: usize,
  offset: u32,
  column: usize,
  selection: usize,
  from: u32,
  to: u32,
  isMax: u32,
  physical: u32,
): void {
  switch (physical) {
    case U8:
      return isMax
        ? extremeInts(groups, offset, column, selection, from, to, true, U8)
        : extremeInts(groups, offset, column, selection, from, to, false, U8);
    case I32:
      return isMax
        ? extremeInts(groups, offset, column, selection, from, to, true, I32)
        : extremeInts(groups, offset, column, selection, from, to, false, I32);
    case F64:
      return isMax
        ? extremeDoubles(groups, offset, column, selection, from, to, true)
        : extremeDoubles(groups, offset, column, selection, from, to, false);
    case I128:
      return extremeWides(groups, offset, column, selection, from, to, isMax != 0);
    default:
      return isMax
        ? extremeInts(groups, offset, column, selection, from, to, true, I64)
        : extremeInts(groups, offset, column, selection, from, to, false, I64);
  }
}

/**
 * min and max of text. The bytes lie in the arena with a capacity that is a power of two: a replacement either fits or
 * at least doubles it, so what replaced texts leave behind is less than what the last one takes.
 */
export function extremeText(
  table: usize,
  groups: usize,
  offset: u32,
  column: usize,
  selection: usize,
  from: u32,
  to: u32,
  isMax: u32,
): u32 {
  const values: usize = load<u32>(column);
  const stride = load<u32>(column, 4);
  const validity: usize = load<u32>(column, 8);
  const validityStride = load<u32>(column, 12);
  for (let i = from; i < to; i++) {
    const row = rowAt(selection, i);
    if (validity != 0 && load<u8>(validity + row * validityStride) == 0) continue;
    const slot = <usize>load<u32>(groups + (i << 2)) + offset;
    const at = values + row * stride;
    const address: usize = load<u32>(at);
    const bytes = load<u32>(at, 4);
    if (load<u32>(slot, 12) != 0) {
      const order = compareBytes(address, bytes, load<u32>(slot), load<u32>(slot, 4));
      if (isMax ? order <= 0 : order >= 0) continue;
    }
    if (bytes > load<u32>(slot, 8)) {
      if (bytes > load<u32>(table, TABLE_TEXT_LIMIT)) {
        store<u32>(table, STOP_TEXT_LIMIT, TABLE_STOP);
        store<u32>(table, bytes, TABLE_NEEDED);
        return i;
      }
      const capacity = max<u32>(16, u32(1) << (32 - clz<u32>(bytes - 1)));
      const copy = tail(table, capacity);
      if (copy == 0) return i;
      store<u32>(slot, copy);
      store<u32>(slot, capacity, 8);
    }
    memory.copy(load<u32>(slot), address, bytes);
    store<u32>(slot, bytes, 4);
    store<u32>(slot, 1, 12);
  }
  return to;
}
