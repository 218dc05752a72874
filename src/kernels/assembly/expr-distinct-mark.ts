// Marks of values for counting different ones (HyperLogLog): register * 64 + rank of a 64-bit hash; see ../distinct-mark.ts.
import { isNull, rowAt } from './expr-rows';

// The hash multiplies by odd constants (of splitmix64) and folds the upper half onto the lower one.
const FIRST: u64 = 0x9e3779b97f4a7c15;
const SECOND: u64 = 0xbf58476d1ce4e5b9;
const THIRD: u64 = 0x94d049bb133111eb;
const NAN_BITS: u64 = 0x7ff8000000000000;
const REGISTERS: u64 = 4096;

// @ts-ignore: decorator
@inline
function mix(hash: u64, word: u64): u64 {
  const next = (hash ^ word) * SECOND;
  return next ^ (next >>> 32);
}

// @ts-ignore: decorator
@inline
function markOf(hash: u64): i32 {
  const last = hash * THIRD;
  const mixed = last ^ (last >>> 29);
  return i32(((mixed & (REGISTERS - 1)) << 6) | (clz(mixed | (REGISTERS - 1)) + 1));
}

function hashText(address: usize, bytes: u32): u64 {
  let hash = FIRST ^ u64(bytes);
  let i: u32 = 0;
  for (; i + 8 <= bytes; i += 8) hash = mix(hash, load<u64>(address + i));
  if (i == bytes) return hash;
  let word: u64 = 0;
  for (let shift: u64 = 0; i < bytes; i++, shift += 8) word |= u64(load<u8>(address + i)) << shift;
  return mix(hash, word);
}

/** `width`: bytes of a value, 0 text, 64 a double. */
export function distinctMark(width: u32, a: usize, aStride: u32, out: usize, validity: usize, selection: usize, count: u32): void {
  for (let k: u32 = 0; k < count; k++) {
    const row = rowAt(selection, k);
    if (isNull(validity, row)) continue;
    const at = a + <usize>row * aStride;
    let hash: u64 = 0;
    switch (width) {
      case 0:
        hash = hashText(load<u32>(at), load<u32>(at, 4));
        break;
      case 1:
        hash = mix(FIRST, load<u8>(at));
        break;
      case 4:
        hash = mix(FIRST, u64(i64(load<i32>(at))));
        break;
      case 16:
        hash = mix(mix(FIRST, load<u64>(at)), load<u64>(at, 8));
        break;
      case 64: {
        const value = load<f64>(at);
        hash = mix(FIRST, value != value ? NAN_BITS : reinterpret<u64>(value + 0.0));
        break;
      }
      default:
        hash = mix(FIRST, load<u64>(at));
    }
    store<i32>(out + (<usize>row << 2), markOf(hash));
  }
}
