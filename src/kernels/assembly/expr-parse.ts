// Texts as values, as the decoder of CSV has them; begins at row number `from` of the selection and answers where it
// stopped: `count`, or a row that is the exact parser's.
import { powerOfTen, UNKNOWN } from './csv-fields';
import { parseWide } from './csv-parse-numbers';
import { BOOLEAN, DATE, DECIMAL, DOUBLE, full, I32, I64, isOutside, put, quick, TIMESTAMP, WIDE } from './csv-values';
import { isNull, rowAt } from './expr-rows';

// @ts-ignore: decorator
@inline
function parseColumn(
  kind: i32,
  a: usize,
  aStride: u32,
  precision: u32,
  scale: u32,
  out: usize,
  validity: usize,
  selection: usize,
  from: u32,
  count: u32,
): u32 {
  const limit: i64 = kind == DECIMAL ? <i64>powerOfTen(precision) : 0;
  for (let k = from; k < count; k++) {
    const row = rowAt(selection, k);
    if (isNull(validity, row)) continue;
    const view = a + <usize>row * aStride;
    const start = <usize>load<u32>(view);
    const end = start + load<u32>(view, 4);
    if (start == end) return k;
    let value = quick(kind, start, end, scale);
    if (value == UNKNOWN) value = full(kind, start, end, scale);
    if (kind == WIDE && value == UNKNOWN) {
      if (!parseWide(start, end, precision, scale, out + (<usize>row << 4))) return k;
    } else if (isOutside(kind, value, limit)) return k;
    else put(kind, out, row, value);
  }
  return count;
}

/** out = the value that the text a stands for; `kind` as in csv-values.ts, precision and scale of decimals. */
export function parseText(
  kind: i32,
  a: usize,
  aStride: u32,
  precision: u32,
  scale: u32,
  out: usize,
  validity: usize,
  selection: usize,
  from: u32,
  count: u32,
): u32 {
  switch (kind) {
    case I32:
      return parseColumn(I32, a, aStride, 0, 0, out, validity, selection, from, count);
    case I64:
      return parseColumn(I64, a, aStride, 0, 0, out, validity, selection, from, count);
    case DOUBLE:
      return parseColumn(DOUBLE, a, aStride, 0, 0, out, validity, selection, from, count);
    case DATE:
      return parseColumn(DATE, a, aStride, 0, 0, out, validity, selection, from, count);
    case TIMESTAMP:
      return parseColumn(TIMESTAMP, a, aStride, 0, 0, out, validity, selection, from, count);
    case BOOLEAN:
      return parseColumn(BOOLEAN, a, aStride, 0, 0, out, validity, selection, from, count);
    case DECIMAL:
      return parseColumn(DECIMAL, a, aStride, precision, scale, out, validity, selection, from, count);
    default:
      return parseColumn(WIDE, a, aStride, precision, scale, out, validity, selection, from, count);
  }
}
