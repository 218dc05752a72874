// JSON text as RFC 8259 has it, over UTF-8 that is well formed: where values, keys and items begin and end. `end` is behind
// the last byte that may be read. Surrogates in escapes come in pairs, and nesting has a limit: whatever reads JSON has
// the same ones (../json-text.ts). Answers of 0 say that there is none.

const QUOTE: u32 = 0x22;
const BACKSLASH: u32 = 0x5c;
const COMMA: u32 = 0x2c;

/** Arrays and objects within each other, of what comes in; what is made of values may have more. */
const MAX_DEPTH: u32 = 1000;

/** What findKey answers where a key is written with escapes, which it does not read. */
export const HAS_ESCAPES: usize = 1;

// @ts-ignore: decorator
@inline
function isBlank(byte: u32): bool {
  return byte == 0x20 || (byte <= 0x0d && (byte == 0x0a || byte == 0x09 || byte == 0x0d));
}

// @ts-ignore: decorator
@inline
export function skipBlanks(at: usize, end: usize): usize {
  while (at < end && isBlank(load<u8>(at))) at++;
  return at;
}

// @ts-ignore: decorator
@inline
export function cutBlanks(start: usize, end: usize): usize {
  while (end > start && isBlank(load<u8>(end - 1))) end--;
  return end;
}

// @ts-ignore: decorator
@inline
function isDigit(at: usize, end: usize): bool {
  return at < end && <u32>load<u8>(at) - 0x30 < 10;
}

function hexValue(byte: u32): u32 {
  if (byte - 0x30 < 10) return byte - 0x30;
  const letter = (byte | 0x20) - 0x61;
  return letter < 6 ? letter + 10 : 16;
}

/** The four digits at `at`; more than 0xffff when they are none. */
function hexUnit(at: usize, end: usize): u32 {
  if (at + 4 > end) return 0x10000;
  let unit: u32 = 0;
  for (let i: usize = 0; i < 4; i++) {
    const digit = hexValue(load<u8>(at + i));
    if (digit > 15) return 0x10000;
    unit = (unit << 4) | digit;
  }
  return unit;
}

/** Behind the escape whose backslash is at `at`. */
function endOfEscape(at: usize, end: usize): usize {
  if (at + 1 >= end) return 0;
  switch (load<u8>(at, 1)) {
    case 0x22:
    case 0x5c:
    case 0x2f:
    case 0x62:
    case 0x66:
    case 0x6e:
    case 0x72:
    case 0x74:
      return at + 2;
    case 0x75: {
      const unit = hexUnit(at + 2, end);
      if (unit > 0xffff || (unit >= 0xdc00 && unit <= 0xdfff)) return 0;
      if (unit < 0xd800 || unit > 0xdbff) return at + 6;
      if (at + 8 > end || load<u16>(at, 6) != 0x755c) return 0;
      const low = hexUnit(at + 8, end);
      return low >= 0xdc00 && low <= 0xdfff ? at + 12 : 0;
    }
    default:
      return 0;
  }
}

/** Behind the string whose first quote is at `at`. */
export function endOfString(at: usize, end: usize): usize {
  at++;
  while (at < end) {
    while (at + 16 <= end) {
      const bytes = v128.load(at);
      const special = v128.or(
        v128.or(i8x16.eq(bytes, i8x16.splat(<i8>QUOTE)), i8x16.eq(bytes, i8x16.splat(<i8>BACKSLASH))),
        i8x16.lt_u(bytes, i8x16.splat(0x20)),
      );
      const mask = i8x16.bitmask(special);
      if (mask != 0) {
        at += ctz(mask);
        break;
      }
      at += 16;
    }
    if (at >= end) return 0;
    const byte = <u32>load<u8>(at);
    if (byte == QUOTE) return at + 1;
    if (byte < 0x20) return 0;
    if (byte == BACKSLASH) {
      at = endOfEscape(at, end);
      if (at == 0) return 0;
    } else at++;
  }
  return 0;
}

function endOfDigits(at: usize, end: usize): usize {
  while (isDigit(at, end)) at++;
  return at;
}

