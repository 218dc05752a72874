/** What logging values and reading them means: see assembly/state-values.ts and state-values-layout.ts. */
import type { Heap } from '../../memory/heap.js';
import { F64, I32, LAYOUT_ORDINAL, TABLE_DIRECTORY, TABLE_GROUPS, TABLE_LAYOUT, U8 } from '../assembly/state-layout.js';
import {
  LOG_CACHE,
  LOG_CACHE_SHIFT,
  LOG_END,
  LOG_HITS,
  LOG_NEXT,
  MOST_COUNT,
  VALUE_ENTRY_BYTES,
  VALUE_ENTRY_COUNT,
} from '../assembly/state-values-layout.js';
import type { StateKernels } from '../state-kernels.js';
import { columnAt, isValid, rowAt, setU32, u32, valueAt } from './state-twin-heap.js';

const SIGN = 1n << 63n;

/** An entry, apart from where it lies. */
export interface ValueEntry {
  readonly group: number;
  readonly value: bigint;
  readonly count: number;
}

export function entryAt(heap: Heap, at: number): ValueEntry {
  const value = (BigInt(u32(heap, at)) << 32n) | BigInt(u32(heap, at + 8));
  return { group: u32(heap, at + 4), value, count: u32(heap, at + VALUE_ENTRY_COUNT) };
}

function setEntry(heap: Heap, at: number, { group, value, count }: ValueEntry): void {
  setU32(heap, at, Number(value >> 32n));
  setU32(heap, at + 4, group);
  setU32(heap, at + 8, Number(value & 0xffffffffn));
  setU32(heap, at + VALUE_ENTRY_COUNT, count);
}

export function entriesAt(heap: Heap, at: number, count: number): ValueEntry[] {
  return Array.from({ length: count }, (_, i) => entryAt(heap, at + i * VALUE_ENTRY_BYTES));
}

export function setEntries(heap: Heap, at: number, entries: readonly ValueEntry[]): void {
  for (const [i, entry] of entries.entries()) setEntry(heap, at + i * VALUE_ENTRY_BYTES, entry);
}

export function compareEntries(a: ValueEntry, b: ValueEntry): number {
  return a.group - b.group || (a.value < b.value ? -1 : a.value > b.value ? 1 : 0);
}

export function isSameValue(a: ValueEntry, b: ValueEntry): boolean {
  return a.group === b.group && a.value === b.value;
}

/** Sorted entries with equal ones counted together, where one can count them. */
export function counted(entries: readonly ValueEntry[]): ValueEntry[] {
  const result: ValueEntry[] = [];
  for (const entry of entries) {
    const last = result.at(-1);
    if (last !== undefined && isSameValue(last, entry) && last.count + entry.count <= MOST_COUNT) {
      result[result.length - 1] = { ...last, count: last.count + entry.count };
    } else {
      result.push(entry);
    }
  }
  return result;
}

/** 64 bits that are, unsigned, in the order of the values; its own inverse but for doubles. */
function ordered(physical: number, word: bigint): bigint {
  if (physical === F64 && word >= SIGN) return BigInt.asUintN(64, ~word);
  return BigInt.asUintN(64, word) ^ SIGN;
}

type Values = Pick<
  StateKernels,
  | 'logValues'
  | 'packCache'
  | 'placeGroups'
  | 'placeValues'
  | 'sortValues'
  | 'groupValues'
  | 'countEqual'
  | 'readValues'
  | 'readGroups'
>;

