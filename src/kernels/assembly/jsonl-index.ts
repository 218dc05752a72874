// Rows of JSON to where their wanted values lie. The index has a row of 1 + 2 * keys entries for each: the address of
// its brace, then for each wanted key the byte before its value and the byte behind it, quotes included, so that the
// decode kernels of the csv room read it as if every second field were a column. What is null or missing is empty. All
// of a row is proven to be JSON, whether anybody wants it or not.
import { LF } from './csv-layout';
import { findKey, isKey } from './jsonl-keys';
import {
  FIRST_KEY,
  KEY_BYTES,
  KEY_FLAGS,
  KEY_NEXT,
  KEY_ORDINAL,
  LONG_KEY,
  NO_MEMBER_END,
  NO_OBJECT,
  NO_ROW_END,
  OBJECTS_BEHIND,
  OBJECTS_FAULT,
  OBJECTS_FLAGS,
  OBJECTS_NEXT,
  OBJECTS_ROWS,
  OPEN_BRACKETS,
  ROWS_ARE_A_LIST,
  ROWS_ARE_LINES,
  SAW_ESCAPE,
  SAW_LIST_END,
  SAW_NON_ASCII,
  SECOND_VALUE,
} from './jsonl-layout';
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  fault,
  MINUS,
  nestedEnd,
  note,
  numberEnd,
  OPEN_BRACE,
  OPEN_BRACKET,
  POINT,
  QUOTE,
  skipWhite,
  specials,
  stringEnd,
  wordEnd,
  ZERO,
} from './jsonl-values';

/** Numbers of less than 15 digits before the point, and what they are followed by mostly; others go the long way. */
// @ts-ignore: decorator
@inline
function shortNumberEnd(at: usize, first: u32, result: usize): usize {
  const from = at + <usize>(first == MINUS);
  const digits = i8x16.lt_u(i8x16.sub(v128.load(from), i8x16.splat(0x30)), i8x16.splat(10));
  const others = ~<u32>i8x16.bitmask(digits);
  const whole = ctz(others);
  let end = from + whole;
  let byte = <u32>load<u8>(end);
  if (byte == POINT) {
    const places = ctz(others >> (whole + 1));
    if (places == 0) return numberEnd(at, result);
    end += places + 1;
    byte = <u32>load<u8>(end);
  }
  const isShort = whole - 1 < 14 && (byte == COMMA || byte == CLOSE_BRACE);
  return isShort && (whole == 1 || <u32>load<u8>(from) != ZERO) ? end : numberEnd(at, result);
}

/** Behind the object that begins at `start`; 0 and what is wrong at `result`. Fills `entries`, which are empty. */
function objectEnd(
  start: usize,
  entries: usize,
  lf: u32,
  names: usize,
  nameCount: u32,
  cache: usize,
  result: usize,
): usize {
  let at = skipWhite(start + 1, lf);
  if (<u32>load<u8>(at) == CLOSE_BRACE) return at + 1;
  let seen = i8x16.splat(0);
  let flags: u32 = 0;
  let slot = cache + FIRST_KEY;
  for (;;) {
    let next = <usize>load<u32>(slot, KEY_NEXT);
    let isExpected = isKey(at, next);
    if (!isExpected) {
      at = skipWhite(at, lf);
      isExpected = isKey(at, next);
    }
    if (isExpected) at += load<u32>(next, KEY_BYTES);
    else {
      next = findKey(at, lf, names, nameCount, cache, result);
      if (next == 0) return 0;
      if (next != cache + LONG_KEY) store<u32>(slot, <u32>next, KEY_NEXT);
      at = <usize>load<u32>(result, OBJECTS_BEHIND);
    }
    slot = next;
    flags |= load<u32>(slot, KEY_FLAGS);
    let first = <u32>load<u8>(at);
    if (first <= 0x20) {
      at = skipWhite(at, lf);
      first = <u32>load<u8>(at);
    }
    const value = at;
    const ordinal = load<i32>(slot, KEY_ORDINAL);
    if (first == QUOTE) {
      at++;
      for (;;) {
        const bytes = v128.load(at);
        seen = v128.or(seen, bytes);
        const special = specials(bytes);
        if (special == 0) {
          at += 16;
          continue;
        }
        at += ctz(special);
        if (<u32>load<u8>(at) == QUOTE) at++;
        else {
          if (ordinal >= 0) flags |= SAW_ESCAPE;
          at = stringEnd(at, result);
        }
        break;
      }
    } else if (first - ZERO < 10 || first == MINUS) {
      at = shortNumberEnd(at, first, result);
    } else if (first == OPEN_BRACE || first == OPEN_BRACKET) {
      at = nestedEnd(at, lf, cache + OPEN_BRACKETS, result);
    } else {
      at = wordEnd(at, result);
    }
    if (at == 0) return 0;
    if (ordinal >= 0) {
      const entry = entries + (<usize>ordinal << 3);
      if (load<u32>(entry, 4) != <u32>start) return fault(result, SECOND_VALUE, value);
      const isNull = first == 0x6e;
      store<u32>(entry, <u32>value - 1);
      store<u32>(entry, isNull ? <u32>value : <u32>at, 4);
    }
    let byte = <u32>load<u8>(at);
    if (byte != COMMA && byte != CLOSE_BRACE) {
      at = skipWhite(at, lf);
      byte = <u32>load<u8>(at);
    }
    at++;
    if (byte == COMMA) continue;
    if (byte != CLOSE_BRACE) return fault(result, NO_MEMBER_END, at - 1);
    if (i8x16.bitmask(seen) != 0) flags |= SAW_NON_ASCII;
    if (flags != 0) note(result, flags);
    return at;
  }
}

