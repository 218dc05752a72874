// The delta encodings. A page of them is decoded at once, into what a plain page would hold.
//
//     DELTA_BINARY_PACKED      varints: numbers of a block, miniblocks of a block, numbers in all, the first one (zigzag);
//                              a block: the least delta (zigzag), a width for each miniblock, the packed rests
//     DELTA_LENGTH_BYTE_ARRAY  lengths so, then all bytes
//     DELTA_BYTE_ARRAY         lengths of what is shared with the text before, then the rests, as the one above

/** Where a varint ends; 0 when it has no end. */
// @ts-ignore: decorator
@inline
function varintEnd(at: usize, end: usize): usize {
  for (let bytes = 0; at < end && bytes < 10; bytes++) if (load<u8>(at++) < 0x80) return at;
  return 0;
}

// @ts-ignore: decorator
@inline
function varint(at: usize, until: usize): u64 {
  let value: u64 = 0;
  for (let shift: u64 = 0; at < until; shift += 7) value |= (<u64>load<u8>(at++) & 0x7f) << shift;
  return value;
}

// @ts-ignore: decorator
@inline
function zigzag(value: u64): i64 {
  return <i64>(value >> 1) ^ -(<i64>(value & 1));
}

/** `width` bits, at most 64, at bit `place` behind `from`. */
// @ts-ignore: decorator
@inline
function bitsAt(from: usize, place: u64, width: u32): u64 {
  const at = from + <usize>(place >> 3);
  const shift = place & 7;
  let value = load<u64>(at) >> shift;
  if (width + <u32>shift > 64) value |= load<u64>(at, 8) << (64 - shift);
  return width == 64 ? value : value & ((<u64>1 << width) - 1);
}

/** How many numbers a DELTA_BINARY_PACKED sequence says that it has; -1 when it has no head. */
export function deltaCount(from: usize, to: usize): f64 {
  let at = from;
  for (let skipped = 0; skipped < 2; skipped++) {
    at = varintEnd(at, to);
    if (at == 0) return -1;
  }
  const end = varintEnd(at, to);
  return end == 0 ? -1 : <f64>varint(at, end);
}

/** All numbers of a sequence as i32s, or i64s when `isWide`, `count` of them; the end of the sequence, or 0. */
export function decodeDelta(from: usize, to: usize, count: u32, isWide: i32, out: usize): usize {
  let end = varintEnd(from, to);
  if (end == 0) return 0;
  const blockSize = varint(from, end);
  let at = end;
  end = varintEnd(at, to);
  if (end == 0) return 0;
  const miniblocks = varint(at, end);
  at = end;
  end = varintEnd(at, to);
  if (end == 0 || varint(at, end) != <u64>count) return 0;
  at = end;
  end = varintEnd(at, to);
  if (end == 0) return 0;
  let value = zigzag(varint(at, end));
  at = end;
  if (miniblocks == 0 || miniblocks > 65536 || blockSize > 1 << 24 || blockSize % miniblocks != 0) return 0;
  const size = <u32>(blockSize / miniblocks);
  if (size == 0 || (size & 7) != 0) return 0;
  if (count == 0) return at;
  let done: u32 = 0;
  put(out, done++, value, isWide);
  while (done < count) {
    end = varintEnd(at, to);
    if (end == 0) return 0;
    const least = zigzag(varint(at, end));
    const widths = end;
    if (<u64>(to - widths) < miniblocks) return 0;
    at = widths + <usize>miniblocks;
    for (let block: u32 = 0; block < <u32>miniblocks && done < count; block++) {
      const width = <u32>load<u8>(widths + block);
      const bytes = (<u64>size * width) >> 3;
      if (width > 64 || <u64>(to - at) < bytes) return 0;
      const until = done + min(size, count - done);
      for (let place: u64 = 0; done < until; place += width) {
        value += least + <i64>bitsAt(at, place, width);
        put(out, done++, value, isWide);
      }
      at += <usize>bytes;
    }
  }
  return at;
}

// @ts-ignore: decorator
@inline
function put(out: usize, index: u32, value: i64, isWide: i32): void {
  if (isWide) store<i64>(out + (<usize>index << 3), value);
  else store<i32>(out + (<usize>index << 2), <i32>value);
}

/** Texts of `count` i32 lengths, one behind the other in [from, to), as views; false when the bytes do not suffice. */
export function viewsOfLengths(lengths: usize, count: u32, from: usize, to: usize, out: usize): bool {
  let at = from;
  for (let i: u32 = 0; i < count; i++) {
    const length = load<u32>(lengths + (<usize>i << 2));
    if (length > <u32>(to - at)) return false;
    store<u32>(out + (<usize>i << 3), <u32>at);
    store<u32>(out + (<usize>i << 3), length, 4);
    at += length;
  }
  return true;
}

/** The sum of `count` i32 lengths; -1 when one is negative. */
export function sumOfLengths(lengths: usize, count: u32): f64 {
  let sum: i64 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const length = load<i32>(lengths + (<usize>i << 2));
    if (length < 0) return -1;
    sum += length;
  }
  return <f64>sum;
}

/**
 * Texts that share `prefixes` with the one before, their rests in [from, to); they are written to `area`, which has room
 * for all of them, and views of them to `out`. False when lengths do not fit.
 */
export function joinPrefixes(
  prefixes: usize,
  suffixes: usize,
  count: u32,
  from: usize,
  to: usize,
  area: usize,
  out: usize,
): bool {
  let before = area;
  let beforeLength: u32 = 0;
  let at = from;
  let free = area;
  for (let i: u32 = 0; i < count; i++) {
    const prefix = load<u32>(prefixes + (<usize>i << 2));
    const suffix = load<u32>(suffixes + (<usize>i << 2));
    if (prefix > beforeLength || suffix > <u32>(to - at)) return false;
    memory.copy(free, before, prefix);
    memory.copy(free + prefix, at, suffix);
    before = free;
    beforeLength = prefix + suffix;
    store<u32>(out + (<usize>i << 3), <u32>free);
    store<u32>(out + (<usize>i << 3), beforeLength, 4);
    at += suffix;
    free += beforeLength;
  }
  return true;
}

/** BYTE_STREAM_SPLIT: the first bytes of all values, then the second ones, ...: `count` values of `width` bytes put together. */
export function joinStreams(from: usize, count: u32, width: u32, out: usize): void {
  for (let stream: u32 = 0; stream < width; stream++) {
    const bytes = from + <usize>stream * count;
    let to = out + stream;
    for (let i: u32 = 0; i < count; i++, to += width) store<u8>(to, load<u8>(bytes + i));
  }
}