export function valueTwins(heap: Heap): Values {
  const setValue = (physical: number, at: number, value: bigint): void => {
    const word = physical === F64 && value < SIGN ? BigInt.asUintN(64, ~value) : value ^ SIGN;
    if (physical === U8) heap.u8[at] = Number(word & 0xffn);
    else if (physical === I32) heap.u32[at >>> 2] = Number(word & 0xffffffffn);
    else heap.u64[at >>> 3] = word;
  };
  const width = (physical: number): number => (physical === U8 ? 1 : physical === I32 ? 4 : 8);

  const twins: Values = {
    logValues(log, groups, column, physical, selection, from, to) {
      const described = columnAt(heap, column);
      const cache = u32(heap, log + LOG_CACHE);
      const shift = BigInt(u32(heap, log + LOG_CACHE_SHIFT));
      for (let i = from; i < to; i++) {
        const row = rowAt(heap, selection, i);
        if (!isValid(heap, described, row)) continue;
        const word = valueAt(heap, physical, described.values + row * described.stride) as bigint;
        const own = { group: u32(heap, groups + 4 * i), value: ordered(physical, word), count: 1 };
        const high = (BigInt(own.group) << 32n) | (own.value >> 32n);
        const hash = BigInt.asUintN(64, ((high * 0x9e3779b97f4a7c15n) ^ own.value) * 0xc2b2ae3d27d4eb4fn);
        const place = cache + Number(hash >> shift) * VALUE_ENTRY_BYTES;
        const known = cache === 0 ? { ...own, count: 0 } : entryAt(heap, place);
        if (known.count !== 0 && known.count !== MOST_COUNT && isSameValue(known, own)) {
          setEntry(heap, place, { ...known, count: known.count + 1 });
          setU32(heap, log + LOG_HITS, u32(heap, log + LOG_HITS) + 1);
          continue;
        }
        const logged = cache === 0 ? own : known;
        if (logged.count > 0) {
          const next = u32(heap, log + LOG_NEXT);
          if (next === u32(heap, log + LOG_END)) return i;
          setEntry(heap, next, logged);
          setU32(heap, log + LOG_NEXT, next + VALUE_ENTRY_BYTES);
        }
        if (cache !== 0) setEntry(heap, place, own);
      }
      return to;
    },
    packCache(cache, places) {
      const held = entriesAt(heap, cache, places).filter(({ count }) => count > 0);
      setEntries(heap, cache, held);
      return held.length;
    },
    placeGroups(table, countOffset) {
      const ordinal = u32(heap, u32(heap, table + TABLE_LAYOUT) + LAYOUT_ORDINAL);
      let most = 0;
      for (let i = 0; i < u32(heap, table + TABLE_GROUPS); i++) {
        const row = u32(heap, u32(heap, table + TABLE_DIRECTORY) + 16 * i + 12);
        setU32(heap, row + ordinal, i);
        most = Math.max(most, Number(heap.u64[(row + countOffset) >>> 3]));
      }
      return most;
    },
    placeValues(entries, count, ordinal) {
      const placed = entriesAt(heap, entries, count).map((entry) => ({
        ...entry,
        group: u32(heap, entry.group + ordinal),
      }));
      setEntries(heap, entries, placed);
    },
    sortValues(entries, count) {
      setEntries(heap, entries, entriesAt(heap, entries, count).sort(compareEntries));
    },
    groupValues(entries, count) {
      setEntries(
        heap,
        entries,
        entriesAt(heap, entries, count).sort((a, b) => a.group - b.group),
      );
    },
    countEqual(entries, count) {
      const left = counted(entriesAt(heap, entries, count));
      setEntries(heap, entries, left);
      return left.length;
    },
    readValues(entries, count, physical, values, counts, first) {
      let row = first - 1;
      let last: bigint | undefined;
      for (const entry of entriesAt(heap, entries, count)) {
        if (entry.value === last) {
          heap.u64[(counts >>> 3) + row] += BigInt(entry.count);
          continue;
        }
        last = entry.value;
        row++;
        heap.u64[(counts >>> 3) + row] = BigInt(entry.count);
        setValue(physical, values + row * width(physical), entry.value);
      }
      return row + 1;
    },
    readGroups(entries, ends, first, groups, most, physical, values, counts, rowEnds) {
      let rows = 0;
      let from = entries;
      for (let group = first; group < groups; group++) {
        const to = u32(heap, ends + 4 * group);
        const count = (to - from) / VALUE_ENTRY_BYTES;
        if (count > most - rows) return group;
        rows = twins.readValues(from, count, physical, values, counts, rows);
        setU32(heap, rowEnds + 4 * group, rows);
        from = to;
      }
      return groups;
    },
  };
  return twins;
}