export function endOfNumber(at: usize, end: usize): usize {
  if (at < end && load<u8>(at) == 0x2d) at++;
  if (!isDigit(at, end)) return 0;
  at = load<u8>(at) == 0x30 ? at + 1 : endOfDigits(at, end);
  if (at < end && load<u8>(at) == 0x2e) {
    if (!isDigit(at + 1, end)) return 0;
    at = endOfDigits(at + 1, end);
  }
  if (at < end && (load<u8>(at) | 0x20) == 0x65) {
    at++;
    if (at < end && (load<u8>(at) == 0x2b || load<u8>(at) == 0x2d)) at++;
    if (!isDigit(at, end)) return 0;
    at = endOfDigits(at, end);
  }
  return at;
}

/** Whether a text without blanks around it is a value. */
export function isJson(at: usize, end: usize): bool {
  return at < end && endOfValue(at, end, MAX_DEPTH) == end;
}

/** Behind the value that begins at `at`, with at most `depth` arrays and objects within each other. */
export function endOfValue(at: usize, end: usize, depth: u32 = u32.MAX_VALUE): usize {
  if (at >= end) return 0;
  switch (load<u8>(at)) {
    case 0x22:
      return endOfString(at, end);
    case 0x7b:
      return depth == 0 ? 0 : endOfObject(at, end, depth - 1);
    case 0x5b:
      return depth == 0 ? 0 : endOfArray(at, end, depth - 1);
    case 0x74:
      return at + 4 <= end && load<u32>(at) == 0x65757274 ? at + 4 : 0;
    case 0x66:
      return at + 5 <= end && load<u32>(at, 1) == 0x65736c61 ? at + 5 : 0;
    case 0x6e:
      return at + 4 <= end && load<u32>(at) == 0x6c6c756e ? at + 4 : 0;
    default:
      return endOfNumber(at, end);
  }
}

function endOfArray(at: usize, end: usize, depth: u32): usize {
  at = skipBlanks(at + 1, end);
  if (at < end && load<u8>(at) == 0x5d) return at + 1;
  while (true) {
    at = endOfValue(at, end, depth);
    if (at == 0) return 0;
    at = skipBlanks(at, end);
    if (at >= end) return 0;
    const byte = <u32>load<u8>(at);
    if (byte == 0x5d) return at + 1;
    if (byte != COMMA) return 0;
    at = skipBlanks(at + 1, end);
  }
}

function endOfObject(at: usize, end: usize, depth: u32): usize {
  at = skipBlanks(at + 1, end);
  if (at < end && load<u8>(at) == 0x7d) return at + 1;
  while (true) {
    at = valueOfKey(at, end);
    if (at == 0) return 0;
    at = endOfValue(at, end, depth);
    if (at == 0) return 0;
    at = skipBlanks(at, end);
    if (at >= end) return 0;
    const byte = <u32>load<u8>(at);
    if (byte == 0x7d) return at + 1;
    if (byte != COMMA) return 0;
    at = skipBlanks(at + 1, end);
  }
}

/** Where the value begins whose key has its quote at `at`. */
export function valueOfKey(at: usize, end: usize): usize {
  if (at >= end || load<u8>(at) != <u8>QUOTE) return 0;
  return behindColon(endOfString(at, end), end);
}

// @ts-ignore: decorator
@inline
function behindColon(at: usize, end: usize): usize {
  if (at == 0) return 0;
  at = skipBlanks(at, end);
  if (at >= end || load<u8>(at) != 0x3a) return 0;
  return skipBlanks(at + 1, end);
}

function isSame(a: usize, b: usize, bytes: u32): bool {
  let i: u32 = 0;
  for (; i + 8 <= bytes; i += 8) if (load<u64>(a + i) != load<u64>(b + i)) return false;
  for (; i < bytes; i++) if (load<u8>(a + i) != load<u8>(b + i)) return false;
  return true;
}

function holdsEscape(at: usize, end: usize): bool {
  for (; at < end; at++) if (load<u8>(at) == <u8>BACKSLASH) return true;
  return false;
}

/**
 * Where the value of a key begins, in the object, which is well formed, at `at`; of several with this key the first. The
 * key is written without escapes.
 */
