// The least and the greatest of plain values. Texts are compared by their bytes, and of long ones only the beginning is
// kept: the beginning of the least text is the least beginning.
import {
  BOUND_TEXT_BYTES,
  BOUNDS_FOUND,
  BOUNDS_MAX,
  BOUNDS_MAX_BYTES,
  BOUNDS_MAX_CUT,
  BOUNDS_MIN,
  BOUNDS_MIN_BYTES,
  BOUNDS_MIN_CUT,
  PLAIN_BYTE,
  PLAIN_F64,
  PLAIN_I32,
  PLAIN_I64,
  PLAIN_TEXT,
  PLAIN_WIDE,
} from './parquet-write-layout';

// @ts-ignore: decorator
@inline
function addNumbers<T>(values: usize, count: u32, bounds: usize): void {
  if (count == 0) return;
  let found = load<u32>(bounds, BOUNDS_FOUND) != 0;
  let least: T = found ? load<T>(bounds, BOUNDS_MIN) : load<T>(values);
  let greatest: T = found ? load<T>(bounds, BOUNDS_MAX) : load<T>(values);
  for (let i: u32 = 0; i < count; i++) {
    const value = load<T>(values + <usize>i * sizeof<T>());
    if (isFloat<T>()) {
      if (value != value) continue;
      if (!found) {
        least = value;
        greatest = value;
        found = true;
        continue;
      }
    }
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  if (isFloat<T>() && !found) return;
  store<u32>(bounds, 1, BOUNDS_FOUND);
  store<T>(bounds, least, BOUNDS_MIN);
  store<T>(bounds, greatest, BOUNDS_MAX);
  store<u32>(bounds, sizeof<T>(), BOUNDS_MIN_BYTES);
  store<u32>(bounds, sizeof<T>(), BOUNDS_MAX_BYTES);
}

/** Signed numbers of 128 bits, high byte first. */
function compareWide(a: usize, b: usize): i32 {
  const aHigh = <i64>bswap<u64>(load<u64>(a));
  const bHigh = <i64>bswap<u64>(load<u64>(b));
  if (aHigh != bHigh) return aHigh < bHigh ? -1 : 1;
  const aLow = bswap<u64>(load<u64>(a, 8));
  const bLow = bswap<u64>(load<u64>(b, 8));
  return aLow == bLow ? 0 : aLow < bLow ? -1 : 1;
}

function addWide(values: usize, count: u32, bounds: usize): void {
  for (let value = values; value < values + (<usize>count << 4); value += 16) {
    const found = load<u32>(bounds, BOUNDS_FOUND) != 0;
    if (!found || compareWide(value, bounds + BOUNDS_MIN) < 0) memory.copy(bounds + BOUNDS_MIN, value, 16);
    if (!found || compareWide(value, bounds + BOUNDS_MAX) > 0) memory.copy(bounds + BOUNDS_MAX, value, 16);
    store<u32>(bounds, 1, BOUNDS_FOUND);
  }
  store<u32>(bounds, 16, BOUNDS_MIN_BYTES);
  store<u32>(bounds, 16, BOUNDS_MAX_BYTES);
}

function compareTexts(a: usize, aBytes: u32, b: usize, bBytes: u32): i32 {
  const both = min(aBytes, bBytes);
  for (let i: u32 = 0; i < both; i++) {
    const difference = <i32>load<u8>(a + i) - <i32>load<u8>(b + i);
    if (difference != 0) return difference;
  }
  return <i32>aBytes - <i32>bBytes;
}

/** A text of at most BOUND_TEXT_BYTES, and whether it was longer. */
function addText(text: usize, bytes: u32, isCut: u32, bounds: usize): void {
  const found = load<u32>(bounds, BOUNDS_FOUND) != 0;
  const low = found ? compareTexts(text, bytes, bounds + BOUNDS_MIN, load<u32>(bounds, BOUNDS_MIN_BYTES)) : -1;
  if (low < 0) {
    memory.copy(bounds + BOUNDS_MIN, text, bytes);
    store<u32>(bounds, bytes, BOUNDS_MIN_BYTES);
    store<u32>(bounds, isCut, BOUNDS_MIN_CUT);
  } else if (low == 0 && isCut == 0) {
    store<u32>(bounds, 0, BOUNDS_MIN_CUT);
  }
  const high = found ? compareTexts(text, bytes, bounds + BOUNDS_MAX, load<u32>(bounds, BOUNDS_MAX_BYTES)) : 1;
  if (high > 0) {
    memory.copy(bounds + BOUNDS_MAX, text, bytes);
    store<u32>(bounds, bytes, BOUNDS_MAX_BYTES);
    store<u32>(bounds, isCut, BOUNDS_MAX_CUT);
  } else if (high == 0 && isCut != 0) {
    store<u32>(bounds, 1, BOUNDS_MAX_CUT);
  }
  store<u32>(bounds, 1, BOUNDS_FOUND);
}

/** The first eight bytes, as a number that orders as they do; zeroes behind the end. */
// @ts-ignore: decorator
@inline
function keyOf(text: usize, bytes: u32): u64 {
  const word = bswap<u64>(load<u64>(text));
  return bytes >= 8 ? word : bytes == 0 ? 0 : word & (<u64>-1 << ((8 - bytes) << 3));
}

function addTexts(values: usize, count: u32, bounds: usize): void {
  let least: u64 = <u64>-1;
  let greatest: u64 = 0;
  if (load<u32>(bounds, BOUNDS_FOUND) != 0) {
    least = keyOf(bounds + BOUNDS_MIN, load<u32>(bounds, BOUNDS_MIN_BYTES));
    greatest = keyOf(bounds + BOUNDS_MAX, load<u32>(bounds, BOUNDS_MAX_BYTES));
  }
  for (let i: u32 = 0; i < count; i++) {
    const bytes = load<u32>(values);
    const text = values + 4;
    values = text + bytes;
    const key = keyOf(text, bytes);
    if (key > least && key < greatest) continue;
    addText(text, min<u32>(bytes, BOUND_TEXT_BYTES), bytes > <u32>BOUND_TEXT_BYTES ? 1 : 0, bounds);
    if (key < least) least = key;
    if (key > greatest) greatest = key;
  }
}

/** Widens `bounds` by `count` plain values. NaN is neither small nor great. */
export function addBounds(kind: u32, values: usize, count: u32, bounds: usize): void {
  if (count == 0) return;
  switch (kind) {
    case PLAIN_BYTE:
      addNumbers<u8>(values, count, bounds);
      break;
    case PLAIN_I32:
      addNumbers<i32>(values, count, bounds);
      break;
    case PLAIN_I64:
      addNumbers<i64>(values, count, bounds);
      break;
    case PLAIN_F64:
      addNumbers<f64>(values, count, bounds);
      break;
    case PLAIN_WIDE:
      addWide(values, count, bounds);
      break;
    default:
      addTexts(values, count, bounds);
  }
}

/** Widens `bounds` by other ones. */
export function mergeBounds(kind: u32, other: usize, bounds: usize): void {
  if (load<u32>(other, BOUNDS_FOUND) == 0) return;
  if (kind == PLAIN_TEXT) {
    addText(other + BOUNDS_MIN, load<u32>(other, BOUNDS_MIN_BYTES), load<u32>(other, BOUNDS_MIN_CUT), bounds);
    addText(other + BOUNDS_MAX, load<u32>(other, BOUNDS_MAX_BYTES), load<u32>(other, BOUNDS_MAX_CUT), bounds);
  } else {
    addBounds(kind, other + BOUNDS_MIN, 1, bounds);
    addBounds(kind, other + BOUNDS_MAX, 1, bounds);
  }
}
