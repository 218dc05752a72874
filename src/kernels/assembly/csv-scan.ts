// What a block does to the quote state, before anybody knows the state it begins in; and where its first row begins.

/** 1 when the number of quotes in [from, to) is odd. */
export function scanQuotes(from: usize, to: usize, quote: i32): i32 {
  const wanted = i8x16.splat(<i8>quote);
  let a = i64x2.splat(0);
  let b = a;
  let c = a;
  let d = a;
  let at = from;
  for (; at + 64 <= to; at += 64) {
    a = v128.xor(a, i8x16.eq(v128.load(at), wanted));
    b = v128.xor(b, i8x16.eq(v128.load(at, 16), wanted));
    c = v128.xor(c, i8x16.eq(v128.load(at, 32), wanted));
    d = v128.xor(d, i8x16.eq(v128.load(at, 48), wanted));
  }
  let parity = popcnt(i8x16.bitmask(v128.xor(v128.xor(a, b), v128.xor(c, d))));
  for (; at < to; at++) parity += <i32>(load<u8>(at) == <u8>quote);
  return parity & 1;
}

/** State after `byte` in state 0 (outside quotes), 1 (inside) or 2 (inside, behind an escape). */
// @ts-ignore: decorator
@inline
export function escapedState(state: u32, byte: u32, quote: u32, escape: u32): u32 {
  if (state == 0) return <u32>(byte == quote);
  if (state == 2) return 1;
  return byte == escape ? 2 : <u32>(byte != quote);
}

/** For an escape that is not the quote: two bits for the end state of each of the three start states. */
export function scanEscapes(from: usize, to: usize, quote: u32, escape: u32): u32 {
  let a: u32 = 0;
  let b: u32 = 1;
  let c: u32 = 2;
  for (let at = from; at < to; at++) {
    const byte = <u32>load<u8>(at);
    if (byte != quote && byte != escape && a != 2 && b != 2 && c != 2) continue;
    a = escapedState(a, byte, quote, escape);
    b = escapedState(b, byte, quote, escape);
    c = escapedState(c, byte, quote, escape);
  }
  return a | (b << 2) | (c << 4);
}

/** Address behind the first newline outside quotes in [from, to); 0: there is none. Quote -1: no quotes. */
export function findRowStart(from: usize, to: usize, state: u32, quote: i32, escape: i32, newline: i32): usize {
  for (let at = from; at < to; at++) {
    const byte = <i32>load<u8>(at);
    if (byte == newline && state == 0) return at + 1;
    if (quote >= 0) {
      state = quote == escape ? state ^ <u32>(byte == quote) : escapedState(state, <u32>byte, <u32>quote, <u32>escape);
    }
  }
  return 0;
}
