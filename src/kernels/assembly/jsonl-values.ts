// Where values of JSON end. Each function takes the address where something begins and answers the one behind it, or
// notes what is wrong at `result` and answers 0. None of them looks for an end of the memory: behind the bytes stands a
// 0, which nothing in JSON may hold.
import { CR } from './csv-layout';
import {
  MOST_BRACKETS,
  NO_CHARACTER,
  NO_COLON,
  NO_DIGIT,
  NO_ELEMENT_END,
  NO_ESCAPE,
  NO_KEY,
  NO_MEMBER_END,
  NO_PAIR,
  NO_VALUE,
  OBJECTS_FAULT,
  OBJECTS_FAULT_AT,
  OBJECTS_FLAGS,
  SAW_NON_ASCII,
  TOO_DEEP,
} from './jsonl-layout';

export const QUOTE: u32 = 0x22;
export const BACKSLASH: u32 = 0x5c;
export const COMMA: u32 = 0x2c;
export const COLON: u32 = 0x3a;
export const MINUS: u32 = 0x2d;
const PLUS: u32 = 0x2b;
export const POINT: u32 = 0x2e;
export const ZERO: u32 = 0x30;
export const OPEN_BRACE: u32 = 0x7b;
export const CLOSE_BRACE: u32 = 0x7d;
export const OPEN_BRACKET: u32 = 0x5b;
export const CLOSE_BRACKET: u32 = 0x5d;

export function fault(result: usize, code: u32, at: usize): usize {
  store<u32>(result, code, OBJECTS_FAULT);
  store<u32>(result, <u32>at, OBJECTS_FAULT_AT);
  return 0;
}

export function note(result: usize, flag: u32): void {
  store<u32>(result, load<u32>(result, OBJECTS_FLAGS) | flag, OBJECTS_FLAGS);
}

/** `lf`: LF where line ends are white space, a blank where they end rows. */
// @ts-ignore: decorator
@inline
export function isWhite(byte: u32, lf: u32): bool {
  return byte == 0x20 || byte == 9 || byte == CR || byte == lf;
}

// @ts-ignore: decorator
@inline
export function skipWhite(at: usize, lf: u32): usize {
  while (isWhite(load<u8>(at), lf)) at++;
  return at;
}

/** As vectors: V8 loads them faster than it makes them. The last one leaves nothing of a control character. */
const MARKS = memory.data<u64>([
  0x2222222222222222, 0x2222222222222222, 0x5c5c5c5c5c5c5c5c, 0x5c5c5c5c5c5c5c5c, 0xe0e0e0e0e0e0e0e0, 0xe0e0e0e0e0e0e0e0,
]);

/** Bit i: byte i ends a run of plain characters (a quote, a backslash, or a byte that may not stand in a string). */
// @ts-ignore: decorator
@inline
export function specials(bytes: v128): u32 {
  const marks = v128.or(i8x16.eq(bytes, v128.load(MARKS)), i8x16.eq(bytes, v128.load(MARKS, 16)));
  const controls = i8x16.eq(v128.and(bytes, v128.load(MARKS, 32)), i8x16.splat(0));
  return <u32>i8x16.bitmask(v128.or(marks, controls));
}

/** Behind `\u` and its digits; the digits are at fault where they are none. */
function unitEnd(at: usize, result: usize): usize {
  for (let digit: usize = 2; digit < 6; digit++) {
    const byte = <u32>load<u8>(at + digit);
    if (byte - ZERO > 9 && (byte | 0x20) - 0x61 > 5) return fault(result, NO_ESCAPE, at + digit);
  }
  return at + 6;
}

// @ts-ignore: decorator
@inline
function isSurrogate(at: usize): bool {
  return (load<u8>(at, 2) | 0x20) == 0x64 && load<u8>(at, 3) > 0x37;
}

/** The first two digits of a low surrogate are dc to df. */
// @ts-ignore: decorator
@inline
function isLow(at: usize): bool {
  return isSurrogate(at) && (load<u8>(at, 3) | 0x20) > 0x62;
}

/** Behind the escape whose backslash stands at `at`, or the two that make one character. */
export function escapeEnd(at: usize, result: usize): usize {
  const mark = <u32>load<u8>(at, 1);
  if (mark == 0x75) {
    const end = unitEnd(at, result);
    if (end == 0 || !isSurrogate(at)) return end;
    // A 0 may be the end of the bytes, behind which the other half stands.
    if (load<u8>(end) == 0) return fault(result, NO_CHARACTER, end);
    if (<u32>load<u8>(end) == BACKSLASH && load<u8>(end, 1) == 0) return fault(result, NO_ESCAPE, end + 1);
    if (isLow(at) || load<u16>(end) != 0x755c) return fault(result, NO_PAIR, at);
    const other = unitEnd(end, result);
    return other == 0 || isLow(end) ? other : fault(result, NO_PAIR, at);
  }
  const isKnown =
    mark == QUOTE || mark == BACKSLASH || mark == 0x2f || mark == 0x62 || mark == 0x66 || mark == 0x6e || mark == 0x72;
  return isKnown || mark == 0x74 ? at + 2 : fault(result, NO_ESCAPE, at + 1);
}

