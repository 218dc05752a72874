/**
 * The texts of a pack: bytes whose order is the order asked for, with a value behind them.
 *
 *     [marker, value bytes]*  a key of the order each, as in normalized keys (kernels/assembly/state-key.ts)
 *     8 bytes                 the row's position, most significant first; all bits flipped to take the last row
 *     value                   as it lies in a vector (texts: their bytes), nothing for null
 *     u8, u32                 1 or, for null, 0; bytes of the value
 *
 * No two positions are equal, so the value is never looked at.
 */
import { PHYSICAL_BYTES } from '../columnar/data-type.js';
import type { Vector } from '../columnar/vector.js';
import { isNull } from '../expr/compiler/row-values.js';
import type { Heap } from '../memory/heap.js';

const TAIL_BYTES = 5;
const POSITION_BYTES = 8;

export interface PackedKey {
  readonly vector: Vector;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** Bytes that the text of the row takes at most. */
export function packedBound(heap: Heap, keys: readonly PackedKey[], value: Vector, row: number): number {
  let bytes = POSITION_BYTES + TAIL_BYTES + valueBytes(heap, value, row);
  for (const { vector } of keys) bytes += 2 + 2 * valueBytes(heap, vector, row);
  return bytes;
}

/** What lies where a null is may be anything. */
function valueBytes(heap: Heap, vector: Vector, row: number): number {
  const { physical, values, isConstant } = vector;
  if (physical !== 'text') return PHYSICAL_BYTES[physical];
  if (isNull(heap, vector, row)) return 0;
  return heap.u32[(values >>> 2) + 2 * (isConstant ? 0 : row) + 1];
}

/** Writes the text of a row at `at` and returns its end. `high` and `low`: the position, flipped already. */
export function writePacked(
  heap: Heap,
  at: number,
  keys: readonly PackedKey[],
  high: number,
  low: number,
  value: Vector,
  row: number,
): number {
  let end = at;
  for (const key of keys) end = writeKey(heap, end, key, row);
  end = writeWord(heap, writeWord(heap, end, high), low);
  const isPresent = !isNull(heap, value, row);
  const start = end;
  if (isPresent) end = copyValue(heap, end, value, row);
  heap.u8[end++] = isPresent ? 1 : 0;
  const bytes = end - 1 - start;
  for (let shift = 0; shift < 32; shift += 8) heap.u8[end++] = bytes >>> shift;
  return end;
}

/** Where the value of a packed text lies; undefined: it is null. */
export function packedValue({ u8 }: Heap, address: number, bytes: number): { at: number; bytes: number } | undefined {
  const tail = address + bytes - TAIL_BYTES;
  if (u8[tail] === 0) return undefined;
  const size = u8[tail + 1] | (u8[tail + 2] << 8) | (u8[tail + 3] << 16) | (u8[tail + 4] << 24);
  return { at: tail - size, bytes: size };
}

/** Most significant byte first. */
function writeWord({ u8 }: Heap, at: number, word: number): number {
  u8[at] = word >>> 24;
  u8[at + 1] = word >>> 16;
  u8[at + 2] = word >>> 8;
  u8[at + 3] = word;
  return at + 4;
}

function copyValue({ u8, u32 }: Heap, at: number, { physical, values, isConstant }: Vector, row: number): number {
  const index = isConstant ? 0 : row;
  if (physical === 'text') {
    const [from, bytes] = [u32[(values >>> 2) + 2 * index], u32[(values >>> 2) + 2 * index + 1]];
    u8.copyWithin(at, from, from + bytes);
    return at + bytes;
  }
  const width = PHYSICAL_BYTES[physical];
  const from = (values >>> 0) + width * index;
  u8.copyWithin(at, from, from + width);
  return at + width;
}

const VALUE_MARKER = 1;
const SIGN = 0x80000000;

function writeKey(heap: Heap, at: number, { vector, descending, nullsFirst }: PackedKey, row: number): number {
  const { u8, u32, i32, f64 } = heap;
  if (isNull(heap, vector, row)) {
    u8[at] = nullsFirst ? 0 : 2;
    return at + 1;
  }
  u8[at] = VALUE_MARKER;
  const flip = descending ? -1 : 0;
  const index = vector.isConstant ? 0 : row;
  const { values, physical } = vector;
  const word = (i: number): number => u32[(values >>> 2) + i];
  switch (physical) {
    case 'u8':
      u8[at + 1] = u8[(values >>> 0) + index] ^ flip;
      return at + 2;
    case 'i32':
      return writeWord(heap, at + 1, i32[(values >>> 2) + index] ^ SIGN ^ flip);
    case 'i64':
      return writeWord(heap, writeWord(heap, at + 1, word(2 * index + 1) ^ SIGN ^ flip), word(2 * index) ^ flip);
    case 'i128': {
      let end = writeWord(heap, at + 1, word(4 * index + 3) ^ SIGN ^ flip);
      for (let i = 2; i >= 0; i--) end = writeWord(heap, end, word(4 * index + i) ^ flip);
      return end;
    }
    case 'f64': {
      const [high, low] = orderedDouble(f64[(values >>> 3) + index], word(2 * index + 1), word(2 * index));
      return writeWord(heap, writeWord(heap, at + 1, high ^ flip), low ^ flip);
    }
    case 'text':
      return writeText(heap, at + 1, word(2 * index), word(2 * index + 1), flip);
  }
}

/** The halves of a double's bits, as an unsigned number in the order of the doubles; NaN is one and greatest, -0 is 0. */
function orderedDouble(value: number, high: number, low: number): readonly [high: number, low: number] {
  if (value === 0) return [SIGN, 0];
  if (Number.isNaN(value)) return [0xfff80000, 0];
  return value < 0 ? [~high, ~low] : [high | SIGN, low];
}

function writeText({ u8 }: Heap, start: number, address: number, bytes: number, flip: number): number {
  let at = start;
  for (let i = 0; i < bytes; i++) {
    const byte = u8[address + i];
    if (byte <= 1) u8[at++] = 1 ^ flip;
    u8[at++] = (byte <= 1 ? byte + 1 : byte) ^ flip;
  }
  u8[at++] = flip;
  return at;
}
