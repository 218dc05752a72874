// Rows of columns to CSV bytes. A column is 24 bytes: kind, values, bytes from row to row (0: constant), validity or 0,
// bytes of validity from row to row, scale. Text that needs no quotes and lies in the input as it must lie in the output
// (neighbouring fields of one row) is copied in one go.

import { putDouble } from './csv-format-doubles';
import { putDecimal, putInteger, putWideDecimal } from './csv-format-integers';
import { putDate, putTimestamp } from './csv-format-times';
import { spellBytes, spellJson } from './csv-spell';
import {
  ASSEMBLE_COLUMN_BYTES,
  CR,
  KIND_BIGINT,
  KIND_BOOLEAN,
  KIND_BYTES,
  KIND_DATE,
  KIND_DECIMAL,
  KIND_DOUBLE,
  KIND_INT,
  KIND_JSON,
  KIND_PLAIN_TEXT,
  KIND_TIMESTAMP,
  KIND_WIDE_DECIMAL,
  LF,
} from './csv-layout';

const QUOTE: u8 = 0x22;
/** More than any value but text takes, scribbling included. */
export const ROOM: usize = 128;

/** Copies 16 bytes at a time, so up to 15 too many; near the end of memory, byte by byte. */
// @ts-ignore: decorator
@inline
export function putBytes(out: usize, source: usize, length: u32, memoryEnd: u64): usize {
  if (<u64>source + length + 16 > memoryEnd) memory.copy(out, source, length);
  else for (let i: u32 = 0; i < length; i += 16) v128.store(out + i, v128.load(source + i));
  return out + length;
}

function putQuoted(out: usize, source: usize, length: u32): usize {
  store<u8>(out++, QUOTE);
  for (let i: u32 = 0; i < length; i++) {
    const byte = load<u8>(source + i);
    store<u8>(out++, byte);
    if (byte == QUOTE) store<u8>(out++, QUOTE);
  }
  store<u8>(out, QUOTE);
  return out + 1;
}

/** In quotes when it is empty or holds a delimiter, a quote, CR or LF. */
// @ts-ignore: decorator
@inline
function putText(out: usize, source: usize, length: u32, delimiter: u32, memoryEnd: u64): usize {
  if (length == 0) return putQuoted(out, source, 0);
  if (<u64>source + length + 16 > memoryEnd) {
    for (let i: u32 = 0; i < length; i++) {
      const byte = <u32>load<u8>(source + i);
      if (byte == delimiter || byte == QUOTE || byte == CR || byte == LF) return putQuoted(out, source, length);
    }
    memory.copy(out, source, length);
    return out + length;
  }
  for (let i: u32 = 0; i < length; i += 16) {
    const bytes = v128.load(source + i);
    const special = v128.or(
      v128.or(i8x16.eq(bytes, i8x16.splat(<i8>delimiter)), i8x16.eq(bytes, i8x16.splat(QUOTE))),
      v128.or(i8x16.eq(bytes, i8x16.splat(<i8>CR)), i8x16.eq(bytes, i8x16.splat(<i8>LF))),
    );
    let mask = <u32>i8x16.bitmask(special);
    if (length - i < 16) mask &= (1 << (length - i)) - 1;
    if (mask != 0) return putQuoted(out, source, length);
    v128.store(out + i, bytes);
  }
  return out + length;
}

/**
 * Writes rows number `from` .. `count`-1 of the selection (or rows) into `capacity` bytes at `out`, until one does not
 * fit; stores the bytes written at `result` and answers the number of the first row that is not written.
 */
