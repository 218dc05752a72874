// Finite state entropy (RFC 8878, 4.1): reading a distribution, and the table that decodes it.
//
//     entry, 64 bits    value u32 | extra bits u8 | bits of the next state u8 | base of the next state u16
//
// The value is the symbol, or what the symbol stands for before its extra bits are added.

/** What `value` of a symbol is. */
export const AS_SYMBOL: u32 = 0;
export const AS_OFFSET: u32 = 1;
export const FROM_TABLES: u32 = 2;

/** Found by `readCounts`. */
export let fseLog: u32 = 0;
export let fseSymbols: u32 = 0;

/** At least 16 bits from bit `position` on; beyond the end they are zero. */
// @ts-ignore: decorator
@inline
function peekBits(from: usize, end: usize, position: u32): u32 {
  const at = from + (position >>> 3);
  let word: u32 = 0;
  if (at < end && end - at >= 4) word = load<u32>(at);
  else for (let i: u32 = 0; at + i < end; i++) word |= <u32>load<u8>(at + i) << (8 * i);
  return word >>> (position & 7);
}

/** Reads counts (i16, -1 for less than one) of at most `maxSymbols` symbols; the address behind them, 0 when they are corrupt. */
export function readCounts(from: usize, end: usize, maxLog: u32, maxSymbols: u32, counts: usize): usize {
  fseLog = (peekBits(from, end, 0) & 15) + 5;
  if (fseLog > maxLog) return 0;
  let position: u32 = 4;
  let left: i32 = (1 << fseLog) + 1;
  let threshold: i32 = 1 << fseLog;
  let width = fseLog + 1;
  let symbol: u32 = 0;
  while (left > 1 && symbol < maxSymbols) {
    const bits = <i32>peekBits(from, end, position);
    const most = 2 * threshold - 1 - left;
    let count = bits & (threshold - 1);
    if (count < most) {
      position += width - 1;
    } else {
      count = bits & (2 * threshold - 1);
      if (count >= threshold) count -= most;
      position += width;
    }
    count--;
    left -= abs(count);
    store<i16>(counts + (symbol++ << 1), count);
    while (left < threshold) {
      width--;
      threshold >>= 1;
      if (threshold == 0) return 0;
    }
    if (count == 0) {
      // How many more have no count either, two bits at a time while these say three.
      let more: u32 = 3;
      while (more == 3) {
        more = peekBits(from, end, position) & 3;
        position += 2;
        if (symbol + more > maxSymbols) return 0;
        for (let i: u32 = 0; i < more; i++) store<i16>(counts + (symbol++ << 1), 0);
      }
    }
  }
  const after = from + ((position + 7) >>> 3);
  if (left != 1 || after > end) return 0;
  fseSymbols = symbol;
  return after;
}

/** Builds the table of 2^log entries; `next` is scratch of two bytes a symbol. False when a symbol has no meaning. */
export function buildTable(
  counts: usize,
  symbols: u32,
  log: u32,
  table: usize,
  next: usize,
  meaning: u32,
  values: usize,
  extras: usize,
): void {
  const size: u32 = 1 << log;
  let high = size;
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const count = load<i16>(counts + (symbol << 1));
    if (count == -1) store<u32>(table + (<usize>--high << 3), symbol);
    store<u16>(next + (symbol << 1), count == -1 ? 1 : count);
  }
  const step = (size >>> 1) + (size >>> 3) + 3;
  let place: u32 = 0;
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const count = load<i16>(counts + (symbol << 1));
    for (let i: i32 = 0; i < count; i++) {
      store<u32>(table + (<usize>place << 3), symbol);
      do place = (place + step) & (size - 1);
      while (place >= high);
    }
  }
  for (let state: u32 = 0; state < size; state++) {
    const entry = table + (<usize>state << 3);
    const symbol = load<u32>(entry);
    const seen = <u32>load<u16>(next + (symbol << 1));
    store<u16>(next + (symbol << 1), seen + 1);
    const bits = log - (31 - clz(seen));
    storeEntry(entry, symbol, bits, (seen << bits) - size, meaning, values, extras);
  }
}

/** A table of one entry: every symbol is the same and takes no bits. */
export function buildSingle(symbol: u32, table: usize, meaning: u32, values: usize, extras: usize): void {
  storeEntry(table, symbol, 0, 0, meaning, values, extras);
}

// @ts-ignore: decorator
@inline
function storeEntry(entry: usize, symbol: u32, bits: u32, base: u32, meaning: u32, values: usize, extras: usize): void {
  let value = symbol;
  let extra: u32 = 0;
  if (meaning == AS_OFFSET) {
    value = 1 << symbol;
    extra = symbol;
  } else if (meaning == FROM_TABLES) {
    value = load<u32>(values + (symbol << 2));
    extra = load<u8>(extras + symbol);
  }
  store<u32>(entry, value);
  store<u8>(entry, extra, 4);
  store<u8>(entry, bits, 5);
  store<u16>(entry, base, 6);
}
