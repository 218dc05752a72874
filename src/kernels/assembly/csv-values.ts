// Texts as values, for loops over fields and over columns: `kind` is a constant where these are inlined. UNKNOWN is left to
// the exact parser.
import { UNKNOWN } from './csv-fields';
import { parseDouble, quickDouble } from './csv-parse-doubles';
import { parseDecimal, parseInteger, quickDecimal, quickInteger } from './csv-parse-numbers';
import { parseBoolean, parseTimestamp, quickDate } from './csv-parse-times';

export const I32 = 0;
export const I64 = 1;
export const DOUBLE = 2;
export const DATE = 3;
export const TIMESTAMP = 4;
export const BOOLEAN = 5;
export const DECIMAL = 6;
export const WIDE = 7;

/** Without calls where that is possible. */
// @ts-ignore: decorator
@inline
export function quick(kind: i32, start: usize, end: usize, scale: u32): i64 {
  if (kind == DOUBLE) return quickDouble(start, end);
  if (kind == DATE) return quickDate(start, end);
  if (kind == TIMESTAMP) return parseTimestamp(start, end);
  if (kind == BOOLEAN) return parseBoolean(start, end);
  if (kind == DECIMAL || kind == WIDE) return quickDecimal(start, end, scale);
  return quickInteger(start, end);
}

/** Everything that the kernel knows. */
// @ts-ignore: decorator
@inline
export function full(kind: i32, start: usize, end: usize, scale: u32): i64 {
  if (kind == DOUBLE) return parseDouble(start, end);
  if (kind == DECIMAL || kind == WIDE) return parseDecimal(start, end, scale);
  if (kind == I32 || kind == I64) return parseInteger(start, end);
  return UNKNOWN;
}

// @ts-ignore: decorator
@inline
export function put(kind: i32, out: usize, row: u32, value: i64): void {
  if (kind == I32 || kind == DATE) store<i32>(out + (<usize>row << 2), <i32>value);
  else if (kind == BOOLEAN) store<u8>(out + row, <u8>value);
  else if (kind == WIDE) {
    store<i64>(out + (<usize>row << 4), value);
    store<i64>(out + (<usize>row << 4), value >> 63, 8);
  } else store<i64>(out + (<usize>row << 3), value);
}

// @ts-ignore: decorator
@inline
export function isOutside(kind: i32, value: i64, limit: i64): bool {
  if (kind == I32) return <i64>(<i32>value) != value;
  if (kind == DECIMAL) return value >= limit || value <= 0 - limit;
  return value == UNKNOWN;
}
