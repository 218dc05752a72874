// Neighbouring fields as one text, as they stand in an output of the same delimiter: a view of the bytes that were read. Where they
// stand otherwise the whole is written anew where the u32 at `scratch` points, which moves on: a text in quotes that it does
// not need, or without those that it needs, a value that is written in another way (12.50 is 12.5). The quote is '"', and
// its own escape.
import { copyBytes } from './copy-bytes';
import { isCanonicalDate, isCanonicalDouble } from './csv-canonical';
import { trimmedEnd } from './csv-fields';
import { CR, KIND_DATE, KIND_DOUBLE, LF, SPAN_VALUE_BYTES, SPAN_VALUE_FIELD } from './csv-layout';
import { isNullIn, putValue, valueIn } from './csv-put-value';

const QUOTE: u8 = 0x22;

/** Whether the text, as it stands between quotes or without, must be in quotes. */
function needsQuotes(start: usize, end: usize, delimiter: u32): bool {
  for (; start < end; start++) {
    const byte = <u32>load<u8>(start);
    if (byte == delimiter || byte == QUOTE || byte == CR || byte == LF) return true;
  }
  return false;
}

// @ts-ignore: decorator
@inline
function isQuotedAt(start: usize, end: usize): bool {
  return start < end && load<u8>(start) == QUOTE;
}

/** Whether the text stands as it is written: an empty one in quotes is a text, without quotes it is null. */
function isCanonical(start: usize, end: usize, delimiter: u32): bool {
  if (!isQuotedAt(start, end)) return !needsQuotes(start, end, delimiter);
  return end - start == 2 || needsQuotes(start + 1, end - 1, delimiter);
}

/** Writes the text that is not canonical; answers the end. */
function putText(start: usize, end: usize, out: usize): usize {
  if (isQuotedAt(start, end)) {
    memory.copy(out, start + 1, end - start - 2);
    return out + (end - start - 2);
  }
  store<u8>(out, QUOTE);
  memory.copy(out + 1, start, end - start);
  store<u8>(out + 1 + (end - start), QUOTE);
  return out + (end - start) + 2;
}

/** Writes the value of a row; answers the end. */
function putColumn(column: usize, row: u32, out: usize): usize {
  if (isNullIn(column, row)) return out;
  return putValue(out, load<u32>(column), valueIn(column, row), load<u32>(column, 20));
}

function isEqual(a: usize, b: usize, bytes: usize): bool {
  for (; bytes >= 8; bytes -= 8, a += 8, b += 8) if (load<u64>(a) != load<u64>(b)) return false;
  for (; bytes != 0; bytes--, a++, b++) if (load<u8>(a) != load<u8>(b)) return false;
  return true;
}

// @ts-ignore: decorator
@inline
function fieldStart(at: usize, field: u32): usize {
  return <usize>load<u32>(at + (field << 2) - 4) + 1;
}

// @ts-ignore: decorator
@inline
function fieldEnd(at: usize, field: u32, fields: u32, newline: i32): usize {
  const end = <usize>load<u32>(at + (field << 2));
  return newline != 0 && field == fields - 1 ? trimmedEnd(fieldStart(at, field), end, newline) : end;
}

/** Whether the row's values stand as they are written, which they are at `free`, to be compared. `at`: the index entry of the first field. */
// @ts-ignore: decorator
@inline
function areValuesCanonical(at: usize, fields: u32, newline: i32, values: usize, valuesEnd: usize, row: u32, free: usize): bool {
  for (let value = values; value != valuesEnd; value += SPAN_VALUE_BYTES) {
    const field = load<u32>(value, SPAN_VALUE_FIELD);
    const start = fieldStart(at, field);
    const end = fieldEnd(at, field, fields, newline);
    const kind = load<u32>(value);
    if (kind == KIND_DATE && isCanonicalDate(start, end)) continue;
    if (kind == KIND_DOUBLE && isCanonicalDouble(start, end)) continue;
    const bytes = putColumn(value, row, free) - free;
    if (bytes != end - start || !isEqual(free, start, bytes)) return false;
  }
  return true;
}

/** Whether all texts are; a field that is not text never needs quotes. */
function areTextsCanonical(at: usize, fields: u32, newline: i32, delimiter: u32): bool {
  for (let field: u32 = 0; field < fields; field++) {
    if (!isCanonical(fieldStart(at, field), fieldEnd(at, field, fields, newline), delimiter)) return false;
  }
  return true;
}

/** Where fields stand from and to. */
// @ts-ignore: decorator
@inline
function putBetween(from: usize, to: usize, out: usize): usize {
  copyBytes(out, from, <u32>(to - from));
  return out + (to - from);
}

/** Writes the row, whose texts are canonical: what lies between values is copied in one go. */
function putValues(at: usize, fields: u32, newline: i32, values: usize, valuesEnd: usize, row: u32, out: usize): usize {
  let from = fieldStart(at, 0);
  for (; values != valuesEnd; values += SPAN_VALUE_BYTES) {
    const field = load<u32>(values, SPAN_VALUE_FIELD);
    out = putColumn(values, row, putBetween(from, fieldStart(at, field), out));
    from = fieldEnd(at, field, fields, newline);
  }
  return putBetween(from, fieldEnd(at, fields - 1, fields, newline), out);
}

/** Writes the row. */
function putFields(at: usize, fields: u32, newline: i32, delimiter: u32, values: usize, valuesEnd: usize, row: u32, out: usize): usize {
  for (let field: u32 = 0; field < fields; field++) {
    const start = fieldStart(at, field);
    const end = fieldEnd(at, field, fields, newline);
    if (field != 0) store<u8>(out++, <u8>delimiter);
    if (values != valuesEnd && load<u32>(values, SPAN_VALUE_FIELD) == field) {
      out = putColumn(values, row, out);
      values += SPAN_VALUE_BYTES;
    } else {
      out = isCanonical(start, end, delimiter) ? putBetween(start, end, out) : putText(start, end, out);
    }
  }
  return out;
}

/** No row is null. */
export function decodeSpan(
  ends: usize,
  stride: u32,
  fields: u32,
  newline: i32,
  delimiter: u32,
  values: usize,
  valueCount: u32,
  isMarked: i32,
  selection: usize,
  count: u32,
  out: usize,
  scratch: usize,
): void {
  const last = (fields - 1) << 2;
  const valuesEnd = values + <usize>valueCount * SPAN_VALUE_BYTES;
  let free: usize = scratch == 0 ? 0 : <usize>load<u32>(scratch);
  for (let k: u32 = 0; k < count; k++) {
    const row = selection == 0 ? k : load<u32>(selection + (<usize>k << 2));
    const at = ends + <usize>row * stride;
    let start = <usize>load<u32>(at - 4) + 1;
    let end = <usize>load<u32>(at + last);
    if (newline != 0) end = trimmedEnd(<usize>load<u32>(at + last - 4) + 1, end, newline);
    if (
      !areValuesCanonical(at, fields, newline, values, valuesEnd, row, free) ||
      (isMarked != 0 && !areTextsCanonical(at, fields, newline, delimiter))
    ) {
      start = free;
      free =
        isMarked != 0
          ? putFields(at, fields, newline, delimiter, values, valuesEnd, row, free)
          : putValues(at, fields, newline, values, valuesEnd, row, free);
      end = free;
    }
    store<u64>(out + (<usize>row << 3), <u64>(<u32>start) | (<u64>(<u32>(end - start)) << 32));
  }
  if (scratch != 0) store<u32>(scratch, <u32>free);
}
