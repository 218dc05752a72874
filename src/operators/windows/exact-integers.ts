/** An exact sum of integers that values can be taken out of again; what is small is added as a double, which is quicker. */
import type { Vector } from '../../columnar/vector.js';
import { readValue } from '../../expr/compiler/row-values.js';
import type { Heap } from '../../memory/heap.js';

/** The sum of two such integers is a double without loss. */
const EXACT = 2 ** 52;
const HIGH_LIMIT = EXACT / 2 ** 32;

export class ExactIntegers {
  #small = 0;
  #large = 0n;

  /** The value of a row, which is not null; `sign` -1 takes one out that was added. */
  add(heap: Heap, vector: Vector, row: number, sign: 1 | -1): void {
    const value = smallValue(heap, vector, row);
    if (value === undefined) {
      this.#large += BigInt(sign) * BigInt(readValue(heap, vector, row) as number | bigint);
      return;
    }
    this.#small += sign * value;
    if (Math.abs(this.#small) < EXACT) return;
    this.#large += BigInt(this.#small);
    this.#small = 0;
  }

  clear(): void {
    this.#small = 0;
    this.#large = 0n;
  }

  sum(): bigint {
    return this.#large + BigInt(this.#small);
  }

  /** The sum where a double holds it. */
  double(): number | undefined {
    return this.#large === 0n ? this.#small : undefined;
  }
}

function smallValue({ i32, u32 }: Heap, { physical, values }: Vector, row: number): number | undefined {
  const words = values >>> 2;
  if (physical === 'i32') return i32[words + row];
  const at = words + (physical === 'i64' ? 2 : 4) * row;
  const high = i32[at + 1];
  if (high < -HIGH_LIMIT || high >= HIGH_LIMIT) return undefined;
  if (physical === 'i128' && (i32[at + 2] !== high >> 31 || i32[at + 3] !== high >> 31)) return undefined;
  return high * 4294967296 + u32[at];
}