export function findKey(at: usize, end: usize, key: usize, keyBytes: u32): usize {
  at = skipBlanks(at + 1, end);
  while (load<u8>(at) == <u8>QUOTE) {
    const start = at + 1;
    at = endOfString(at, end);
    const bytes = <u32>(at - start - 1);
    // An escape takes two bytes at least, and stands for fewer.
    if (bytes > keyBytes && holdsEscape(start, at)) return HAS_ESCAPES;
    at = behindColon(at, end);
    if (bytes == keyBytes && isSame(start, key, bytes)) return at;
    at = skipBlanks(endOfValue(at, end), end);
    if (load<u8>(at) != <u8>COMMA) return 0;
    at = skipBlanks(at + 1, end);
  }
  return 0;
}

/** How many items the array, which is well formed, at `at` has. */
export function countItems(at: usize, end: usize): u32 {
  at = skipBlanks(at + 1, end);
  if (load<u8>(at) == 0x5d) return 0;
  let count: u32 = 1;
  while (true) {
    at = skipBlanks(endOfValue(at, end), end);
    if (load<u8>(at) != <u8>COMMA) return count;
    at = skipBlanks(at + 1, end);
    count++;
  }
}

/** Where item `index` of the array, which is well formed, at `at` begins; those below 0 are counted from the end. */
export function findItem(at: usize, end: usize, index: i32): usize {
  if (index < 0) {
    index += countItems(at, end);
    if (index < 0) return 0;
  }
  at = skipBlanks(at + 1, end);
  if (load<u8>(at) == 0x5d) return 0;
  for (; index > 0; index--) {
    at = skipBlanks(endOfValue(at, end), end);
    if (load<u8>(at) != <u8>COMMA) return 0;
    at = skipBlanks(at + 1, end);
  }
  return at;
}

function putCharacter(code: u32, out: usize): usize {
  if (code < 0x80) {
    store<u8>(out, code);
    return out + 1;
  }
  if (code < 0x800) {
    store<u8>(out, 0xc0 | (code >> 6));
    store<u8>(out, 0x80 | (code & 0x3f), 1);
    return out + 2;
  }
  if (code < 0x10000) {
    store<u8>(out, 0xe0 | (code >> 12));
    store<u8>(out, 0x80 | ((code >> 6) & 0x3f), 1);
    store<u8>(out, 0x80 | (code & 0x3f), 2);
    return out + 3;
  }
  store<u8>(out, 0xf0 | (code >> 18));
  store<u8>(out, 0x80 | ((code >> 12) & 0x3f), 1);
  store<u8>(out, 0x80 | ((code >> 6) & 0x3f), 2);
  store<u8>(out, 0x80 | (code & 0x3f), 3);
  return out + 4;
}

function escapedCharacter(letter: u32): u32 {
  switch (letter) {
    case 0x62:
      return 8;
    case 0x66:
      return 12;
    case 0x6e:
      return 10;
    case 0x72:
      return 13;
    case 0x74:
      return 9;
    default:
      return letter;
  }
}

/** Writes what stands between the quotes of a well-formed string, escapes read; answers its end, never more bytes than were read. */
export function unescapeString(at: usize, end: usize, out: usize): usize {
  while (at < end) {
    const byte = <u32>load<u8>(at);
    if (byte != BACKSLASH) {
      store<u8>(out++, byte);
      at++;
      continue;
    }
    const letter = <u32>load<u8>(at, 1);
    if (letter != 0x75) {
      store<u8>(out++, escapedCharacter(letter));
      at += 2;
      continue;
    }
    let code = hexUnit(at + 2, end);
    at += 6;
    if (code >= 0xd800 && code <= 0xdbff) {
      code = 0x10000 + ((code - 0xd800) << 10) + (hexUnit(at + 2, end) - 0xdc00);
      at += 6;
    }
    out = putCharacter(code, out);
  }
  return out;
}

/** Whether there is a backslash between the quotes. */
// @ts-ignore: decorator
@inline
export function hasEscapes(start: usize, end: usize): bool {
  const wanted = i8x16.splat(<i8>BACKSLASH);
  for (; start + 16 <= end; start += 16) if (v128.any_true(i8x16.eq(v128.load(start), wanted))) return true;
  return holdsEscape(start, end);
}
