// Rows of columns to JSON objects. A column is described as in csv-assemble.ts, and the literal before its value follows:
// its address and bytes, `{"name":` of the first column and `,"name":` of the others.
import { putBytes, ROOM } from './csv-assemble';
import { putDouble } from './csv-format-doubles';
import { putDecimal, putInteger, putWideDecimal } from './csv-format-integers';
import { putDate, putTimestamp } from './csv-format-times';
import {
  CR,
  KIND_BIGINT,
  KIND_BOOLEAN,
  KIND_BYTES,
  KIND_DATE,
  KIND_DECIMAL,
  KIND_DOUBLE,
  KIND_INT,
  KIND_JSON,
  KIND_TEXT,
  KIND_TIMESTAMP,
  LF,
} from './csv-layout';
import { spellBytes } from './csv-spell';
import { OBJECT_COLUMN_BYTES } from './jsonl-layout';
import { BACKSLASH, CLOSE_BRACE, QUOTE, specials } from './jsonl-values';

/** Bytes that one of a text takes at most. */
const WIDEST: u64 = 6;
/** Characters of one byte of the type bytes. */
const SPELLED: u64 = 4;

// @ts-ignore: decorator
@inline
function hexDigit(value: u32): u8 {
  return <u8>(value < 10 ? 0x30 + value : 0x57 + value);
}

/** The letter behind the backslash; 0: there is none. */
// @ts-ignore: decorator
@inline
function shortEscape(byte: u32): u32 {
  if (byte == QUOTE || byte == BACKSLASH) return byte;
  if (byte == 10) return 0x6e;
  if (byte == 9) return 0x74;
  if (byte == 13) return 0x72;
  if (byte == 8) return 0x62;
  return byte == 12 ? 0x66 : 0;
}

function putEscaped(out: usize, source: usize, length: u32): usize {
  for (let i: u32 = 0; i < length; i++) {
    const byte = <u32>load<u8>(source + i);
    if (byte >= 0x20 && byte != QUOTE && byte != BACKSLASH) {
      store<u8>(out++, <u8>byte);
      continue;
    }
    store<u8>(out++, <u8>BACKSLASH);
    const letter = shortEscape(byte);
    if (letter != 0) {
      store<u8>(out++, <u8>letter);
      continue;
    }
    store<u32>(out, 0x30303075);
    store<u8>(out, 0x30 + <u8>(byte >> 4), 3);
    store<u8>(out, hexDigit(byte & 15), 4);
    out += 5;
  }
  return out;
}

/** Bytes of a text that need no escape; less than `length`: the rest was not looked at. */
// @ts-ignore: decorator
@inline
function plainBytes(source: usize, length: u32, memoryEnd: u64): u32 {
  if (<u64>source + length + 16 > memoryEnd) return 0;
  for (let i: u32 = 0; i < length; i += 16) {
    const special = specials(v128.load(source + i));
    if (special != 0) return min<u32>(length, i + ctz(special));
  }
  return length;
}

/** JSON has no such numbers, so they are texts, which read back as what they are. */
function putOddDouble(out: usize, value: f64): usize {
  store<u8>(out++, <u8>QUOTE);
  if (value != value) {
    store<u32>(out, 0x4e614e);
    out += 3;
  } else {
    if (value < 0) store<u8>(out++, 0x2d);
    store<u64>(out, 0x7974696e69666e49);
    out += 8;
  }
  store<u8>(out, <u8>QUOTE);
  return out + 1;
}

/** JSON as it stands, but on one line: between its values a line end is as good as a blank. */
function putJson(out: usize, source: usize, length: u32): usize {
  for (let i: u32 = 0; i < length; i++) {
    const byte = load<u8>(source + i);
    store<u8>(out + i, byte == LF || byte == CR ? 0x20 : byte);
  }
  return out + length;
}

/**
 * Writes rows as `assembleRows` of the csv room does, one a line; `separator` stands before each, or 0.
 */
