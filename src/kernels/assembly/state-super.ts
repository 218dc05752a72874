// Exact sums of doubles. Small case: three doubles a, b, c whose exact sum is the sum so far (each add an error-free
// transformation). Large case: a superaccumulator, one fixed-point number of 34 words wide enough for every double.
import {
  SAW_INFINITY,
  SAW_NAN,
  SAW_NEGATIVE_INFINITY,
  SUPER_BYTES,
  SUPER_WORDS,
} from './state-layout';

/** From here on the expansion might overflow inside an add: such terms go to the superaccumulator. */
export const EXPANSION_LIMIT: f64 = 9.9792015476736e291; // 2^970

/** Adds x to the expansion in `slot`; false, and nothing changed, when that would lose bits. */
// @ts-ignore: decorator
@inline
export function addToExpansion(slot: usize, x: f64): bool {
  if (!(abs(x) < EXPANSION_LIMIT)) return false;
  const a = load<f64>(slot);
  const b = load<f64>(slot, 8);
  const s = a + x;
  const t = s - a;
  const e = (a - (s - t)) + (x - t);
  const s2 = b + e;
  const t2 = s2 - b;
  const e2 = (b - (s2 - t2)) + (e - t2);
  // Values of like size seldom reach the third part.
  if (e2 != 0) {
    const c = load<f64>(slot, 16);
    const s3 = c + e2;
    const t3 = s3 - c;
    const e3 = (c - (s3 - t3)) + (e2 - t3);
    if (e3 != 0) return false;
    store<f64>(slot, s3, 16);
  }
  store<f64>(slot, s);
  store<f64>(slot, s2, 8);
  return true;
}

export function special(x: f64): u32 {
  return x != x ? SAW_NAN : x > 0 ? SAW_INFINITY : SAW_NEGATIVE_INFINITY;
}

/** Adds a finite double. */
export function superAdd(at: usize, x: f64): void {
  const bits = reinterpret<u64>(x);
  const exponent = u32(bits >>> 52) & 0x7ff;
  const fraction = bits & 0x000fffffffffffff;
  const mantissa = exponent == 0 ? fraction : fraction | 0x0010000000000000;
  if (mantissa == 0) return;
  const position: u32 = exponent == 0 ? 0 : exponent - 1;
  const shift = u64(position & 63);
  const low = mantissa << shift;
  const high = shift == 0 ? 0 : mantissa >>> (64 - shift);
  let word = position >>> 6;
  if (i64(bits) >= 0) {
    let carry = addWord(at, word, low);
    carry = addWord2(at, ++word, high, carry);
    while (carry != 0 && ++word < u32(SUPER_WORDS)) carry = addWord(at, word, carry);
  } else {
    let borrow = subtractWord(at, word, low);
    borrow = subtractWord2(at, ++word, high, borrow);
    while (borrow != 0 && ++word < u32(SUPER_WORDS)) borrow = subtractWord(at, word, borrow);
  }
}

// @ts-ignore: decorator
@inline
function addWord(at: usize, word: u32, x: u64): u64 {
  const sum = load<u64>(at + (word << 3)) + x;
  store<u64>(at + (word << 3), sum);
  return u64(sum < x);
}

// @ts-ignore: decorator
@inline
function addWord2(at: usize, word: u32, x: u64, carry: u64): u64 {
  const old = load<u64>(at + (word << 3));
  const sum = old + x;
  const total = sum + carry;
  store<u64>(at + (word << 3), total);
  return u64(sum < x) + u64(total < sum);
}

// @ts-ignore: decorator
@inline
function subtractWord(at: usize, word: u32, x: u64): u64 {
  const old = load<u64>(at + (word << 3));
  store<u64>(at + (word << 3), old - x);
  return u64(old < x);
}

// @ts-ignore: decorator
@inline
function subtractWord2(at: usize, word: u32, x: u64, borrow: u64): u64 {
  const old = load<u64>(at + (word << 3));
  const difference = old - x;
  store<u64>(at + (word << 3), difference - borrow);
  return u64(old < x) + u64(difference < borrow);
}

