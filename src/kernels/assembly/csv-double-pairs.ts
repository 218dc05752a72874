// Doubles of at most eight characters behind their sign, as most are, two rows at once: each has one half of a vector.
// The steps are those of csv-digits.ts.
//
//     -57265.20 | 0.05     -> 5 7 2 6 5 . 2 0 | 0 0 0 0 0 . 0 5      the characters that end the field, the others cleared
//                          -> 0 5 7 2 6 5 2 0 | 0 0 0 0 0 0 0 5      without points
//                          -> 5726520 / -100  | 5 / 100
import { areDigits, numbersOf, points, ZERO_DIGITS } from './csv-digits';

const MINUS: u8 = 0x2d;

/** v128.load64_zero(KEEP + n) keeps the last n of eight lanes. */
const KEEP = memory.data<u8>([0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255]);

/** Entry p (8 bytes) takes out lane p of the lower half and moves the lanes before it up by one; entry 8: there is no point. */
const WITHOUT_POINT = memory.data<u8>([255, 1, 2, 3, 4, 5, 6, 7, 255, 0, 2, 3, 4, 5, 6, 7, 255, 0, 1, 3, 4, 5, 6, 7, 255, 0, 1, 2, 4, 5, 6, 7, 255, 0, 1, 2, 3, 5, 6, 7, 255, 0, 1, 2, 3, 4, 6, 7, 255, 0, 1, 2, 3, 4, 5, 7, 255, 0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4, 5, 6, 7]);
/** The same for the upper half. */
const WITHOUT_UPPER_POINT = memory.data<u8>([255, 9, 10, 11, 12, 13, 14, 15, 255, 8, 10, 11, 12, 13, 14, 15, 255, 8, 9, 11, 12, 13, 14, 15, 255, 8, 9, 10, 12, 13, 14, 15, 255, 8, 9, 10, 11, 13, 14, 15, 255, 8, 9, 10, 11, 12, 14, 15, 255, 8, 9, 10, 11, 12, 13, 15, 255, 8, 9, 10, 11, 12, 13, 14, 8, 9, 10, 11, 12, 13, 14, 15]);

/** What the digits are divided by: by the point's lane, then the same with a minus. */
const DIVISORS = memory.data<f64>([
  1e7, 1e6, 1e5, 1e4, 1e3, 1e2, 1e1, 1, 1, -1e7, -1e6, -1e5, -1e4, -1e3, -1e2, -1e1, -1, -1,
]);
const NO_POINT: u32 = 8;

// @ts-ignore: decorator
@inline
function divisor(point: u32, isNegative: u32): usize {
  return DIVISORS + ((<usize>point + <usize>isNegative * 9) << 3);
}

/** Two words side by side. */
// @ts-ignore: decorator
@inline
function halves(lower: usize, upper: usize): v128 {
  return v128.load_lane<u64>(upper, v128.load_zero<u64>(lower), 1);
}

/**
 * Decodes pairs of rows from `row` on; answers the first row of the one that is not two such numbers, or the last row when
 * it is alone. Quotes, blanks and empty fields are no digits.
 */
// @ts-ignore: decorator
@inline
export function decodeDoublePairs(ends: usize, stride: u32, row: u32, count: u32, out: usize, validity: usize): u32 {
  for (; row + 1 < count; row += 2) {
    const at = ends + <usize>row * stride;
    const a = <usize>load<u32>(at - 4) + 1;
    const aEnd = <usize>load<u32>(at);
    const b = <usize>load<u32>(at + stride - 4) + 1;
    const bEnd = <usize>load<u32>(at + stride);
    const aMinus = <u32>(load<u8>(a) == MINUS);
    const bMinus = <u32>(load<u8>(b) == MINUS);
    const aLength = <u32>(aEnd - a) - aMinus;
    const bLength = <u32>(bEnd - b) - bMinus;
    if (((aLength - 1) | (bLength - 1)) >= 8) break;
    const all = v128.xor(halves(aEnd - 8, bEnd - 8), v128.load(ZERO_DIGITS));
    const lanes = v128.and(all, halves(KEEP + aLength, KEEP + bLength));
    const found = points(lanes);
    const aPoint = <u32>ctz((found & 0xff) | (1 << NO_POINT));
    const bPoint = <u32>ctz((found >> 8) | (1 << NO_POINT));
    // A point with nothing before it, and perhaps nothing behind.
    if (aPoint + aLength == 8 || bPoint + bLength == 8) break;
    const moves = halves(WITHOUT_POINT + (<usize>aPoint << 3), WITHOUT_UPPER_POINT + (<usize>bPoint << 3));
    const digits = i8x16.swizzle(lanes, moves);
    if (!areDigits(digits)) break;
    const values = f64x2.div(
      f64x2.convert_low_i32x4_s(numbersOf(digits)),
      halves(divisor(aPoint, aMinus), divisor(bPoint, bMinus)),
    );
    v128.store(out + (<usize>row << 3), values);
    store<u16>(validity + row, 0x0101);
  }
  return row;
}
