/**
 * Counting different values approximately: HyperLogLog (Flajolet et al., 2007) over 64-bit hashes with 2^12 registers. A
 * mark is what one value does to the sketch: register * 64 + rank, where the rank is the number of leading zeros of the
 * hash's upper 52 bits, plus one. Of the marks of a group, the greatest of each register is the sketch.
 */
export const SKETCH_REGISTERS = 4096;
/** Bits of the hash that are ranked. */
export const SKETCH_BITS = 52;

const FIRST = 0x9e3779b97f4a7c15n;
const SECOND = 0xbf58476d1ce4e5b9n;
const THIRD = 0x94d049bb133111ebn;
const WORD = (1n << 64n) - 1n;

/** The meaning of the kernel distinctMark. `width`: bytes of a value, 0 text, 64 a double. */
export function distinctMark(value: Uint8Array | number | bigint | boolean, width: number): number {
  let hash = FIRST;
  const mix = (word: bigint): void => {
    const next = ((hash ^ (word & WORD)) * SECOND) & WORD;
    hash = next ^ (next >> 32n);
  };
  switch (width) {
    case 0: {
      const bytes = value as Uint8Array;
      hash ^= BigInt(bytes.length);
      for (let i = 0; i < bytes.length; i += 8) {
        const word = Buffer.alloc(8);
        word.set(bytes.subarray(i, i + 8));
        mix(word.readBigUInt64LE());
      }
      break;
    }
    case 64: {
      const word = Buffer.alloc(8);
      word.writeDoubleLE((value as number) + 0);
      mix(Number.isNaN(value) ? 0x7ff8000000000000n : word.readBigUInt64LE());
      break;
    }
    case 16:
      mix(value as bigint);
      mix((value as bigint) >> 64n);
      break;
    default:
      mix(BigInt(value as number | bigint | boolean));
  }
  const last = (hash * THIRD) & WORD;
  const mixed = last ^ (last >> 29n);
  const rank = SKETCH_BITS + 1 - (mixed >> 12n).toString(2).replace(/^0$/, '').length;
  return Number(mixed & BigInt(SKETCH_REGISTERS - 1)) * 64 + rank;
}
