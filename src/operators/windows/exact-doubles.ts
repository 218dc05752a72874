/**
 * An exact sum of doubles that values can be taken out of again: doubles of which none shares a bit with another, the
 * least first (Shewchuk's expansions). Values so large that a sum of them could overflow are summed as big integers.
 */
import { doubleUnits, nearestDouble, UNITS } from '../../kernels/exact-ratio.js';

const LARGE = 2 ** 960;

export class ExactDoubles {
  readonly #parts: number[] = [];
  #large = 0n;
  #nans = 0;
  #infinities = 0;
  #negativeInfinities = 0;

  /** `sign` -1 takes a value out that was added. */
  add(value: number, sign: 1 | -1): void {
    if (Number.isFinite(value)) {
      if (Math.abs(value) < LARGE) growParts(this.#parts, sign * value);
      else this.#large += BigInt(sign) * doubleUnits(value);
    } else if (Number.isNaN(value)) this.#nans += sign;
    else if (value > 0) this.#infinities += sign;
    else this.#negativeInfinities += sign;
  }

  clear(): void {
    this.#parts.length = 0;
    this.#large = 0n;
    this.#nans = 0;
    this.#infinities = 0;
    this.#negativeInfinities = 0;
  }

  /** The sum, rounded once. */
  sum(): number {
    const special = this.#special();
    if (special !== 0) return special;
    return this.#large === 0n ? rounded(this.#parts) : nearestDouble(this.#units(), UNITS);
  }

  /** What the sum has beyond `sum`, rounded once. */
  rest(): number {
    const sum = this.sum();
    if (!Number.isFinite(sum)) return 0;
    if (this.#large !== 0n) return nearestDouble(this.#units() - doubleUnits(sum), UNITS);
    const parts = [...this.#parts];
    growParts(parts, -sum);
    return rounded(parts);
  }

  /** The rounded sum by the count; where that sum is beyond the doubles, the exact one is divided. */
  average(count: number): number {
    const sum = this.sum();
    if (Number.isFinite(sum) || this.#special() !== 0) return sum / count;
    return nearestDouble(this.#units(), BigInt(count) * UNITS);
  }

  /** NaN or an infinity; 0: there is none among the values. */
  #special(): number {
    if (this.#nans > 0 || (this.#infinities > 0 && this.#negativeInfinities > 0)) return NaN;
    if (this.#infinities > 0) return Infinity;
    return this.#negativeInfinities > 0 ? -Infinity : 0;
  }

  #units(): bigint {
    return this.#parts.reduce((units, part) => units + doubleUnits(part), this.#large);
  }
}

/** Without a pair or an array of its own for each part: this is done for every row. */
function growParts(parts: number[], value: number): void {
  let sum = value;
  let kept = 0;
  const count = parts.length;
  for (let i = 0; i < count; i++) {
    const part = parts[i];
    const next = sum + part;
    const low = Math.abs(sum) < Math.abs(part) ? sum - (next - part) : part - (next - sum);
    sum = next;
    if (low !== 0) parts[kept++] = low;
  }
  if (sum !== 0) parts[kept++] = sum;
  while (parts.length > kept) parts.pop();
}

/** The double nearest to the sum of the parts, ties to even. */
function rounded(parts: readonly number[]): number {
  let i = parts.length - 1;
  if (i < 0) return 0;
  let high = parts[i];
  let low = 0;
  while (i > 0) {
    const before = high;
    const part = parts[--i];
    high = before + part;
    low = part - (high - before);
    if (low !== 0) break;
  }
  // Half way between two doubles, the parts below decide.
  if (i > 0 && low !== 0 && low < 0 === parts[i - 1] < 0) {
    const doubled = low * 2;
    const sum = high + doubled;
    if (doubled === sum - high) return sum;
  }
  return high;
}
