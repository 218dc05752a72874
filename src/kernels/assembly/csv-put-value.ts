// A value of a column as it is written: what kernels know of a column, and of its value in a row. See ASSEMBLE_COLUMN_BYTES.
import { putDouble } from './csv-format-doubles';
import { putDecimal, putInteger, putWideDecimal } from './csv-format-integers';
import { putDate, putTimestamp } from './csv-format-times';
import {
  KIND_BIGINT,
  KIND_DATE,
  KIND_DECIMAL,
  KIND_DOUBLE,
  KIND_INT,
  KIND_TIMESTAMP,
  KIND_WIDE_DECIMAL,
} from './csv-layout';

// @ts-ignore: decorator
@inline
export function valueIn(column: usize, row: u32): usize {
  return <usize>load<u32>(column, 4) + <usize>row * load<u32>(column, 8);
}

// @ts-ignore: decorator
@inline
export function isNullIn(column: usize, row: u32): bool {
  const validity = <usize>load<u32>(column, 12);
  return validity != 0 && load<u8>(validity + <usize>row * load<u32>(column, 16)) == 0;
}

/** Of another kind than text, and not null; answers the end. */
// @ts-ignore: decorator
@inline
export function putValue(at: usize, kind: u32, value: usize, scale: u32): usize {
  if (kind == KIND_DECIMAL) return putDecimal(at, load<i64>(value), scale);
  if (kind == KIND_INT) return putInteger(at, <i64>load<i32>(value));
  if (kind == KIND_BIGINT) return putInteger(at, load<i64>(value));
  if (kind == KIND_DOUBLE) return putDouble(at, load<f64>(value));
  if (kind == KIND_DATE) return putDate(at, load<i32>(value));
  if (kind == KIND_TIMESTAMP) return putTimestamp(at, load<i64>(value));
  if (kind == KIND_WIDE_DECIMAL) return putWideDecimal(at, value, scale);
  const isTrue = load<u8>(value) != 0;
  store<u64>(at, isTrue ? 0x65757274 : 0x65736c6166);
  return at + (isTrue ? 4 : 5);
}
