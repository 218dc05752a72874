// The keyed store; see state/keyed/keyed-store.ts.
//
//     directory   slots of u32 record address (0: empty), u32 hash of the identity; open addressing, at most half full
//     record      as of rows to sort; its key is the identity, what ranks writes of one identity, and the epoch
//     probe       a record without a payload, whose key is an identity, when it is written with its rank. In place of the
//                 payload's length: its position, or the record that it takes the place of (0: none)
//
// No identity is the beginning of another one: a record has the identity of a probe when its key begins with it.
import { hashWord, mix } from './state-hash';
import {
  KEYED_BYTES_USED,
  KEYED_RULE,
  KEEP_FIRST,
  KEEP_LEAST,
  FILTER_LINE_BITS,
  FILTER_LINE_BYTES,
  FILTER_PROBES,
  LARGE_SLOTS,
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
  TABLE_TOUCHED,
  TEXT,
} from './state-layout';
import { VALUE_MARKER } from './state-key';
import { pad8, recordBytes } from './state-record';
import { beginRecord, widthOf } from './state-rows';
import { bytesEqual, compareBytes, partialWord } from './state-text';
import { copyBytes } from './copy-bytes';

const NONE: u32 = 0xffffffff;

function hashBytes(at: usize, bytes: u32): u32 {
  let hash: u64 = 0;
  for (; bytes >= 8; bytes -= 8, at += 8) hash = mix(hash, load<u64>(at));
  return u32(hashWord(hash, partialWord(at, bytes)));
}

/** How much of a record's key is the identity; `format` has its columns. */
function identityBytes(format: usize, record: usize): u32 {
  const keys = load<u32>(format, ROWS_KEYS);
  let at = record + 8;
  let entry = format + ROWS_HEAD;
  for (let k: u32 = 0; k < keys; k++, entry += ROWS_ENTRY) {
    if (load<u8>(at++) != VALUE_MARKER) continue;
    const physical = load<u32>(entry);
    if (physical != TEXT) {
      at += widthOf(physical);
      continue;
    }
    while (true) {
      const byte = load<u8>(at++);
      if (byte == 0) break;
      if (byte == 1) at++;
    }
  }
  return u32(at - record) - 8;
}

// @ts-ignore: decorator
@inline
function hasIdentity(record: usize, identity: usize, bytes: u32): bool {
  return load<u32>(record) >= bytes && bytesEqual(record + 8, identity, bytes);
}

// @ts-ignore: decorator
@inline
function compareKeys(a: usize, b: usize): i32 {
  return compareBytes(a + 8, load<u32>(a), b + 8, load<u32>(b));
}

/**
 * Numbers the probes and hashes their identities, whose lengths are at `identities`. Of a large directory what they will meet is
 * read here: a core waits for many lines at once only in a loop that does nothing else.
 */
export function hashProbes(table: usize, probes: usize, identities: usize, count: u32, hashes: usize): void {
  const hashMask = load<u32>(table, TABLE_HASH_MASK);
  for (let i: u32 = 0; i < count; i++) {
    const probe: usize = load<u32>(probes + (i << 2));
    store<u32>(probe, i, 4);
    store<u32>(hashes + (i << 2), hashBytes(probe + 8, load<u32>(identities + (i << 2))) & hashMask);
  }
  const slots = load<u32>(table, TABLE_SLOTS);
  if (slots < u32(LARGE_SLOTS)) return;
  const directory: usize = load<u32>(table, TABLE_DIRECTORY);
  let seen: u32 = 0;
  for (let i: u32 = 0; i < count; i++) seen ^= load<u32>(directory + ((load<u32>(hashes + (i << 2)) & (slots - 1)) << 3));
  for (let i: u32 = 0; i < count; i++) {
    seen ^= load<u32>(load<u32>(directory + ((load<u32>(hashes + (i << 2)) & (slots - 1)) << 3)));
  }
  store<u32>(table, seen, TABLE_TOUCHED);
}

/**
 * Enters the probes of positions from..from+count-1 that are new or take the place of what is there. Of these that are still there
 * in the end, from the arrays' beginnings on: `rows` gets the rows, `probes` the probes, `slots` their slots. How many there are.
 */
