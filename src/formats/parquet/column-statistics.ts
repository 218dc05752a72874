/** Bounds as the kernels keep them, as Parquet has them. */
import {
  BOUNDS_FOUND,
  BOUNDS_MAX,
  BOUNDS_MAX_BYTES,
  BOUNDS_MAX_CUT,
  BOUNDS_MIN,
  BOUNDS_MIN_BYTES,
  BOUNDS_MIN_CUT,
  PLAIN_F64,
  PLAIN_TEXT,
} from '../../kernels/parquet-write-kernels.js';
import type { Heap } from '../../memory/heap.js';
import type { Statistics } from './metadata.js';

/** No value is less than `min` or greater than `max`; they are values unless they are cut. */
export interface Bounds {
  readonly min: Uint8Array;
  readonly isMinExact: boolean;
  readonly max: Uint8Array;
  readonly isMaxExact: boolean;
}

/** undefined where there are none: no values, only NaN, or a long text that nothing short is greater than. */
export function boundsAt({ u8, u32 }: Heap, address: number, kind: number): Bounds | undefined {
  const word = address >>> 2;
  if (u32[word + BOUNDS_FOUND / 4] === 0) return undefined;
  const at = (offset: number, bytes: number): Uint8Array => u8.slice(address + offset, address + offset + bytes);
  const min = at(BOUNDS_MIN, u32[word + BOUNDS_MIN_BYTES / 4]);
  const max = at(BOUNDS_MAX, u32[word + BOUNDS_MAX_BYTES / 4]);
  if (kind === PLAIN_F64) return { min: zeroAs(min, -0), max: zeroAs(max, 0), isMinExact: true, isMaxExact: true };
  if (kind !== PLAIN_TEXT) return { min, max, isMinExact: true, isMaxExact: true };
  const [isMinExact, isMaxExact] = [u32[word + BOUNDS_MIN_CUT / 4] === 0, u32[word + BOUNDS_MAX_CUT / 4] === 0];
  const greater = isMaxExact ? max : greaterText(max);
  return greater && { min: isMinExact ? min : wholeCharacters(min), max: greater, isMinExact, isMaxExact };
}

export function statisticsOf(bounds: Bounds | undefined, nullCount: number): Statistics {
  if (bounds === undefined) return { nullCount };
  const { min, max, isMinExact, isMaxExact } = bounds;
  return { nullCount, minValue: min, maxValue: max, isMinValueExact: isMinExact, isMaxValueExact: isMaxExact };
}

/** Readers are to find -0 and 0 within bounds of either. */
function zeroAs(value: Uint8Array, zero: number): Uint8Array {
  const view = new DataView(value.buffer);
  if (view.getFloat64(0, true) === 0) view.setFloat64(0, zero, true);
  return value;
}

/** The text without a character that its end tore. */
function wholeCharacters(text: Uint8Array): Uint8Array {
  let start = text.length - 1;
  while (start > 0 && (text[start] & 0xc0) === 0x80) start--;
  const lead = text[start];
  const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  return start + length > text.length ? text.subarray(0, start) : text;
}

/** A text greater than all that begin with this one: its last ASCII character is the next one, what stands behind it goes. */
function greaterText(text: Uint8Array): Uint8Array | undefined {
  for (let last = text.length - 1; last >= 0; last--) {
    if (text[last] >= 0x7f) continue;
    const greater = text.slice(0, last + 1);
    greater[last]++;
    return greater;
  }
  return undefined;
}
