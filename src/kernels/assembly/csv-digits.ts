// Up to sixteen digits at once. The 16 bytes that end with the field are taken, those before its start are cleared, the
// point is shuffled out, and neighbours are joined: digits to pairs, fours, eights.
//
//     ........-57265.20      -> 0 0 0 0 0 0 0 0 5 7 2 6 5 . 2 0      (. is 0x1e by then)
//                            -> 0 0 0 0 0 0 0 0 0 5 7 2 6 5 2 0      shuffled for two places
//
// Bytes before the field are read, never believed: there is always memory there, the kernels' own constants.

/** v128.load(KEEP + n) keeps the last n lanes. */
const KEEP = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
  255, 255,
]);

/** Entry p (16 bytes) takes out lane 15 - p and moves the lanes before it up by one; entry 16 leaves all as it is. */
const WITHOUT_POINT = memory.data<u8>([255, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 255, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 255, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 255, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 15, 255, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 255, 0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 255, 0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 255, 0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 255, 0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 255, 0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 255, 0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 255, 0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 255, 0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 255, 0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 255, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
export const NO_POINT: u32 = 16;

/** Constants as vectors: V8 loads them faster than it makes them. */
const VECTORS = memory.data<u32>([
  0x30303030, 0x30303030, 0x30303030, 0x30303030, 0x76767676, 0x76767676, 0x76767676, 0x76767676, 0x00ff00ff, 0x00ff00ff,
  0x00ff00ff, 0x00ff00ff, 0x000a000a, 0x000a000a, 0x000a000a, 0x000a000a, 0x00010064, 0x00010064, 0x00010064, 0x00010064,
  0x00012710, 0x00012710, 0x00012710, 0x00012710, 0x1e1e1e1e, 0x1e1e1e1e, 0x1e1e1e1e, 0x1e1e1e1e,
]);

/** v128.xor with it makes digits of their characters. */
export const ZERO_DIGITS = VECTORS;

/** The last `length` (at most 16) bytes before `end`, digits as 0 .. 9, in the last lanes; zeros before. */
// @ts-ignore: decorator
@inline
export function lastLanes(end: usize, length: u32): v128 {
  return v128.and(v128.xor(v128.load(end - 16), v128.load(ZERO_DIGITS)), v128.load(KEEP + <usize>length));
}

// @ts-ignore: decorator
@inline
export function withoutPoint(lanes: v128, places: u32): v128 {
  return i8x16.swizzle(lanes, v128.load(WITHOUT_POINT + (<usize>places << 4)));
}

/** Bit i: lane i is a point. */
// @ts-ignore: decorator
@inline
export function points(lanes: v128): u32 {
  return <u32>i8x16.bitmask(i8x16.eq(lanes, v128.load(VECTORS + 96)));
}

// @ts-ignore: decorator
@inline
export function areDigits(lanes: v128): bool {
  return i8x16.bitmask(i8x16.add_sat_u(lanes, v128.load(VECTORS + 16))) == 0;
}

/** The numbers of eight digits each, as integers of 32 bits: two in the lower lanes, and again in the upper. */
// @ts-ignore: decorator
@inline
export function numbersOf(lanes: v128): v128 {
  const pairs = i16x8.add(
    i16x8.mul(v128.and(lanes, v128.load(VECTORS + 32)), v128.load(VECTORS + 48)),
    i16x8.shr_u(lanes, 8),
  );
  const fours = i32x4.dot_i16x8_s(pairs, v128.load(VECTORS + 64));
  return i32x4.dot_i16x8_s(i16x8.narrow_i32x4_u(fours, fours), v128.load(VECTORS + 80));
}

/** The number of sixteen digits. */
// @ts-ignore: decorator
@inline
export function numberOf(lanes: v128): u64 {
  const eights = numbersOf(lanes);
  return <u64>(<u32>i32x4.extract_lane(eights, 0)) * 100000000 + <u64>(<u32>i32x4.extract_lane(eights, 1));
}

// The same in a 64-bit word for up to eight characters, as most numbers in files are: a third of the instructions.

const ZEROS: u64 = 0x3030303030303030;
const POINTS: u64 = 0x1e1e1e1e1e1e1e1e;
const ONES: u64 = 0x0101010101010101;
const HIGH_BITS: u64 = 0x8080808080808080;

/** The last `length` (1 to 8) bytes before `end`, digits as 0 .. 9, in the last bytes; zeros before. */
// @ts-ignore: decorator
@inline
export function lastBytes(end: usize, length: u32): u64 {
  return (load<u64>(end - 8) ^ ZEROS) & (<u64>-1 << (64 - (length << 3)));
}

/** Bit 8i + 7: byte i is a point. Bytes above a point may be taken for one; those are no digits. */
// @ts-ignore: decorator
@inline
export function pointBits(word: u64): u64 {
  const bits = word ^ POINTS;
  return (bits - ONES) & ~bits & HIGH_BITS;
}

/** `point`: pointBits, not 0. The bytes before the lowest point move up by one. */
// @ts-ignore: decorator
@inline
export function bytesWithoutPoint(word: u64, point: u64): u64 {
  // Ones up to the highest bit of the point's byte, and up to the byte before it.
  const upTo = point ^ (point - 1);
  const before = upTo >> 8;
  return (word & ~upTo) | ((word & before) << 8);
}

// @ts-ignore: decorator
@inline
export function areDigitBytes(word: u64): bool {
  return (((word + 0x7676767676767676) | word) & HIGH_BITS) == 0;
}

/** The number of eight digits. */
// @ts-ignore: decorator
@inline
export function numberOfBytes(word: u64): u64 {
  const pairs = word * 10 + (word >> 8);
  const high = (pairs & 0x000000ff000000ff) * 0x000f424000000064;
  const low = ((pairs >> 16) & 0x000000ff000000ff) * 0x0000271000000001;
  return (high + low) >> 32;
}
