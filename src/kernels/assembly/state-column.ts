// Rows of input columns, and runs of positions that belong to one group.

/** The position behind the run of `group` that begins at `from`. */
// @ts-ignore: decorator
@inline
export function runEnd(groups: usize, from: u32, to: u32, group: u32): u32 {
  let end = from + 1;
  if (end == to || load<u32>(groups + (end << 2)) != group) return end;
  const wanted = i32x4.splat(<i32>group);
  while (end + 4 <= to && i32x4.all_true(i32x4.eq(v128.load(groups + (end << 2)), wanted))) end += 4;
  while (end < to && load<u32>(groups + (end << 2)) == group) end++;
  return end;
}

// @ts-ignore: decorator
@inline
export function rowAt(selection: usize, position: u32): u32 {
  return selection ? load<u32>(selection + (position << 2)) : position;
}

/** How many of the run's rows are valid. */
export function countValid(validity: usize, stride: u32, selection: usize, from: u32, to: u32): u32 {
  let count: u32 = 0;
  for (let i = from; i < to; i++) count += load<u8>(validity + rowAt(selection, i) * stride);
  return count;
}

/** Two doubles side by side. */
// @ts-ignore: decorator
@inline
export function pairAt(first: usize, second: usize): v128 {
  return v128.load_lane<u64>(second, v128.load_splat<u64>(first), 1);
}

/** All bits of the lanes whose validity bytes are 1. */
// @ts-ignore: decorator
@inline
export function pairMask(first: usize, second: usize): v128 {
  return i64x2.replace_lane(i64x2.splat(0 - <i64>load<u8>(first)), 1, 0 - <i64>load<u8>(second));
}
