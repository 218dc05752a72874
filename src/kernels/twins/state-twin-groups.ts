/** What hashing and finding groups means: see assembly/state-hash.ts and state-find.ts. */
import type { Heap } from '../../memory/heap.js';
import {
  COLUMN_BYTES,
  I32,
  I128,
  KEY_TEXT_BYTES,
  LAYOUT_ORDINAL,
  LAYOUT_ROW_BYTES,
  STOP_DIRECTORY,
  STOP_ROWS,
  STOP_TAIL,
  STOP_TEXT_LIMIT,
  TABLE_DIRECTORY,
  TABLE_GROUPS,
  TABLE_HASH_MASK,
  TABLE_LAYOUT,
  TABLE_LIMIT,
  TABLE_NEEDED,
  TABLE_ROW_END,
  TABLE_ROW_NEXT,
  TABLE_SLOTS,
  TABLE_STOP,
  TABLE_TAIL_END,
  TABLE_TAIL_NEXT,
  TABLE_TEXT_LIMIT,
  TEXT,
} from '../assembly/state-layout.js';
import type { StateKernels } from '../state-kernels.js';
import {
  bytesAt,
  type Column,
  columnAt,
  isValid,
  type KeyEntry,
  keyEntries,
  pad8,
  rowAt,
  setSigned,
  setU32,
  u32,
  valueAt,
  type Word,
} from './state-twin-heap.js';

const MASK = (1n << 64n) - 1n;

export function mix(hash: bigint, word: bigint): bigint {
  const h = (((hash ^ word) & MASK) * 0x9e3779b97f4a7c15n) & MASK;
  return h ^ (h >> 32n);
}

export function hashWord(hash: bigint, word: bigint): bigint {
  return mix(mix(hash, word), 0n);
}

export function setLanes(heap: Heap, at: number, text: Uint8Array): void {
  setSigned(heap, at, 2, wordOf(text, 0) | (wordOf(text, 8) << 64n));
}

/** Little-endian, zeroes behind the end. */
export function wordOf(bytes: Uint8Array, at: number): bigint {
  let word = 0n;
  for (let i = 0; i < 8 && at + i < bytes.length; i++) word |= BigInt(bytes[at + i]) << BigInt(8 * i);
  return word;
}

function hashText(hash: bigint, text: Uint8Array): bigint {
  const low = (hash ^ wordOf(text, 0)) * 0x9e3779b97f4a7c15n;
  const high = (wordOf(text, 8) * 0xc2b2ae3d27d4eb4fn) & MASK;
  const both = (((low ^ (high << 32n) ^ (high >> 32n)) & MASK) + BigInt(text.length)) & MASK;
  let h = mix(0n, both ^ (both >> 32n));
  if (text.length <= KEY_TEXT_BYTES) return h;
  const last = text.length - 8;
  for (let at = KEY_TEXT_BYTES; at < last; at += 8) h = mix(h, wordOf(text, at));
  return hashWord(h, wordOf(text, last));
}

function hashInt(hash: number, value: number): number {
  let h = hash ^ value;
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
  return (h ^ (h >>> 15)) >>> 0;
}

function hashValue(hash: bigint, physical: number, value: Word): bigint {
  if (value instanceof Uint8Array) return hashText(hash, value);
  if (physical === I32) return BigInt(hashInt(Number(hash & 0xffffffffn), Number(BigInt.asIntN(32, value))));
  const low = value & MASK;
  return physical === I128 ? hashWord(mix(hash, low), (value >> 64n) & MASK) : hashWord(hash, low);
}

/** null: SQL NULL. */
function hashOf(hash: bigint, physical: number, value: Word | null): bigint {
  return BigInt.asUintN(32, value === null ? hashWord(hash, 0x6e756c6cn) : hashValue(hash, physical, value));
}

/** Room in the table's arena; 0: none. */
export function takeTail(heap: Heap, table: number, bytes: number): number {
  const next = u32(heap, table + TABLE_TAIL_NEXT);
  if (u32(heap, table + TABLE_TAIL_END) - next < pad8(bytes)) return stop(heap, table, STOP_TAIL, pad8(bytes));
  setU32(heap, table + TABLE_TAIL_NEXT, next + pad8(bytes));
  return next;
}

export function stop(heap: Heap, table: number, reason: number, needed: number): 0 {
  setU32(heap, table + TABLE_STOP, reason);
  setU32(heap, table + TABLE_NEEDED, needed);
  return 0;
}

export function sameWord(a: Word, b: Word): boolean {
  return a instanceof Uint8Array && b instanceof Uint8Array ? Buffer.compare(a, b) === 0 : a === b;
}

/** What a row's slot holds; keys of 8 bytes and less are kept as 64-bit integers. */
export function slotValue(heap: Heap, key: KeyEntry, group: number): Word {
  const at = group + key.offset;
  if (key.physical === TEXT) return bytesAt(heap, u32(heap, at), u32(heap, at + 4));
  return key.physical === I128 ? (heap.i64[(at >>> 3) + 1] << 64n) | heap.u64[at >>> 3] : heap.i64[at >>> 3];
}

