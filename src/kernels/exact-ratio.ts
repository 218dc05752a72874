/** Exact rounding of quotients of big integers, for what 64-bit arithmetic cannot hold. */

const VIEW = new DataView(new ArrayBuffer(8));

/** The double nearest to numerator / denominator, ties to even; denominator > 0. */
export function nearestDouble(numerator: bigint, denominator: bigint): number {
  if (numerator === 0n) return 0;
  const isNegative = numerator < 0n;
  const magnitude = isNegative ? -numerator : numerator;
  // quotient = magnitude / denominator * 2^shift with 54 or 55 bits, or fewer for subnormals.
  let shift = 55 - (bitLength(magnitude) - bitLength(denominator));
  if (shift > 1075) shift = 1075;
  const scaled = shift >= 0 ? magnitude << BigInt(shift) : magnitude;
  const divisor = shift >= 0 ? denominator : denominator << BigInt(-shift);
  let quotient = scaled / divisor;
  let isSticky = scaled % divisor !== 0n;
  // One bit more than the result keeps: 53 bits, or down to 2^-1074.
  let extra = bitLength(quotient) - 54;
  if (shift - extra > 1075) extra = shift - 1075;
  if (extra > 0) {
    isSticky ||= (quotient & ((1n << BigInt(extra)) - 1n)) !== 0n;
    quotient >>= BigInt(extra);
    shift -= extra;
  }
  const isHalf = (quotient & 1n) === 1n;
  let mantissa = quotient >> 1n;
  shift -= 1;
  if (isHalf && (isSticky || (mantissa & 1n) === 1n)) mantissa += 1n;
  // mantissa * 2^-shift with mantissa <= 2^53: the bits add up, a carry moves into the exponent.
  const exponent = mantissa >= 1n << 52n ? BigInt(1075 - shift) : 0n;
  const bits = exponent === 0n ? mantissa : ((exponent - 1n) << 52n) + mantissa;
  VIEW.setBigUint64(0, bits >= 0x7ff0000000000000n ? 0x7ff0000000000000n : bits);
  return isNegative ? -VIEW.getFloat64(0) : VIEW.getFloat64(0);
}

/** Of what is not negative. */
function bitLength(x: bigint): number {
  const digits = x.toString(16);
  return 4 * digits.length - Math.clz32(Number.parseInt(digits[0], 16)) + 28;
}

/** A finite double in units of 2^-1074. */
export function doubleUnits(x: number): bigint {
  VIEW.setFloat64(0, x);
  const bits = VIEW.getBigUint64(0);
  const exponent = (bits >> 52n) & 0x7ffn;
  const fraction = bits & 0xfffffffffffffn;
  const magnitude = exponent === 0n ? fraction : (fraction | (1n << 52n)) << (exponent - 1n);
  return bits >> 63n === 0n ? magnitude : -magnitude;
}

/** What `doubleUnits` counts in: 1 / 2^-1074. */
export const UNITS = 1n << 1074n;