export function enterProbes(table: usize, probes: usize, identities: usize, hashes: usize, selection: usize, from: u32, count: u32, slots: usize, rows: usize): u32 {
  const directory: usize = load<u32>(table, TABLE_DIRECTORY);
  const mask = load<u32>(table, TABLE_SLOTS) - 1;
  const rule = load<u32>(table, KEYED_RULE);
  const first: usize = count == 0 ? 0 : load<u32>(probes);
  let groups = load<u32>(table, TABLE_GROUPS);
  for (let i: u32 = 0; i < count; i++) {
    const probe: usize = load<u32>(probes + (i << 2));
    const bytes = load<u32>(identities + (i << 2));
    const hash = load<u32>(hashes + (i << 2));
    let slot = hash & mask;
    store<u32>(slots + (i << 2), NONE);
    while (true) {
      const entry = directory + (slot << 3);
      const record: usize = load<u32>(entry);
      if (record == 0) {
        store<u32>(probe, 0, 4);
        store<u32>(entry, u32(probe));
        store<u32>(entry, hash, 4);
        store<u32>(slots + (i << 2), slot);
        groups++;
        break;
      }
      if (load<u32>(entry, 4) == hash && hasIdentity(record, probe + 8, bytes)) {
        if (rule == u32(KEEP_FIRST) || (rule == u32(KEEP_LEAST) && !ranksBefore(probe, record))) break;
        // Of these probes one that was entered before has no record yet.
        const isProbe = record >= first && record < probe;
        store<u32>(probe, isProbe ? load<u32>(record, 4) : u32(record), 4);
        store<u32>(entry, u32(probe));
        store<u32>(slots + (i << 2), slot);
        break;
      }
      slot = (slot + 1) & mask;
    }
  }
  store<u32>(table, groups, TABLE_GROUPS);
  let entered: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const probe = load<u32>(probes + (i << 2));
    const slot = load<u32>(slots + (i << 2));
    if (slot == NONE || load<u32>(directory + (slot << 3)) != probe) continue;
    store<u32>(rows + (entered << 2), selection == 0 ? from + i : load<u32>(selection + ((from + i) << 2)));
    store<u32>(probes + (entered << 2), probe);
    store<u32>(slots + (entered << 2), slot);
    entered++;
  }
  return entered;
}

/** The probe has a rank but no epoch, the record may have both. */
// @ts-ignore: decorator
@inline
function ranksBefore(probe: usize, record: usize): bool {
  const bytes = min<u32>(load<u32>(probe), load<u32>(record));
  return compareBytes(probe + 8, bytes, record + 8, bytes) < 0;
}

/**
 * Heads of the records for the probes at from..to-1: where the record lies that one takes the place of, if it is as long,
 * else in the table's chunk. Returns the first that does not fit, or `to`.
 */
export function placeEntered(table: usize, from: u32, to: u32, keyBytes: usize, payloadBytes: usize, probes: usize, records: usize): u32 {
  const end: usize = load<u32>(table, TABLE_ROW_END);
  let next: usize = load<u32>(table, TABLE_ROW_NEXT);
  let used = load<u32>(table, KEYED_BYTES_USED);
  let i = from;
  for (; i < to; i++) {
    const key = load<u32>(keyBytes + (i << 2));
    const payload = load<u32>(payloadBytes + (i << 2));
    const bytes: u32 = 8 + pad8(key) + pad8(payload);
    const old: usize = load<u32>(load<u32>(probes + (i << 2)), 4);
    let record = old;
    if (old == 0 || recordBytes(old) != bytes) {
      if (u32(end - next) < bytes) {
        store<u32>(table, bytes, TABLE_NEEDED);
        break;
      }
      if (old != 0) used -= recordBytes(old);
      used += bytes;
      record = next;
      next += bytes;
    }
    beginRecord(record, key, payload, bytes);
    store<u32>(records + (i << 2), u32(record));
  }
  store<u32>(table, u32(next), TABLE_ROW_NEXT);
  store<u32>(table, used, KEYED_BYTES_USED);
  return i;
}

/** The records with the identities of the probes; 0: none. */
export function findProbes(table: usize, probes: usize, hashes: usize, count: u32, found: usize): void {
  const directory: usize = load<u32>(table, TABLE_DIRECTORY);
  const mask = load<u32>(table, TABLE_SLOTS) - 1;
  for (let i: u32 = 0; i < count; i++) {
    const probe: usize = load<u32>(probes + (i << 2));
    const bytes = load<u32>(probe);
    const hash = load<u32>(hashes + (i << 2));
    let slot = hash & mask;
    let record: usize = 0;
    while (true) {
      const entry = directory + (slot << 3);
      record = load<u32>(entry);
      if (record == 0 || (load<u32>(entry, 4) == hash && hasIdentity(record, probe + 8, bytes))) break;
      slot = (slot + 1) & mask;
    }
    store<u32>(found + (i << 2), u32(record));
  }
}

/** The line of a filter for a hash. */
// @ts-ignore: decorator
@inline
function lineOf(filter: usize, lines: u32, hash: u32): usize {
  return filter + usize((u64(hash) * u64(lines)) >>> 32) * FILTER_LINE_BYTES;
}

/** Sets the bits of the hashes in a filter of so many lines. */
export function addToFilter(filter: usize, lines: u32, hashes: usize, count: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    const hash = load<u32>(hashes + (i << 2));
    const line = lineOf(filter, lines, hash);
    let bits = hashWord(0, hash);
    for (let b = 0; b < FILTER_PROBES; b++, bits >>>= 9) {
      const word = line + usize((u32(bits) & (FILTER_LINE_BITS - 1)) >>> 5 << 2);
      store<u32>(word, load<u32>(word) | (u32(1) << (u32(bits) & 31)));
    }
  }
}