export function assembleObjects(
  columns: usize,
  columnCount: u32,
  selection: usize,
  from: u32,
  count: u32,
  separator: u32,
  out: usize,
  capacity: u32,
  result: usize,
): u32 {
  const columnsEnd = columns + <usize>columnCount * OBJECT_COLUMN_BYTES;
  const memoryEnd = <u64>memory.size() << 16;
  const limit = <u64>out + capacity;
  let at = out;
  for (let k = from; k < count; k++) {
    const row = selection == 0 ? k : load<u32>(selection + (<usize>k << 2));
    const rowStart = at;
    for (let column = columns; column < columnsEnd; column += OBJECT_COLUMN_BYTES) {
      const kind = load<u32>(column);
      const value = <usize>load<u32>(column, 4) + <usize>row * load<u32>(column, 8);
      const validity = <usize>load<u32>(column, 12);
      const nameLength = load<u32>(column, 28);
      let room = <u64>nameLength + ROOM;
      const isNull = validity != 0 && load<u8>(validity + <usize>row * load<u32>(column, 16)) == 0;
      let source: usize = 0;
      let length: u32 = 0;
      let plain: u32 = 0;
      if (kind >= <u32>KIND_TEXT && !isNull) {
        source = <usize>load<u32>(value);
        length = load<u32>(value, 4);
        if (kind == KIND_BYTES) room += <u64>length * (SPELLED * WIDEST);
        else {
          plain = kind == KIND_TEXT ? plainBytes(source, length, memoryEnd) : length;
          room += plain == length ? <u64>length : <u64>length * WIDEST;
        }
      }
      if (<u64>at + room > limit) {
        store<u32>(result, <u32>(rowStart - out));
        return k;
      }
      if (separator != 0 && column == columns) store<u8>(at++, <u8>separator);
      at = putBytes(at, <usize>load<u32>(column, 24), nameLength, memoryEnd);
      if (isNull) {
        store<u32>(at, 0x6c6c756e);
        at += 4;
      } else if (kind == KIND_TEXT) {
        store<u8>(at++, <u8>QUOTE);
        at = plain == length ? putBytes(at, source, length, memoryEnd) : putEscaped(at, source, length);
        store<u8>(at++, <u8>QUOTE);
      } else if (kind == KIND_JSON) at = putJson(at, source, length);
      else if (kind == KIND_BYTES) {
        // Spelled out behind where the string will end at most, and escaped from there.
        const spelled = at + <usize>length * 8 + 8;
        const spelledBytes = <u32>(spellBytes(spelled, source, length) - spelled);
        store<u8>(at++, <u8>QUOTE);
        at = putEscaped(at, spelled, spelledBytes);
        store<u8>(at++, <u8>QUOTE);
      } else if (kind == KIND_DECIMAL) at = putDecimal(at, load<i64>(value), load<u32>(column, 20));
      else if (kind == KIND_INT) at = putInteger(at, <i64>load<i32>(value));
      else if (kind == KIND_BIGINT) at = putInteger(at, load<i64>(value));
      else if (kind == KIND_DOUBLE) {
        const double = load<f64>(value);
        at = double - double == 0 ? putDouble(at, double) : putOddDouble(at, double);
      } else if (kind == KIND_DATE || kind == KIND_TIMESTAMP) {
        store<u8>(at++, <u8>QUOTE);
        at = kind == KIND_DATE ? putDate(at, load<i32>(value)) : putTimestamp(at, load<i64>(value));
        store<u8>(at++, <u8>QUOTE);
      } else if (kind == KIND_BOOLEAN) {
        const isTrue = load<u8>(value) != 0;
        store<u64>(at, isTrue ? 0x65757274 : 0x65736c6166);
        at += isTrue ? 4 : 5;
      } else at = putWideDecimal(at, value, load<u32>(column, 20));
    }
    store<u8>(at, <u8>CLOSE_BRACE);
    store<u8>(at, <u8>LF, 1);
    at += 2;
  }
  store<u32>(result, <u32>(at - out));
  return count;
}
