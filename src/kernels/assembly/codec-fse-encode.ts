// Finite state entropy, written: a distribution, and the table that encodes with it. See codec-fse.ts.
//
//     table     states by symbol u16, 2^log of them, at TABLE | by symbol: bits u32, first state i32, at STEPS
import { addBits } from './codec-bit-writer';

/** Beside the states of the largest table. */
export const STEPS: u32 = 1024;
export const ENCODER_TABLE_BYTES: u32 = 1024 + 64 * 8;

/** Scales `total` occurrences (u32 a symbol) to counts (i16) that add up to 2^log; each symbol that occurs has at least one. */
export function scaleCounts(occurrences: usize, symbols: u32, total: u32, log: u32, counts: usize): void {
  const size: u32 = 1 << log;
  let left = <i32>size;
  let most: u32 = 0;
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const seen = load<u32>(occurrences + (symbol << 2));
    let count: i32 = 0;
    if (seen != 0) count = max(1, <i32>((<u64>seen * size + (total >>> 1)) / total));
    store<i16>(counts + (symbol << 1), count);
    left -= count;
    if (seen > load<u32>(occurrences + (most << 2))) most = symbol;
  }
  // What rounding took or gave is the most frequent symbol's, and when that is too much the others'.
  const room = <i32>load<i16>(counts + (most << 1)) - 1;
  const change = max(left, -room);
  store<i16>(counts + (most << 1), room + 1 + change);
  left -= change;
  while (left < 0) {
    for (let symbol: u32 = 0; symbol < symbols && left < 0; symbol++) {
      const count = load<i16>(counts + (symbol << 1));
      if (count <= 1) continue;
      store<i16>(counts + (symbol << 1), count - 1);
      left++;
    }
  }
}

/** Writes the counts; the address behind them. */
export function writeCounts(counts: usize, symbols: u32, log: u32, target: usize): usize {
  let to = target;
  let word: u64 = log - 5;
  let bits: u32 = 4;
  let left: i32 = (1 << log) + 1;
  let threshold: i32 = 1 << log;
  let width = log + 1;
  let symbol: u32 = 0;
  while (symbol < symbols && left > 1) {
    let count = <i32>load<i16>(counts + (symbol++ << 1));
    const isNone = count == 0;
    const most = 2 * threshold - 1 - left;
    left -= count;
    count++;
    if (count >= threshold) count += most;
    word |= <u64>count << bits;
    bits += width - <u32>(count < most);
    while (left < threshold) {
      width--;
      threshold >>= 1;
    }
    if (isNone) {
      let more: u32 = 0;
      while (symbol < symbols && load<i16>(counts + (symbol << 1)) == 0) {
        more++;
        symbol++;
      }
      for (; more >= 3; more -= 3) {
        word |= <u64>3 << bits;
        bits += 2;
        if (bits >= 32) {
          store<u32>(to, <u32>word);
          to += 4;
          word >>>= 32;
          bits -= 32;
        }
      }
      word |= <u64>more << bits;
      bits += 2;
    }
    if (bits >= 32) {
      store<u32>(to, <u32>word);
      to += 4;
      word >>>= 32;
      bits -= 32;
    }
  }
  store<u64>(to, word);
  return to + ((bits + 7) >>> 3);
}

/** Builds the table; `spread` is scratch of 2^log bytes, `starts` of two bytes a symbol. */
export function buildEncoder(counts: usize, symbols: u32, log: u32, table: usize, spread: usize, starts: usize): void {
  const size: u32 = 1 << log;
  const step = (size >>> 1) + (size >>> 3) + 3;
  let high = size;
  let total: u32 = 0;
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const count = <i32>load<i16>(counts + (symbol << 1));
    const steps = table + STEPS + (symbol << 3);
    store<u16>(starts + (symbol << 1), total);
    if (count == -1 || count == 1) {
      store<u32>(steps, (log << 16) - size);
      store<i32>(steps, <i32>total - 1, 4);
      total++;
      if (count == -1) store<u8>(spread + --high, symbol);
    } else if (count > 0) {
      const bits = log - (31 - clz(<u32>count - 1));
      store<u32>(steps, (bits << 16) - (<u32>count << bits));
      store<i32>(steps, <i32>total - count, 4);
      total += count;
    }
  }
  let place: u32 = 0;
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const count = <i32>load<i16>(counts + (symbol << 1));
    for (let i: i32 = 0; i < count; i++) {
      store<u8>(spread + place, symbol);
      do place = (place + step) & (size - 1);
      while (place >= high);
    }
  }
  for (let state: u32 = 0; state < size; state++) {
    const start = starts + (<u32>load<u8>(spread + state) << 1);
    const at = <u32>load<u16>(start);
    store<u16>(table + (at << 1), size + state);
    store<u16>(start, at + 1);
  }
}

/** A table for a single symbol, which takes no bits. */
export function buildSingleEncoder(symbol: u32, table: usize): void {
  store<u16>(table, 1);
  store<u32>(table + STEPS + (symbol << 3), 0 - 1);
  store<i32>(table + STEPS + (symbol << 3), -1, 4);
}

/** The state that the last symbol, which is encoded first, leaves. */
// @ts-ignore: decorator
@inline
export function firstState(table: usize, symbol: u32): u32 {
  const steps = table + STEPS + (symbol << 3);
  const delta = load<u32>(steps);
  const bits = (delta + (1 << 15)) >>> 16;
  return load<u16>(table + (<usize>(<i32>(((bits << 16) - delta) >>> bits) + load<i32>(steps, 4)) << 1));
}

/** Adds the bits of a symbol; the state behind it. */
// @ts-ignore: decorator
@inline
export function nextState(table: usize, state: u32, symbol: u32): u32 {
  const steps = table + STEPS + (symbol << 3);
  const bits = (state + load<u32>(steps)) >>> 16;
  addBits(state & ((1 << bits) - 1), bits);
  return load<u16>(table + (<usize>(<i32>(state >>> bits) + load<i32>(steps, 4)) << 1));
}
