// Neighbouring text fields as one text, as they stand in an output of the same delimiter: a view of the bytes that were read. Where
// a field is in quotes that it does not need, or needs those that it does not have, the whole is written anew where the u32 at
// `scratch` points, which moves on. The quote is '"', and its own escape.
import { trimmedEnd } from './csv-fields';
import { CR, LF } from './csv-layout';

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

/** Whether the field stands as it is written: an empty one in quotes is a text, without quotes it is null. */
function isCanonical(start: usize, end: usize, delimiter: u32): bool {
  if (!isQuotedAt(start, end)) return !needsQuotes(start, end, delimiter);
  return end - start == 2 || needsQuotes(start + 1, end - 1, delimiter);
}

/** Writes the field that is not canonical; answers the end. */
function putField(start: usize, end: usize, out: usize): usize {
  if (isQuotedAt(start, end)) {
    memory.copy(out, start + 1, end - start - 2);
    return out + (end - start - 2);
  }
  store<u8>(out, QUOTE);
  memory.copy(out + 1, start, end - start);
  store<u8>(out + 1 + (end - start), QUOTE);
  return out + (end - start) + 2;
}

// @ts-ignore: decorator
@inline
function fieldEnd(at: usize, field: u32, fields: u32, newline: i32): usize {
  const start = <usize>load<u32>(at + (field << 2) - 4) + 1;
  const end = <usize>load<u32>(at + (field << 2));
  return newline != 0 && field == fields - 1 ? trimmedEnd(start, end, newline) : end;
}

/** `at`: the index entry of the first of the fields. */
function isSpanCanonical(at: usize, fields: u32, newline: i32, delimiter: u32): bool {
  for (let field: u32 = 0; field < fields; field++) {
    const start = <usize>load<u32>(at + (field << 2) - 4) + 1;
    if (!isCanonical(start, fieldEnd(at, field, fields, newline), delimiter)) return false;
  }
  return true;
}

function putSpan(at: usize, fields: u32, newline: i32, delimiter: u32, out: usize): usize {
  for (let field: u32 = 0; field < fields; field++) {
    const start = <usize>load<u32>(at + (field << 2) - 4) + 1;
    const end = fieldEnd(at, field, fields, newline);
    if (field != 0) store<u8>(out++, <u8>delimiter);
    if (isCanonical(start, end, delimiter)) {
      memory.copy(out, start, end - start);
      out += end - start;
    } else {
      out = putField(start, end, out);
    }
  }
  return out;
}

/** `scratch` 0: all fields are as they are written. No row is null. */
export function decodeSpan(
  ends: usize,
  stride: u32,
  fields: u32,
  newline: i32,
  delimiter: u32,
  selection: usize,
  count: u32,
  out: usize,
  scratch: usize,
): void {
  const last = (fields - 1) << 2;
  let free: usize = scratch == 0 ? 0 : <usize>load<u32>(scratch);
  for (let k: u32 = 0; k < count; k++) {
    const row = selection == 0 ? k : load<u32>(selection + (<usize>k << 2));
    const at = ends + <usize>row * stride;
    let start = <usize>load<u32>(at - 4) + 1;
    let end = <usize>load<u32>(at + last);
    if (newline != 0) end = trimmedEnd(<usize>load<u32>(at + last - 4) + 1, end, newline);
    if (scratch != 0 && !isSpanCanonical(at, fields, newline, delimiter)) {
      start = free;
      free = putSpan(at, fields, newline, delimiter, free);
      end = free;
    }
    store<u64>(out + (<usize>row << 3), <u64>(<u32>start) | (<u64>(<u32>(end - start)) << 32));
  }
  if (scratch != 0) store<u32>(scratch, <u32>free);
}