export function assembleRows(
  columns: usize,
  columnCount: u32,
  selection: usize,
  from: u32,
  count: u32,
  delimiter: u32,
  out: usize,
  capacity: u32,
  result: usize,
): u32 {
  const columnsEnd = columns + <usize>columnCount * ASSEMBLE_COLUMN_BYTES;
  const memoryEnd = <u64>memory.size() << 16;
  const limit = <u64>out + capacity;
  let at = out;
  for (let k = from; k < count; k++) {
    const row = selection == 0 ? k : load<u32>(selection + (<usize>k << 2));
    const rowStart = at;
    for (let column = columns; column < columnsEnd; column += ASSEMBLE_COLUMN_BYTES) {
      const kind = load<u32>(column);
      const value = <usize>load<u32>(column, 4) + <usize>row * load<u32>(column, 8);
      const validity = <usize>load<u32>(column, 12);
      if (<u64>at + ROOM > limit) {
        store<u32>(result, <u32>(rowStart - out));
        return k;
      }
      if (validity == 0 || load<u8>(validity + <usize>row * load<u32>(column, 16)) != 0) {
        if (kind > <u32>KIND_WIDE_DECIMAL) {
          const source = <usize>load<u32>(value);
          let length = load<u32>(value, 4);
          if (kind == KIND_PLAIN_TEXT) {
            // Neighbours in the input that are neighbours here: one copy for all of them.
            for (let next = column + ASSEMBLE_COLUMN_BYTES; next < columnsEnd; next += ASSEMBLE_COLUMN_BYTES) {
              if (load<u32>(next) != KIND_PLAIN_TEXT) break;
              const neighbour = <usize>load<u32>(next, 4) + <usize>row * load<u32>(next, 8);
              if (<usize>load<u32>(neighbour) != source + length + 1) break;
              const neighbourLength = load<u32>(neighbour, 4);
              const neighbourValidity = <usize>load<u32>(next, 12);
              if (neighbourValidity != 0 && neighbourLength != 0) {
                if (load<u8>(neighbourValidity + <usize>row * load<u32>(next, 16)) == 0) break;
              }
              if (<u32>load<u8>(source + length) != delimiter) break;
              length += neighbourLength + 1;
              column = next;
            }
            if (<u64>at + length + ROOM > limit) {
              store<u32>(result, <u32>(rowStart - out));
              return k;
            }
            at = putBytes(at, source, length, memoryEnd);
          } else if (kind == KIND_JSON || kind == KIND_BYTES) {
            // Spelled out behind where the field will end at most, and quoted from there.
            const spelled = kind == KIND_JSON ? length : length * 4;
            if (<u64>at + <u64>spelled * 3 + ROOM > limit) {
              store<u32>(result, <u32>(rowStart - out));
              return k;
            }
            const start = at + <usize>spelled * 2 + 64;
            const end = kind == KIND_JSON ? spellJson(start, source, length) : spellBytes(start, source, length);
            if (end != 0) at = putText(at, start, <u32>(end - start), delimiter, memoryEnd);
          } else {
            if (<u64>at + <u64>length * 2 + ROOM > limit) {
              store<u32>(result, <u32>(rowStart - out));
              return k;
            }
            at = putText(at, source, length, delimiter, memoryEnd);
          }
        } else if (kind == KIND_DECIMAL) at = putDecimal(at, load<i64>(value), load<u32>(column, 20));
        else if (kind == KIND_INT) at = putInteger(at, <i64>load<i32>(value));
        else if (kind == KIND_BIGINT) at = putInteger(at, load<i64>(value));
        else if (kind == KIND_DOUBLE) at = putDouble(at, load<f64>(value));
        else if (kind == KIND_DATE) at = putDate(at, load<i32>(value));
        else if (kind == KIND_TIMESTAMP) at = putTimestamp(at, load<i64>(value));
        else if (kind == KIND_WIDE_DECIMAL) at = putWideDecimal(at, value, load<u32>(column, 20));
        else if (kind == KIND_BOOLEAN) {
          const isTrue = load<u8>(value) != 0;
          store<u64>(at, isTrue ? 0x65757274 : 0x65736c6166);
          at += isTrue ? 4 : 5;
        }
      }
      store<u8>(at++, <u8>delimiter);
    }
    store<u8>(at - 1, <u8>LF);
  }
  store<u32>(result, <u32>(at - out));
  return count;
}
