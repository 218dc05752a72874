// Small numbers as runs: one number many times, or groups of eight packed bit by bit, the first lowest.
//
//     repeated   varint count << 1, the number in whole bytes
//     packed     varint groups << 1 | 1, groups * width bytes

// @ts-ignore: decorator
@inline
function numberAt<T>(numbers: usize, i: u32): u32 {
  return <u32>load<T>(numbers + <usize>i * sizeof<T>());
}

function putVarint(out: usize, value: u32): usize {
  while (value >= 128) {
    store<u8>(out++, <u8>(value | 128));
    value >>= 7;
  }
  store<u8>(out++, <u8>value);
  return out;
}

/** The last group may end behind the numbers; its rest is zero. */
// @ts-ignore: decorator
@inline
function putPacked<T>(numbers: usize, from: u32, to: u32, width: u32, out: usize): usize {
  if (from == to) return out;
  const groups = (to - from + 7) >> 3;
  out = putVarint(out, (groups << 1) | 1);
  const end = out + <usize>groups * width;
  let word: u64 = 0;
  let bits: u32 = 0;
  for (let i = from; i < to; i++) {
    word |= <u64>numberAt<T>(numbers, i) << bits;
    bits += width;
    if (bits >= 32) {
      store<u32>(out, <u32>word);
      out += 4;
      word >>= 32;
      bits -= 32;
    }
  }
  for (; out < end; out++) {
    store<u8>(out, <u8>word);
    word >>= 8;
  }
  return end;
}

/**
 * A repeated run is worth its header, and the one of the packed run behind it, from 64 bits on. Packed runs are whole groups,
 * so runs are looked for where a group begins.
 */
// @ts-ignore: decorator
@inline
function packRuns<T>(numbers: usize, count: u32, width: u32, out: usize): u32 {
  const least: u32 = width == 0 ? 1 : max<u32>(8, 64 / width);
  const begin = out;
  let packedFrom: u32 = 0;
  for (let i: u32 = 0; i < count; ) {
    const first = numberAt<T>(numbers, i);
    let end = i + 1;
    while (end < count && numberAt<T>(numbers, end) == first) end++;
    if (end - i >= least) {
      out = putPacked<T>(numbers, packedFrom, i, width, out);
      out = putVarint(out, (end - i) << 1);
      for (let bits: u32 = 0; bits < width; bits += 8) store<u8>(out++, <u8>(first >>> bits));
      packedFrom = end;
      i = end;
    } else {
      // Groups inside of a run that is too short hold no long one either.
      const groups = max<u32>(1, (end - i) >> 3);
      i = min<u32>(count, i + (groups << 3));
    }
  }
  out = putPacked<T>(numbers, packedFrom, count, width, out);
  return <u32>(out - begin);
}

/** Places in a dictionary, u16 each; answers the bytes. */
export function packIndices(indices: usize, count: u32, width: u32, out: usize): u32 {
  return packRuns<u16>(indices, count, width, out);
}

/** Bytes of validity as definition levels. */
export function packLevels(validity: usize, count: u32, out: usize): u32 {
  return packRuns<u8>(validity, count, 1, out);
}