/** `at`: behind the opening quote, or anywhere in the string. */
export function stringEnd(at: usize, result: usize): usize {
  let seen = i8x16.splat(0);
  while (true) {
    const bytes = v128.load(at);
    seen = v128.or(seen, bytes);
    const special = specials(bytes);
    if (special == 0) {
      at += 16;
      continue;
    }
    at += ctz(special);
    const byte = <u32>load<u8>(at);
    if (byte == QUOTE) {
      if (i8x16.bitmask(seen) != 0) note(result, SAW_NON_ASCII);
      return at + 1;
    }
    if (byte != BACKSLASH) return fault(result, NO_CHARACTER, at);
    at = escapeEnd(at, result);
    if (at == 0) return 0;
  }
}

// @ts-ignore: decorator
@inline
function digitsEnd(at: usize): usize {
  while (<u32>load<u8>(at) - ZERO < 10) at++;
  return at;
}

/** What follows a leading zero is not the number's: whoever looks for the end of the member finds it. */
export function numberEnd(at: usize, result: usize): usize {
  if (<u32>load<u8>(at) == MINUS) at++;
  const whole = digitsEnd(at);
  if (whole == at) return fault(result, NO_DIGIT, at);
  if (<u32>load<u8>(at) == ZERO && whole != at + 1) return at + 1;
  at = whole;
  if (<u32>load<u8>(at) == POINT) {
    const places = at + 1;
    at = digitsEnd(places);
    if (at == places) return fault(result, NO_DIGIT, at);
  }
  if ((<u32>load<u8>(at) | 0x20) == 0x65) {
    at++;
    const sign = <u32>load<u8>(at);
    if (sign == MINUS || sign == PLUS) at++;
    const exponent = at;
    at = digitsEnd(exponent);
    if (at == exponent) return fault(result, NO_DIGIT, at);
  }
  return at;
}

/** true, false, null. */
export function wordEnd(at: usize, result: usize): usize {
  const first = load<u8>(at);
  // The letters behind the first one, lowest byte first.
  let rest: u32 = 0x657572;
  let length: usize = 4;
  if (first == 0x6e) rest = 0x6c6c75;
  else if (first == 0x66) {
    rest = 0x65736c61;
    length = 5;
  } else if (first != 0x74) return fault(result, NO_VALUE, at);
  for (let i: usize = 1; i < length; i++) {
    if (load<u8>(at + i) != <u8>(rest >> (8 * (<u32>i - 1)))) return fault(result, NO_VALUE, at + i);
  }
  return at + length;
}

/** From a key to the value behind its colon. */
export function memberValue(at: usize, lf: u32, result: usize): usize {
  if (<u32>load<u8>(at) != QUOTE) return fault(result, NO_KEY, at);
  at = stringEnd(at + 1, result);
  if (at == 0) return 0;
  at = skipWhite(at, lf);
  if (<u32>load<u8>(at) != COLON) return fault(result, NO_COLON, at);
  return skipWhite(at + 1, lf);
}

/** An object or a list; `open` has room for MOST_BRACKETS bytes. */
export function nestedEnd(at: usize, lf: u32, open: usize, result: usize): usize {
  let depth: usize = 0;
  while (true) {
    const byte = <u32>load<u8>(at);
    if (byte == OPEN_BRACE || byte == OPEN_BRACKET) {
      if (depth == MOST_BRACKETS) return fault(result, TOO_DEEP, at);
      // Two bytes up in ASCII.
      const close = byte + 2;
      store<u8>(open + depth++, <u8>close);
      at = skipWhite(at + 1, lf);
      if (<u32>load<u8>(at) != close) {
        if (close == CLOSE_BRACE) at = memberValue(at, lf, result);
        if (at == 0) return 0;
        continue;
      }
    } else {
      at = scalarEnd(at, byte, result);
      if (at == 0) return 0;
      at = skipWhite(at, lf);
    }
    // Behind a value, or before the bracket that closes an empty one.
    while (<u32>load<u8>(at) != COMMA) {
      const close = <u32>load<u8>(open + depth - 1);
      if (<u32>load<u8>(at) != close) {
        return fault(result, close == CLOSE_BRACE ? NO_MEMBER_END : NO_ELEMENT_END, at);
      }
      at++;
      if (--depth == 0) return at;
      at = skipWhite(at, lf);
    }
    at = skipWhite(at + 1, lf);
    if (<u32>load<u8>(open + depth - 1) == CLOSE_BRACE) at = memberValue(at, lf, result);
    if (at == 0) return 0;
  }
}

// @ts-ignore: decorator
@inline
function scalarEnd(at: usize, first: u32, result: usize): usize {
  if (first == QUOTE) return stringEnd(at + 1, result);
  return first == MINUS || first - ZERO < 10 ? numberEnd(at, result) : wordEnd(at, result);
}
