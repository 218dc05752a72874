/** What records of values mean: see assembly/state-values-write.ts, state-values-take.ts and state-values-layout.ts. */
import type { Heap } from '../../memory/heap.js';
import { I64, TABLE_DIRECTORY, TABLE_GROUPS, TABLE_LAYOUT, TEXT } from '../assembly/state-layout.js';
import {
  FEW_VALUES,
  FIRST_SUFFIX_BYTES,
  MOST_COUNT,
  STOP_ENTRIES,
  STOP_GROUPS,
  STOP_KEYS,
  SUFFIX_BYTES,
  TAKE_END,
  TAKE_ENDS,
  TAKE_GROUPS,
  TAKE_IS_IDLE,
  TAKE_IS_OPEN,
  TAKE_IS_SORTED,
  TAKE_KEY_END,
  TAKE_KEY_NEXT,
  TAKE_KEYS,
  TAKE_MOST,
  TAKE_NEEDED,
  TAKE_NEXT,
  TAKE_OPEN,
  TAKE_ROWS,
  TAKE_STOP,
  TAKE_TOTALS,
  VALUE_ENTRY_BYTES,
  VALUES_COUNTED,
  VALUES_FIRST,
  VALUES_FLAGS,
  VALUES_HEAD,
  VALUES_ROWS,
  VALUES_UNSORTED,
  WRITE_CHUNK,
  WRITE_COUNT,
  WRITE_CURSORS,
  WRITE_FIRST,
  WRITE_GROUP,
  WRITE_IS_GROUPED,
  WRITE_IS_OPEN,
  WRITE_LEFT,
  WRITE_OUT,
  WRITE_RECORDS,
  WRITE_TABLE,
} from '../assembly/state-values-layout.js';
import type { StateKernels } from '../state-kernels.js';
import { keyEntries, pad8, setU32, u32 } from './state-twin-heap.js';
import { keyOf, normalizedColumn, payloadOf } from './state-twin-records.js';
import {
  compareEntries,
  counted,
  entriesAt,
  entryAt,
  isSameValue,
  setEntries,
  type ValueEntry,
} from './state-twin-values.js';

const SIGN = 1n << 63n;

type ValueRecords = Pick<
  StateKernels,
  'openValues' | 'gatherGroup' | 'writeValues' | 'takeValues' | 'settleGroup' | 'closeGroup' | 'splitGroup'
>;

