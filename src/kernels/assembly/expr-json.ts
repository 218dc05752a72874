// Kernels over JSON texts. Like those that make text they begin at row number `from` of the selection and answer where they
// stopped: `count`, or a row that is the interpreter's. They clear the validity byte of a row that becomes null.
import { finish, NEEDED, room } from './expr-make-text';
import { isNull, rowAt } from './expr-rows';
import {
  cutBlanks,
  endOfValue,
  findItem,
  findKey,
  HAS_ESCAPES,
  hasEscapes,
  isJson,
  skipBlanks,
  unescapeString,
} from './json-scan';

const STEP_BYTES: u32 = 12;
const N: u8 = 0x6e;
const QUOTE: u8 = 0x22;
const COMMA: u8 = 0x2c;
const OPEN_OBJECT: u8 = 0x7b;
const OPEN_ARRAY: u8 = 0x5b;

// @ts-ignore: decorator
@inline
function putView(out: usize, row: u32, start: usize, end: usize): void {
  store<u64>(out + (<usize>row << 3), <u64>start | (<u64>(end - start) << 32));
}

/** out = the text a without blanks around it, where it is JSON. */
export function parseJson(a: usize, aStride: u32, out: usize, validity: usize, selection: usize, from: u32, count: u32): u32 {
  for (let k = from; k < count; k++) {
    const row = rowAt(selection, k);
    if (isNull(validity, row)) continue;
    const view = a + <usize>row * aStride;
    const address = <usize>load<u32>(view);
    const start = skipBlanks(address, address + load<u32>(view, 4));
    const end = cutBlanks(start, address + load<u32>(view, 4));
    if (!isJson(start, end)) return k;
    putView(out, row, start, end);
  }
  return count;
}

/** Where the value begins that `steps` steps lead to; 0: nothing is there, HAS_ESCAPES: not known. */
// @ts-ignore: decorator
@inline
function follow(at: usize, end: usize, path: usize, steps: u32): usize {
  for (let step = path, last = path + steps * STEP_BYTES; step < last; step += STEP_BYTES) {
    const isKey = load<u32>(step) == 0;
    if (load<u8>(at) != (isKey ? OPEN_OBJECT : OPEN_ARRAY)) return 0;
    at = isKey
      ? findKey(at, end, load<u32>(step, 4), load<u32>(step, 8))
      : findItem(at, end, load<i32>(step, 4));
    if (at <= HAS_ESCAPES) return at;
  }
  return at;
}

/** out = a view of what the path leads to in a: null where that is nothing, and, with `skipsNull`, where it is JSON's null. */
export function jsonPath(
  a: usize,
  aStride: u32,
  path: usize,
  steps: u32,
  skipsNull: u32,
  out: usize,
  validity: usize,
  selection: usize,
  from: u32,
  count: u32,
): u32 {
  for (let k = from; k < count; k++) {
    const row = rowAt(selection, k);
    if (isNull(validity, row)) continue;
    const view = a + <usize>row * aStride;
    const address = <usize>load<u32>(view);
    const end = address + load<u32>(view, 4);
    const at = follow(address, end, path, steps);
    if (at == HAS_ESCAPES) return k;
    if (at == 0 || (skipsNull && load<u8>(at) == N)) {
      store<u8>(validity + row, 0);
      continue;
    }
    putView(out, row, at, endOfValue(at, end));
  }
  return count;
}

/** out = the text of a, a string's without quotes and escapes; null of JSON's null. */
export function jsonText(
  a: usize,
  aStride: u32,
  out: usize,
  area: usize,
  validity: usize,
  selection: usize,
  from: u32,
  count: u32,
): u32 {
  store<u32>(area, 0, NEEDED);
  for (let k = from; k < count; k++) {
    const row = rowAt(selection, k);
    if (isNull(validity, row)) continue;
    const view = a + <usize>row * aStride;
    const start = <usize>load<u32>(view);
    const end = start + load<u32>(view, 4);
    const first = load<u8>(start);
    if (first == N) store<u8>(validity + row, 0);
    else if (first != QUOTE) putView(out, row, start, end);
    else if (!hasEscapes(start + 1, end - 1)) putView(out, row, start + 1, end - 1);
    else {
      const at = room(area, <u32>(end - start));
      if (at == 0) return k;
      finish(area, at, <u32>(unescapeString(start + 1, end - 1, at) - at), out, row);
    }
  }
  return count;
}

/** out = a where it is an array; null of JSON's null. Stops at anything else. */
export function jsonArray(a: usize, aStride: u32, out: usize, validity: usize, selection: usize, from: u32, count: u32): u32 {
  for (let k = from; k < count; k++) {
    const row = rowAt(selection, k);
    if (isNull(validity, row)) continue;
    const view = a + <usize>row * aStride;
    const first = load<u8>(load<u32>(view));
    if (first == N) store<u8>(validity + row, 0);
    else if (first != OPEN_ARRAY) return k;
    else store<u64>(out + (<usize>row << 3), load<u64>(view));
  }
  return count;
}

/**
 * The items of arrays as rows, from where `state` says: u32 number of the row in the selection, u32 address in its array,
 * 0 before it. A row without items makes none, or with `keepsEmpty` one that is null; an item that is JSON's null is null.
 * Writes the item, its validity, and the row that it comes from; answers how many, `room` when there may be more.
 */
export function unnestJson(
  a: usize,
  aStride: u32,
  validity: usize,
  validityStride: u32,
  selection: usize,
  count: u32,
  keepsEmpty: u32,
  state: usize,
  out: usize,
  outValidity: usize,
  rows: usize,
  room: u32,
): u32 {
  let k = load<u32>(state);
  let at = <usize>load<u32>(state, 4);
  let made: u32 = 0;
  for (; k < count && made < room; k++) {
    const row = rowAt(selection, k);
    const view = a + <usize>row * aStride;
    const end = <usize>load<u32>(view) + load<u32>(view, 4);
    if (at == 0) {
      if (validity == 0 || load<u8>(validity + <usize>row * validityStride) != 0) at = findItem(load<u32>(view), end, 0);
      if (at == 0) {
        if (keepsEmpty) {
          store<u8>(outValidity + made, 0);
          store<u32>(rows + (<usize>made << 2), row);
          made++;
        }
        continue;
      }
    }
    while (made < room) {
      const itemEnd = endOfValue(at, end);
      store<u8>(outValidity + made, u8(load<u8>(at) != N));
      store<u32>(rows + (<usize>made << 2), row);
      putView(out, made++, at, itemEnd);
      at = skipBlanks(itemEnd, end);
      const isLast = load<u8>(at) != COMMA;
      at = isLast ? 0 : skipBlanks(at + 1, end);
      if (isLast) break;
    }
    if (at != 0) break;
  }
  store<u32>(state, k);
  store<u32>(state, u32(at), 4);
  return made;
}
