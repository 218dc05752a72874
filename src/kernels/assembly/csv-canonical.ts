// Dates and doubles that were read and stand as they would be written, told by their characters alone. `false`: who knows.
import { areDigits, ZEROS } from './csv-fields';

/** `2026-11-01`, no year before 1. */
// @ts-ignore: decorator
@inline
export function isCanonicalDate(start: usize, end: usize): bool {
  if (end - start != 10) return false;
  const word = load<u64>(start) ^ ZEROS;
  const days = <u64>load<u16>(start, 8) ^ 0x3030;
  const isDashed = (word & 0xff0000ff00000000) == 0x1d00001d00000000;
  return isDashed && <u32>word != 0 && areDigits(word & 0x00ffff00ffffffff) && areDigits(days);
}

/**
 * `57265.2` and `3.0`, up to 15 digits: no two such decimals are one double, so no shorter one is either. Not a zero before the
 * other digits, but that of `0.5`, and none behind them, but that of `3.0`.
 */
// @ts-ignore: decorator
@inline
export function isCanonicalDouble(start: usize, end: usize): bool {
  const length = <u32>(end - start);
  if (length < 3 || length > 16) return false;
  const lanes = v128.load(end - 16);
  const drop = 16 - length;
  const digits = i8x16.bitmask(i8x16.le_u(i8x16.sub(lanes, i8x16.splat(0x30)), i8x16.splat(9))) >>> drop;
  const points = i8x16.bitmask(i8x16.eq(lanes, i8x16.splat(0x2e))) >>> drop;
  const places = length - 1 - ctz<i32>(points);
  if ((digits | points) != (1 << length) - 1 || popcnt<i32>(points) != 1) return false;
  if (places == 0 || places == length - 1) return false;
  if (load<u8>(end - 1) == 0x30 && places != 1) return false;
  return load<u8>(start) != 0x30 || (places == length - 2 && load<u8>(start, 2) != 0x30);
}
