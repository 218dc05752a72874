/** The average of a group whose sum or divisor a double does not hold exactly: correctly rounded, by big integers. */
import { SUPER_WORDS } from '../../kernels/assembly/state-layout.js';
import { doubleUnits, nearestDouble, UNITS } from '../../kernels/exact-ratio.js';
import type { Heap } from '../../memory/heap.js';

/** `slot`: an accumulator of sums, see state-layout.ts; a superaccumulator's address is in it. */
export function exactAverage(heap: Heap, slot: number, isDouble: boolean, scale: number): number {
  const count = heap.u64[(slot + 24) >>> 3];
  if (!isDouble) return nearestDouble(signedWords(heap, slot, 3), count * 10n ** BigInt(scale));
  const large = heap.u32[(slot + 32) >>> 2];
  let units = large === 0 ? 0n : signedWords(heap, large, SUPER_WORDS);
  for (let i = 0; i < 3; i++) units += doubleUnits(heap.f64[(slot >>> 3) + i]);
  return nearestDouble(units, count * UNITS);
}

/** A two's complement integer of `words` 64-bit words, lowest first. */
function signedWords(heap: Heap, address: number, words: number): bigint {
  let value = heap.i64[(address >>> 3) + words - 1];
  for (let i = words - 2; i >= 0; i--) value = (value << 64n) | heap.u64[(address >>> 3) + i];
  return value;
}