/** Behind what ends the row whose object ends at `at`. */
// @ts-ignore: decorator
@inline
function rowEnd(at: usize, mode: u32, result: usize): usize {
  if (mode == ROWS_ARE_LINES) {
    at = skipWhite(at, 0x20);
    return load<u8>(at) == LF ? at + 1 : fault(result, NO_ROW_END, at);
  }
  if (mode == ROWS_ARE_A_LIST) {
    at = skipWhite(at, LF);
    const byte = <u32>load<u8>(at);
    if (byte == CLOSE_BRACKET) note(result, SAW_LIST_END);
    else if (byte != COMMA) return fault(result, NO_ROW_END, at);
    return at + 1;
  }
  return at;
}

/**
 * Indexes the rows that begin in [from, limit) and end before `to`, where a 0 stands; at most `maxRows`. At `result`: how
 * many, where the next one begins, what was seen, and what is wrong with that one if something is: at `to`, if it goes on.
 */
export function indexObjects(
  from: usize,
  limit: usize,
  to: usize,
  mode: u32,
  names: usize,
  nameCount: u32,
  cache: usize,
  maxRows: u32,
  index: usize,
  result: usize,
): void {
  const lf: u32 = mode == ROWS_ARE_LINES ? 0x20 : LF;
  const stride = 4 + (<usize>nameCount << 3);
  store<u32>(result, 0, OBJECTS_FLAGS);
  store<u32>(result, 0, OBJECTS_FAULT);
  let row = index;
  let rows: u32 = 0;
  while (rows < maxRows && from < limit) {
    const start = skipWhite(from, lf);
    const first = <u32>load<u8>(start);
    if (first == LF) {
      from = start + 1;
      continue;
    }
    if (start == to) {
      // A line that has only blanks so far begins where it began.
      if (mode != ROWS_ARE_LINES) from = start;
      break;
    }
    if (first != OPEN_BRACE) {
      fault(result, NO_OBJECT, start);
      break;
    }
    store<u32>(row, <u32>start);
    for (let i: u32 = 0; i < nameCount; i++) {
      store<u64>(row + 4 + (<usize>i << 3), <u64>(start - 1) | (<u64>start << 32));
    }
    let end = objectEnd(start, row + 4, lf, names, nameCount, cache, result);
    if (end != 0) end = rowEnd(end, mode, result);
    if (end == 0) break;
    from = end;
    row += stride;
    rows++;
    if (load<u32>(result, OBJECTS_FLAGS) & SAW_LIST_END) break;
  }
  store<u32>(result, rows, OBJECTS_ROWS);
  store<u32>(result, <u32>from, OBJECTS_NEXT);
  // As the address of the row behind the last.
  store<u32>(row, <u32>from);
}
