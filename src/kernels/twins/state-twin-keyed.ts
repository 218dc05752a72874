/** What the kernels of the keyed store mean: see assembly/state-keyed.ts. */
import type { Heap } from '../../memory/heap.js';
import {
  FILTER_LINE_BYTES,
  FILTER_PROBES,
  KEEP_FIRST,
  KEEP_LEAST,
  KEYED_BYTES_USED,
  KEYED_RULE,
  ROWS_ENTRY,
  ROWS_HEAD,
  ROWS_KEYS,
  SORT_ENTRY_BYTES,
  SORT_ENTRY_RECORD,
  TABLE_DIRECTORY,
  TABLE_GROUPS,
  TABLE_HASH_MASK,
  TABLE_NEEDED,
  TABLE_ROW_END,
  TABLE_ROW_NEXT,
  TABLE_SLOTS,
  TEXT,
} from '../assembly/state-layout.js';
import type { StateKernels } from '../state-kernels.js';
import { hashWord, mix, wordOf } from './state-twin-groups.js';
import { pad8, rowAt, setU32, u32 } from './state-twin-heap.js';
import { keyBytes, recordBytes, widthOf } from './state-twin-records.js';

const NONE = 0xffffffff;

function hashBytes(bytes: Uint8Array): number {
  let hash = 0n;
  let at = 0;
  for (; bytes.length - at >= 8; at += 8) hash = mix(hash, wordOf(bytes, at));
  return Number(BigInt.asUintN(32, hashWord(hash, wordOf(bytes, at))));
}

/** The part of a record's key that is the identity; `format` has its columns. */
function identityOf(heap: Heap, format: number, record: number): Uint8Array {
  const key = keyBytes(heap, record);
  let at = 0;
  for (let k = 0; k < u32(heap, format + ROWS_KEYS); k++) {
    const physical = u32(heap, format + ROWS_HEAD + k * ROWS_ENTRY);
    if (key[at++] !== 1) continue;
    if (physical !== TEXT) at += widthOf(physical);
    else while (key[at++] !== 0) if (key[at - 1] === 1) at++;
  }
  return key.subarray(0, at);
}

/** Where the bits of a hash lie in a filter: words and bits. */
function filterBits(filter: number, lines: number, hash: number): { word: number; bit: number }[] {
  const line = filter + Number((BigInt(hash) * BigInt(lines)) >> 32n) * FILTER_LINE_BYTES;
  const bits = hashWord(0n, BigInt(hash));
  return Array.from({ length: FILTER_PROBES }, (_, b) => {
    const at = Number((bits >> BigInt(9 * b)) & 511n);
    return { word: line + 4 * (at >>> 5), bit: 1 << (at & 31) };
  });
}

type Keyed = Pick<
  StateKernels,
  | 'hashProbes'
  | 'enterProbes'
  | 'placeEntered'
  | 'findProbes'
  | 'addToFilter'
  | 'passFilter'
  | 'matchRecords'
  | 'matchEntries'
  | 'copyHits'
  | 'firstOfIdentities'
>;