/** Adds another superaccumulator. */
export function superAddSuper(at: usize, other: usize): void {
  let carry: u64 = 0;
  for (let i: u32 = 0; i < u32(SUPER_WORDS); i++) carry = addWord2(at, i, load<u64>(other + (i << 3)), carry);
}

/** Moves the expansion in `slot` to the superaccumulator: its three doubles become 0. */
export function superAddExpansion(at: usize, slot: usize): void {
  superAdd(at, load<f64>(slot));
  superAdd(at, load<f64>(slot, 8));
  superAdd(at, load<f64>(slot, 16));
  memory.fill(slot, 0, 24);
}

/** The nearest double, ties to even. `scratch` takes SUPER_BYTES. */
export function roundSuper(at: usize, scratch: usize): f64 {
  memory.copy(scratch, at, SUPER_BYTES);
  const isNegative = load<i64>(scratch, (SUPER_WORDS - 1) * 8) < 0;
  if (isNegative) {
    let carry: u64 = 1;
    for (let i: u32 = 0; i < u32(SUPER_WORDS); i++) {
      const word = ~load<u64>(scratch + (i << 3)) + carry;
      carry = carry & u64(word == 0);
      store<u64>(scratch + (i << 3), word);
    }
  }
  let top: i32 = SUPER_WORDS - 1;
  while (top >= 0 && load<u64>(scratch + (top << 3)) == 0) top--;
  if (top < 0) return 0;
  const highest = u32(top << 6) + 63 - u32(clz(load<u64>(scratch + (top << 3))));
  if (highest < 53) {
    // Subnormal, or the first binade: every bit fits.
    const bits = load<u64>(scratch);
    return isNegative ? -reinterpret<f64>(bits) : reinterpret<f64>(bits);
  }
  const lowest = highest - 52;
  const word = lowest >>> 6;
  const shift = u64(lowest & 63);
  let mantissa = load<u64>(scratch + (word << 3)) >>> shift;
  if (shift != 0 && word + 1 < u32(SUPER_WORDS)) mantissa |= load<u64>(scratch + ((word + 1) << 3)) << (64 - shift);
  mantissa &= 0x001fffffffffffff;
  const half = lowest - 1;
  if ((load<u64>(scratch + ((half >>> 6) << 3)) >>> u64(half & 63)) & 1) {
    let sticky = (load<u64>(scratch + ((half >>> 6) << 3)) & ((u64(1) << u64(half & 63)) - 1)) != 0;
    for (let i: u32 = 0; !sticky && i < half >>> 6; i++) sticky = load<u64>(scratch + (i << 3)) != 0;
    if (sticky || (mantissa & 1) != 0) mantissa++;
  }
  // A carry out of the mantissa moves into the exponent by itself, up to infinity.
  const exponent = u64(lowest + 1);
  const bits = exponent > 2046 ? 0x7ff0000000000000 : (exponent << 52) + (mantissa - 0x0010000000000000);
  return isNegative ? -reinterpret<f64>(bits) : reinterpret<f64>(bits);
}

/** The nearest double to a + b + c, ties to even. */
export function roundExpansion(slot: usize): f64 {
  const a = load<f64>(slot);
  const b = load<f64>(slot, 8);
  const c = load<f64>(slot, 16);
  // Shewchuk's grow-expansion, twice: afterwards the parts do not overlap, |low| < |mid| < |high|.
  const bc = b + c;
  const e = twoSumError(b, c, bc);
  const q = a + e;
  const low = twoSumError(a, e, q);
  const high = q + bc;
  const mid = twoSumError(q, bc, high);
  // `high` is fl(high + mid) already; what is left decides only when it lies half way between two doubles.
  if (mid == 0) return high + low;
  if ((mid < 0 && low < 0) || (mid > 0 && low > 0)) {
    const doubled = mid * 2;
    const away = high + doubled;
    if (doubled == away - high) return away;
  }
  return high;
}

// @ts-ignore: decorator
@inline
function twoSumError(x: f64, y: f64, sum: f64): f64 {
  const t = sum - x;
  return (x - (sum - t)) + (y - t);
}