function makeGroup(
  heap: Heap,
  table: number,
  entry: number,
  hash: number,
  keys: KeyEntry[],
  values: (Word | null)[],
): number {
  let textBytes = 0;
  for (const value of values) {
    if (!(value instanceof Uint8Array) || value.length <= KEY_TEXT_BYTES) continue;
    if (value.length > u32(heap, table + TABLE_TEXT_LIMIT)) return stop(heap, table, STOP_TEXT_LIMIT, value.length);
    textBytes += pad8(value.length);
    const free = u32(heap, table + TABLE_TAIL_END) - u32(heap, table + TABLE_TAIL_NEXT);
    if (free < textBytes) return stop(heap, table, STOP_TAIL, textBytes);
  }
  const groups = u32(heap, table + TABLE_GROUPS);
  if (groups >= u32(heap, table + TABLE_LIMIT)) return stop(heap, table, STOP_DIRECTORY, 0);
  const row = u32(heap, table + TABLE_ROW_NEXT);
  const layout = u32(heap, table + TABLE_LAYOUT);
  const bytes = u32(heap, layout + LAYOUT_ROW_BYTES);
  if (u32(heap, table + TABLE_ROW_END) - row < bytes) return stop(heap, table, STOP_ROWS, bytes);
  heap.u8.fill(0, row, row + bytes);
  setU32(heap, row + u32(heap, layout + LAYOUT_ORDINAL), groups);
  setU32(heap, table + TABLE_ROW_NEXT, row + bytes);
  setU32(heap, table + TABLE_GROUPS, groups + 1);
  setU32(heap, entry, row);
  setU32(heap, entry + 4, hash);
  values.forEach((value, k) => {
    if (value === null) return;
    heap.u8[row + k] = 1;
    const slot = row + keys[k].offset;
    if (!(value instanceof Uint8Array)) {
      setSigned(heap, slot, keys[k].physical === I128 ? 2 : 1, value);
      return;
    }
    setLanes(heap, slot + 8, value);
    const copy = value.length <= KEY_TEXT_BYTES ? slot + 8 : takeTail(heap, table, value.length);
    if (value.length > KEY_TEXT_BYTES) heap.u8.set(value, copy);
    setU32(heap, slot, copy);
    setU32(heap, slot + 4, value.length);
  });
  return row;
}

function find(
  heap: Heap,
  table: number,
  columnsAt: number,
  selection: number,
  from: number,
  to: number,
  groups: number,
): number {
  const keys = keyEntries(heap, u32(heap, table + TABLE_LAYOUT));
  const columns = keys.map((_, k) => columnAt(heap, columnsAt + k * COLUMN_BYTES));
  const directory = u32(heap, table + TABLE_DIRECTORY);
  const mask = u32(heap, table + TABLE_SLOTS) - 1;
  for (let i = from; i < to; i++) {
    const values = keyValues(heap, keys, columns, rowAt(heap, selection, i));
    const hash = (Number(hashAll(keys, values)) & u32(heap, table + TABLE_HASH_MASK)) >>> 0;
    let slot = (hash & mask) >>> 0;
    let group = 0;
    while (group === 0) {
      const entry = directory + 8 * slot;
      const found = u32(heap, entry);
      if (found === 0) {
        group = makeGroup(heap, table, entry, hash, keys, values);
        if (group === 0) return i;
      } else if (
        u32(heap, entry + 4) === hash &&
        keys.every((key, k) => {
          const value = values[k];
          if (value === null || heap.u8[found + k] === 0) return value === null && heap.u8[found + k] === 0;
          return sameWord(slotValue(heap, key, found), value);
        })
      ) {
        group = found;
      }
      slot = (slot + 1) & mask;
    }
    setU32(heap, groups + 4 * i, group);
  }
  return to;
}

export function keyValues(heap: Heap, keys: KeyEntry[], columns: Column[], row: number): (Word | null)[] {
  return keys.map((key, k) => {
    const column = columns[k];
    if (!isValid(heap, column, row)) return null;
    const value = valueAt(heap, key.physical, column.values + row * column.stride);
    return typeof value === 'bigint' && key.physical !== I128 ? BigInt.asIntN(64, value) : value;
  });
}

export function hashAll(keys: KeyEntry[], values: (Word | null)[]): bigint {
  return values.reduce((hash: bigint, value, k) => hashOf(hash, keys[k].physical, value), 0n);
}

export function groupTwins(
  heap: Heap,
): Pick<StateKernels, 'hashKeys' | 'findAny' | 'findText' | 'findFixed' | 'growDirectory'> {
  const findTwin: StateKernels['findAny'] = (...args) => find(heap, ...args);
  return {
    hashKeys(layout, columnsAt, selection, from, to, hashes) {
      const keys = keyEntries(heap, layout);
      const columns = keys.map((_, k) => columnAt(heap, columnsAt + k * COLUMN_BYTES));
      for (let i = from; i < to; i++) {
        const values = keyValues(heap, keys, columns, rowAt(heap, selection, i));
        setU32(heap, hashes + 4 * i, Number(hashAll(keys, values)));
      }
    },
    findAny: findTwin,
    findText: findTwin,
    findFixed: findTwin,
    growDirectory(table, directory, slots) {
      const old = u32(heap, table + TABLE_DIRECTORY);
      const oldSlots = u32(heap, table + TABLE_SLOTS);
      for (let i = 0; i < oldSlots; i++) {
        const row = u32(heap, old + 8 * i);
        if (row === 0) continue;
        const hash = u32(heap, old + 8 * i + 4);
        let slot = (hash & (slots - 1)) >>> 0;
        while (u32(heap, directory + 8 * slot) !== 0) slot = (slot + 1) & (slots - 1);
        setU32(heap, directory + 8 * slot, row);
        setU32(heap, directory + 8 * slot + 4, hash);
      }
      setU32(heap, table + TABLE_DIRECTORY, directory);
      setU32(heap, table + TABLE_SLOTS, slots);
    },
  };
}
