/** The ranges of the exact types, as interpreter values. */
import { assertNever } from '../errors.js';
import type { DataType } from './data-type.js';

export const INT_MIN = -2147483648;
export const INT_MAX = 2147483647;
export const BIGINT_MIN = -(1n << 63n);
export const BIGINT_MAX = (1n << 63n) - 1n;

const POWERS_OF_TEN: readonly bigint[] = Array.from({ length: 78 }, (_, exponent) => 10n ** BigInt(exponent));

/** 10^exponent, exact. */
export function powerOfTen(exponent: number): bigint {
  return exponent < POWERS_OF_TEN.length ? POWERS_OF_TEN[exponent] : 10n ** BigInt(exponent);
}

/** Whether an integer (unscaled, for a decimal) fits the type, which is int, bigint or decimal. */
export function fitsExact(value: bigint, type: DataType): boolean {
  switch (type.kind) {
    case 'int':
      return value >= -2147483648n && value <= 2147483647n;
    case 'bigint':
    case 'timestamp':
      return value >= BIGINT_MIN && value <= BIGINT_MAX;
    case 'decimal': {
      const limit = powerOfTen(type.precision);
      return value > -limit && value < limit;
    }
    case 'boolean':
    case 'double':
    case 'string':
    case 'date':
    case 'bytes':
    case 'json':
      return false;
    default:
      return assertNever(type, 'type');
  }
}

/** `numerator / denominator` (positive denominator), halves away from zero. */
function divideRounding(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const rest = numerator % denominator;
  if ((rest < 0n ? -rest : rest) * 2n < denominator) return quotient;
  return numerator < 0n ? quotient - 1n : quotient + 1n;
}

/** An unscaled decimal at another scale; digits that go are rounded, halves away from zero. */
export function rescale(value: bigint, from: number, to: number): bigint {
  if (to >= from) return value * powerOfTen(to - from);
  return divideRounding(value, powerOfTen(from - to));
}

/** A double as a whole number, halves away from zero. (Adding 0.5 would make 1 of 0.49999999999999994.) */
export function roundHalfAway(value: number): number {
  const size = Math.abs(value);
  const floor = Math.floor(size);
  const rounded = size - floor >= 0.5 ? floor + 1 : floor;
  return value < 0 || Object.is(value, -0) ? -rounded : rounded;
}