// @ts-ignore: decorator
@inline
function isInFilter(filter: usize, lines: u32, hash: u32): bool {
  const line = lineOf(filter, lines, hash);
  let bits = hashWord(0, hash);
  for (let b = 0; b < FILTER_PROBES; b++, bits >>>= 9) {
    const word = load<u32>(line + usize((u32(bits) & (FILTER_LINE_BITS - 1)) >>> 5 << 2));
    if ((word & (u32(1) << (u32(bits) & 31))) == 0) return false;
  }
  return true;
}

/**
 * The entries of probes that a run may have: with `missing` 1 only of those that were not found yet. `lines` 0: there is no filter.
 * How many.
 */
export function passFilter(filter: usize, lines: u32, entries: usize, count: u32, hashes: usize, found: usize, missing: u32, out: usize): u32 {
  let passed: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const entry = entries + i * SORT_ENTRY_BYTES;
    const position = load<u32>(load<u32>(entry, SORT_ENTRY_RECORD), 4);
    if (missing != 0 && load<u32>(found + (position << 2)) != 0) continue;
    if (lines != 0 && !isInFilter(filter, lines, load<u32>(hashes + (position << 2)))) continue;
    const to = out + passed++ * SORT_ENTRY_BYTES;
    store<u64>(to, load<u64>(entry));
    store<u64>(to, load<u64>(entry, 8), 8);
  }
  return passed;
}

/** Takes a record for a probe, if it has its identity and comes before the one that was found; its position joins the hits. */
// @ts-ignore: decorator
@inline
function takeMatch(record: usize, probe: usize, found: usize, hits: usize): void {
  if (!hasIdentity(record, probe + 8, load<u32>(probe))) return;
  const position = load<u32>(probe, 4);
  const other: usize = load<u32>(found + (position << 2));
  if (other != 0 && compareKeys(other, record) <= 0) return;
  store<u32>(found + (position << 2), u32(record));
  const count = load<u32>(hits) + 1;
  store<u32>(hits, count);
  store<u32>(hits + (count << 2), position);
}

/**
 * Looks the probes of sorted entries up among the sorted records in [start, end). Positions of what is found go to `hits`, behind
 * their number. Returns the first entry that is behind all of the records, or `to`.
 */
export function matchRecords(entries: usize, from: u32, to: u32, start: usize, end: usize, found: usize, hits: usize): u32 {
  store<u32>(hits, 0);
  let record = start;
  for (let e = from; e < to; e++) {
    const probe: usize = load<u32>(entries + e * SORT_ENTRY_BYTES, SORT_ENTRY_RECORD);
    while (record != end && compareKeys(record, probe) < 0) record += recordBytes(record);
    if (record == end) return e;
    takeMatch(record, probe, found, hits);
  }
  return to;
}

/** The same among the records of sorted entries in [start, end). */
export function matchEntries(entries: usize, count: u32, start: usize, end: usize, found: usize, hits: usize): void {
  store<u32>(hits, 0);
  const size = u32(end - start) / SORT_ENTRY_BYTES;
  let low: u32 = 0;
  for (let e: u32 = 0; e < count; e++) {
    const probe: usize = load<u32>(entries + e * SORT_ENTRY_BYTES, SORT_ENTRY_RECORD);
    let high = size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareKeys(load<u32>(start + middle * SORT_ENTRY_BYTES, SORT_ENTRY_RECORD), probe) < 0) low = middle + 1;
      else high = middle;
    }
    if (low == size) return;
    takeMatch(load<u32>(start + low * SORT_ENTRY_BYTES, SORT_ENTRY_RECORD), probe, found, hits);
  }
}

/** Copies the records found for the hits from `from` on, while they fit; returns the first left, and at `endAt` where copies end. */
export function copyHits(found: usize, hits: usize, from: u32, out: usize, outEnd: usize, endAt: usize): u32 {
  const count = load<u32>(hits);
  let i = from;
  for (; i < count; i++) {
    const at = found + (load<u32>(hits + ((i + 1) << 2)) << 2);
    const record: usize = load<u32>(at);
    const bytes = recordBytes(record);
    if (u32(outEnd - out) < bytes) break;
    copyBytes(out, record, bytes);
    store<u32>(at, u32(out));
    out += bytes;
  }
  store<u32>(endAt, u32(out));
  return i;
}

/**
 * Of records in the order of their keys the first of each identity, without the one that `last` has (0: none), and with `drops` 1 no
 * tombstones. Their hashes go to `hashes`. How many they are.
 */
export function firstOfIdentities(format: usize, hashMask: u32, last: usize, records: usize, count: u32, drops: u32, out: usize, hashes: usize): u32 {
  let bytes = last == 0 ? 0 : identityBytes(format, last);
  let taken: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const record: usize = load<u32>(records + (i << 2));
    if (last != 0 && hasIdentity(record, last + 8, bytes)) continue;
    last = record;
    bytes = identityBytes(format, record);
    if (drops != 0 && load<u32>(record, 4) == 0) continue;
    store<u32>(out + (taken << 2), u32(record));
    store<u32>(hashes + (taken << 2), hashBytes(record + 8, bytes) & hashMask);
    taken++;
  }
  return taken;
}