export function valueRecordTwins(heap: Heap): ValueRecords {
  /** The cursor with the least entry goes first; one at its end goes. */
  const order = (write: number): void => {
    const first = u32(heap, write + WRITE_FIRST) >>> 2;
    const count = u32(heap, write + WRITE_CURSORS);
    const cursors = Array.from({ length: count }, (_, i) => [heap.u32[first + 2 * i], heap.u32[first + 2 * i + 1]])
      .filter(([next, end]) => next !== end)
      .sort(([a], [b]) => compareEntries(entryAt(heap, a), entryAt(heap, b)));
    heap.u32.set(cursors.flat(), first);
    setU32(heap, write + WRITE_CURSORS, cursors.length);
  };
  const least = (write: number): ValueEntry => entryAt(heap, u32(heap, u32(heap, write + WRITE_FIRST)));

  /** The next values of the group at hand, of which `rows` rows are left; how many of these are left then. */
  const takeNext = (write: number, most: number, rows: number): { values: ValueEntry[]; left: number } => {
    const values: ValueEntry[] = [];
    let left = rows;
    while (left > 0) {
      const entry = least(write);
      const last = values.at(-1);
      if (last !== undefined && isSameValue(last, entry) && last.count + entry.count <= MOST_COUNT) {
        values[values.length - 1] = { ...last, count: last.count + entry.count };
      } else if (values.length === most) break;
      else values.push(entry);
      left -= entry.count;
      heap.u32[u32(heap, write + WRITE_FIRST) >>> 2] += VALUE_ENTRY_BYTES;
      order(write);
    }
    return { values, left };
  };

  /** Where the group's entries lie: from each cursor on, those up to its end. */
  const rangesOf = (write: number, group: number): { cursor: number; from: number; to: number }[] =>
    Array.from({ length: u32(heap, write + WRITE_CURSORS) }, (_, c) => {
      const cursor = u32(heap, write + WRITE_FIRST) + 8 * c;
      const end = u32(heap, cursor + 4);
      let from = u32(heap, cursor);
      while (from !== end && entryAt(heap, from).group < group) from += VALUE_ENTRY_BYTES;
      let to = from;
      while (to !== end && entryAt(heap, to).group === group) to += VALUE_ENTRY_BYTES;
      return { cursor, from, to };
    });
  /** The entries of the group, in no order; the cursors move behind them. */
  const takeGroup = (write: number, group: number): ValueEntry[] =>
    rangesOf(write, group).flatMap(({ cursor, from, to }) => {
      setU32(heap, cursor, to);
      return entriesAt(heap, from, (to - from) / VALUE_ENTRY_BYTES);
    });

  const writeRecord = (
    out: number,
    key: readonly number[],
    values: readonly ValueEntry[],
    rows: number,
    isSorted: boolean,
  ): number => {
    setU32(heap, out, key.length);
    heap.u8.fill(0, out + 8, out + 8 + pad8(key.length));
    heap.u8.set(key, out + 8);
    const payload = payloadOf(heap, out);
    const isCounted = values.some(({ count }) => count !== 1);
    setU32(heap, payload, values.length);
    const flags = (rows >= 0 ? VALUES_FIRST : 0) | (isCounted ? VALUES_COUNTED : 0) | (isSorted ? 0 : VALUES_UNSORTED);
    setU32(heap, payload + VALUES_FLAGS, flags);
    heap.u64[(payload + VALUES_ROWS) >>> 3] = BigInt(Math.max(0, rows));
    const counts = payload + VALUES_HEAD + 8 * values.length;
    const end = isCounted ? counts + pad8(4 * values.length) : counts;
    heap.u8.fill(0, counts, end);
    for (const [i, { value, count }] of values.entries()) {
      heap.u64[((payload + VALUES_HEAD) >>> 3) + i] = value;
      if (isCounted) setU32(heap, counts + 4 * i, count);
    }
    setU32(heap, out + 4, end - payload);
    return end;
  };

  const get = (take: number, field: number): number => u32(heap, take + field);
  const stop = (take: number, reason: number, needed: number): false => {
    setU32(heap, take + TAKE_STOP, reason);
    setU32(heap, take + TAKE_NEEDED, needed);
    return false;
  };
  const openGroup = (take: number, key: Uint8Array): boolean => {
    const group = get(take, TAKE_GROUPS);
    const at = get(take, TAKE_KEY_NEXT);
    if (group === get(take, TAKE_MOST)) return stop(take, STOP_GROUPS, 0);
    if (get(take, TAKE_KEY_END) - at < key.length) return stop(take, STOP_KEYS, key.length);
    heap.u8.set(key, at);
    setU32(heap, get(take, TAKE_KEYS) + 4 * group, at);
    setU32(heap, take + TAKE_KEY_NEXT, at + key.length);
    setU32(heap, take + TAKE_OPEN, get(take, TAKE_NEXT));
    setU32(heap, take + TAKE_IS_OPEN, 1);
    setU32(heap, take + TAKE_IS_SORTED, 1);
    setU32(heap, take + TAKE_IS_IDLE, 0);
    heap.f64[(take + TAKE_ROWS) >>> 3] = 0;
    return true;
  };
  const isOpenKey = (take: number, key: Uint8Array): boolean => {
    const at = u32(heap, get(take, TAKE_KEYS) + 4 * get(take, TAKE_GROUPS));
    return Buffer.compare(heap.u8.subarray(at, get(take, TAKE_KEY_NEXT)), key) === 0;
  };
  const opened = (take: number): ValueEntry[] => {
    const open = get(take, TAKE_OPEN);
    return entriesAt(heap, open, (get(take, TAKE_NEXT) - open) / VALUE_ENTRY_BYTES);
  };

  const twins: ValueRecords = {
    openValues: order,
    gatherGroup(write, group, out, outEnd) {
      const entries = rangesOf(write, group).flatMap(({ from, to }) =>
        entriesAt(heap, from, (to - from) / VALUE_ENTRY_BYTES),
      );
      const fitting = entries.slice(0, (outEnd - out) / VALUE_ENTRY_BYTES);
      setEntries(heap, out, fitting);
      return out + fitting.length * VALUE_ENTRY_BYTES;
    },
    writeValues(write, out, outEnd) {
      const table = u32(heap, write + WRITE_TABLE);
      const keys = keyEntries(heap, u32(heap, table + TABLE_LAYOUT));
      const groups = u32(heap, table + TABLE_GROUPS);
      const isGrouped = u32(heap, write + WRITE_IS_GROUPED) !== 0;
      let group = u32(heap, write + WRITE_GROUP);
      let records = 0;
      let end = out >>> 0;
      for (; group < groups; records++) {
        const row = u32(heap, u32(heap, table + TABLE_DIRECTORY) + 16 * group + 12);
        const isFirst = u32(heap, write + WRITE_IS_OPEN) === 0;
        const at = isFirst ? row + u32(heap, write + WRITE_COUNT) : write + WRITE_LEFT;
        const rows = Number(heap.u64[at >>> 3]);
        const most = Math.min(rows, u32(heap, write + WRITE_CHUNK));
        const bounds = keys.map(({ physical, offset }) =>
          physical === TEXT ? 2 * u32(heap, row + offset + 4) + 10 : 17,
        );
        const fixed = 8 + pad8(bounds.reduce((sum, bytes) => sum + bytes, SUFFIX_BYTES)) + VALUES_HEAD + 8;
        const room = (outEnd >>> 0) - end;
        if (room < fixed + 12 * (isGrouped ? most : Math.min(most, FEW_VALUES))) break;
        const suffix = isFirst ? [0] : normalizedColumn(I64, 0, BigInt.asIntN(64, least(write).value ^ SIGN));
        const { values, left } = isGrouped
          ? { values: takeGroup(write, group), left: 0 }
          : takeNext(write, Math.min(most, Math.floor((room - fixed) / 12)), rows);
        end = writeRecord(end, [...keyOf(heap, keys, row), ...suffix], values, isFirst ? rows : -1, !isGrouped);
        heap.u64[(write + WRITE_LEFT) >>> 3] = BigInt(left);
        setU32(heap, write + WRITE_IS_OPEN, left === 0 ? 0 : 1);
        if (left === 0) group++;
      }
      setU32(heap, write + WRITE_GROUP, group);
      setU32(heap, write + WRITE_OUT, end);
      setU32(heap, write + WRITE_RECORDS, records);
      return group === groups ? 1 : 0;
    },
    takeValues(take, records, from, to) {
      for (let i = from; i < to; i++) {
        const record = u32(heap, records + 4 * i);
        const payload = payloadOf(heap, record);
        const flags = u32(heap, payload + VALUES_FLAGS);
        const isFirst = (flags & VALUES_FIRST) !== 0;
        const bytes = u32(heap, record) - (isFirst ? FIRST_SUFFIX_BYTES : SUFFIX_BYTES);
        const key = heap.u8.slice(record + 8, record + 8 + bytes);
        if (get(take, TAKE_IS_OPEN) === 1 && !isOpenKey(take, key)) twins.closeGroup(take);
        if (get(take, TAKE_IS_OPEN) === 0 && !openGroup(take, key)) return i;
        if (get(take, TAKE_IS_IDLE) === 1) continue;
        const length = u32(heap, payload);
        const next = get(take, TAKE_NEXT);
        if (get(take, TAKE_END) - next < length * VALUE_ENTRY_BYTES) {
          stop(take, STOP_ENTRIES, length * VALUE_ENTRY_BYTES);
          return i;
        }
        if (isFirst) heap.f64[(take + TAKE_ROWS) >>> 3] += Number(heap.u64[(payload + VALUES_ROWS) >>> 3]);
        const values = payload + VALUES_HEAD;
        const taken = Array.from({ length }, (_, v): ValueEntry => {
          const count = flags & VALUES_COUNTED ? u32(heap, values + 8 * length + 4 * v) : 1;
          return { group: 0, value: heap.u64[(values >>> 3) + v], count };
        });
        const last = opened(take).at(-1);
        const follows = last === undefined || length === 0 || last.value < taken[0].value;
        if (!follows || (flags & VALUES_UNSORTED && length > 0)) setU32(heap, take + TAKE_IS_SORTED, 0);
        setEntries(heap, next, taken);
        setU32(heap, take + TAKE_NEXT, next + length * VALUE_ENTRY_BYTES);
      }
      return to;
    },
    settleGroup(take) {
      if (get(take, TAKE_IS_SORTED) === 1) return;
      const left = counted(opened(take).sort(compareEntries));
      setEntries(heap, get(take, TAKE_OPEN), left);
      setU32(heap, take + TAKE_NEXT, get(take, TAKE_OPEN) + left.length * VALUE_ENTRY_BYTES);
      setU32(heap, take + TAKE_IS_SORTED, 1);
    },
    closeGroup(take) {
      twins.settleGroup(take);
      const group = get(take, TAKE_GROUPS);
      setU32(heap, get(take, TAKE_ENDS) + 4 * group, get(take, TAKE_NEXT));
      heap.f64[(get(take, TAKE_TOTALS) >>> 3) + group] = heap.f64[(take + TAKE_ROWS) >>> 3];
      setU32(heap, take + TAKE_GROUPS, group + 1);
      setU32(heap, take + TAKE_IS_OPEN, 0);
    },
    splitGroup(take, bound) {
      const least = heap.u64[bound >>> 3];
      const entries = opened(take);
      const below = entries.filter(({ value }) => value < least);
      const left = entries.filter(({ value }) => value >= least);
      setEntries(heap, get(take, TAKE_OPEN), [...left, ...below]);
      setU32(heap, take + TAKE_NEXT, get(take, TAKE_OPEN) + left.length * VALUE_ENTRY_BYTES);
      if (below.length > 0) setU32(heap, take + TAKE_IS_SORTED, 0);
      return below.reduce((sum, { count }) => sum + count, 0);
    },
  };
  return twins;
}