export function keyedTwins(heap: Heap): Keyed {
  const startsWith = (record: number, identity: Uint8Array): boolean =>
    Buffer.compare(keyBytes(heap, record).subarray(0, identity.length), identity) === 0;

  /** The slot of an identity, or the empty one where it would be. */
  const slotOf = (table: number, hash: number, identity: Uint8Array): number => {
    const directory = u32(heap, table + TABLE_DIRECTORY);
    const slots = u32(heap, table + TABLE_SLOTS);
    for (let slot = hash % slots; ; slot = (slot + 1) % slots) {
      const record = u32(heap, directory + 8 * slot);
      if (record === 0 || (u32(heap, directory + 8 * slot + 4) === hash && startsWith(record, identity))) return slot;
    }
  };

  const takeMatch = (record: number, probe: number, found: number, hits: number): void => {
    if (!startsWith(record, keyBytes(heap, probe))) return;
    const position = u32(heap, probe + 4);
    const other = u32(heap, found + 4 * position);
    if (other !== 0 && Buffer.compare(keyBytes(heap, other), keyBytes(heap, record)) <= 0) return;
    setU32(heap, found + 4 * position, record);
    const count = u32(heap, hits) + 1;
    setU32(heap, hits, count);
    setU32(heap, hits + 4 * count, position);
  };

  const probeAt = (entries: number, index: number): number =>
    u32(heap, entries + index * SORT_ENTRY_BYTES + SORT_ENTRY_RECORD);

  const isBelow = (record: number, probe: number): boolean =>
    Buffer.compare(keyBytes(heap, record), keyBytes(heap, probe)) < 0;

  return {
    hashProbes(table, probes, identities, count, hashes) {
      for (let i = 0; i < count; i++) {
        const probe = u32(heap, probes + 4 * i);
        setU32(heap, probe + 4, i);
        const hash = hashBytes(keyBytes(heap, probe).subarray(0, u32(heap, identities + 4 * i)));
        setU32(heap, hashes + 4 * i, hash & u32(heap, table + TABLE_HASH_MASK));
      }
    },
    enterProbes(table, probes, identities, hashes, selection, from, count, slots, rows) {
      const directory = u32(heap, table + TABLE_DIRECTORY);
      const rule = u32(heap, table + KEYED_RULE);
      // The new probes, by what they take the place of.
      const replaced = new Map<number, number>();
      for (let i = 0; i < count; i++) {
        const probe = u32(heap, probes + 4 * i);
        const hash = u32(heap, hashes + 4 * i);
        const key = keyBytes(heap, probe);
        const slot = slotOf(table, hash, key.subarray(0, u32(heap, identities + 4 * i)));
        const record = u32(heap, directory + 8 * slot);
        const isKept =
          record !== 0 &&
          (rule === KEEP_FIRST ||
            (rule === KEEP_LEAST && Buffer.compare(key, keyBytes(heap, record).subarray(0, key.length)) >= 0));
        setU32(heap, slots + 4 * i, isKept ? NONE : slot);
        if (isKept) continue;
        replaced.set(probe, replaced.get(record) ?? record);
        setU32(heap, probe + 4, replaced.get(probe)!);
        setU32(heap, directory + 8 * slot, probe);
        setU32(heap, directory + 8 * slot + 4, hash);
        if (record === 0) setU32(heap, table + TABLE_GROUPS, u32(heap, table + TABLE_GROUPS) + 1);
      }
      let entered = 0;
      for (let i = 0; i < count; i++) {
        const probe = u32(heap, probes + 4 * i);
        const slot = u32(heap, slots + 4 * i);
        if (slot === NONE || u32(heap, directory + 8 * slot) !== probe) continue;
        setU32(heap, rows + 4 * entered, rowAt(heap, selection, from + i));
        setU32(heap, probes + 4 * entered, probe);
        setU32(heap, slots + 4 * entered, slot);
        entered++;
      }
      return entered;
    },
    placeEntered(table, from, to, keySizes, payloadSizes, probes, records) {
      let used = u32(heap, table + KEYED_BYTES_USED);
      let next = u32(heap, table + TABLE_ROW_NEXT);
      let i = from;
      for (; i < to; i++) {
        const [key, payload] = [u32(heap, keySizes + 4 * i), u32(heap, payloadSizes + 4 * i)];
        const bytes = 8 + pad8(key) + pad8(payload);
        const old = u32(heap, u32(heap, probes + 4 * i) + 4);
        const oldBytes = old === 0 ? 0 : recordBytes(heap, old);
        const isOver = oldBytes === bytes;
        if (!isOver && u32(heap, table + TABLE_ROW_END) - next < bytes) {
          setU32(heap, table + TABLE_NEEDED, bytes);
          break;
        }
        const record = isOver ? old : next;
        if (!isOver) next += bytes;
        used += bytes - oldBytes;
        setU32(heap, record, key);
        setU32(heap, record + 4, payload);
        setU32(heap, records + 4 * i, record);
      }
      setU32(heap, table + TABLE_ROW_NEXT, next);
      setU32(heap, table + KEYED_BYTES_USED, used);
      return i;
    },
    findProbes(table, probes, hashes, count, found) {
      const directory = u32(heap, table + TABLE_DIRECTORY);
      for (let i = 0; i < count; i++) {
        const slot = slotOf(table, u32(heap, hashes + 4 * i), keyBytes(heap, u32(heap, probes + 4 * i)));
        setU32(heap, found + 4 * i, u32(heap, directory + 8 * slot));
      }
    },
    addToFilter(filter, lines, hashes, count) {
      for (let i = 0; i < count; i++) {
        for (const { word, bit } of filterBits(filter, lines, u32(heap, hashes + 4 * i))) {
          setU32(heap, word, u32(heap, word) | bit);
        }
      }
    },
    passFilter(filter, lines, entries, count, hashes, found, missing, out) {
      let passed = 0;
      for (let i = 0; i < count; i++) {
        const position = u32(heap, probeAt(entries, i) + 4);
        if (missing !== 0 && u32(heap, found + 4 * position) !== 0) continue;
        const bits = lines === 0 ? [] : filterBits(filter, lines, u32(heap, hashes + 4 * position));
        if (!bits.every(({ word, bit }) => (u32(heap, word) & bit) !== 0)) continue;
        const entry = entries + i * SORT_ENTRY_BYTES;
        heap.u8.copyWithin(out + passed++ * SORT_ENTRY_BYTES, entry, entry + SORT_ENTRY_BYTES);
      }
      return passed;
    },
    matchRecords(entries, from, to, start, end, found, hits) {
      setU32(heap, hits, 0);
      let record = start;
      for (let e = from; e < to; e++) {
        const probe = probeAt(entries, e);
        while (record < end && isBelow(record, probe)) record += recordBytes(heap, record);
        if (record >= end) return e;
        takeMatch(record, probe, found, hits);
      }
      return to;
    },
    matchEntries(entries, count, start, end, found, hits) {
      setU32(heap, hits, 0);
      let at = start;
      for (let e = 0; e < count; e++) {
        const probe = probeAt(entries, e);
        while (at < end && isBelow(u32(heap, at + SORT_ENTRY_RECORD), probe)) at += SORT_ENTRY_BYTES;
        if (at >= end) return;
        takeMatch(u32(heap, at + SORT_ENTRY_RECORD), probe, found, hits);
      }
    },
    copyHits(found, hits, from, out, outEnd, endAt) {
      let at = out >>> 0;
      let i = from;
      for (; i < u32(heap, hits); i++) {
        const place = found + 4 * u32(heap, hits + 4 * (i + 1));
        const record = u32(heap, place);
        const bytes = recordBytes(heap, record);
        if ((outEnd >>> 0) - at < bytes) break;
        heap.u8.copyWithin(at, record, record + bytes);
        setU32(heap, place, at);
        at += bytes;
      }
      setU32(heap, endAt, at);
      return i;
    },
    firstOfIdentities(format, hashMask, last, records, count, drops, out, hashes) {
      let identity = last === 0 ? undefined : identityOf(heap, format, last);
      let taken = 0;
      for (let i = 0; i < count; i++) {
        const record = u32(heap, records + 4 * i);
        if (identity !== undefined && startsWith(record, identity)) continue;
        identity = identityOf(heap, format, record);
        if (drops !== 0 && u32(heap, record + 4) === 0) continue;
        setU32(heap, out + 4 * taken, record);
        setU32(heap, hashes + 4 * taken, hashBytes(identity) & hashMask);
        taken++;
      }
      return taken;
    },
  };
}
