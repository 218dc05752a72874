// Rows of a column kernel: `count` rows, either 0 .. count-1 or those of the selection; a zero validity byte skips one.
import { copyBytes } from './copy-bytes';

/** Row number `k` of the selection. */
// @ts-ignore: decorator
@inline
export function rowAt(selection: usize, k: u32): u32 {
  return selection != 0 ? load<u32>(selection + (<usize>k << 2)) : k;
}

// @ts-ignore: decorator
@inline
export function isNull(validity: usize, row: u32): bool {
  return validity != 0 && load<u8>(validity + row) == 0;
}

/** out[row] = a[row] AND b[row]; address 0 stands for a column without nulls. */
export function andValidity(a: usize, b: usize, out: usize, selection: usize, count: u32): void {
  if (selection == 0) {
    if (a == 0 && b == 0) memory.fill(out, 1, count);
    else if (a == 0) memory.copy(out, b, count);
    else if (b == 0) memory.copy(out, a, count);
    else andBytes(a, b, out, count);
    return;
  }
  for (let k: u32 = 0; k < count; k++) {
    const row = load<u32>(selection + (<usize>k << 2));
    const first: u8 = a == 0 ? 1 : load<u8>(a + row);
    const second: u8 = b == 0 ? 1 : load<u8>(b + row);
    store<u8>(out + row, first & second);
  }
}

function andBytes(a: usize, b: usize, out: usize, count: u32): void {
  let k: u32 = 0;
  for (; k + 16 <= count; k += 16) v128.store(out + k, v128.and(v128.load(a + k), v128.load(b + k)));
  for (; k < count; k++) store<u8>(out + k, load<u8>(a + k) & load<u8>(b + k));
}

/** out[row] = the value of `width` bytes (1, 4, 8, 16) at from[row]. */
export function moveRows(width: u32, from: usize, stride: u32, out: usize, selection: usize, count: u32): void {
  if (selection == 0 && stride == width) {
    memory.copy(out, from, <usize>count * width);
    return;
  }
  for (let k: u32 = 0; k < count; k++) {
    const row = rowAt(selection, k);
    const source = from + <usize>row * stride;
    const target = out + <usize>row * width;
    if (width == 8) store<u64>(target, load<u64>(source));
    else if (width == 4) store<u32>(target, load<u32>(source));
    else if (width == 1) store<u8>(target, load<u8>(source));
    else {
      store<u64>(target, load<u64>(source));
      store<u64>(target, load<u64>(source, 8), 8);
    }
  }
}

/** Bytes of the texts of `count` positions, nulls left out; `validity` is of positions. */
export function measureTexts(texts: usize, stride: u32, validity: usize, selection: usize, count: u32): u32 {
  let bytes: u32 = 0;
  for (let k: u32 = 0; k < count; k++) {
    if (load<u8>(validity + k)) bytes += load<u32>(texts + <usize>rowAt(selection, k) * stride, 4);
  }
  return bytes;
}

/** Copies them one behind another from `next` on; out[k] is the view of position k, and that of a null empty. */
export function packTexts(texts: usize, stride: u32, validity: usize, selection: usize, count: u32, out: usize, next: usize): void {
  for (let k: u32 = 0; k < count; k++, out += 8) {
    const text = texts + <usize>rowAt(selection, k) * stride;
    const bytes: u32 = load<u8>(validity + k) ? load<u32>(text, 4) : 0;
    copyBytes(next, load<u32>(text), bytes);
    store<u32>(out, u32(next));
    store<u32>(out, bytes, 4);
    next += bytes;
  }
}

/** Views of texts that lie one behind another from `next` on, of the lengths that they have; where the last one ends. */
export function placeTexts(views: usize, count: u32, next: usize): u32 {
  for (let k: u32 = 0; k < count; k++, views += 8) {
    store<u32>(views, u32(next));
    next += load<u32>(views, 4);
  }
  return u32(next);
}
