// One column of the indexed rows to values. All decode kernels are one loop, written once and inlined with the kind of
// column as a constant.
//
// `ends` is the entry of the column's field in row 0, `stride` the bytes from row to row, `quote` the quote character or
// -1, `newline` the newline character when the column is the last one and the rest of a line end may hang on it (else
// 0), `nulls` a list of texts that mean null (u32 count, then views at +8) or 0. Rows `from` .. `count`-1 are decoded to
// `out` and get a byte of `validity` each. The answer is the first row that is left to the exact parser, or ~SAW_NULL.
import { decodeDoublePairs } from './csv-double-pairs';
import { fieldAt, powerOfTen, UNKNOWN } from './csv-fields';
import { SAW_NULL } from './csv-layout';
import { parseWide } from './csv-parse-numbers';
import { BOOLEAN, DATE, DECIMAL, DOUBLE, full, I32, I64, isOutside, put, quick, TIMESTAMP, WIDE } from './csv-values';

/** Doubles decoded one by one before pairs are tried again; more and more of them while pairs fail. */
const MOST_ALONE: u32 = 64;

// @ts-ignore: decorator
@inline
function decodeColumn(
  kind: i32,
  ends: usize,
  stride: u32,
  quote: i32,
  newline: i32,
  nulls: usize,
  from: u32,
  count: u32,
  out: usize,
  validity: usize,
  precision: u32,
  scale: u32,
): i32 {
  const limit: i64 = kind == DECIMAL ? <i64>powerOfTen(precision) : 0;
  const isSimple = newline == 0 && nulls == 0;
  let saw: i32 = 0;
  let row = from;
  let alone: u32 = 2;
  while (row < count) {
    // Calls make V8 spill what it holds in registers, so the common case is a loop without any.
    if (isSimple) {
      let until = count;
      if (kind == DOUBLE) {
        const tried = row;
        row = decodeDoublePairs(ends, stride, row, count, out, validity);
        alone = row == tried ? min<u32>(alone << 1, MOST_ALONE) : 2;
        until = min<u32>(row + alone, count);
      }
      for (; row < until; row++) {
        const at = ends + <usize>row * stride;
        let start = <usize>load<u32>(at - 4) + 1;
        let end = <usize>load<u32>(at);
        const isNull = start == end;
        if (<i32>load<u8>(start) == quote) {
          start++;
          end--;
        }
        let value = quick(kind, start, end, scale);
        if (isNull) {
          value = 0;
          saw = SAW_NULL;
        } else if (isOutside(kind, value, limit)) break;
        store<u8>(validity + row, <u8>!isNull);
        put(kind, out, row, value);
      }
      if (row == until) continue;
    }
    const field = fieldAt(ends + <usize>row * stride, quote, newline, nulls);
    const start = <usize>(<u32>field);
    const end = <usize>(field >> 32);
    let value: i64 = 0;
    if (field == 0) saw = SAW_NULL;
    else {
      value = quick(kind, start, end, scale);
      if (value == UNKNOWN) value = full(kind, start, end, scale);
    }
    store<u8>(validity + row, <u8>(field != 0));
    if (kind == WIDE && value == UNKNOWN) {
      if (!parseWide(start, end, precision, scale, out + (<usize>row << 4))) return <i32>row;
    } else {
      if (isOutside(kind, value, limit)) return <i32>row;
      put(kind, out, row, value);
    }
    row++;
  }
  return ~saw;
}

/** Integers of 32 bits. */
export function decodeI32(
  ends: usize,
  stride: u32,
  quote: i32,
  newline: i32,
  nulls: usize,
  from: u32,
  count: u32,
  out: usize,
  validity: usize,
): i32 {
  return decodeColumn(I32, ends, stride, quote, newline, nulls, from, count, out, validity, 0, 0);
}

/** Integers of 64 bits. */
export function decodeI64(
  ends: usize,
  stride: u32,
  quote: i32,
  newline: i32,
  nulls: usize,
  from: u32,
  count: u32,
  out: usize,
  validity: usize,
): i32 {
  return decodeColumn(I64, ends, stride, quote, newline, nulls, from, count, out, validity, 0, 0);
}

/** Doubles, the nearest. */
export function decodeDouble(
  ends: usize,
  stride: u32,
  quote: i32,
  newline: i32,
  nulls: usize,
  from: u32,
  count: u32,
  out: usize,
  validity: usize,
): i32 {
  return decodeColumn(DOUBLE, ends, stride, quote, newline, nulls, from, count, out, validity, 0, 0);
}

/** Days. */
export function decodeDate(
  ends: usize,
  stride: u32,
  quote: i32,
  newline: i32,
  nulls: usize,
  from: u32,
  count: u32,
  out: usize,
  validity: usize,
): i32 {
  return decodeColumn(DATE, ends, stride, quote, newline, nulls, from, count, out, validity, 0, 0);
}

/** Microseconds. */
export function decodeTimestamp(
  ends: usize,
  stride: u32,
  quote: i32,
  newline: i32,
  nulls: usize,
  from: u32,
  count: u32,
  out: usize,
  validity: usize,
): i32 {
  return decodeColumn(TIMESTAMP, ends, stride, quote, newline, nulls, from, count, out, validity, 0, 0);
}

/** A byte each. */
export function decodeBoolean(
  ends: usize,
  stride: u32,
  quote: i32,
  newline: i32,
  nulls: usize,
  from: u32,
  count: u32,
  out: usize,
  validity: usize,
): i32 {
  return decodeColumn(BOOLEAN, ends, stride, quote, newline, nulls, from, count, out, validity, 0, 0);
}

/** Decimals of at most 18 digits, unscaled in 64 bits. */
export function decodeDecimal(
  ends: usize,
  stride: u32,
  quote: i32,
  newline: i32,
  nulls: usize,
  from: u32,
  count: u32,
  out: usize,
  validity: usize,
  precision: u32,
  scale: u32,
): i32 {
  return decodeColumn(DECIMAL, ends, stride, quote, newline, nulls, from, count, out, validity, precision, scale);
}

/** Decimals of 19 to 38 digits, unscaled in 128 bits. */
export function decodeI128(
  ends: usize,
  stride: u32,
  quote: i32,
  newline: i32,
  nulls: usize,
  from: u32,
  count: u32,
  out: usize,
  validity: usize,
  precision: u32,
  scale: u32,
): i32 {
  return decodeColumn(WIDE, ends, stride, quote, newline, nulls, from, count, out, validity, precision, scale);
}
